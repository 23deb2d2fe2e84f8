/* [data-help]: what a figure is, shown beside it while it is pointed at or has the focus, and when it is tapped. Followed, it leads
   to the page of all figures, as it does without scripts. */

const helpWait = { openMs: 160, closeMs: 180 };
/* Between the words and what they are about, and to the edges of the window. */
const helpGap = 8;

let helped = null;
let helpTimer = 0;
let isTouched = false;

const helpBox = () => document.getElementById('figure-help');

function placeHelp(box, { left, top, bottom }) {
  const { width, height } = box.getBoundingClientRect();
  const x = Math.max(helpGap, Math.min(left, window.innerWidth - width - helpGap));
  const isBelow = bottom + helpGap + height <= window.innerHeight || top < height + helpGap;
  box.style.setProperty('--help-x', `${x}px`);
  box.style.setProperty('--help-y', `${isBelow ? bottom + helpGap : top - height - helpGap}px`);
}

function closeHelp() {
  clearTimeout(helpTimer);
  helped?.removeAttribute('aria-describedby');
  helped = null;
  const box = helpBox();
  if (box?.matches(':popover-open')) box.hidePopover();
}

function openHelp(figure) {
  clearTimeout(helpTimer);
  const box = helpBox();
  if (!box || !figure.isConnected || helped === figure) return;
  closeHelp();
  const words = figure.querySelector('.help-text').cloneNode(true);
  words.hidden = false;
  box.replaceChildren(words);
  box.showPopover();
  placeHelp(box, figure.getBoundingClientRect());
  figure.setAttribute('aria-describedby', box.id);
  helped = figure;
}

const later = (action, ms) => {
  clearTimeout(helpTimer);
  helpTimer = setTimeout(action, ms);
};

const figureAt = (event) => event.target.closest?.('[data-help]');
const isInHelp = (node) => Boolean(node && helpBox()?.contains(node));

document.addEventListener('pointerover', (event) => {
  if (event.pointerType === 'touch') return;
  const figure = figureAt(event);
  if (figure) later(() => openHelp(figure), helped === null ? helpWait.openMs : 0);
  else if (helped !== null && !isInHelp(event.target)) later(closeHelp, helpWait.closeMs);
  else if (isInHelp(event.target)) clearTimeout(helpTimer);
  else if (helped === null) clearTimeout(helpTimer);
});

document.addEventListener('pointerdown', (event) => {
  isTouched = event.pointerType === 'touch';
  if (helped !== null && figureAt(event) !== helped && !isInHelp(event.target)) closeHelp();
});

/* The first tap tells, the second one follows. */
document.addEventListener(
  'click',
  (event) => {
    const figure = figureAt(event);
    if (!figure) return;
    if (isTouched && helped !== figure) {
      event.preventDefault();
      event.stopPropagation();
      openHelp(figure);
    } else closeHelp();
  },
  true,
);

document.addEventListener('focusin', (event) => {
  const figure = figureAt(event);
  if (figure?.matches(':focus-visible') && !isTouched) openHelp(figure);
});
document.addEventListener('focusout', (event) => {
  if (figureAt(event) === helped && !isTouched) closeHelp();
});

document.addEventListener('keydown', (event) => {
  isTouched = false;
  if (event.key === 'Escape' && helped !== null) closeHelp();
});

document.addEventListener('scroll', (event) => !isInHelp(event.target) && closeHelp(), {
  capture: true,
  passive: true,
});
/* What it was about may be gone with its region. */
document.addEventListener('htmx:afterSwap', () => helped !== null && !helped.isConnected && closeHelp());
