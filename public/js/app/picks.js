/* [data-pick]: boxes that pick rows; [data-pick-all] picks all that are shown. [data-picked] says how many, and
   [data-picked-words] in words. */

const boxes = () => [...document.querySelectorAll('[data-pick]')];

function show() {
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  for (const place of document.querySelectorAll('[data-picked]'))
    place.textContent = picked > 0 ? picked : '';
  for (const place of document.querySelectorAll('[data-picked-words]')) place.textContent = ` (${picked})`;
  const head = document.querySelector('[data-pick-all]');
  if (!head) return;
  head.checked = picked > 0 && picked === all.length;
  head.indeterminate = picked > 0 && picked < all.length;
}

document.addEventListener('change', (event) => {
  if (event.target.matches?.('[data-pick-all]'))
    for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches?.('[data-pick], [data-pick-all]')) show();
});

document.addEventListener('htmx:afterSettle', show);
addEventListener('pageshow', show);
