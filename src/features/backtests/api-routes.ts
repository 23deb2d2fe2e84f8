import { z } from 'zod';
import { passesOf } from '../../data/backtest-rows.js';
import { listBacktests, type ListedBacktest } from '../../data/backtests.js';
import { metatraderFigures, type MetatraderFigure } from '../../domain/metatrader/figure.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { pageOf, pageQuery, pageShape, readCursor } from '../../web/paging.js';
import { testerTime } from '../../web/tester-words.js';
import { totalShape } from '../../web/total-json.js';
import { metatraderJson } from '../../web/tester-figures.js';
import { ownBacktest } from './own.js';

const unknown = z.string().nullable();
const wall = unknown.describe('by the tester’s clock, which is no zone: 2024-01-08T02:15:00');
const figure = z.union([z.string(), z.number()]).nullable();
const names = Object.keys(metatraderFigures) as MetatraderFigure[];
const line = z.object({ name: z.string(), value: z.string() });

const listedShape = z.object({
  id: z.uuid(),
  name: z.string(),
  format: z.string(),
  expert: z.string(),
  symbol: z.string(),
  period: z.string(),
  currency: unknown,
  deposit: unknown,
  leverage: unknown,
  importedAt: z.string(),
  firstAt: wall,
  lastAt: wall,
  deals: z.number(),
  positions: z.number(),
  passes: z.number().describe('of an optimisation; 0: it is a single run'),
  metatrader: z
    .record(z.enum(names), figure)
    .nullable()
    .describe(
      'what its deals come to; figures that are made of equity, which no report lists, as they are printed; null: an optimisation has none',
    ),
});
const backtestShape = listedShape.extend({
  inputs: z.array(line),
  results: z.array(line).describe('as the report prints them'),
  totals: z.array(totalShape),
  optimisation: z
    .object({ columns: z.array(z.string()), passes: z.array(z.array(z.string())) })
    .nullable()
    .describe('the first 1000 passes, in the report’s order'),
});

const mostShown = 1_000;
const at = (ms: string | null): string | null =>
  ms === null ? null : testerTime(Number(ms)).replace(' ', 'T');

const listedJson = (row: ListedBacktest): z.infer<typeof listedShape> => {
  const { id, name, format, expert, symbol, period, currency, deposit, leverage } = row;
  const { deals, positions, passes } = row;
  return {
    ...{ id, name, format, expert, symbol, period, currency, deposit, leverage },
    importedAt: row.saved_at.toISOString(),
    firstAt: at(row.first_ms),
    lastAt: at(row.last_ms),
    ...{ deals, positions, passes },
    metatrader: metatraderJson(row),
  };
};

/** Reports of strategy testers; they come by `POST /imports`, and go by `DELETE /imports/:id`. */
export function backtestApiRoutes(api: ApiApp, { db }: Kit): void {
  const config = { access: 'api:read' } as const;

  api.get(
    '/backtests',
    {
      config,
      schema: {
        summary: 'Imported reports of strategy testers, the last one first',
        querystring: pageQuery,
        response: answers(pageShape(listedShape)),
      },
    },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const { limit, cursor } = request.query;
      const [ms, id] = readCursor(cursor, /^\d{1,15} [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) ?? [];
      const after = ms === undefined || id === undefined ? null : { at: new Date(Number(ms)), id };
      const rows = await db.withTenant('app', userId, (tx) =>
        listBacktests(tx, userId, { limit: limit + 1, after }),
      );
      const key = (row: ListedBacktest): string[] => [String(row.saved_at.getTime()), row.id];
      return reply.send(pageOf(rows, limit, { item: listedJson, key }));
    },
  );

  api.get(
    '/backtests/:id',
    {
      config,
      schema: {
        summary: 'One of them, its figures beside those that the report prints',
        params: z.object({ id: z.string() }),
        response: answers(backtestShape),
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      return db.withTenant('app', userId, async (tx) => {
        const row = await ownBacktest(tx, userId, request.params.id);
        const { inputs, results, totals, columns } = row;
        const stretch = { limit: mostShown, offset: 0 };
        const passes = await passesOf(tx, { userId, importId: row.id }, { sort: null, stretch });
        const optimisation = columns.length === 0 ? null : { columns, passes };
        return { ...listedJson(row), inputs, results, totals, optimisation };
      });
    },
  );
}
