import { z } from 'zod';
import type { ReportLine } from '../reports/report-lines.js';
import { metatraderFigures, type MetatraderFigure } from '../domain/metatrader/figure.js';
import { formats, type Format } from '../reports/report.js';
import * as limits from '../reports/row-limits.js';
import { dealsIn, ordersIn } from './report-rows.js';

/** What a reader of reports may say: nothing of it is believed before it went through here, or through `report-rows`. */

const text = z.string().max(limits.mostCommentCharacters);
const short = z.string().max(limits.mostNameCharacters);
const decimal = z.string().refine(limits.isDecimal, 'no number of up to 30 digits');
const row = z.int().min(0).max(limits.mostRow);
const ms = z.int().min(-limits.mostMs).max(limits.mostMs);

const account = z.object({
  login: short.nullable(),
  server: short.nullable(),
  name: short.nullable(),
  company: short.nullable(),
  currency: short.nullable(),
  mode: z.enum(['demo', 'real', 'contest']).nullable(),
  isHedging: z.boolean().nullable(),
  clockRule: short.exactOptional(),
});

const pairs = z.array(z.object({ name: text, value: text })).max(10_000);

const tester = z.object({
  expert: text,
  symbol: text,
  period: text,
  currency: short.nullable(),
  deposit: short.nullable(),
  leverage: short.nullable(),
  inputs: pairs,
  results: pairs,
});

const figureName = z.enum(Object.keys(metatraderFigures) as MetatraderFigure[]);

const head = z.object({
  format: z.enum(Object.keys(formats) as Format[]),
  account,
  clock: z.enum(['server', 'utc', 'unknown']),
  madeMs: ms.nullable(),
  tester: tester.nullable(),
  optimisation: z.object({ title: text, columns: z.array(text).max(16_384) }).nullable(),
  digits: z.int().min(0).max(15),
  totals: z
    .array(
      z.object({
        name: figureName,
        reported: decimal,
        computed: decimal.nullable(),
        equal: z.boolean().nullable(),
        reason: text.nullable(),
      }),
    )
    .max(1_000),
  figures: z
    .array(z.object({ name: figureName, value: decimal.nullable(), reason: short.nullable() }))
    .max(1_000),
  windowReason: text.nullable(),
  counts: z.object({ deals: row, orders: row, positions: row, cash: row }),
  firstMs: ms.nullable(),
  lastMs: ms.nullable(),
});

/** as a page would take it */
const entry = z.object({
  row,
  notes: z.string().max(20_000),
  setup: z.string().max(40),
  tags: z.array(z.string().max(40)).max(30),
});

const problem = z.object({ row: row.nullable(), reason: text });
const shownRow = z.object({
  number: row,
  cells: z.array(z.object({ column: row, text: short })).max(1_000),
});

const question = z.discriminatedUnion('about', [
  z.object({ about: z.literal('columns'), head: z.array(shownRow).max(100) }),
  z.object({ about: z.literal('symbol') }),
]);

const piece = <T extends z.ZodType>(one: T) => z.array(one).max(500);

const shortLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), bytesRead: row, bytes: row }),
  z.object({ kind: z.literal('refused'), message: short, question: question.nullable() }),
  z.object({ kind: z.literal('head'), head }),
  z.object({ kind: z.literal('entries'), rows: piece(entry) }),
  z.object({ kind: z.literal('problems'), rows: piece(problem) }),
  z.object({ kind: z.literal('passes'), rows: piece(z.array(text).max(16_384)) }),
  z.object({ kind: z.literal('done') }),
]) satisfies z.ZodType<ReportLine>;

/** A line of a reader, of which nothing but JSON is known. Throws where it is none. */
export function reportLineIn(said: unknown): ReportLine {
  if (typeof said !== 'object' || said === null || !('kind' in said) || !('rows' in said))
    return shortLine.parse(said);
  if (said.kind === 'deals') return { kind: said.kind, rows: dealsIn(said.rows) };
  return said.kind === 'orders' ? { kind: said.kind, rows: ordersIn(said.rows) } : shortLine.parse(said);
}
