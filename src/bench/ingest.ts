import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { addAccount } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import { dealsOf, ordersOf } from '../data/deals.js';
import { addUser } from '../data/users.js';
import { tradesOf } from '../domain/trade.js';
import { dayMs, minuteMs } from '../lib/clock.js';
import { ingestHistory, type Owned } from '../sync/ingest.js';
import type { Ground } from '../sync/rebuild.js';
import type { AccountInfo } from '../terminals/protocol.js';
import { copyRows } from './copy.js';
import { dealing, symbolFacts, type Dealing } from './dealing.js';
import { inPlace } from './place.js';
import { median, memoryOf } from './stats.js';

const rounds = 3;
const wanted = 100_000;
const positions = 48_000;
const startMs = Date.UTC(2024, 10, 18);
const everyMs = (2 * 365 * dayMs) / positions;
const ground: Ground = { digits: 2, rule: 'ny+7', symbols: symbolFacts };

const whole = dealing({ deals: wanted, startMs, everyMs, firstPosition: 0, hasDeposit: true });
const more = dealing({
  deals: 1_000,
  startMs: whole.endMs + minuteMs,
  everyMs: minuteMs,
  firstPosition: positions + 1_000,
  hasDeposit: false,
});

const info = (balance: number): AccountInfo => ({
  ...{ login: '5100121', server: 'Bench-Live', name: 'Bench', company: 'Bench', currency: 'USD' },
  ...{ currency_digits: 2, trade_mode: 2, margin_mode: 2, leverage: 100, balance, credit: 0, profit: 0 },
  ...{ equity: balance, margin: 0, margin_free: balance, margin_level: 0 },
});

const sealed = Buffer.from('none');

/** One reading as the synchronisation has it after the pages were put together. Answers the ms it took. */
async function ingested(db: Database, owner: Owned, read: Dealing, fromServerMs: number): Promise<number> {
  const { deals, orders, balance, endMs } = read;
  const history = { deals, orders, complete: true, account: info(balance) };
  const range = { fromServerMs, toServerMs: endMs + dayMs };
  const start = performance.now();
  const { isWhole } = await ingestHistory(
    db,
    owner,
    { ...history, ...range },
    { ground, at: new Date(), sealed, derivedBy: ground.rule },
  );
  if (!isWhole) throw new Error('The deals do not add up.');
  return performance.now() - start;
}

/** The new deals come with those of the seven days before, which are read again. */
function catchUp(): { read: Dealing; fromMs: number } {
  const fromMs = whole.endMs - 7 * dayMs;
  const again = <T extends { time_msc?: number; time_done_msc?: number }>(rows: readonly T[]): T[] =>
    rows.filter((row) => (row.time_msc ?? row.time_done_msc ?? 0) >= fromMs);
  const balance = Math.round((whole.balance + more.balance) * 100) / 100;
  const deals = [...again(whole.deals), ...more.deals];
  const orders = [...again(whole.orders), ...more.orders];
  return { read: { deals, orders, balance, endMs: more.endMs }, fromMs };
}

async function newAccount(db: Database, userId: string): Promise<Owned> {
  const id = randomUUID();
  const connection = { server: 'Bench-Live', login: id.slice(0, 8), sealedPassword: sealed };
  const account = { id, userId, type: 'live', category: 'Real', label: 'Bench', at: new Date() } as const;
  await db.withTenant('app', userId, (tx) => addAccount(tx, { ...account, connection }));
  return { userId, accountId: id };
}

async function newUser(db: Database): Promise<string> {
  const [userId, at] = [randomUUID(), new Date()];
  const person = { userId, email: 'bench@example.org', passwordHash: '', verifiedAt: at, createdAt: at };
  await db.withTenant('app', userId, (tx) => addUser(tx, { ...person, role: 'user', timeZone: 'UTC' }));
  return userId;
}

const tables = ['deals', 'orders', 'trades'] as const;
type Rows = Record<(typeof tables)[number], string[][]>;
const asText = { getTypeParser: () => (value: string) => value };

/** What the tables hold of an account, each cell as PostgreSQL prints it. */
async function stored(client: pg.Client, { accountId }: Owned, tickets?: readonly string[]): Promise<Rows> {
  const read = async (table: string): Promise<string[][]> => {
    const column = table === 'trades' ? 'first_ticket' : 'ticket';
    const only = tickets === undefined ? '' : `and ${column} = any($2::bigint[])`;
    const text = `select * from ${table} where account_id = $1 ${only}`;
    const values = [accountId, ...(tickets === undefined ? [] : [tickets])];
    const types = asText as unknown as pg.CustomTypesConfig;
    return (await client.query<string[]>({ text, values, rowMode: 'array', types })).rows;
  };
  return { deals: await read('deals'), orders: await read('orders'), trades: await read('trades') };
}

