import { z } from 'zod';
import { formats, type Format } from '../../reports/report.js';

/** What stays of a report beside its deals, as it is kept with its batch (`imports.head`). */

const text = z.string();
const ms = z.number().nullable();

const totalShape = z.object({
  name: text,
  reported: text,
  computed: text.nullable(),
  equal: z.boolean().nullable(),
  reason: text.nullable(),
});

const problemShape = z.object({ row: z.number().nullable(), reason: text });

/** A deal of the report's beginning, as a page shows it; time in ms of the file's clock. */
const sampleShape = z.object({
  row: z.number(),
  timeMs: z.number(),
  type: z.number(),
  entry: z.number(),
  symbol: text,
  volume: text,
  price: text,
  profit: text,
});

export const summaryShape = z.object({
  account: z.object({
    login: text.nullable(),
    server: text.nullable(),
    name: text.nullable(),
    company: text.nullable(),
    currency: text.nullable(),
    mode: z.enum(['demo', 'real', 'contest']).nullable(),
    isHedging: z.boolean().nullable(),
  }),
  clock: z.enum(['server', 'utc', 'unknown']),
  digits: z.number(),
  totals: z.array(totalShape),
  windowReason: text.nullable(),
  counts: z.object({ deals: z.number(), orders: z.number(), positions: z.number(), cash: z.number() }),
  firstMs: ms,
  lastMs: ms,
  /** the first of them, and how many there are: in all, and of rows that were left out */
  problems: z.array(problemShape),
  problemCount: z.number(),
  rejected: z.number(),
  sample: z.array(sampleShape),
  /** deals by the hour of the file's clock, as `noteHour` counts them */
  weekHours: z.array(z.tuple([z.number(), z.number()])).default([]),
});
export type Summary = z.infer<typeof summaryShape>;

/** Null while nothing has been read. */
export const summaryOf = (head: unknown): Summary | null => {
  const read = summaryShape.safeParse(head);
  return read.success ? read.data : null;
};

const isFormat = (format: string): format is Format => Object.hasOwn(formats, format);
export const formatName = (format: string): string => (isFormat(format) ? formats[format] : 'unknown file');

/** What a tester made, which belongs to no account. */
const ofTesters: ReadonlySet<string> = new Set(['mt5-tester', 'mt4-tester', 'mt5-optimiser']);
export const isBacktest = (format: string): boolean => ofTesters.has(format);

/** Formats that hold trades of an account. */
export const holdsTrades = (format: string): boolean =>
  isFormat(format) && !isBacktest(format) && format !== 'mt5-open';
