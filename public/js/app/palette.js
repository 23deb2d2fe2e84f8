/* Ctrl-K: type a few letters of a place, or of a ticket, and press Enter. */

const palette = document.getElementById('palette');
const pauseMs = 200;
const answerMs = 900;

function setUp(input, none) {
  const places = () => [...palette.querySelectorAll('[role="option"]')];
  const shown = () => places().filter((place) => !place.hidden);

  function choose(place) {
    for (const other of places()) other.setAttribute('aria-selected', String(other === place));
    if (place) input.setAttribute('aria-activedescendant', place.id);
    else input.removeAttribute('aria-activedescendant');
    place?.scrollIntoView({ block: 'nearest' });
  }

  // Until then an answer of the server may come: nothing is said to be missing before.
  let asksUntil = 0;
  let asking;

  function filter() {
    const words = input.value
      .toLowerCase()
      .split(/[\s#]+/)
      .filter(Boolean);
    for (const place of places()) {
      const text = place.textContent.toLowerCase();
      place.hidden = !words.every((word) => text.includes(word));
    }
    none.hidden = shown().length > 0 || Date.now() < asksUntil;
    const chosen = shown().find((place) => place.getAttribute('aria-selected') === 'true');
    choose(chosen ?? shown()[0]);
  }

  function step(by) {
    const list = shown();
    if (list.length === 0) return;
    const at = list.findIndex((place) => place.getAttribute('aria-selected') === 'true');
    choose(list[(at + by + list.length) % list.length]);
  }

  function ask() {
    asksUntil = Date.now() + answerMs;
    for (const place of places()) place.removeAttribute('aria-selected');
    filter();
    clearTimeout(asking);
    asking = setTimeout(lookUp, pauseMs);
    setTimeout(filter, answerMs + 20);
  }

  // The region is found when it is time: an earlier answer may have replaced it since the key was pressed.
  const lookUp = () => htmx.trigger('#palette-trades', 'refresh');

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => palette.querySelector('[aria-selected="true"]:not([hidden])')?.click(),
  };

  input.addEventListener('input', ask);
  input.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  // A place on this very page leaves no page behind.
  palette.addEventListener('click', (event) => {
    if (event.target.closest('[role="option"]')) palette.close();
  });
  // What is one's own comes a moment after the opening, while somebody may be typing already.
  palette.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.elt.id === 'palette-trades') asksUntil = 0;
    filter();
  });
  palette.addEventListener('close', () => {
    input.value = '';
    filter();
  });
  return filter;
}

if (palette) {
  const refresh = setUp(
    palette.querySelector('[data-palette-input]'),
    palette.querySelector('[data-palette-none]'),
  );
  refresh();
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    refresh();
    if (palette.open) palette.close();
    else palette.showModal();
  });
}
