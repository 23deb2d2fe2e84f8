import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import { addAccount } from '../data/accounts.js';
import type { Tx } from '../data/database.js';
import { addBatchDeals, type BatchDeal } from '../data/import-rows.js';
import { addImport, changeImport } from '../data/imports.js';
import { addUser } from '../data/users.js';
import { saveBatch, undoBatch } from '../sync/batches.js';
import { asAdministrator, testDatabase } from './database.js';

export const at = new Date('2026-07-08T12:00:00Z');
export const startMs = Date.UTC(2026, 5, 1, 12);
export const sealed = Buffer.from('sealed elsewhere');

/** An account, and what stands in it. */
export async function world(t: Test) {
  const { db, login } = await testDatabase(t);
  const owner = { userId: randomUUID(), accountId: randomUUID() };
  const { userId, accountId: id } = owner;
  const person = { userId, email: 'a@example.org', passwordHash: '', role: 'user' as const, timeZone: 'UTC' };
  const account = { id, userId, type: 'live' as const, category: 'Demo' as const, label: 'A', at };
  const connection = { server: 'A', login: '1', sealedPassword: sealed };
  const asUser = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.withTenant('app', userId, work);
  await asUser(async (tx) => {
    await addUser(tx, { ...person, verifiedAt: at, createdAt: at });
    await addAccount(tx, { ...account, connection });
  });
  /** All that pages would show of trades and deals. */
  const standing = () =>
    asAdministrator(login, async (client) => {
      const trades = await client.query(
        `select id, side, volume::float, net::float, open_price::float, close_price::float, closed_ms, source, deal_tickets
         from trades order by position_id, first_ticket`,
      );
      const deals = await client.query<{ ticket: string; source: string }>(
        'select ticket, position_id, profit::float, source from deals order by ticket',
      );
      return { trades: trades.rows as unknown[], deals: deals.rows };
    });
  /** All that the tables hold of some positions. */
  const kept = (positions: readonly string[]) =>
    asAdministrator(login, async (client) => {
      const [deals, trades] = await Promise.all(
        ['deals', 'trades'].map((table) =>
          client.query<{ row: unknown }>(
            `select to_jsonb(x) as row from ${table} x where position_id = any($1) order by x::text`,
            [positions],
          ),
        ),
      );
      return [deals, trades].map((found) => found?.rows.map(({ row }) => JSON.stringify(row)));
    });
  return { db, owner, asUser, standing, kept };
}
export type World = Awaited<ReturnType<typeof world>>;

/** The `at`th position: two deals, `profit` at its end. */
export const pair = (number: number, profit = number): BatchDeal[] =>
  [0, 1].map((entry) => ({
    ...{
      row: 2 * number + entry,
      ticket: String(100 + 2 * number + entry),
      order: String(500 + 2 * number + entry),
    },
    ...{ positionId: String(500 + 2 * number), timeMs: startMs + (2 * number + entry) * 60_000 },
    ...{ type: entry, entry, reason: null, magic: null, symbol: 'EURUSD', volume: '0.10' },
    ...{ price: entry === 0 ? '1.10000' : '1.10100', profit: entry === 0 ? '0.00' : `${profit}.00` },
    ...{ swap: '0.00', commission: '0.00', fee: '0.00', comment: '' },
  }));
/** The same as a list without deals would bring it. */
export const madeUp = (number: number): BatchDeal[] =>
  pair(number).map((deal) => ({ ...deal, row: number, ticket: String(-1000 + Number(deal.ticket)) }));

export async function batch(
  { asUser, owner }: World,
  rows: BatchDeal[],
  madeMs: number | null = null,
): Promise<string> {
  const importId = randomUUID();
  const { userId, accountId } = owner;
  await asUser(async (tx) => {
    await addImport(tx, { id: importId, userId, accountId, kind: 'report', state: 'ready', at });
    await changeImport(tx, { userId, importId }, { made_ms: madeMs === null ? null : String(madeMs) });
    await addBatchDeals(tx, { userId, importId }, rows);
  });
  return importId;
}
export const save = ({ asUser, owner }: World, importId: string): Promise<void> =>
  asUser((tx) => saveBatch(tx, { ...owner, importId }, at));
export const undo = ({ asUser, owner }: World, importId: string): Promise<void> =>
  asUser((tx) => undoBatch(tx, { ...owner, importId }, at));
