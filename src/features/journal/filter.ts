import { z } from 'zod';
import type { LabelChoice } from '../../data/journal-filter.js';
import { moods, type Mood } from '../../domain/judgement.js';
import {
  dayField,
  instantsOf,
  readFields,
  settleDays,
  symbolTyped,
  visibleField,
} from '../../web/filter-fields.js';
import { choiceField, labelChoice } from '../../web/label-fields.js';
import { periodKeys } from '../../web/periods.js';

export const entryKinds = ['trades', 'missed', 'days', 'gone'] as const;
export type EntryKind = (typeof entryKinds)[number];
export const orders = ['best', 'newest'] as const;
export type Order = (typeof orders)[number];

export const mostSearched = 200;

/** What may stand in a query string, in the order of the chips. */
const fields = {
  q: visibleField(mostSearched),
  kind: z.enum(entryKinds, { error: `Entries are of ${entryKinds.join(', ')}.` }),
  symbol: visibleField(64),
  tag: choiceField,
  setup: choiceField,
  mistake: choiceField,
  mood: z.enum(moods, { error: `A mood is ${moods.join(', ')}.` }),
  plan: z.enum(['yes', 'no'], { error: 'A plan was kept, yes or no.' }),
  period: z.enum(periodKeys, { error: `A period is ${periodKeys.join(', ')}.` }),
  from: dayField,
  to: dayField,
  order: z.enum(orders, { error: 'The order is best or newest.' }),
};

export type JournalName = keyof typeof fields;
/** The filters in force, as they stand in a query string. */
export type JournalValues = Readonly<Partial<Record<JournalName, string>>>;
const journalNames = Object.keys(fields) as readonly JournalName[];

const repeatable: readonly JournalName[] = ['tag', 'setup', 'mistake'];

/** Which entries are meant; null asks for nothing in particular. */
export interface JournalFilter {
  /** words that somebody wrote */
  q: string | null;
  kind: EntryKind | null;
  symbol: string | null;
  tags: LabelChoice | null;
  setups: LabelChoice | null;
  mistakes: LabelChoice | null;
  mood: Mood | null;
  /** whether the plan was kept */
  plan: boolean | null;
  /** The first instant that counts and the first that no longer does: of the opening, or of the seeing. */
  from: Date | null;
  before: Date | null;
  /** in which days end */
  timeZone: string;
}

const choice = (text: string | undefined): LabelChoice | null =>
  text === undefined ? null : labelChoice(text);

const filterOf = (values: JournalValues, timeZone: string, now: Date | null): JournalFilter => ({
  q: values.q ?? null,
  kind: (values.kind ?? null) as EntryKind | null,
  symbol: values.symbol === undefined ? null : symbolTyped(values.symbol),
  tags: choice(values.tag),
  setups: choice(values.setup),
  mistakes: choice(values.mistake),
  mood: (values.mood ?? null) as Mood | null,
  plan: values.plan === undefined ? null : values.plan === 'yes',
  ...instantsOf(values, timeZone, now),
  timeZone,
});

/**
 * The entries that a query string asks for: `from` and `to` are days of the given zone, and both count. What cannot be
 * used has a sentence and what was written; the others count. Only what is searched for has a best order.
 */
export function readJournalFilter(query: unknown, timeZone: string, now: Date | null = null) {
  const read = readFields<JournalName>(fields, query, (name) => repeatable.includes(name));
  settleDays(read, now);
  const { values, errors, refused } = read;
  if (values.q === undefined || values.order === 'best') delete values.order;
  const order: Order = values.q === undefined || values.order === 'newest' ? 'newest' : 'best';
  return { filter: filterOf(values, timeZone, now), values: values as JournalValues, order, errors, refused };
}

/** A query string that says this and no more: `?q=late&mood=greedy`, '' for all entries. */
export function journalQuery(values: JournalValues): string {
  const parameters = new URLSearchParams();
  for (const name of journalNames) {
    const value = values[name];
    if (value !== undefined) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
