import { z } from 'zod';
import { categories } from '../../data/schema-trading.js';
import { moods } from '../../domain/judgement.js';
import type { PageKind } from '../../domain/journal-page.js';
import { isDay } from '../../lib/day.js';
import { sumsShape } from '../../web/bucket-json.js';
import { notesField } from '../../web/notes-field.js';

const madeShape = z.object({ category: z.enum(categories), currency: z.string(), ...sumsShape.shape });
export type Made = z.infer<typeof madeShape>;

/** What a page says, in the words of the API; `name` is what its address calls it. */
const textShape = {
  plan: z.string(),
  review: z.string(),
  lessons: z.string(),
  mood: z.enum(moods).nullable(),
  version: z.number().int().describe('0: nothing was ever written'),
  updatedAt: z.iso.datetime().nullable(),
  figures: z
    .array(madeShape)
    .describe(
      'closed trades, each kind of money apart; empty: nothing closed, by the clock of the user’s zone',
    ),
};

const names: Record<PageKind, string> = {
  day: 'the day, as 2026-11-23',
  week: 'the Monday of the week, as 2026-11-23',
  month: 'the month, as 2026-11',
};

export const pageShape = (kind: PageKind) =>
  z.object({
    ...(kind === 'month'
      ? { month: z.string().describe(names.month) }
      : { date: z.string().describe(names[kind]) }),
    ...textShape,
  });

export const pageList = (kind: PageKind) =>
  z.object({ items: z.array(pageShape(kind)), nextCursor: z.null() });

const day = z.string().refine(isDay, { error: 'This is not a date; it looks like 2026-11-21.' });

export const spanQuery = z.strictObject({
  from: day.optional().describe('a day; usually so long before the last that a month of days is told'),
  to: day.optional().describe('a day; usually today'),
});

export const wantedPage = z.strictObject({
  plan: notesField.optional().describe('what is left out stays as it is'),
  review: notesField.optional(),
  lessons: notesField.optional(),
  mood: z.enum(moods).nullable().optional(),
  version: z
    .number({ error: 'The version you have read.' })
    .int()
    .min(0)
    .max(2_147_483_647)
    .describe('the version this is to replace, as it was read; another one is answered with 409'),
});
