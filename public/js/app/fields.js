/* data-copy="id" copies the text or value of that element; data-reveal="id" shows what is typed in a password. */

const textOf = (element) => ('value' in element ? element.value : element.textContent);

function say(button, word) {
  const place = button.querySelector('[data-copy-word]');
  place.dataset.before ??= place.textContent;
  place.textContent = word;
  setTimeout(() => (place.textContent = place.dataset.before), 2000);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(textOf(source).trim());
    say(button, 'Copied');
  } catch {
    // Without https there is no clipboard: select it, and the person presses two keys.
    window.getSelection().selectAllChildren(source);
    say(button, 'Press Ctrl C');
  }
}

function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === 'password';
  input.type = shown ? 'text' : 'password';
  button.dataset.shown = String(shown);
  button.querySelector('[data-reveal-word]').textContent = shown ? 'Hide' : 'Show';
}

document.addEventListener('click', (event) => {
  const copier = event.target.closest('[data-copy]');
  if (copier) copy(copier);
  const revealer = event.target.closest('[data-reveal]');
  if (revealer) reveal(revealer);
});

// A password is sent as a password, so that browsers offer to keep it and never keep it as plain text.
document.addEventListener('submit', (event) => {
  for (const button of event.target.querySelectorAll('[data-reveal][data-shown="true"]')) reveal(button);
});
