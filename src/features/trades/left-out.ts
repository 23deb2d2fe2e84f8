import { plainName } from '../../domain/instrument.js';
import { readAccountFilter } from '../../web/account-filter.js';
import { dayWord } from '../../web/day-words.js';
import { amount } from '../../web/figures.js';
import type { FilterName, FilterValues } from '../../web/trade-filter.js';
import type { Choices } from './queries.js';

const labels: Readonly<Record<FilterName | 'sort', string>> = {
  account: 'Account',
  symbol: 'Symbol',
  side: 'Side',
  magic: 'Magic',
  ea: 'EA',
  session: 'Session',
  tag: 'Tag',
  setup: 'Setup',
  mistake: 'Mistake',
  mood: 'Mood',
  quality: 'Quality',
  plan: 'Plan',
  notes: 'Notes',
  source: 'Source',
  status: 'Status',
  result: 'Result',
  period: 'Period',
  from: 'From',
  to: 'Until',
  sort: 'Order',
};
const longest = 40;
const quoted = (text: string): string =>
  `\u201c${text.length > longest ? `${text.slice(0, longest)}…` : text}\u201d`;

export interface Misread {
  errors: Readonly<Record<string, string>>;
  /** filters in force, and what was written where there is none */
  values: FilterValues;
  refused: Readonly<Partial<Record<FilterName | 'sort', string>>>;
}

/** A sentence for each part of a query string that was left out: which, and why. */
export const leftOut = ({ errors, values, refused }: Misread): string[] =>
  Object.entries(errors).map(([key, error]) => {
    const name = key as FilterName | 'sort';
    const written = refused[name];
    if (name === 'to' && values.from !== undefined && written !== undefined && written < values.from)
      return `The stretch ends, on ${dayWord(written)}, before it begins, on ${dayWord(values.from)}: its end was left out.`;
    return `${labels[name]}${written === undefined ? '' : ` ${quoted(written)}`} was left out. ${error}`;
  });

/** A sentence for each filter in force that names what is not there. */
export function unknownNames({ account, symbol }: FilterValues, choices: Choices): string[] {
  if (choices.symbols.length === 0) return [];
  const isKnown = (id: string): boolean =>
    readAccountFilter({ account: id }).kind === 'category' || choices.accounts.some((one) => one.id === id);
  return [
    ...(account === undefined || isKnown(account)
      ? []
      : ['The account that was asked for is not among yours.']),
    ...(symbol === undefined || [symbol, plainName(symbol)].some((name) => choices.symbols.includes(name))
      ? []
      : [`You have no trades of ${quoted(symbol)}.`]),
  ];
}

const pageNumber = /^[1-9]\d{0,8}$/;

export const pageGiven = (given: unknown): number =>
  typeof given === 'string' && pageNumber.test(given) ? Number(given) : 1;

/** A sentence where another page is shown than was asked for. */
export function otherPage(given: unknown, shown: number): string[] {
  if (given === undefined || given === '' || given === String(shown)) return [];
  if (typeof given !== 'string' || !pageNumber.test(given))
    return ['The page that was asked for is none: this is the first one.'];
  return [`There is no page ${String(amount(given, 0))}: this is the last one.`];
}
