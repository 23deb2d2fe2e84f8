import { z } from 'zod';
import { instrumentsNear, type Instrument } from '../../data/brokers.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { pageOf, pageQuery, pageShape, readCursor } from '../../web/paging.js';

const symbolShape = z.object({
  name: z.string().describe('the symbol without the broker’s suffixes'),
  symbol: z.string(),
  server: z.string(),
  digits: z.number(),
  contractSize: z.string(),
  currencyBase: z.string(),
  currencyProfit: z.string(),
  bid: z.string().nullable(),
  ask: z.string().nullable(),
  quotedAt: z.iso.datetime().nullable(),
});

const symbolJson = (row: Instrument): z.infer<typeof symbolShape> => ({
  name: row.name,
  symbol: row.symbol,
  server: row.server,
  digits: row.digits,
  contractSize: row.contract_size,
  currencyBase: row.currency_base,
  currencyProfit: row.currency_profit,
  bid: row.bid,
  ask: row.ask,
  quotedAt: row.quoted_at?.toISOString() ?? null,
});

// In hex: names may hold spaces, which a cursor sets between its parts, and what comes back may hold anything.
const keyOf = ({ name, server, symbol }: Instrument): string[] =>
  [name, server, symbol].map((part) => Buffer.from(part).toString('hex'));
const textOf = (part: string): string => Buffer.from(part, 'hex').toString('utf8');
const keyPattern = /^((?!00)[\da-f]{2})+( ((?!00)[\da-f]{2})+){2}$/;
const symbolQuery = pageQuery.extend({ cursor: z.string().max(2_000).optional() });

export function symbolApiRoutes(app: ApiApp, { db }: Kit): void {
  app.get(
    '/symbols',
    {
      config: { access: 'api:read' },
      schema: {
        summary: 'Instruments known of the servers where the user has accounts, by name',
        querystring: symbolQuery,
        response: answers(pageShape(symbolShape)),
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const { limit, cursor } = request.query;
      const after = readCursor(cursor, keyPattern)?.map(textOf) ?? null;
      const rows = await db.withTenant('app', userId, (tx) =>
        instrumentsNear(tx, userId, { after, limit: limit + 1 }),
      );
      return pageOf(rows, limit, { item: symbolJson, key: keyOf });
    },
  );
}
