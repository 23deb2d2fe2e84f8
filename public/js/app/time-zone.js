/* <input data-time-zone> carries the browser's own zone, so that nobody is asked for it. */

for (const input of document.querySelectorAll('input[data-time-zone]')) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}
