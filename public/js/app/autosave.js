/* <form data-autosave="by-itself"> saves two seconds after the last change, and on leaving. What is not saved yet is kept
   in this browser until it is. Fields with data-commit count once they are left: half a name is no name. A form that
   says "asks" waits for its button, because another tab has written meanwhile. [data-saved] says how it stands. */

const pauseMs = 2000;
const clickPauseMs = 400;
const retriesMs = [2000, 4000, 8000, 16000, 30000];
const mostKeptAlive = 60_000;
const states = new WeakMap();

const formsIn = (place) => place.querySelectorAll('form[data-autosave]');
const savesByItself = (form) => form.dataset.autosave === 'by-itself';
const formOf = (element) => element.closest?.('form[data-autosave]') ?? null;
const committing = (form) => [...form.querySelectorAll('[data-commit]')];

function stateOf(form) {
  if (!states.has(form)) states.set(form, { isDirty: false, isSending: false, hasWords: false, failures: 0 });
  return states.get(form);
}

function say(form, text, isBad = false) {
  const place = (form.closest('[data-region]') ?? form).querySelector('[data-saved]');
  if (!place) return;
  place.textContent = text;
  place.classList.toggle('unsaved', isBad);
}

/* ---- what is kept in the browser */

const keyOf = (form) => `unsaved ${new URL(form.action).pathname}`;
const isKept = ([name]) => !name.startsWith('_') && name !== 'version' && name !== 'query';

function keep(form) {
  const draft = {
    version: form.elements.version.value,
    asks: !savesByItself(form),
    fields: [...new FormData(form)].filter(isKept),
  };
  try {
    localStorage.setItem(keyOf(form), JSON.stringify(draft));
  } catch {
    say(form, 'Not saved yet, and this browser keeps nothing: do not close the page.', true);
  }
}

function keptOf(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return null;
  }
}

function forget(form) {
  try {
    localStorage.removeItem(keyOf(form));
  } catch {
    // Then nothing was kept either.
  }
}

function fill(form, fields) {
  for (const element of form.elements) {
    if (!element.name || !isKept([element.name])) continue;
    const values = fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (element.type === 'checkbox' || element.type === 'radio')
      element.checked = values.includes(element.value);
    else if (element.matches('input, textarea, select')) element.value = values[0] ?? '';
  }
}

function restore(form) {
  const kept = savesByItself(form) ? keptOf(form) : null;
  if (kept === null) return;
  fill(form, kept.fields);
  form.elements.version.value = kept.version;
  for (const field of committing(form)) commit(form, field);
  if (kept.asks) {
    form.dataset.autosave = 'asks';
    say(form, 'Not saved: press Save to put this in the place of what another tab wrote.', true);
  } else changed(form, 0);
}

/* ---- sending */

function bodyOf(form) {
  const body = new URLSearchParams(new FormData(form));
  for (const field of committing(form)) body.set(field.name, field.dataset.committed ?? field.defaultValue);
  return body;
}

function commit(form, field) {
  if (field.value === (field.dataset.committed ?? field.defaultValue)) return;
  field.dataset.committed = field.value;
  stateOf(form).hasWords = true;
}

function changed(form, afterMs) {
  const state = stateOf(form);
  state.isDirty = true;
  keep(form);
  clearTimeout(state.timer);
  if (savesByItself(form)) state.timer = setTimeout(() => save(form), afterMs);
}

async function post(form, isLeaving) {
  const body = bodyOf(form);
  const response = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body,
    redirect: 'manual',
    keepalive: isLeaving && String(body).length < mostKeptAlive,
  });
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  // Whoever is signed out is led to the sign-in.
  const status = response.type === 'opaqueredirect' ? 401 : response.status;
  return { status, answer: isJson ? await response.json() : {} };
}

async function save(form, isLeaving = false) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (!state.isDirty || state.isSending || !savesByItself(form)) return;
  Object.assign(state, { isDirty: false, isSending: true });
  const hadWords = state.hasWords;
  state.hasWords = false;
  say(form, 'Saving …');
  let outcome = { status: 0, answer: {} };
  try {
    outcome = await post(form, isLeaving);
  } catch {
    // Status 0: nobody answered.
  }
  state.isSending = false;
  settle(form, { ...outcome, hadWords });
}

