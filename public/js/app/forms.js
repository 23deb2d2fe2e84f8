/* A form that has been sent cannot be sent again before its answer. data-resubmit opts out (downloads). */

const buttonsOf = (form) =>
  [...form.elements].filter((element) => element.matches('button, input[type="submit"]'));

function lock(form, submitter) {
  form.dataset.sending = 'true';
  for (const button of buttonsOf(form)) {
    if (button.type !== 'submit' || button.disabled) continue;
    button.dataset.locked = 'true';
    button.disabled = true;
  }
  // A script's own submit() and the Enter key name no button: the first one shows that something happens.
  const busy = submitter ?? buttonsOf(form).find((button) => button.dataset.locked);
  busy?.setAttribute('aria-busy', 'true');
}

function release(form) {
  delete form.dataset.sending;
  for (const button of buttonsOf(form)) {
    button.removeAttribute('aria-busy');
    if (!button.dataset.locked) continue;
    delete button.dataset.locked;
    button.disabled = false;
  }
}

const isHtmx = (form) => form.matches('[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]');

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (!form.dataset.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === 'dialog' || isHtmx(form) || 'resubmit' in form.dataset)
    return;
  form.dataset.sending = 'true';
  // Later, because a disabled button would not send its own name and value.
  setTimeout(() => lock(form, event.submitter));
});

/* A field that asks by itself (a search while typing) locks nothing; a button outside of forms locks itself. */
const formOf = (event) => (event.target.matches('form, button') ? event.target.closest('form') : null);
const loneButtonOf = (event) => (event.target.matches('button') && !event.target.form ? event.target : null);

function setBusy(button, isBusy) {
  button.disabled = isBusy;
  if (isBusy) button.setAttribute('aria-busy', 'true');
  else button.removeAttribute('aria-busy');
}

document.addEventListener('htmx:beforeSend', (event) => {
  const form = formOf(event);
  if (form) lock(form, event.detail.requestConfig.triggeringEvent?.submitter);
  const button = loneButtonOf(event);
  if (button) setBusy(button, true);
});

document.addEventListener('htmx:afterRequest', (event) => {
  const button = loneButtonOf(event);
  if (button) setBusy(button, false);
  const form = formOf(event);
  if (!form?.dataset.sending) return;
  release(form);
  if (document.activeElement === document.body) form.querySelector('[type="submit"]')?.focus();
});

// The browser brings a page back as it was left, locked.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sending]')) release(form);
});

// A refused form was swapped in: the first field to mend is where the person wants to be.
document.addEventListener('htmx:afterSettle', (event) => {
  if (event.detail.xhr?.status === 422) {
    event.target.querySelector('[aria-invalid="true"]')?.focus();
  }
});
