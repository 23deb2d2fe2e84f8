/* [data-rows], a table or a list of articles: X picks the row one is in. J and K walk the rows by their links, and so do
   the arrows once one is in them; Enter is the link's own. / goes to the search ([data-search]), ? shows the keys (dialog[data-keys]). */

const row = ':is([data-rows] tbody tr, [data-rows] article)';
const rowOf = (element) => element?.closest?.(row) ?? null;
const rowLinks = () => [...document.querySelectorAll('[data-rows] a.row-link')];

/* Whoever types, chooses or has something open means that, not the page. */
const isBusy = (target) =>
  target.closest?.(
    'input:not([data-pick]), select, textarea, [contenteditable="true"], details[data-menu][open], dialog',
  ) || document.querySelector('dialog[open]');

function walk(by) {
  const links = rowLinks();
  const here = rowOf(document.activeElement);
  const at = links.findIndex((link) => rowOf(link) === here);
  const next = links[at === -1 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus();
  rowOf(next)?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

const isInRows = () => rowOf(document.activeElement) !== null;

function pickRow() {
  const box = rowOf(document.activeElement)?.querySelector('[data-pick]');
  box?.click();
  return box != null;
}

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: () => isInRows() && walk(1),
  ArrowUp: () => isInRows() && walk(-1),
  x: pickRow,
  '/': () => {
    const field = document.querySelector('[data-search]');
    const filters = field?.closest('details');
    if (filters) filters.open = true;
    field?.focus();
    field?.select();
    return true;
  },
  '?': () => {
    document.querySelector('dialog[data-keys]')?.showModal();
    return true;
  },
};

document.addEventListener('keydown', (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const action = Object.hasOwn(actions, key) ? actions[key] : null;
  if (!action || event.defaultPrevented || document.querySelector('[data-rows]') === null) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
  if (action()) event.preventDefault();
});
