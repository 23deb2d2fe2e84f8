import { beginHistory } from '../data/account-visits.js';
import { instrumentsOf } from '../data/brokers.js';
import type { Tx } from '../data/database.js';
import type { OwnedAccount } from '../data/deals.js';
import { batchPositions, batchSymbols, removeBatchRows, settleOrders } from '../data/import-rows.js';
import { changeImport } from '../data/imports.js';
import { accountOf, type AccountRow } from '../data/accounts.js';
import { passCountOn } from '../data/standing.js';
import { tellBalance } from '../data/told-balance.js';
import { parseRule, type ClockRule } from '../domain/server-clock.js';
import type { Ground, SymbolFacts } from './rebuild.js';
import { settleFirst } from './settle-first.js';
import { settlePositions } from './settle.js';

/** A batch of an account that there is. */
export interface Batch extends OwnedAccount {
  importId: string;
}

const usualDigits = 2;

/** By which an account's times are turned into UTC while nothing better is known. */
export const ruleOf = ({ clock_rule: rule }: Pick<AccountRow, 'clock_rule'>): ClockRule =>
  parseRule(rule === '' ? 'fixed:0' : rule);

type Facts = ReadonlyMap<string, SymbolFacts>;

/** What is said of symbols goes before what the account's server says. */
async function batchGround(tx: Tx, batch: Batch, account: AccountRow, said: Facts): Promise<Ground> {
  const known = await instrumentsOf(tx, account.server ?? '', await batchSymbols(tx, batch));
  return {
    digits: account.currency_digits ?? usualDigits,
    rule: ruleOf(account),
    symbols: new Map([
      ...known.map((row) => [row.symbol, { digits: row.digits, point: Number(row.point) }] as const),
      ...said,
    ]),
  };
}

async function groundOf(tx: Tx, batch: Batch, said: Facts = new Map()): Promise<Ground> {
  const account = await accountOf(tx, batch.userId, batch.accountId);
  if (account === undefined) throw new Error('A batch of an account that is not there.');
  return batchGround(tx, batch, account, said);
}

async function settle(
  tx: Tx,
  batch: Batch,
  { positions, at, ground }: { positions: ReadonlySet<string>; at: Date; ground: Ground },
): Promise<void> {
  await settleOrders(tx, batch, batch.importId);
  await settlePositions(tx, batch, positions, { ground, at });
  await tellBalance(tx, batch);
}

/** Lets a batch's rows count, those that are new to it among them. Saving again changes nothing. */
export async function saveBatch(tx: Tx, batch: Batch, at: Date): Promise<void> {
  await beginHistory(tx, batch);
  await changeImport(tx, batch, { state: 'saved', saved_at: at, account_id: batch.accountId });
  const ground = await groundOf(tx, batch);
  if (await settleFirst(tx, batch, ground)) return tellBalance(tx, batch);
  await settle(tx, batch, { positions: await batchPositions(tx, batch), at, ground });
}

/** Takes a batch back: what other sources tell stays, and nothing else does. */
export async function undoBatch(tx: Tx, batch: Batch, at: Date): Promise<void> {
  await beginHistory(tx, batch);
  const positions = await batchPositions(tx, batch);
  await changeImport(tx, batch, { state: 'undone' });
  await settle(tx, batch, { positions, at, ground: await groundOf(tx, batch) });
  await passCountOn(tx, batch);
  await removeBatchRows(tx, batch);
}

/** Puts other rows in the place of a saved batch's. `write` adds them; `said` is what is known of their symbols. */
export async function rewriteBatch(
  tx: Tx,
  batch: Batch,
  { at, write, said }: { at: Date; write: () => Promise<void>; said?: Facts },
): Promise<void> {
  await beginHistory(tx, batch);
  const before = await batchPositions(tx, batch);
  await removeBatchRows(tx, batch);
  await write();
  const positions = new Set([...before, ...(await batchPositions(tx, batch))]);
  await settle(tx, batch, { positions, at, ground: await groundOf(tx, batch, said) });
}
