import { z } from 'zod';
import { categories } from '../../data/schema-trading.js';
import { metatraderFigures, type MetatraderFigure } from '../../domain/metatrader/figure.js';
import { journalFigures, type JournalFigure } from '../../domain/stats/journal-figure.js';
import { answers } from '../../web/api.js';
import { filterQuery } from '../../web/filter-query.js';
import { bucketShape } from '../../web/bucket-json.js';
import { curveShape } from './curve-json.js';
import { partings } from '../../web/parting.js';

const figure = z.union([z.string(), z.number()]).nullable();
const named = z.object({ category: z.enum(categories), currency: z.string() });
const of = {
  category: z.enum(categories).nullable(),
  currency: z.string().nullable().describe('of all money; null: no account has any yet'),
  accounts: z.array(z.string()),
  trades: z.int().describe('closed trades that are meant'),
  others: z.array(named).describe('money that is not added to this; group=Category-CURRENCY asks for it'),
};
const summaryShape = z.object({
  ...of,
  metatrader: z
    .record(z.enum(Object.keys(metatraderFigures) as MetatraderFigure[]), figure)
    .describe('exit view, as MetaTrader prints it'),
  journal: z
    .record(z.enum(Object.keys(journalFigures) as JournalFigure[]), figure)
    .describe('position view: one item is one closed trade'),
  reasons: z
    .object({ metatrader: z.record(z.string(), z.string()), journal: z.record(z.string(), z.string()) })
    .describe('why figures are null'),
});

export const query = z.strictObject({
  ...filterQuery,
  group: z
    .string()
    .max(40)
    .optional()
    .describe('such as Real-USD, where accounts have several kinds of money'),
});

export const schemas = {
  summary: {
    summary: 'Every figure of the closed trades of a filter',
    querystring: query,
    response: answers(summaryShape),
  },
  curve: {
    summary: 'Balance and drawdown over time',
    querystring: query,
    response: answers(z.object({ ...of, ...curveShape })),
  },
  breakdown: {
    summary: 'The same trades in buckets',
    querystring: query.extend({ by: z.enum(partings) }),
    response: answers(z.object({ ...of, by: z.enum(partings), items: z.array(bucketShape) })),
  },
  calendar: {
    summary: 'What each day came to on which trades closed, in the user’s time zone',
    querystring: query,
    response: answers(z.object({ ...of, days: z.array(bucketShape) })),
  },
};
