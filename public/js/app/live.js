/* The page's socket reconnects by itself after 1, 2, 4 … 30 s; ages go on counting between two pushes. */

htmx.config.wsReconnectDelay = (attempt) => Math.min(30_000, 1_000 * 2 ** attempt);

const state = () => document.getElementById('sync-state');

const isTyping = () =>
  [...document.querySelectorAll('input, textarea')].some(
    (field) => field.type !== 'hidden' && field.value !== field.defaultValue,
  );

/* A connection that is gone is said at once: what stands on the page is as old as it says. On 1008 the session has
   ended: the page loaded again leads to the sign-in and back, but what somebody is typing is not taken away. */
document.addEventListener('htmx:wsClose', ({ detail }) => {
  const isEnded = detail.event?.code === 1008;
  if (isEnded && !isTyping()) window.location.reload();
  else if (state() !== null) state().dataset.cut = isEnded ? 'ended' : 'true';
});
document.addEventListener('htmx:wsOpen', () => {
  if (state() !== null) delete state().dataset.cut;
});

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
];

function inWords(seconds) {
  const at = units.findIndex(([, length]) => seconds >= length);
  if (at === -1) return `${seconds} s`;
  const [unit, length] = units[at];
  const rest = units[at + 1];
  const first = `${Math.floor(seconds / length)} ${unit}`;
  const second = rest === undefined ? 0 : Math.floor((seconds % length) / rest[1]);
  return second > 0 ? `${first} ${second} ${rest[0]}` : first;
}

const levelOf = (seconds) => (seconds < 30 ? 'fresh' : seconds < 120 ? 'late' : 'stale');

/* The server's clock counts: this one may be wrong by minutes. */
const skew = Number(document.body.dataset.now ?? Date.now()) - Date.now();

function tick() {
  const now = Date.now() + skew;
  for (const element of document.querySelectorAll('[data-at]')) {
    const seconds = Math.max(0, Math.floor((now - Number(element.dataset.at)) / 1000));
    const text = element.querySelector('[data-age]');
    const words = inWords(seconds);
    if (text && text.textContent !== words) text.textContent = words;
    if (element.dataset.level && element.dataset.level !== 'none') element.dataset.level = levelOf(seconds);
  }
}

window.setInterval(tick, 1_000);
tick();

/* The choice of accounts keeps everything else of the query string but the place in a list. */
document.addEventListener('change', (event) => {
  const form = event.target.closest?.('[data-account-choice]');
  if (!form) return;
  const url = new window.URL(window.location.href);
  url.searchParams.delete('cursor');
  url.searchParams.delete('page');
  if (event.target.value === '') url.searchParams.delete('account');
  else url.searchParams.set('account', event.target.value);
  window.location.assign(url);
});
