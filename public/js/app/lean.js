/* <form data-lean>: what is left empty is not sent, so that an address says only what was chosen. */

document.addEventListener('formdata', (event) => {
  if (!('lean' in event.target.dataset)) return;
  for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
});
