/* data-step="next" and "previous": links that J and K, as in the list, or the arrow keys follow. */

const stepOf = { j: 'next', ArrowLeft: 'previous', k: 'previous', ArrowRight: 'next' };

/* Whoever types, chooses or has something open means that, not the page. */
const isBusy = (target) =>
  target.closest?.(
    'input, select, textarea, [contenteditable="true"], [role="slider"], details[open], dialog',
  ) || document.querySelector('dialog[open]');

document.addEventListener('keydown', (event) => {
  const step = stepOf[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!step || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isBusy(event.target)) return;
  document.querySelector(`a[data-step="${step}"]`)?.click();
});
