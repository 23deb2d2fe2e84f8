/* Pictures large, one after the other: arrows walk, Escape closes. */

const links = () => [...document.querySelectorAll('#screenshots [data-picture]')];

const made = (name, more, ...children) => {
  const element = Object.assign(document.createElement(name), more);
  element.append(...children);
  return element;
};

const button = (label, text, act) => {
  const element = made('button', { type: 'button', className: 'button quiet small', textContent: text });
  element.setAttribute('aria-label', label);
  element.addEventListener('click', act);
  return element;
};

let box = null;
let at = 0;

function show(place) {
  const all = links();
  at = (place + all.length) % all.length;
  const small = all[at].querySelector('img');
  const [picture] = box.getElementsByTagName('img');
  Object.assign(picture, { src: all[at].href, alt: small.alt });
  const { value } = all[at].closest('li').querySelector('[name="caption"]');
  box.querySelector('.picture-words').textContent = value || all[at].dataset.picture;
  box.querySelector('.picture-place').textContent = all.length > 1 ? `${at + 1} of ${all.length}` : '';
  for (const step of box.querySelectorAll('[data-step-picture]')) step.hidden = all.length < 2;
}

function setUp() {
  const steps = [
    button('Previous screenshot', '←', () => show(at - 1)),
    button('Next screenshot', '→', () => show(at + 1)),
  ];
  for (const step of steps) step.dataset.stepPicture = '';
  const words = made('p', { className: 'picture-words', dir: 'auto' });
  const place = made('span', { className: 'picture-place' });
  place.setAttribute('aria-live', 'polite');
  const foot = made('div', { className: 'picture-box-foot' }, words, place, ...steps);
  foot.append(button('Close', 'Close', () => box.close()));
  box = made('dialog', { className: 'picture-box' }, made('img', {}), foot);
  box.dataset.light = '';
  box.setAttribute('aria-label', 'Screenshot');
  const keys = { ArrowLeft: -1, ArrowRight: 1 };
  box.addEventListener('keydown', (event) => {
    const step = keys[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(at + step);
  });
  document.body.append(box);
}

export function open(link) {
  if (box === null) setUp();
  show(links().indexOf(link));
  box.showModal();
}
