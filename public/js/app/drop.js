/* A report may be dropped on its form or pasted on its page, and says how much of it has been sent. */

const formOf = (event) => event.target.closest?.('[data-drop]') ?? null;

for (const kind of ['dragenter', 'dragover'])
  document.addEventListener(kind, (event) => {
    const form = formOf(event);
    if (!form) return;
    event.preventDefault();
    form.dataset.over = 'true';
  });

document.addEventListener('dragleave', (event) => {
  const form = formOf(event);
  if (form && !form.contains(event.relatedTarget)) delete form.dataset.over;
});

const send = (form, files) => {
  form.querySelector('input[type="file"]').files = files;
  form.requestSubmit();
};

document.addEventListener('drop', (event) => {
  const form = formOf(event);
  if (!form) return;
  event.preventDefault();
  delete form.dataset.over;
  const { files } = event.dataTransfer;
  if (files.length === 0) return;
  send(form, files);
});

/* Rows that were copied from a terminal or a sheet are a file of their text. */
const pastedFiles = (data) => {
  if (data.files.length > 0) return data.files;
  const text = data.getData('text/plain');
  if (!text.trim().includes('\n')) return null;
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], 'pasted.txt', { type: 'text/plain' }));
  return transfer.files;
};

document.addEventListener('paste', (event) => {
  const form = document.querySelector('[data-drop]');
  if (!form || event.target.closest?.('input, textarea')) return;
  const files = pastedFiles(event.clipboardData);
  if (!files) return;
  event.preventDefault();
  send(form, files);
});

document.addEventListener('htmx:xhr:progress', (event) => {
  const bar = event.target.querySelector?.('.drop-progress');
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});
