/* data-veil-switch: money is covered or shown, by a button or the key M. The choice is a cookie, so that the next page comes
   covered from its first moment on; <html data-veiled> is what the style sheet and the charts look at. Titles of what is
   covered are put away, also of what comes later. */

const root = document.documentElement;
const covered = '[data-sum][title], [data-sum] [title], [data-sum-title][title]';
const put = '[data-veiled-title]';

const isVeiled = () => root.hasAttribute('data-veiled');

function hideTitles(place) {
  for (const element of place.querySelectorAll(covered)) {
    element.dataset.veiledTitle = element.title;
    element.removeAttribute('title');
  }
}

function showTitles() {
  for (const element of document.querySelectorAll(put)) {
    element.title = element.dataset.veiledTitle;
    delete element.dataset.veiledTitle;
  }
}

function tellSwitches() {
  for (const button of document.querySelectorAll('[data-veil-switch]'))
    button.setAttribute('aria-pressed', String(isVeiled()));
}

function turn() {
  root.toggleAttribute('data-veiled');
  const age = isVeiled() ? 31_536_000 : 0;
  document.cookie = `veil=1; path=/; max-age=${age}; samesite=lax`;
  if (isVeiled()) hideTitles(document);
  else showTitles();
  tellSwitches();
  document.dispatchEvent(new Event('veil'));
}

const isTyping = (target) =>
  target.closest?.('input, select, textarea, [contenteditable="true"]') ||
  document.querySelector('dialog[open]');

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-veil-switch]')) turn();
});
document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'm' || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event.target)) return;
  if (document.querySelector('[data-veil-switch]')) turn();
});

const arrived = () => {
  if (isVeiled()) hideTitles(document);
  tellSwitches();
};
arrived();
document.addEventListener('htmx:afterSettle', arrived);
document.addEventListener('htmx:wsAfterMessage', arrived);
