import { amount } from './figures.js';

// Making a formatter costs more than a whole page; there are few zones.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  formatters.set(timeZone, made);
  return made;
}

/** An instant as a person reads it in their own zone: `21 Nov 2026, 14:32`; null stays unknown. */
export const when = (at: Date | null, timeZone: string): string | null =>
  at === null ? null : formatterFor(timeZone).format(at);

const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const firstMatch = (table: readonly (readonly [RegExp, string])[], agent: string): string | null =>
  table.find(([pattern]) => pattern.test(agent))?.[1] ?? null;

/** A browser in a few words: `Firefox on Linux`. */
export const device = (agent: string): string => {
  const browser = firstMatch(browsers, agent);
  const system = firstMatch(systems, agent);
  if (browser === null) return system === null ? 'Unknown browser' : `A browser on ${system}`;
  return system === null ? browser : `${browser} on ${system}`;
};

/** `1 deal`, `2 deals`, `12 000 deals`; `many` where an s is not all. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${amount(String(n), 0) ?? ''} ${n === 1 ? one : many}`;
