import { sql, type SqlBool } from 'kysely';
import pLimit from 'p-limit';
import { kekIdOf, wrappedBy, type Keyring, type Renewal } from '../lib/seal.js';
import { openWebhook, renewWebhook, sealedWebhook } from './alarm-ways.js';
import { allUserIds } from './all-accounts.js';
import { openPassword, renewPassword, type BrokerLogin } from './broker-password.js';
import { nobody, type Database, type Tx } from './database.js';
import { sealedMarketAccount } from './market-account.js';
import { openFactor, renewFactor } from './two-factor.js';

/** Everything in the database that is sealed by a key. */
export const sealedKinds = ['account', 'factor', 'market', 'webhook'] as const;
export type SealedKind = (typeof sealedKinds)[number];

/** One sealed value: how it opens, and what a rotation makes of it. */
interface SealedRow {
  kind: SealedKind;
  /** of the account; of no meaning where there is but one such row */
  id: string;
  sealed: Buffer;
  open: (keyring: Keyring) => unknown;
  renew: (renewal: Renewal) => Buffer;
}

/** Rows that are put back by one statement. */
interface Batch {
  rows: SealedRow[];
  put: (tx: Tx, anew: readonly { id: string; sealed: Buffer }[]) => Promise<unknown>;
}

/** For tables of which there is one row at most. */
const oneByOne =
  (put: (tx: Tx, anew: Buffer) => Promise<unknown>): Batch['put'] =>
  (tx, anew) =>
    Promise.all(anew.map(({ sealed }) => put(tx, sealed)));

const nothing: Batch = { rows: [], put: () => Promise.resolve() };

const passwordRow = (kind: SealedKind, belongsTo: BrokerLogin, sealed: Buffer): SealedRow => ({
  ...{ kind, sealed, id: belongsTo.accountId },
  open: (keyring) => openPassword(keyring, belongsTo, sealed),
  renew: (renewal) => renewPassword(renewal, belongsTo, sealed),
});

/** What is to be looked at: everything, or what another key than this one wraps. */
type Choice = { notBy: string } | null;

const wanted = (column: string, choice: Choice) =>
  choice === null
    ? sql<SqlBool>`true`
    : sql<SqlBool>`substring(${sql.ref(column)} from 1 for 5) <> ${wrappedBy(choice.notBy)}`;

/** Passwords of a user's accounts, from the one behind `after` on; held until the transaction ends. */
async function passwordRows(
  tx: Tx,
  userId: string,
  { choice, after, most }: { choice: Choice; after: string; most: number },
): Promise<Batch & { last: string | null }> {
  const found = await tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('id', '>', after)
    .where('sealed_password', 'is not', null)
    .where(wanted('sealed_password', choice))
    .select(['id', 'server', 'login', 'sealed_password'])
    .orderBy('id')
    .limit(most)
    .$if(choice !== null, (query) => query.forNoKeyUpdate())
    .execute();
  const rows = found.flatMap(({ id, server, login, sealed_password: sealed }) => {
    const belongsTo = { userId, accountId: id, server: server ?? '', login: login ?? '' };
    return sealed === null ? [] : [passwordRow('account', belongsTo, sealed)];
  });
  const put: Batch['put'] = (inside, anew) =>
    sql`
      update accounts a set sealed_password = n.sealed
      from unnest(${anew.map(({ id }) => id)}::uuid[], ${anew.map(({ sealed }) => sealed)}::bytea[]) n (id, sealed)
      where a.user_id = ${userId} and a.id = n.id`.execute(inside);
  return { rows, put, last: found.length === most ? (found.at(-1)?.id ?? null) : null };
}

async function factorRows(tx: Tx, userId: string, choice: Choice): Promise<Batch> {
  const found = await tx
    .selectFrom('two_factor')
    .where('user_id', '=', userId)
    .where(wanted('sealed_secret', choice))
    .select('sealed_secret')
    .$if(choice !== null, (query) => query.forNoKeyUpdate())
    .execute();
  const rows = found.map(({ sealed_secret: sealed }): SealedRow => ({
    ...{ kind: 'factor', sealed, id: userId },
    open: (keyring) => openFactor({ keyring }, userId, sealed),
    renew: (renewal) => renewFactor(renewal, userId, sealed),
  }));
  const put = (inside: Tx, anew: Buffer): Promise<unknown> =>
    inside.updateTable('two_factor').set({ sealed_secret: anew }).where('user_id', '=', userId).execute();
  return { rows, put: oneByOne(put) };
}

