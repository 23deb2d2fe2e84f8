import { accountOf } from '../data/accounts.js';
import type { Tx } from '../data/database.js';
import type { OwnedAccount } from '../data/deals.js';
import { addBatchDeals, addBatchOrders } from '../data/import-rows.js';
import { addImport, changeImport, importOf, removeImport } from '../data/imports.js';
import { removeEntry } from '../data/journal.js';
import { dropLevels, type ManualRecord, type Said } from '../data/manual-trades.js';
import { tradeId } from '../data/trades.js';
import { dealsFor, numbersOf, startBalanceDeal, type MadeDeal } from '../domain/manual-deals.js';
import type { ManualTrade } from '../domain/manual-trade.js';
import { type ClockRule, toServer } from '../domain/server-clock.js';
import { minuteMs } from '../lib/clock.js';
import { type Batch, rewriteBatch, ruleOf, undoBatch } from './batches.js';
import type { SymbolFacts } from './rebuild.js';

export interface ManualEntry {
  /** the batch that holds the trade */
  id: string;
  trade: ManualTrade;
  /** what the exit earned before costs, in minor units; null while there is none */
  gross: number | null;
  said: Said;
  /** decimals of the account's money */
  digits: number;
  facts: SymbolFacts;
  at: Date;
}

/** The clock of an account's times; of one that no broker keeps they are UTC. Throws where there is no such account. */
async function clockRuleOf(tx: Tx, { userId, accountId }: OwnedAccount): Promise<ClockRule> {
  const account = await accountOf(tx, userId, accountId);
  if (account === undefined) throw new Error('A trade of an account that is not there.');
  return ruleOf(account);
}

/** The batch of that name with this head, made where there is none. */
async function headBatch(
  tx: Tx,
  { userId, accountId, importId }: Batch,
  { head, rule, at }: { head: object; rule: ClockRule; at: Date },
): Promise<void> {
  if ((await importOf(tx, userId, importId)) === undefined)
    await addImport(tx, { id: importId, userId, accountId, kind: 'manual', state: 'saved', at });
  const about = { clock_rule: rule, head: JSON.stringify(head) };
  await changeImport(tx, { userId, importId }, { saved_at: at, made_ms: String(at.getTime()), ...about });
}

type Marks = Pick<ManualTrade, 'symbol' | 'magic' | 'comment'>;

const batchDeal = ({ at, ...deal }: MadeDeal, { symbol, magic, comment }: Marks, rule: ClockRule) => ({
  ...{ ...deal, row: 1, timeMs: toServer(rule, at.getTime()), symbol, magic, comment, fee: '0' },
});

/** The stops of a trade, as the order that opened it; without any there is none. */
const ordersFor = (id: string, trade: ManualTrade, rule: ClockRule) => {
  if (trade.stopLoss === null && trade.takeProfit === null) return [];
  const { position: positionId, entry: ticket } = numbersOf(id);
  const { symbol, magic, stopLoss, takeProfit, lots: volume, openPrice: price } = trade;
  return [
    {
      ...{ ticket, positionId, positionById: null, timeMs: toServer(rule, trade.openedAt.getTime()) },
      ...{
        type: trade.side === 'buy' ? 0 : 1,
        state: null,
        magic,
        symbol,
        volume,
        price,
        stopLoss,
        takeProfit,
      },
      comment: '',
    },
  ];
};

/** Writes a trade entered by hand, new or in the place of what it was. Its id, which stays the same. */
export async function writeManualTrade(tx: Tx, owner: OwnedAccount, entry: ManualEntry): Promise<string> {
  const { id, trade, said, digits, at, facts } = entry;
  const { position: positionId, entry: firstTicket } = numbersOf(id);
  const batch = { ...owner, importId: id };
  const rule = await clockRuleOf(tx, owner);
  await headBatch(tx, batch, { head: { trade, said }, rule, at });
  const write = async (): Promise<void> => {
    await dropLevels(tx, owner, id);
    const deals = dealsFor(id, trade, entry).map((deal) => batchDeal(deal, trade, rule));
    await addBatchDeals(tx, batch, deals);
    await addBatchOrders(tx, batch, ordersFor(id, trade, rule));
  };
  await rewriteBatch(tx, batch, { at, write, said: new Map([[trade.symbol, facts]]) });
  await keepStartFirst(tx, owner, { openedAt: trade.openedAt, digits, at });
  return tradeId(owner.accountId, { positionId, firstTicket });
}

const startIn = (head: unknown): { amount: string; paidAt: Date } | null =>
  typeof head === 'object' &&
  head !== null &&
  'startBalance' in head &&
  typeof head.startBalance === 'string' &&
  'paidAt' in head &&
  typeof head.paidAt === 'string'
    ? { amount: head.startBalance, paidAt: new Date(head.paidAt) }
    : null;

/** When the start balance of an account is paid that begins with this trade. */
export const paidBefore = (openedAt: Date): Date => new Date(openedAt.getTime() - minuteMs);

/** An account began before its first trade, also where that is entered last. */
async function keepStartFirst(
  tx: Tx,
  owner: OwnedAccount,
  { openedAt, digits, at }: { openedAt: Date; digits: number; at: Date },
): Promise<void> {
  const start = startIn((await importOf(tx, owner.userId, owner.accountId))?.head);
  const paidAt = paidBefore(openedAt);
  if (start === null || start.paidAt <= paidAt) return;
  await writeStartBalance(tx, owner, { amount: start.amount, digits, at, paidAt });
}

/** Takes a trade entered by hand away, with all that hangs on it. */
export async function removeManualTrade(
  tx: Tx,
  userId: string,
  { id, account }: ManualRecord,
  at: Date,
): Promise<void> {
  const { position: positionId, entry: firstTicket } = numbersOf(id);
  await removeEntry(tx, userId, tradeId(account.id, { positionId, firstTicket }));
  await undoBatch(tx, { userId, accountId: account.id, importId: id }, at);
  await removeImport(tx, userId, id);
}

/** The money an account begins with, as a balance operation. `amount` is decimal text. */
export async function writeStartBalance(
  tx: Tx,
  owner: OwnedAccount,
  { amount, digits, at, paidAt }: { amount: string; digits: number; at: Date; paidAt: Date },
): Promise<void> {
  // Named as the account is, so that there is one.
  const importId = owner.accountId;
  const batch = { ...owner, importId };
  const rule = await clockRuleOf(tx, owner);
  await headBatch(tx, batch, { head: { startBalance: amount, paidAt }, rule, at });
  const deal = startBalanceDeal(importId, amount, { at: paidAt, digits });
  const marks = { symbol: '', magic: '0', comment: 'Start balance' };
  const write = () => addBatchDeals(tx, batch, [batchDeal(deal, marks, rule)]);
  await rewriteBatch(tx, batch, { at, write });
}
