import type { z } from 'zod';
import type { Tx } from '../../data/database.js';
import type { OwnedAccount } from '../../data/deals.js';
import { positionsOf } from '../../data/positions.js';
import { listSnapshots } from '../../data/snapshots.js';
import { positionJson, positionShape } from '../../web/account-json.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { pageOf, pageQuery, pageShape, readCursor } from '../../web/paging.js';
import { idParams } from './api-routes.js';
import { cashJson, cashShape, dealJson, dealShape, snapshotJson, snapshotShape } from './api-view.js';
import { ownAccount } from './own.js';
import { dealsPage } from './queries.js';

/** Server time or an instant in ms, and a ticket: what lists of deals and positions are sorted by. */
const timeAndTicket = /^-?\d{1,15} (\d{1,18}|[1-8]\d{18})$/;
const latest = new Date('9999-01-01T00:00:00Z');

interface List<R, S extends z.ZodType> {
  name: string;
  summary: string;
  shape: S;
  /** what a cursor holds */
  pattern: RegExp;
  key: (row: R) => string[];
  json: (row: R) => z.infer<S>;
  read: (tx: Tx, owner: OwnedAccount, page: { after: string[] | null; limit: number }) => Promise<R[]>;
}

function listRoute<R, S extends z.ZodType>(
  app: ApiApp,
  { db }: Kit,
  { name, summary, shape, pattern, key, json, read }: List<R, S>,
): void {
  app.get(
    `/accounts/:id/${name}`,
    {
      config: { access: 'api:read' },
      schema: { summary, params: idParams, querystring: pageQuery, response: answers(pageShape(shape)) },
    },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const { limit, cursor } = request.query;
      const rows = await db.withTenant('app', userId, async (tx) => {
        const { id } = await ownAccount(tx, userId, request.params.id);
        const after = readCursor(cursor, pattern);
        return read(tx, { userId, accountId: id }, { after, limit: limit + 1 });
      });
      return reply.send(pageOf(rows, limit, { item: json, key }));
    },
  );
}

/** What belongs to one account, oldest first, a page at a time. */
export function apiListRoutes(app: ApiApp, kit: Kit): void {
  const list = <R, S extends z.ZodType>(definition: List<R, S>): void => listRoute(app, kit, definition);

  list({
    name: 'positions',
    summary: 'Open positions as the broker listed them last, the oldest first',
    shape: positionShape,
    pattern: timeAndTicket,
    key: (row) => [row.opened_ms, row.position_id],
    json: positionJson,
    read: positionsOf,
  });
  list({
    name: 'deals',
    summary: 'Raw deals, the oldest first',
    shape: dealShape,
    pattern: timeAndTicket,
    key: (row) => [row.server_ms, row.ticket],
    json: dealJson,
    read: (tx, owner, page) => dealsPage(tx, owner, { ...page, only: 'all' }),
  });
  list({
    name: 'ledger',
    summary: 'Cash operations: every deal that is not a trade, the oldest first',
    shape: cashShape,
    pattern: timeAndTicket,
    key: (row) => [row.server_ms, row.ticket],
    json: cashJson,
    read: (tx, owner, page) => dealsPage(tx, owner, { ...page, only: 'cash' }),
  });
  list({
    name: 'snapshots',
    summary: 'Samples of balance and equity, the oldest first',
    shape: snapshotShape,
    pattern: /^\d{1,15}$/,
    key: (row) => [String(row.at.getTime())],
    json: snapshotJson,
    read: (tx, owner, { after, limit }) =>
      listSnapshots(tx, owner, { after: new Date(Number(after?.[0] ?? 0)), until: latest, limit }),
  });
}
