import { z } from 'zod';
import { addDays, isDay, startOfDay } from '../lib/day.js';
import { periodsOf } from './periods.js';

/** What filters of several lists have in common. */

export const visibleField = (max: number): z.ZodType<string> =>
  z
    .string()
    .trim()
    .max(max, { error: `Nothing here is longer than ${max} characters.` })
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, { error: 'Please use visible characters only.' });

export const dayField = z.string().refine(isDay, { error: 'This is not a date; it looks like 2026-11-21.' });

export const given = (query: unknown, name: string): unknown =>
  typeof query === 'object' && query !== null && Object.hasOwn(query, name)
    ? (query as Record<string, unknown>)[name]
    : undefined;

interface Read<Name extends string> {
  values: Partial<Record<Name, string>>;
  errors: Record<string, string>;
  refused: Partial<Record<Name, string>>;
}

/** Each field of a query string by itself: those that can be used, and of the others a sentence and what was written. */
export function readFields<Name extends string>(
  fields: Readonly<Record<Name, z.ZodType<string>>>,
  query: unknown,
  isRepeatable: (name: Name) => boolean,
): Read<Name> {
  const read: Read<Name> = { values: {}, errors: {}, refused: {} };
  for (const [name, field] of Object.entries(fields) as [Name, z.ZodType<string>][]) {
    const text = given(query, name);
    if (text === undefined || text === '') continue;
    if (Array.isArray(text) && !isRepeatable(name)) read.errors[name] = 'Give this once.';
    const { data, error } = field.safeParse(text);
    if (data !== undefined && data !== '') read.values[name] = data;
    else {
      read.errors[name] ??= error?.issues[0]?.message ?? 'This cannot be used.';
      if (typeof text === 'string') read.refused[name] = text;
    }
  }
  return read;
}

type DayName = 'period' | 'from' | 'to';

/** Takes the end of a stretch away that ends before it begins, and a period beside days of one's own. */
export function settleDays({ values, errors, refused }: Read<DayName>, now: Date | null): void {
  if (values.from !== undefined && values.to !== undefined && values.to < values.from) {
    errors['to'] = 'This day lies before the first one.';
    refused.to = values.to;
    delete values.to;
  }
  if (now === null || values.from !== undefined || values.to !== undefined) delete values.period;
}

type Days = Readonly<Partial<Record<DayName, string>>>;

const daysOf = (values: Days, timeZone: string, now: Date | null): { from?: string; to?: string } =>
  (now !== null && values.period !== undefined
    ? periodsOf(now, timeZone).find(({ key }) => key === values.period)
    : undefined) ?? values;

/** The first instant of the days that are asked for, and the first behind them. */
export function instantsOf(values: Days, timeZone: string, now: Date | null) {
  const { from, to } = daysOf(values, timeZone, now);
  return {
    from: from === undefined ? null : startOfDay(from, timeZone),
    before: to === undefined ? null : startOfDay(addDays(to, 1), timeZone),
  };
}

/** Brokers write symbols in capitals, their suffixes alone in small letters; people type them as it comes. */
export const symbolTyped = (text: string): string => (/^[a-z0-9]+$/.test(text) ? text.toUpperCase() : text);