const isChosen = (sealed: Buffer | null, choice: Choice): sealed is Buffer =>
  sealed !== null && !(choice !== null && sealed.subarray(0, 5).equals(wrappedBy(choice.notBy)));

async function marketRows(tx: Tx, choice: Choice): Promise<Batch> {
  const found = await sealedMarketAccount(tx);
  const sealed = found?.sealed_password ?? null;
  if (found === undefined || !isChosen(sealed, choice)) return nothing;
  const { server, login } = found;
  return {
    rows: [passwordRow('market', { userId: nobody, accountId: nobody, server, login }, sealed)],
    // The one that was read and no other: it may have been set anew since.
    put: oneByOne((inside, anew) =>
      inside
        .updateTable('market_account')
        .set({ sealed_password: anew })
        .where('sealed_password', '=', sealed)
        .execute(),
    ),
  };
}

async function webhookRows(tx: Tx, choice: Choice): Promise<Batch> {
  const sealed = await sealedWebhook(tx);
  if (!isChosen(sealed, choice)) return nothing;
  const row: SealedRow = {
    ...{ kind: 'webhook', sealed, id: nobody },
    open: (keyring) => openWebhook(keyring, sealed),
    renew: (renewal) => renewWebhook(renewal, sealed),
  };
  return {
    rows: [row],
    put: oneByOne((inside, anew) =>
      inside
        .updateTable('alarm_ways')
        .set({ sealed_webhook: anew })
        .where('sealed_webhook', '=', sealed)
        .execute(),
    ),
  };
}

const batchSize = 100;
/** People at once: as many as a command has connections. */
const together = 4;
type Work = (tx: Tx, batch: Batch) => Promise<void>;

async function eachOf(db: Database, userId: string, choice: Choice, work: Work): Promise<void> {
  for (let after: string | null = nobody; after !== null;) {
    const from: string = after;
    after = await db.withTenant('app', userId, async (tx) => {
      const [passwords, factors] = await Promise.all([
        passwordRows(tx, userId, { choice, after: from, most: batchSize }),
        from === nobody ? factorRows(tx, userId, choice) : nothing,
      ]);
      await Promise.all([work(tx, passwords), work(tx, factors)]);
      return passwords.last;
    });
  }
}

/**
 * Has `work` look at everything that is sealed: each user's rows in transactions of that user, a hundred accounts at
 * once. No role sees the sealed values of everybody: who there is says the administrator's list of ids.
 */
async function eachSealed(db: Database, choice: Choice, work: Work): Promise<void> {
  const limited = pLimit(together);
  await Promise.all((await allUserIds(db)).map((userId) => limited(() => eachOf(db, userId, choice, work))));
  await db.withTenant('sync', nobody, async (tx) => {
    for (const batch of [await marketRows(tx, choice), await webhookRows(tx, choice)]) await work(tx, batch);
  });
}

export interface Rewrapped {
  done: number;
  /** the key is missing, or they were sealed for something else: they stay as they are */
  unreadable: number;
}

/** One round over everything that the active key does not wrap yet. What is cut off is done again, never half. */
export async function rewrapSealed(db: Database, renewal: Renewal): Promise<Rewrapped> {
  const counts = { done: 0, unreadable: 0 };
  await eachSealed(db, { notBy: renewal.keyring.active.id }, async (tx, { rows, put }) => {
    const anew = rows.flatMap((row) => {
      const sealed = attempt(() => row.renew(renewal));
      return sealed === null ? [] : [{ id: row.id, sealed }];
    });
    counts.unreadable += rows.length - anew.length;
    if (anew.length === 0) return;
    await put(tx, anew);
    counts.done += anew.length;
  });
  return counts;
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** How many sealed values a key wraps, and how many of them do not open. */
export type KeyUse = Record<SealedKind, number> & { unreadable: number };

/** Opens everything that is sealed, and tells by key what was found; nothing opened outlives its own look. */
export async function examineSealed(db: Database, keyring: Keyring): Promise<Map<string, KeyUse>> {
  const uses = new Map<string, KeyUse>();
  await eachSealed(db, null, (_tx, { rows }) => {
    for (const row of rows) {
      const id = attempt(() => kekIdOf(row.sealed)) ?? 'unknown';
      const use = uses.get(id) ?? { account: 0, factor: 0, market: 0, webhook: 0, unreadable: 0 };
      use[row.kind] += 1;
      if (attempt(() => row.open(keyring)) === null) use.unreadable += 1;
      uses.set(id, use);
    }
    return Promise.resolve();
  });
  return uses;
}
