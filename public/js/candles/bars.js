/* Bars by their number and their times, and how they are written. */

export const columns = ['t', 'o', 'h', 'l', 'c', 'v'];
export const isDaily = ({ barS }) => barS >= 86_400;

export function writer({ digits, zone, barS }) {
  const [timeZone, number] = [
    barS >= 86_400 ? 'UTC' : zone,
    new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  ];
  const format = (options) => new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  const [day, year, clock] = [
    format({ day: 'numeric', month: 'short' }),
    format({ month: 'short', year: 'numeric' }),
    format({ hour: '2-digit', minute: '2-digit' }),
  ];
  const whole = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  // A day of the server begins on the evening before, as others count: its middle has its date.
  const ms = (t) => (t + (barS >= 86_400 ? 43_200 : 0)) * 1000;
  return {
    price: (value) => number.format(value).replaceAll(',', '\u202f').replace('-', '−'),
    day: (t) => day.format(ms(t)),
    year: (t) => year.format(ms(t)),
    clock: (t) => clock.format(ms(t)),
    full: (t) => (barS >= 86_400 ? whole.format(ms(t)) : `${whole.format(ms(t))}, ${clock.format(ms(t))}`),
  };
}

/* The number of the bar in which a time lies; -1 before the first one. */
export function barAt(t, seconds) {
  let [low, high] = [0, t.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (t[half] <= seconds) low = half + 1;
    else high = half;
  }
  return low - 1;
}