function reasonOf(status) {
  if (status === 401) return 'you are signed out. Sign in in another tab';
  if (status !== 0) return `error ${status}`;
  return navigator.onLine ? 'no answer' : 'no connection';
}

function settle(form, { status, answer, hadWords }) {
  const state = stateOf(form);
  if (status === 200) return saved(form, answer, hadWords);
  state.isDirty = true;
  state.hasWords ||= hadWords;
  if (status === 409) return ask(form);
  const { message = '', fields = {} } = answer.error ?? {};
  for (const name of Object.keys(fields)) form.elements[name]?.setAttribute?.('aria-invalid', 'true');
  if (status === 422 || status === 404)
    return say(form, `Not saved: ${message || 'what this is about is gone.'}`, true);
  say(form, `Not saved: ${reasonOf(status)}. It is kept in this browser, and tried again.`, true);
  state.timer = setTimeout(() => save(form), retriesMs[Math.min(state.failures, retriesMs.length - 1)]);
  state.failures += 1;
}

function saved(form, { version, savedAt }, hadWords) {
  const state = stateOf(form);
  state.failures = 0;
  form.elements.version.value = String(version);
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
  if (state.isDirty) return changed(form, pauseMs);
  forget(form);
  say(form, `Saved ${savedAt}`);
  htmx.trigger(form, 'saved');
  const words = form.querySelector('[hx-trigger~="words"]');
  const isTyping = committing(form).some(
    (field) => field.value !== (field.dataset.committed ?? field.defaultValue),
  );
  if (hadWords && words && !isTyping) htmx.trigger(words, 'words');
}

function leaveTo(form) {
  clearTimeout(stateOf(form).timer);
  Object.assign(stateOf(form), { isDirty: false, hasWords: false });
  forget(form);
}

/* Another tab was quicker: sent like any form, it comes back with both texts and a question. */
function ask(form) {
  form.dataset.autosave = 'asks';
  keep(form);
  form.requestSubmit();
}

/* ---- when */

document.addEventListener('input', (event) => {
  const form = formOf(event.target);
  if (!form || event.target.matches('[data-commit]')) return;
  event.target.removeAttribute('aria-invalid');
  changed(form, event.target.matches('textarea, [type="text"]') ? pauseMs : clickPauseMs);
});

document.addEventListener('change', (event) => {
  const form = formOf(event.target);
  if (!form || !event.target.matches('[data-commit]')) return;
  commit(form, event.target);
  changed(form, clickPauseMs);
});

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (!form.matches('form[data-autosave]') || !savesByItself(form)) return;
    // A button with a name asks for more than saving: its page brings everything back.
    if (event.submitter?.name) return leaveTo(form);
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const field of committing(form)) commit(form, field);
    changed(form, 0);
  },
  { capture: true },
);

function leave(place) {
  for (const form of formsIn(place)) {
    for (const field of committing(form)) commit(form, field);
    if (stateOf(form).hasWords) stateOf(form).isDirty = true;
    void save(form, true);
  }
}

function saveAll() {
  for (const form of formsIn(document)) void save(form);
}

addEventListener('pagehide', () => leave(document));
// Somebody who looks at something else may come back to half a name.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') saveAll();
});
document.addEventListener('close', (event) => leave(event.target), { capture: true });
addEventListener('online', saveAll);

/* Somebody has said which of two texts is to be kept. */
document.addEventListener('htmx:beforeOnLoad', (event) => {
  const form = event.detail.elt;
  if (form.matches?.('form[data-autosave]') && event.detail.xhr.status < 400) forget(form);
});

/* What is being written is never replaced by what was saved before. */
document.addEventListener('htmx:beforeRequest', (event) => {
  if (!event.detail.elt.matches?.('[data-region]')) return;
  for (const form of formsIn(event.detail.elt)) {
    const { isDirty, isSending } = stateOf(form);
    if (isDirty || isSending || !savesByItself(form) || form.contains(document.activeElement))
      event.preventDefault();
  }
});

document.addEventListener('htmx:load', (event) => {
  const place = event.detail.elt;
  const forms = place.matches('form[data-autosave]') ? [place] : formsIn(place);
  for (const form of forms)
    if (!states.has(form)) {
      stateOf(form);
      restore(form);
    }
});
