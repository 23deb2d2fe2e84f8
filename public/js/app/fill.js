/* <button data-fill="form-id" data-fill-login="…">: writes each data-fill-… into the field of that name, chooses the option
   of that value, and leaves what has been typed as a label alone. */

const nameOf = (key) => key.slice('fill'.length).replace(/^./, (letter) => letter.toLowerCase());

function fill(form, key, value) {
  const field = form.elements.namedItem(nameOf(key));
  if (!field) return;
  if (field.name === 'label' && field.value !== '' && field.dataset.filled !== field.value) return;
  field.value = value;
  if (field.dataset) field.dataset.filled = value;
  if (field.removeAttribute) field.removeAttribute('aria-invalid');
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-fill]');
  if (!button) return;
  const form = document.getElementById(button.dataset.fill);
  for (const [key, value] of Object.entries(button.dataset)) {
    if (key !== 'fill') fill(form, key, value);
  }
  form.querySelector('[type="submit"]')?.focus();
});
