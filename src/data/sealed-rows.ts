import { sql, type SqlBool } from 'kysely';
import { kekIdOf, wrappedBy, type Keyring } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';
import { openWebhook, rewrapWebhook, sealedWebhook } from './alarm-ways.js';
import { allUserIds } from './all-accounts.js';
import { openPassword, rewrapPassword, type BrokerLogin } from './broker-password.js';
import { nobody, type Database, type Tx } from './database.js';
import { sealedMarketAccount } from './market-account.js';
import { openFactor, rewrapFactor } from './two-factor.js';

/** Everything in the database that is sealed by a key. */
export const sealedKinds = ['account', 'factor', 'market', 'webhook'] as const;
export type SealedKind = (typeof sealedKinds)[number];

interface SealingTools {
  keyring: Keyring;
  random: RandomBytes;
}

/** One sealed value: how it opens, is wrapped anew and put back. */
interface SealedRow {
  kind: SealedKind;
  sealed: Buffer;
  open: (keyring: Keyring) => unknown;
  rewrap: (tools: SealingTools) => Buffer;
  put: (tx: Tx, sealed: Buffer) => Promise<unknown>;
}

const passwordRow = (
  kind: SealedKind,
  belongsTo: BrokerLogin,
  { sealed, put }: Pick<SealedRow, 'sealed' | 'put'>,
): SealedRow => ({
  kind,
  sealed,
  open: (keyring) => openPassword(keyring, belongsTo, sealed),
  rewrap: (tools) => rewrapPassword(tools, belongsTo, sealed),
  put,
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
): Promise<{ rows: SealedRow[]; last: string | null }> {
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
    if (sealed === null) return [];
    const put: SealedRow['put'] = (inside, anew) =>
      inside
        .updateTable('accounts')
        .set({ sealed_password: anew })
        .where('user_id', '=', userId)
        .where('id', '=', id)
        .execute();
    const belongsTo = { userId, accountId: id, server: server ?? '', login: login ?? '' };
    return [passwordRow('account', belongsTo, { sealed, put })];
  });
  return { rows, last: found.length === most ? (found.at(-1)?.id ?? null) : null };
}

async function factorRows(tx: Tx, userId: string, choice: Choice): Promise<SealedRow[]> {
  const found = await tx
    .selectFrom('two_factor')
    .where('user_id', '=', userId)
    .where(wanted('sealed_secret', choice))
    .select('sealed_secret')
    .$if(choice !== null, (query) => query.forNoKeyUpdate())
    .execute();
  return found.map(({ sealed_secret: sealed }) => ({
    kind: 'factor',
    sealed,
    open: (keyring) => openFactor({ keyring }, userId, sealed),
    rewrap: (tools) => rewrapFactor(tools, userId, sealed),
    put: (inside, anew) =>
      inside.updateTable('two_factor').set({ sealed_secret: anew }).where('user_id', '=', userId).execute(),
  }));
}

async function marketRows(tx: Tx, choice: Choice): Promise<SealedRow[]> {
  const found = await sealedMarketAccount(tx);
  const sealed = found?.sealed_password ?? null;
  if (found === undefined || sealed === null) return [];
  if (choice !== null && sealed.subarray(0, 5).equals(wrappedBy(choice.notBy))) return [];
  const { server, login } = found;
  return [
    passwordRow(
      'market',
      { userId: nobody, accountId: nobody, server, login },
      {
        sealed,
        // The one that was read and no other: it may have been set anew since.
        put: (inside, anew) =>
          inside
            .updateTable('market_account')
            .set({ sealed_password: anew })
            .where('sealed_password', '=', sealed)
            .execute(),
      },
    ),
  ];
}

async function webhookRows(tx: Tx, choice: Choice): Promise<SealedRow[]> {
  const sealed = await sealedWebhook(tx);
  if (sealed === null) return [];
  if (choice !== null && sealed.subarray(0, 5).equals(wrappedBy(choice.notBy))) return [];
  return [
    {
      ...{ kind: 'webhook', sealed },
      open: (keyring) => openWebhook(keyring, sealed),
      rewrap: (tools) => rewrapWebhook(tools, sealed),
      put: (inside, anew) =>
        inside
          .updateTable('alarm_ways')
          .set({ sealed_webhook: anew })
          .where('sealed_webhook', '=', sealed)
          .execute(),
    },
  ];
}

const batchSize = 100;
type Work = (tx: Tx, rows: SealedRow[]) => Promise<void>;

/**
 * Has `work` look at everything that is sealed: each user's rows in transactions of that user, a hundred accounts at
 * once. No role sees the sealed values of everybody: who there is says the administrator's list of ids.
 */
async function eachSealed(db: Database, choice: Choice, work: Work): Promise<void> {
  for (const userId of await allUserIds(db)) {
    for (let after: string | null = nobody; after !== null;) {
      const from: string = after;
      after = await db.withTenant('app', userId, async (tx) => {
        const { rows, last } = await passwordRows(tx, userId, { choice, after: from, most: batchSize });
        const factors = from === nobody ? await factorRows(tx, userId, choice) : [];
        await work(tx, [...rows, ...factors]);
        return last;
      });
    }
  }
  await db.withTenant('sync', nobody, async (tx) =>
    work(tx, [...(await marketRows(tx, choice)), ...(await webhookRows(tx, choice))]),
  );
}

export interface Rewrapped {
  done: number;
  /** the key is missing, or they were sealed for something else: they stay as they are */
  unreadable: number;
}

/** One round over everything that the active key does not wrap yet. What is cut off is done again, never half. */
export async function rewrapSealed(db: Database, tools: SealingTools): Promise<Rewrapped> {
  const counts = { done: 0, unreadable: 0 };
  await eachSealed(db, { notBy: tools.keyring.active.id }, async (tx, rows) => {
    await Promise.all(
      rows.map(async (row) => {
        const anew = attempt(() => row.rewrap(tools));
        if (anew === null) counts.unreadable += 1;
        else {
          await row.put(tx, anew);
          counts.done += 1;
        }
      }),
    );
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
  await eachSealed(db, null, (_tx, rows) => {
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
