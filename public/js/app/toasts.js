/* Toasts go by themselves, but not while somebody reads them; bad ones (data-toast="0") stay. */

const area = document.getElementById('toasts');
const timers = new Map();

function dismiss(toast) {
  clearTimeout(timers.get(toast));
  timers.delete(toast);
  toast.classList.add('leaving');
  setTimeout(() => toast.remove(), 180);
}

function start(toast) {
  const seconds = Number(toast.dataset.toast);
  if (seconds === 0 || timers.has(toast)) return;
  timers.set(
    toast,
    setTimeout(() => dismiss(toast), seconds * 1000),
  );
}

function pause() {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
}

const shown = () => [...area.querySelectorAll('[data-toast]:not(.leaving)')];
const startAll = () => shown().forEach(start);

/* More than a few cover what they tell of: the oldest make room, but what went wrong stays. */
const most = 4;
function makeRoom() {
  const passing = shown().filter((toast) => toast.dataset.toast !== '0');
  passing.slice(0, Math.max(0, passing.length - most)).forEach(dismiss);
}

function show({ kind, text }) {
  const toast = document.getElementById('toast-template').content.firstElementChild.cloneNode(true);
  toast.dataset.kind = kind;
  toast.dataset.toast = kind === 'bad' ? '0' : '6';
  toast.querySelector('.toast-text').textContent = text;
  const same = [...area.querySelectorAll('.toast-text')].some((other) => other.textContent === text);
  if (!same) area.append(toast);
}

if (area) {
  startAll();
  new window.MutationObserver(() => {
    makeRoom();
    startAll();
  }).observe(area, { childList: true });
  area.addEventListener('mouseenter', pause);
  area.addEventListener('mouseleave', startAll);
  area.addEventListener('focusin', pause);
  area.addEventListener('focusout', startAll);
  area.addEventListener('click', (event) => {
    const button = event.target.closest('[data-toast-close]');
    if (button) dismiss(button.closest('[data-toast]'));
  });
  document.addEventListener('app:toast', (event) => show(event.detail));
}
