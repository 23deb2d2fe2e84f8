import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { addAccount, setCredentials } from '../data/accounts.js';
import { sealPassword } from '../data/broker-password.js';
import { addUser } from '../data/users.js';
import { accountAt } from '../terminals/simulator/world.js';
import type { HistoryDeal } from '../terminals/protocol.js';
import { asAdministrator } from './database.js';
import { epochMs, type TestEngine } from './engine.js';

export interface Connected {
  userId: string;
  accountId: string;
  server: string;
  login: string;
}

type Row = Record<string, unknown>;

export const ask = (
  { login }: Pick<TestEngine, 'login'>,
  question: string,
  values: unknown[] = [],
): Promise<Row[]> =>
  asAdministrator(login, async (client: pg.Client) => (await client.query<Row>(question, values)).rows);

export async function newUser({ db, clock }: TestEngine): Promise<string> {
  const userId = randomUUID();
  const at = clock.now();
  await db.withTenant('app', userId, (tx) =>
    addUser(tx, {
      ...{ userId, email: `${userId}@example.org`, passwordHash: 'none', role: 'user' },
      ...{ timeZone: 'UTC', verifiedAt: at, createdAt: at },
    }),
  );
  return userId;
}

const sealed = (engine: TestEngine, account: Connected, password: string): Buffer =>
  sealPassword({ keyring: engine.keyring, random: randomBytes }, account, password);

/** A page that stays open: it goes on answering pings until it is closed, and comes back where it was given up. */
export function openPage(engine: TestEngine, userId: string): { close: () => void } {
  let watch = engine.sync.open(userId);
  const answer = (): void => {
    if (engine.sync.presenceOf(userId) === 'online') watch.heard();
    else watch = engine.sync.open(userId);
  };
  const pings = setInterval(answer, 200).unref();
  return {
    close: () => {
      clearInterval(pings);
      watch.close();
    },
  };
}

/** Connects an account as the form would, and tells the synchronisation. */
export async function connect(
  engine: TestEngine,
  userId: string,
  { server, login, password = `inv-${login}` }: { server: string; login: string; password?: string },
): Promise<Connected> {
  const account = { userId, accountId: randomUUID(), server, login };
  const connection = { server, login, sealedPassword: sealed(engine, account, password) };
  await engine.db.withTenant('app', userId, (tx) =>
    addAccount(tx, {
      ...{ id: account.accountId, userId, type: 'live', category: 'Demo', label: login },
      ...{ at: engine.clock.now(), connection },
    }),
  );
  await engine.sync.changed(userId);
  return account;
}

/** Gives an account another password, as its form would. */
export async function renew(engine: TestEngine, account: Connected, password: string): Promise<void> {
  const { userId, accountId, server, login } = account;
  const connection = { server, login, sealedPassword: sealed(engine, account, password) };
  await engine.db.withTenant('app', userId, (tx) => setCredentials(tx, userId, accountId, connection));
  await engine.sync.changed(userId);
}

export interface Standing {
  state: string;
  state_reason: string;
  sealed_password: Buffer | null;
  rejections: number;
  balance: string | null;
  currency: string | null;
  cursor_ms: string;
  clock_rule: string;
  connected_at: Date | null;
  light_synced_at: Date | null;
  full_synced_at: Date | null;
  verdict: string | null;
  difference: string | null;
  ledger: string | null;
  broker: string | null;
  reason: string | null;
  unlisted: number | null;
}

/** The account's row with its reconciliation. Throws when it is not there. */
export async function standingOf(engine: TestEngine, { accountId }: Connected): Promise<Standing> {
  const [row] = await ask(
    engine,
    `select a.*, r.verdict, r.difference::text, r.ledger::text, r.broker::text, r.reason, r.unlisted
     from accounts a left join reconciliations r on r.account_id = a.id where a.id = $1`,
    [accountId],
  );
  if (row === undefined) throw new Error('There is no such account.');
  return row as unknown as Standing;
}

/** Has the account read whole, and waits until that reading is written. */
export async function readWhole(engine: TestEngine, account: Connected): Promise<void> {
  const at = engine.clock.now().getTime();
  engine.sync.ask(account.userId, account.accountId);
  await engine.until('a whole reading that began after it was asked for', async () => {
    const began = engine.calls.findIndex(
      (call) =>
        call.method === 'history' &&
        call.login === account.login &&
        call.atMs >= at &&
        call.fromServerMs === 0,
    );
    if (began < 0) return false;
    const { full_synced_at: synced } = await standingOf(engine, account);
    return synced !== null && synced.getTime() > (engine.calls[began]?.atMs ?? Infinity);
  });
}

/** What the broker lists of an account at an instant; instants must not go back within a test. */
const brokersDeals = ({ server, login }: Connected, utcMs: number): HistoryDeal[] =>
  accountAt(server, login, epochMs).historyAt(utcMs).deals;

const storedDeals = (engine: TestEngine, { accountId }: Connected): Promise<Row[]> =>
  ask(engine, 'select * from deals where account_id = $1 order by server_ms, ticket', [accountId]);

const asStored = (deal: HistoryDeal) => ({
  ...{ ticket: deal.ticket, order: deal.order, position: deal.position_id, server_ms: String(deal.time_msc) },
  ...{ type: deal.type, entry: deal.entry, reason: deal.reason, magic: deal.magic, symbol: deal.symbol },
  ...{ volume: deal.volume, price: deal.price, profit: deal.profit, swap: deal.swap },
  ...{ commission: deal.commission, fee: deal.fee, comment: deal.comment, external: deal.external_id },
});

const asListed = (row: Row) => ({
  ...{ ticket: row['ticket'], order: row['order_ticket'], position: row['position_id'] },
  ...{ server_ms: row['server_ms'], type: row['type'], entry: row['entry'], reason: row['reason'] },
  ...{
    magic: row['magic'],
    symbol: row['symbol'],
    volume: Number(row['volume']),
    price: Number(row['price']),
  },
  ...{ profit: Number(row['profit']), swap: Number(row['swap']), commission: Number(row['commission']) },
  ...{ fee: Number(row['fee']), comment: row['comment'], external: row['external_id'] },
});

export interface Comparison {
  stored: number;
  /** listed by the broker before `fromMs` and not kept */
  missing: string[];
  /** kept, and never listed until `toMs` */
  invented: unknown[];
  /** kept, and not as the broker lists them: ours and theirs */
  different: [unknown, unknown][];
}

/**
 * What is kept against what the broker lists. The last reading was made somewhere between two instants: what was done
 * before the first must be there, what was done after the second cannot be.
 */
export async function compared(
  engine: TestEngine,
  account: Connected,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Comparison> {
  const before = new Set(brokersDeals(account, fromMs).map(({ ticket }) => ticket));
  const theirs = new Map(brokersDeals(account, toMs).map((deal) => [deal.ticket, asStored(deal)]));
  const rows = await storedDeals(engine, account);
  const ours = new Map(rows.map((row) => [String(row['ticket']), asListed(row)]));
  const pairs = [...ours].map(([ticket, deal]) => [deal, theirs.get(ticket)] as const);
  return {
    stored: rows.length,
    missing: [...before].filter((ticket) => !ours.has(ticket)),
    invented: pairs.filter(([, deal]) => deal === undefined).map(([deal]) => deal),
    different: pairs
      .filter(([one, other]) => other !== undefined && JSON.stringify(one) !== JSON.stringify(other))
      .map(([one, other]) => [one, other]),
  };
}
