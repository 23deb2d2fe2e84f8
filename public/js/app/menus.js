/* <details data-menu>: opens without a script; here it learns Escape, the arrow keys, and to close when left. */

const openMenus = () => document.querySelectorAll('details[data-menu][open]');
const itemsOf = (menu) => [...menu.querySelectorAll('.menu-list a, .menu-list button')];

function move(menu, step) {
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const next = at === -1 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length;
  items[next]?.focus();
}

function onKey(menu, event) {
  const items = itemsOf(menu);
  const actions = {
    Escape: () => {
      menu.open = false;
      menu.querySelector('summary').focus();
    },
    ArrowDown: () => {
      menu.open = true;
      move(menu, 1);
    },
    ArrowUp: () => {
      menu.open = true;
      move(menu, -1);
    },
    Home: () => items[0]?.focus(),
    End: () => items.at(-1)?.focus(),
  };
  const action = actions[event.key];
  // Where one types, the keys that move are the field's.
  if (event.key !== 'Escape' && event.target.matches('input, select, textarea')) return;
  if (!action || (!menu.open && event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  event.preventDefault();
  action();
}

document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('details[data-menu]');
  if (menu) onKey(menu, event);
});

document.addEventListener('click', (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

// Pressing on words inside of a menu gives the focus to what is around it: that is not leaving.
document.addEventListener('focusin', (event) => {
  const { target } = event;
  for (const menu of openMenus()) if (!menu.contains(target) && !target.contains(menu)) menu.open = false;
});
