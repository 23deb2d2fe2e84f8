/* <dialog> by attributes: data-dialog-open="id" opens, data-dialog-close closes, data-light closes on a click beside it,
   and one that arrives with data-dialog-show opens by itself. */

function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog-open]');
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialogOpen));
    return;
  }
  const closer = event.target.closest('[data-dialog-close]');
  if (closer) closer.closest('dialog')?.close();
});

// Down and up both beside it: dragging a selection out of a field must not close what is being typed.
let pressedBeside = null;
document.addEventListener('pointerdown', (event) => {
  pressedBeside = event.target.matches('dialog[data-light]') ? event.target : null;
});
document.addEventListener('click', (event) => {
  if (pressedBeside !== null && event.target === pressedBeside) pressedBeside.close();
});

document.addEventListener('htmx:load', (event) => {
  const arrived = event.detail.elt;
  open(
    arrived.matches('dialog[data-dialog-show]') ? arrived : arrived.querySelector('dialog[data-dialog-show]'),
  );
});
