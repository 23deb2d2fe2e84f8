import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { inTable } from '../../data/experts.js';
import { tradesWhere } from '../../data/trade-filter.js';
import { dayOf } from '../../lib/day.js';
import { Fault } from '../../lib/fault.js';
import { csvOf } from '../../reports/export-csv.js';
import { jsonOf } from '../../reports/export-json.js';
import type { ExportTrade } from '../../reports/export-trade.js';
import { mostWorkbookTrades } from '../../reports/export-xlsx.js';
import { workbookAside } from '../../reports/workbook.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { countTry } from '../../web/too-many.js';
import { readTradeFilter, readTradeSort } from '../../web/trade-filter.js';
import { exportAccounts } from './export-queries.js';
import { tableOf, wholeOf, type ExportList } from './export-stretches.js';

type Asking = FastifyRequest<{ Querystring: Record<string, unknown> }>;

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
} as const;

const tooMany = (): Fault =>
  new Fault(
    413,
    'too_many_trades',
    `A workbook takes ${mostWorkbookTrades} trades, and these are more. Choose fewer by a filter, or take CSV.`,
  );

async function workbookTrades(list: ExportList): Promise<ExportTrade[]> {
  const trades: ExportTrade[] = [];
  for await (const some of tableOf(list)) {
    trades.push(...some);
    if (trades.length > mostWorkbookTrades) throw tooMany();
  }
  return trades;
}

/** What is asked for. A filter that cannot be used is refused: a file must not hold more than was meant. */
async function read(request: Asking, { db, clock, limiter }: Kit): Promise<ExportList> {
  const { userId, timeZone } = visitorOf(request);
  const { filter, errors } = readTradeFilter(request.query, timeZone, clock.now());
  const { sort, error } = readTradeSort(request.query);
  const [refused] = [...Object.values(errors), ...(error === null ? [] : [error])];
  if (refused !== undefined) throw new Fault(400, 'invalid', `Nothing was exported. ${refused}`);
  await countTry(limiter, 'exportByUser', userId);
  const found = await db.withTenant('app', userId, (tx) => inTable(tx, userId, filter));
  return { db, userId, sort, where: tradesWhere(userId, found) };
}

/** Files of exactly the trades that a query string lists, in its order. */
export function exportRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock } = kit;
  const config = { access: 'user' } as const;
  const asFile = (request: Asking, reply: FastifyReply, kind: keyof typeof types): FastifyReply => {
    const name = `rawjournal-trades-${dayOf(clock.now(), visitorOf(request).timeZone)}.${kind}`;
    return reply.type(types[kind]).header('content-disposition', `attachment; filename="${name}"`);
  };

  app.get('/trades/export.csv', { config }, async (request: Asking, reply) => {
    const list = await read(request, kit);
    return asFile(request, reply, 'csv').send(Readable.from(csvOf(tableOf(list))));
  });

  app.get('/trades/export.json', { config }, async (request: Asking, reply) => {
    const list = await read(request, kit);
    const { userId, where } = list;
    const accounts = await db.withTenant('app', userId, (tx) => exportAccounts(tx, userId, where));
    const whole = { exportedAt: clock.now(), accounts, trades: wholeOf(list) };
    return asFile(request, reply, 'json').send(Readable.from(jsonOf(whole)));
  });

  app.get('/trades/export.xlsx', { config }, async (request: Asking, reply) => {
    const trades = await workbookTrades(await read(request, kit));
    return asFile(request, reply, 'xlsx').send(await workbookAside(trades));
  });
}
