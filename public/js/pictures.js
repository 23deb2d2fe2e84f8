/* Screenshots of a trade ([data-pictures], see views/screenshots/_pictures.eta): dropped, pasted, chosen or snapped from
   the chart, captions that save themselves, and a picture large. */

import { open } from './pictures/box.js';
import { post } from './pictures/post.js';
import { fail, send, show } from './pictures/queue.js';
import { offer, snapped } from './pictures/snap.js';

const region = () => document.querySelector('[data-pictures]');
const refresh = () => htmx.trigger(region(), 'refresh');

/* Anywhere on the page: a picture dropped beside the zone would else take the place of the page. */
const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files') && region() !== null;

for (const kind of ['dragenter', 'dragover'])
  document.addEventListener(kind, (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    region().dataset.over = 'true';
  });

document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null && region()) delete region().dataset.over;
});

document.addEventListener('drop', (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  delete region().dataset.over;
  void send(event.dataTransfer.files);
});

/* A text field takes what it can; the notes take no picture, so that one goes where pictures go. */
function isTaken({ target, clipboardData }) {
  const field = target.closest?.('input, textarea, [contenteditable="true"]');
  if (!field) return false;
  return !field.matches('textarea[name="notes"]') || clipboardData.types.includes('text/plain');
}

document.addEventListener('paste', (event) => {
  const files = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'));
  if (files.length === 0 || region() === null || isTaken(event)) return;
  event.preventDefault();
  region().scrollIntoView({ block: 'nearest' });
  void send(files);
});

async function saveCaption(field) {
  if (field.value === field.defaultValue) return;
  const { value } = field;
  const refused = await post(field.form.action, new window.URLSearchParams(new window.FormData(field.form)));
  if (refused !== '') return fail(refused);
  field.defaultValue = value;
  refresh();
}

document.addEventListener('change', (event) => {
  const form = event.target.closest?.('[data-picture-form]');
  if (form?.dataset.pictureForm === 'caption') void saveCaption(event.target);
  if (form?.dataset.pictureForm !== 'send' || event.target.files.length === 0) return;
  const files = [...event.target.files];
  event.target.value = '';
  void send(files);
});

async function remove(form) {
  const [button] = form.querySelectorAll('button');
  button.disabled = true;
  const refused = await post(form.action, new window.URLSearchParams(new window.FormData(form)));
  button.disabled = false;
  if (refused !== '') return fail(refused);
  refresh();
  document.getElementById('picture-files')?.focus();
}

document.addEventListener('submit', (event) => {
  const kind = event.target.dataset.pictureForm;
  if (kind === undefined) return;
  event.preventDefault();
  if (kind === 'removal') void remove(event.target);
  if (kind === 'caption') void saveCaption(event.target.elements.namedItem('caption'));
});

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-picture]');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link);
  }
  const snap = event.target.closest('[data-snap]');
  if (!snap || snap.getAttribute('aria-busy') === 'true') return;
  snap.setAttribute('aria-busy', 'true');
  const picture = await snapped();
  if (picture === null) fail('There is no chart to snap. Wait until the candles are there.');
  else await send([picture.file], picture.caption);
  snap.removeAttribute('aria-busy');
});

/* What is being typed under a picture is not taken away by the one that arrives beside it. Other regions come and go in
   between; whatever was typed since then stays as it is. */
const typed = new Map();
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  for (const field of detail.target.querySelectorAll?.('[data-picture-form="caption"] [name="caption"]') ??
    [])
    if (field.value !== field.defaultValue) typed.set(field.id, field.value);
});

document.addEventListener('htmx:afterSettle', () => {
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field && field.value === field.defaultValue) field.value = value;
  }
  typed.clear();
  if (region() === null) return;
  show();
  offer();
});
document.addEventListener('candles:drawn', offer);
