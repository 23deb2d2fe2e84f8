import { z } from 'zod';
import { sortKeys, type SortKey, type TradeSort } from '../data/trade-order.js';
import { tradeResults, type TradeFilter } from '../data/trade-filter.js';
import { dealSources } from '../domain/deal.js';
import { moods } from '../domain/judgement.js';
import { sessions } from '../domain/sessions.js';
import { readAccountFilter } from './account-filter.js';
import {
  dayField,
  given,
  instantsOf,
  readFields,
  settleDays,
  symbolTyped,
  visibleField,
} from './filter-fields.js';
import { choiceField, labelChoice, noLabel } from './label-fields.js';
import { periodKeys } from './periods.js';

/** What may stand in a query string, in the order of the chips. */
const fields = {
  account: z.string().refine((text) => readAccountFilter({ account: text }).kind !== 'all', {
    error: 'Choose an account from the list.',
  }),
  symbol: visibleField(64),
  side: z.enum(['buy', 'sell'], { error: 'A side is buy or sell.' }),
  magic: z.string().regex(/^\d{1,20}$/, { error: 'A magic number is made of digits.' }),
  ea: visibleField(100),
  session: z.enum(sessions, { error: `A session is ${sessions.join(', ')}.` }),
  source: z.enum(dealSources, { error: `A source is ${dealSources.join(', ')}.` }),
  tag: choiceField,
  setup: choiceField,
  mistake: choiceField,
  mood: z.enum([...moods, noLabel], { error: `A mood is ${moods.join(', ')}, or ${noLabel}.` }),
  quality: z.enum(['1', '2', '3', '4', '5', noLabel], { error: `Quality is 1 to 5, or ${noLabel}.` }),
  plan: z.enum(['yes', 'no', noLabel], { error: `The plan was followed: yes, no, or ${noLabel}.` }),
  notes: z.enum(['yes', 'no'], { error: 'Notes are yes or no.' }),
  status: z.enum(['open', 'closed'], { error: 'A trade is open or closed.' }),
  result: z.enum(tradeResults, { error: `A result is ${tradeResults.join(', ')}.` }),
  period: z.enum(periodKeys, { error: `A period is ${periodKeys.join(', ')}.` }),
  from: dayField,
  to: dayField,
};
const sortField = z
  .string()
  .refine((text) => (sortKeys as readonly string[]).includes(text.replace(/^-/, '')), {
    error: `Trades can be sorted by ${sortKeys.join(', ')}; a minus in front turns the order.`,
  });

export type FilterName = keyof typeof fields;
export const filterNames = Object.keys(fields) as readonly FilterName[];
/** Those of which several can be meant. */
const isRepeatable = (name: FilterName): boolean => ['tag', 'setup', 'mistake'].includes(name);
/** The filters in force, as they stand in a query string. */
export type FilterValues = Readonly<Partial<Record<FilterName, string>>>;

export interface ReadFilter {
  filter: TradeFilter;
  values: FilterValues;
  /** A sentence for each value that could not be used; the others count. */
  errors: Readonly<Record<string, string>>;
  /** what was written where it could not be used, to be shown again */
  refused: FilterValues;
}

/**
 * The trades a query string asks for. `from` and `to` are days of the given zone, and both count; they go before a
 * `period`, which is a stretch by its name and needs to know what day it is.
 */
export function readTradeFilter(query: unknown, timeZone: string, now: Date | null = null): ReadFilter {
  const read = readFields<FilterName>(fields, query, isRepeatable);
  settleDays(read, now);
  const { values, errors, refused } = read;
  return { filter: filterOf(values, timeZone, now), values, errors, refused };
}

const filterOf = (values: FilterValues, timeZone: string, now: Date | null): TradeFilter => ({
  account: readAccountFilter(values),
  symbol: values.symbol === undefined ? null : symbolTyped(values.symbol),
  side: (values.side ?? null) as TradeFilter['side'],
  magic: values.magic ?? null,
  ea: values.ea ?? null,
  session: (values.session ?? null) as TradeFilter['session'],
  source: (values.source ?? null) as TradeFilter['source'],
  tags: values.tag === undefined ? null : labelChoice(values.tag),
  setups: values.setup === undefined ? null : labelChoice(values.setup),
  mistakes: values.mistake === undefined ? null : labelChoice(values.mistake),
  mood: (values.mood ?? null) as TradeFilter['mood'],
  quality:
    values.quality === undefined || values.quality === noLabel
      ? (values.quality ?? null)
      : Number(values.quality),
  followedPlan:
    values.plan === undefined || values.plan === noLabel ? (values.plan ?? null) : values.plan === 'yes',
  hasNotes: values.notes === undefined ? null : values.notes === 'yes',
  status: (values.status ?? null) as TradeFilter['status'],
  result: (values.result ?? null) as TradeFilter['result'],
  ...instantsOf(values, timeZone, now),
});

/** Closed last, first. */
export const usualSort: TradeSort = { key: 'closed', isDescending: true };

export function readTradeSort(query: unknown): { sort: TradeSort; error: string | null } {
  const text = given(query, 'sort');
  if (text === undefined || text === '') return { sort: usualSort, error: null };
  const read = sortField.safeParse(text);
  if (!read.success) return { sort: usualSort, error: read.error.issues[0]?.message ?? null };
  const key = read.data.replace(/^-/, '') as SortKey;
  return { sort: { key, isDescending: read.data.startsWith('-') }, error: null };
}

export const sortValue = ({ key, isDescending }: TradeSort): string => `${isDescending ? '-' : ''}${key}`;

/** A query string that says this and no more: `?symbol=EURUSD&sort=net`, '' for all trades in the usual order. */
export function tradeQuery(values: FilterValues, sort: TradeSort, page = 1): string {
  const parameters = new URLSearchParams();
  for (const name of filterNames) {
    const value = values[name];
    if (value !== undefined) parameters.set(name, value);
  }
  if (sortValue(sort) !== sortValue(usualSort)) parameters.set('sort', sortValue(sort));
  if (page > 1) parameters.set('page', String(page));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
