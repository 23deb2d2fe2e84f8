/* Numbers and times as a chart writes them: a real minus, narrow spaces, days in the zone of the data. */

const numbers = new Map();

function numberFormat(digits) {
  if (!numbers.has(digits)) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    numbers.set(digits, new Intl.NumberFormat('en', options));
  }
  return numbers.get(digits);
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const written = (text) => text.replace('-', '−').replaceAll(',', '\u202f');

/* "−12 480.20"; "—" where nothing is known. */
export const number = (value, digits = 2) =>
  value === null || value === undefined ? '—' : written(numberFormat(digits).format(value));

/* What stands in the place of money where it is covered. */
export const isCovered = (unit) =>
  /^[A-Z]{3}$/.test(unit ?? '') && document.documentElement.hasAttribute('data-veiled');

export const covered = (text, unit) => (isCovered(unit) ? '•••' : text);

export const signedNumber = (value, digits = 2) => (value > 0 ? '+' : '') + number(value, digits);

/* Of an axis: as many decimals as its steps need, and short forms where numbers are long. */
export function ticks(values) {
  const known = values.filter((value) => value !== null);
  const step = known.length > 1 ? Math.abs(known[1] - known[0]) : 1;
  const digits = Math.min(5, Math.max(0, Math.ceil(-Math.log10(step || 1) - 1e-9)));
  const isLong = known.some((value) => Math.abs(value) >= 1e6);
  return values.map((value) => {
    if (value === null) return null;
    return isLong ? written(short.format(value)) : number(value, digits);
  });
}

const shapes = {
  minute: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  fullDay: { day: 'numeric', month: 'short', year: 'numeric' },
  instant: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
};
const times = new Map();

export function time(seconds, shape, zone = 'UTC') {
  const key = `${shape} ${zone}`;
  if (!times.has(key)) times.set(key, new Intl.DateTimeFormat('en-GB', { ...shapes[shape], timeZone: zone }));
  return times.get(key).format(seconds * 1000);
}

const dayS = 86_400;

/* What ticks are told in, of a stretch so many seconds long. */
export const shapeOf = (lengthS) =>
  lengthS <= 2 * dayS ? 'minute' : lengthS <= 200 * dayS ? 'day' : 'month';
