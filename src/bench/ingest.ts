import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { addAccount } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import { dealsOf } from '../data/deals.js';
import { ordersOf } from '../data/orders.js';
import { addUser } from '../data/users.js';
import { tradesOf } from '../domain/trade.js';
import { dayMs, minuteMs } from '../lib/clock.js';
import { ingestHistory, type Owned } from '../sync/ingest.js';
import type { Ground } from '../sync/rebuild.js';
import type { AccountInfo } from '../terminals/protocol.js';
import { arrival } from './arrival.js';
import { copyRows } from './copy.js';
import { dealing, symbolFacts, type Dealing } from './dealing.js';
import { inPlace } from './place.js';
import { median } from './stats.js';

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
/** Rows as COPY takes them: the cells of these columns. */
interface Stored {
  columns: string[];
  rows: string[][];
}
type Rows = Record<(typeof tables)[number], Stored>;
const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/** What the tables hold of an account from one ticket to another, each cell as PostgreSQL prints it. */
async function stored(client: pg.Client, { accountId }: Owned, { deals, orders }: Dealing): Promise<Rows> {
  const values = [accountId, deals[0]?.ticket, orders.at(-1)?.ticket];
  const read = async (table: string, ticket: string): Promise<Stored> => {
    // What PostgreSQL makes of the other columns by itself is not written.
    const { rows: written } = await client.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
      [table],
    );
    const columns = written.map(({ name }) => name);
    const text = `select ${columns.join()} from ${table} where account_id = $1 and ${ticket} between $2 and $3 order by ${ticket}`;
    const { rows } = await client.query<string[]>({ text, values, rowMode: 'array', types: asText });
    return { columns, rows };
  };
  return {
    deals: await read('deals', 'ticket'),
    orders: await read('orders', 'ticket'),
    trades: await read('trades', 'first_ticket'),
  };
}

/** The same work as the synchronisation's: keys, indexes and the look for the account. */
const asTheOriginal = (table: string): string =>
  `create table copy_of_${table} (like ${table} including all);
   alter table copy_of_${table} add foreign key (user_id, account_id) references accounts on delete cascade`;

type Took = Record<keyof Rows, number>;

/** The same rows by COPY, into tables made by `making`. ms of each. */
async function copied(client: pg.Client, rows: Rows, making: (table: string) => string): Promise<Took> {
  const took = { deals: 0, orders: 0, trades: 0 };
  for (const table of tables) {
    await client.query(making(table));
    const { columns, rows: own } = rows[table];
    took[table] = await copyRows(client, `copy_of_${table} (${columns.join()})`, own);
    await client.query(`drop table copy_of_${table}`);
  }
  return took;
}

const bare = (table: string): string => `create table copy_of_${table} (like ${table})`;
const all = ({ deals, orders, trades }: Took): number => deals + orders + trades;

interface Measured {
  ms: number;
  rows: number;
  /** COPY of the rows into tables like those they are kept in, and into tables without keys and indexes */
  copyMs: number;
  bareMs: number;
}

/** What is read again is weighed against COPY of what came, which is no trades. */
async function beside(client: pg.Client, rows: Rows, ms: number, isKnown = false): Promise<Measured> {
  const came = isKnown ? { ...rows, trades: { ...rows.trades, rows: [] } } : rows;
  const [copy, bareCopy] = [await copied(client, came, asTheOriginal), await copied(client, came, bare)];
  const count = came.deals.rows.length + came.orders.rows.length + came.trades.rows.length;
  return { ms, rows: count, copyMs: all(copy), bareMs: all(bareCopy) };
}

interface Round {
  fresh: Measured;
  again: Measured;
  late: Measured;
  rebuildMs: number;
}

async function round(db: Database, client: pg.Client, userId: string): Promise<Round> {
  const owner = await newAccount(db, userId);
  const freshMs = await ingested(db, owner, whole, 0);
  const againMs = await ingested(db, owner, whole, 0);
  const { read, fromMs } = catchUp();
  const lateMs = await ingested(db, owner, read, fromMs);
  const { deals, orders } = await db.withTenant('sync', userId, async (tx) => ({
    deals: await dealsOf(tx, owner, { digits: 2 }),
    orders: await ordersOf(tx, owner),
  }));
  const start = performance.now();
  tradesOf(deals, orders);
  const rebuildMs = performance.now() - start;
  const rows = await stored(client, owner, whole);
  return {
    fresh: await beside(client, rows, freshMs),
    again: await beside(client, rows, againMs, true),
    late: await beside(client, await stored(client, owner, read), lateMs),
    rebuildMs,
  };
}

const line = (name: string, rounds: readonly Measured[], aim: string): void => {
  const of = (measure: (one: Measured) => number): number => median(rounds.map(measure));
  const [ms, rows] = [of((one) => one.ms), of((one) => one.rows)];
  const [copyMs, bareMs] = [of((one) => one.copyMs), of((one) => one.bareMs)];
  process.stdout.write(
    `ingest: ${name.padEnd(28)}${ms.toFixed(0).padStart(6)} ms ${((rows / ms) * 1000).toFixed(0).padStart(7)} rows/s, ` +
      `COPY ${copyMs.toFixed(0)} ms, ratio ${(ms / copyMs).toFixed(2)} (aim: ${aim}); ` +
      `without indexes ${bareMs.toFixed(0)} ms, ratio ${(ms / bareMs).toFixed(2)}\n`,
  );
};

/**
 * A history of 100,000 deals through the real ingestion, beside COPY of the same rows: into tables with the same keys,
 * indexes and checks, which is the same work, and into tables without any, which is the least that storing can cost.
 */
export const ingest = async (): Promise<void> => {
  await inPlace({}, async ({ storage }) => {
    const client = new pg.Client({ ...storage.address, user: 'postgres' });
    await client.connect();
    try {
      const userId = await newUser(storage.db);
      const measured: Round[] = [];
      for (let at = 0; at < rounds; at += 1) {
        measured.push(await round(storage.db, client, userId));
        await sleep(500);
      }
      process.stdout.write(`ingest: ${wanted} deals with orders, medians of ${rounds} accounts\n`);
      line(
        'first, with its trades',
        measured.map(({ fresh }) => fresh),
        '2.2',
      );
      line(
        'again, nothing new',
        measured.map(({ again }) => again),
        '1.3',
      );
      line(
        '1,000 new and a week again',
        measured.map(({ late }) => late),
        '2,000 ms',
      );
      const rebuildMs = median(measured.map((one) => one.rebuildMs));
      process.stdout.write(`ingest: tradesOf on ${wanted} deals ${rebuildMs.toFixed(0)} ms\n`);
    } finally {
      await client.end();
    }
  });
  await arrival(whole);
};