/** The same rows by COPY into tables without keys, indexes and policies. ms of each. */
async function copied(client: pg.Client, rows: Rows): Promise<Record<keyof Rows, number>> {
  const took = { deals: 0, orders: 0, trades: 0 };
  for (const table of tables) {
    await client.query(`create table bare_${table} (like ${table})`);
    took[table] = await copyRows(client, `bare_${table}`, rows[table]);
    await client.query(`drop table bare_${table}`);
  }
  return took;
}

interface Round {
  fresh: number;
  again: number;
  late: number;
  rebuild: number;
  copyAll: number;
  copyDealsAndOrders: number;
  copyLate: number;
  rows: number;
  lateRows: number;
}

async function round(db: Database, client: pg.Client, userId: string): Promise<Round> {
  const owner = await newAccount(db, userId);
  const fresh = await ingested(db, owner, whole, 0);
  const rows = await stored(client, owner);
  const copies = await copied(client, rows);
  const again = await ingested(db, owner, whole, 0);
  const { read, fromMs } = catchUp();
  const late = await ingested(db, owner, read, fromMs);
  const tickets = read.deals.flatMap(({ ticket, order }) => [ticket, order]);
  const lateCopies = await copied(client, await stored(client, owner, tickets));
  const { deals, orders } = await db.withTenant('sync', userId, async (tx) => ({
    deals: await dealsOf(tx, owner, { digits: 2 }),
    orders: await ordersOf(tx, owner),
  }));
  const start = performance.now();
  tradesOf(deals, orders);
  return {
    ...{ fresh, again, late, rebuild: performance.now() - start },
    copyAll: copies.deals + copies.orders + copies.trades,
    copyDealsAndOrders: copies.deals + copies.orders,
    copyLate: lateCopies.deals + lateCopies.orders + lateCopies.trades,
    rows: rows.deals.length + rows.orders.length + rows.trades.length,
    lateRows: read.deals.length + read.orders.length,
  };
}

const line = (name: string, ms: number, { copy, rows, aim }: { copy: number; rows: number; aim: string }) =>
  process.stdout.write(
    `ingest: ${name.padEnd(30)}${ms.toFixed(0).padStart(7)} ms ${((rows / ms) * 1000).toFixed(0).padStart(8)} rows/s, ` +
      `COPY ${copy.toFixed(0)} ms, ratio ${(ms / copy).toFixed(2)} (aim: ${aim})\n`,
  );

/** A history of 100,000 deals through the real ingestion, beside COPY of the same rows into tables without indexes. */
export const ingest = (): Promise<void> =>
  inPlace({}, async ({ storage }) => {
    const client = new pg.Client({ ...storage.address, user: 'postgres' });
    await client.connect();
    try {
      const userId = await newUser(storage.db);
      const memory = memoryOf(process.pid);
      const all: Round[] = [];
      for (let at = 0; at < rounds; at += 1) {
        all.push(await round(storage.db, client, userId));
        await sleep(500);
      }
      const of = (name: keyof Round): number => median(all.map((one) => one[name]));
      const dealsAndOrders = whole.deals.length + whole.orders.length;
      process.stdout.write(`ingest: ${wanted} deals with orders, medians of ${rounds} accounts\n`);
      line('first, with its trades', of('fresh'), { copy: of('copyAll'), rows: of('rows'), aim: '2.2' });
      const unchanged = { copy: of('copyDealsAndOrders'), rows: dealsAndOrders, aim: '1.3' };
      line('again, nothing new', of('again'), unchanged);
      const late = { copy: of('copyLate'), rows: of('lateRows'), aim: '2,000 ms' };
      line('1,000 new and a week again', of('late'), late);
      process.stdout.write(`ingest: tradesOf on ${wanted} deals ${of('rebuild').toFixed(0)} ms\n`);
      const { startMb, mostMb } = memory.stop();
      process.stdout.write(
        `ingest: resident memory ${startMb.toFixed(0)} MB with the history made, ${mostMb.toFixed(0)} MB at most\n`,
      );
    } finally {
      await client.end();
    }
  });
