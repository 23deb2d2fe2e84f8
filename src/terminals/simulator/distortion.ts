import { dealEntry, dealType, isTradeDeal } from '../../domain/deal.js';
import type { AccountInfo, HistoryDeal } from '../protocol.js';
import type { Account, History } from './account.js';
import type { Mischief } from './mischief.js';

/** What a broker did to its records, as an account that looks otherwise the same. */

const editCost = 1;

/** Closed before anybody watched: the same one at all times. */
const isEdited = (deals: readonly HistoryDeal[], beforeMs: number): HistoryDeal | undefined =>
  deals.findLast(
    (deal) =>
      deal.time_msc < beforeMs &&
      deal.entry === dealEntry.out &&
      isTradeDeal({ type: deal.type, positionId: deal.position_id }),
  );

function withEdit(deals: HistoryDeal[], beforeMs: number): HistoryDeal[] {
  const edited = isEdited(deals, beforeMs);
  return deals.map((deal) =>
    deal === edited
      ? { ...deal, commission: deal.commission - editCost, comment: `${deal.comment} (edited)`.trim() }
      : deal,
  );
}

const poorer = (account: AccountInfo): AccountInfo => ({
  ...account,
  balance: Math.round((account.balance - editCost) * 100) / 100,
  equity: Math.round((account.equity - editCost) * 100) / 100,
  margin_free: Math.round((account.margin_free - editCost) * 100) / 100,
});

/** The first deals are gone; a correction of nothing says so. */
function archived(deals: HistoryDeal[], count: number): HistoryDeal[] {
  const last = deals[Math.min(count, deals.length) - 1];
  if (!last) return deals;
  const correction: HistoryDeal = {
    ...last,
    ticket: String(Number(last.ticket) + 5),
    order: '0',
    type: dealType.correction,
    entry: dealEntry.in,
    magic: '0',
    position_id: '0',
    reason: 0,
    symbol: '',
    comment: 'Archived deals',
    ...{ volume: 0, price: 0, commission: 0, swap: 0, profit: 0, fee: 0 },
  };
  return [correction, ...deals.slice(count)];
}

/** The account as its misbehaving broker or terminal shows it. `beforeMs`: deals that nobody saw happen. */
export function distorted(account: Account, mischief: Mischief, beforeMs: number): Account {
  const { editDeal = false, dropDeals = 0, wrongIdentity = false } = mischief;
  return {
    ...account,
    snapshotAt: (utcMs) => {
      const snapshot = account.snapshotAt(utcMs);
      const info = editDeal ? poorer(snapshot.account) : snapshot.account;
      const login = wrongIdentity ? String(Number(info.login) + 1) : info.login;
      return { ...snapshot, account: { ...info, login } };
    },
    historyAt: (utcMs) => {
      const { deals, orders } = account.historyAt(utcMs);
      const edited = editDeal ? withEdit(deals, beforeMs) : deals;
      return { deals: dropDeals > 0 ? archived(edited, dropDeals) : edited, orders };
    },
  };
}

const half = <T>(entries: readonly T[]): T[] => entries.slice(0, Math.floor(entries.length / 2));

/** A history that the terminal has not loaded yet, by what is left of the count of a mischief. */
export function unloaded(history: History, state: 'half' | 'empty'): History {
  if (state === 'empty') return { deals: [], orders: [] };
  return { deals: half(history.deals), orders: half(history.orders) };
}

/** Some deals twice, and late ones from before the range. */
export const replayed = (history: History, whole: History): History => ({
  deals: [...history.deals, ...history.deals.slice(-20), ...whole.deals.slice(0, 10)],
  orders: [...history.orders, ...history.orders.slice(-20)],
});
