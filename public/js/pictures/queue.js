/* What is being sent: one picture after another, with words for where it stands and for each that was refused. */

import { post, unanswered } from './post.js';
import { scaled } from './scale.js';

const waiting = [];
const failed = [];
let [done, total, isRunning, doing] = [0, 0, false, ''];

const region = () => document.getElementById('screenshots');

function line(text, kind) {
  const paragraph = document.createElement('p');
  paragraph.className = kind;
  paragraph.textContent = text;
  return paragraph;
}

/* What did not arrive is still here, and goes once more at a click. */
function failure(one) {
  const said = line(one.text, 'picture-failed');
  if (one.again === null) return said;
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'button quiet small', textContent: 'Try again' });
  button.addEventListener('click', () => {
    failed.splice(failed.indexOf(one), 1);
    waiting.push(one.again);
    total += 1;
    if (!isRunning) void run();
  });
  said.append(' ', button);
  return said;
}

/* The region is drawn anew while pictures are on their way: what is said of them is put there again. */
export function show() {
  const place = document.getElementById('picture-state');
  if (!place) return;
  const parts = [];
  if (isRunning) {
    const bar = document.createElement('progress');
    Object.assign(bar, { max: total, value: done });
    bar.setAttribute('aria-label', 'Pictures sent');
    parts.push(line(total > 1 ? `${doing} ${done + 1} of ${total} …` : `${doing} …`, 'muted'), bar);
  }
  for (const one of failed) parts.push(failure(one));
  place.replaceChildren(...parts);
}

const say = (text) => {
  doing = text;
  show();
};

async function sendOne({ file, caption, action, largest }) {
  say('Scaling picture');
  const blob = await scaled(file, largest);
  if (blob.size > largest) return 'This picture is larger than 5 MB. Make it smaller, and send that.';
  say('Sending picture');
  const form = new window.FormData();
  if (caption !== '') form.append('caption', caption);
  form.append('file', blob, file.name || 'picture');
  return post(action, form);
}

async function run() {
  isRunning = true;
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
    const refused = await sendOne(job);
    const text = job.isAlone ? refused : `${job.file.name}: ${refused}`;
    if (refused !== '') failed.push({ text, again: refused === unanswered ? job : null });
    done += 1;
    if (refused === '') htmx.trigger(region(), 'refresh');
  }
  [isRunning, done, total] = [false, 0, 0];
  show();
}

/* Sends files to the region's trade, each under the same caption. What was said of earlier ones is past. */
export function send(files, caption = '') {
  const { left, largest } = region().dataset;
  const { action } = region().querySelector('[data-picture-form="send"]') ?? {};
  if (!isRunning) failed.length = 0;
  const room = action === undefined ? 0 : Number(left) - waiting.length;
  const taken = [...files].slice(0, Math.max(0, room));
  const isAlone = files.length === 1;
  for (const file of taken) waiting.push({ file, caption, action, largest: Number(largest), isAlone });
  total += taken.length;
  if (taken.length < files.length)
    failed.push({ text: 'A trade has up to ten screenshots. Those beyond were left out.', again: null });
  if (isRunning || taken.length === 0) show();
  else return run();
}

export function fail(text) {
  failed.splice(0, failed.length, { text, again: null });
  show();
}
