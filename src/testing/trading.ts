import { randomUUID } from 'node:crypto';
import { addAccount, moveCursor, recordReading } from '../data/accounts.js';
import type { Tx } from '../data/database.js';
import { recordDeals, type DealToStore, type OwnedAccount } from '../data/deals.js';
import { recordOrders, type OrderToStore } from '../data/orders.js';
import { replacePositions } from '../data/positions.js';
import { writeReading, type WrittenReading } from '../data/readings.js';
import { saveReconciliation } from '../data/reconciliations.js';
import type { Category } from '../data/schema-trading.js';
import { addSnapshot } from '../data/snapshots.js';
import { replaceTrades, tradeId, type TradeToStore } from '../data/trades.js';
import { usualWindows } from '../domain/sessions.js';
import { dealEntry, dealReason, dealType } from '../domain/deal.js';
import type { TestApp } from './app.js';

interface Wishes {
  label?: string;
  category?: Category;
  currency?: string;
  server?: string;
  login?: string;
  /** closed round trips of EURUSD, one an hour, alternately +10.00 and −4.00 before a commission of 0.35 each */
  trades?: number;
  /** one open position of GBPUSD */
  isExposed?: boolean;
}

/** What stands in the place of a sealed password: nothing opens it. */
export const seededPassword = Buffer.from('sealed elsewhere');

export interface SeededAccount {
  accountId: string;
  /** the newest first */
  tradeIds: string[];
}

export const deal = (ticket: number, more: Partial<DealToStore>): DealToStore => ({
  ticket: String(ticket),
  order: String(ticket + 500_000),
  positionId: '0',
  serverMs: 0,
  type: dealType.buy,
  entry: dealEntry.in,
  reason: dealReason.expert,
  magic: '77',
  symbol: 'EURUSD',
  volume: 0.1,
  price: 1.08,
  profit: 0,
  swap: 0,
  commission: 0,
  fee: 0,
  comment: '',
  externalId: '',
  doneMs: more.serverMs ?? 0,
  ...more,
});

/** One round trip: its two deals and the trade they make. */
function roundTrip(index: number, openedMs: number): { deals: DealToStore[]; trade: TradeToStore } {
  const closedMs = openedMs + 1_800_000;
  const profit = index % 2 === 0 ? 1_000 : -400;
  const positionId = String(700_000 + index);
  const [first, last] = [100 + index * 2, 101 + index * 2];
  const closePrice = 1.08 + profit / 100_000 / 10;
  const deals = [
    deal(first, { positionId, serverMs: openedMs, commission: -35 }),
    deal(last, {
      positionId,
      serverMs: closedMs,
      type: dealType.sell,
      entry: dealEntry.out,
      reason: profit > 0 ? dealReason.takeProfit : dealReason.stopLoss,
      price: closePrice,
      profit,
    }),
  ];
  const trade: TradeToStore = {
    positionId,
    firstTicket: String(first),
    symbol: 'EURUSD',
    name: 'EURUSD',
    side: 'buy',
    volume: 0.1,
    openVolume: 0,
    openedMs,
    closedMs,
    openedAt: new Date(openedMs),
    closedAt: new Date(closedMs),
    openPrice: 1.08,
    closePrice,
    stopLoss: 1.075,
    takeProfit: null,
    gross: profit,
    swap: 0,
    commission: -35,
    fee: 0,
    net: profit - 35,
    pips: profit / 100,
    magic: '77',
    comment: 'Trend EA',
    openReason: dealReason.expert,
    closeReason: profit > 0 ? dealReason.takeProfit : dealReason.stopLoss,
    closedBy: null,
    dealTickets: [String(first), String(last)],
    flags: [],
    source: 'live',
  };
  return { deals, trade };
}

const order = (of: DealToStore): OrderToStore => ({
  ticket: of.order,
  positionId: of.positionId,
  positionById: '0',
  type: of.type,
  stopLoss: 1.075,
  takeProfit: null,
  serverMs: of.serverMs,
  state: 4,
  reason: of.reason,
  magic: of.magic,
  symbol: of.symbol,
  volumeInitial: of.volume,
  volumeCurrent: 0,
  priceOpen: of.price,
  comment: of.comment,
});

/** A live account as a finished synchronisation leaves it: a deposit of 1000.00, round trips, reconciled. */
export async function seedAccount(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  userId: string,
  wishes: Wishes = {},
): Promise<SeededAccount> {
  const { label = 'Swing', category = 'Real', currency = 'USD', trades = 3 } = wishes;
  const at = clock.now();
  const accountId = randomUUID();
  const owner = { userId, accountId };
  const startMs = at.getTime() - (trades + 1) * 3_600_000;
  const trips = Array.from({ length: trades }, (_, index) => roundTrip(index, startMs + index * 3_600_000));
  const deposit = deal(1, {
    type: dealType.balance,
    order: '0',
    symbol: '',
    volume: 0,
    price: 0,
    profit: 100_000,
    serverMs: startMs - 3_600_000,
    comment: 'Deposit',
  });
  const net = trips.reduce((sum, { trade }) => sum + trade.net, 0);
  const balance = ((100_000 + net) / 100).toFixed(2);
  const floating = wishes.isExposed === true ? '12.30' : '0.00';
  const reading = {
    at,
    company: 'Example Markets',
    currency,
    currencyDigits: 2,
    marginMode: 2,
    leverage: 100,
    balance,
    credit: '0.00',
    equity: (Number(balance) + Number(floating)).toFixed(2),
    floating,
    margin: wishes.isExposed === true ? '126.50' : '0.00',
    freeMargin: balance,
    marginLevel: wishes.isExposed === true ? 800 : null,
  };
  await db.withTenant('app', userId, async (tx) => {
    const connection = {
      server: wishes.server ?? 'Example-Live',
      login: wishes.login ?? String(1_000_000 + Math.floor(Math.random() * 8_000_000)),
      sealedPassword: seededPassword,
    };
    await addAccount(tx, { id: accountId, userId, type: 'live', category, label, at, connection });
    await storeHistory(tx, owner, { deposit, trips, at });
    await recordReading(tx, userId, accountId, reading);
    await addSnapshot(tx, owner, reading);
    if (wishes.isExposed === true) await openOne(tx, owner, at);
    await settle(tx, owner, { at, balance });
  });
  return { accountId, tradeIds: trips.map(({ trade }) => tradeId(accountId, trade)).reverse() };
}

async function storeHistory(
  tx: Tx,
  owner: OwnedAccount,
  { deposit, trips, at }: { deposit: DealToStore; trips: ReturnType<typeof roundTrip>[]; at: Date },
): Promise<void> {
  const deals = [deposit, ...trips.flatMap((trip) => trip.deals)];
  await recordDeals(tx, owner, deals, { at, digits: 2 });
  await recordOrders(tx, owner, deals.slice(1).map(order));
  const positions = new Set(trips.map(({ trade }) => trade.positionId));
  await replaceTrades(tx, owner, {
    positions,
    trades: trips.map(({ trade }) => trade),
    digits: 2,
    windows: usualWindows,
  });
}

async function settle(
  tx: Tx,
  owner: OwnedAccount,
  { at, balance }: { at: Date; balance: string },
): Promise<void> {
  await saveReconciliation(tx, owner, {
    checked_at: at,
    ledger: balance,
    broker: balance,
    difference: '0.00',
    verdict: 'equal',
    reason: '',
    unlisted: 0,
    fingerprint: 'seeded',
    seen: 1,
    last_counted_at: at,
  });
  const cursor = { at, cursorMs: at.getTime(), clockRule: 'fixed:0' };
  await moveCursor(tx, owner.userId, owner.accountId, { ...cursor, state: 'live', reason: '' });
}

const openOne = (tx: Tx, owner: OwnedAccount, at: Date): Promise<unknown> =>
  replacePositions(
    tx,
    owner,
    [
      {
        positionId: '990001',
        ticket: '990001',
        symbol: 'GBPUSD',
        name: 'GBPUSD',
        side: 'sell',
        volume: 0.3,
        openPrice: 1.2661,
        currentPrice: 1.26487,
        stopLoss: 1.2705,
        takeProfit: null,
        swap: '-0.40',
        profit: '12.70',
        pips: 12.3,
        magic: '0',
        comment: 'manual',
        openedMs: at.getTime() - 3_780_000,
        openedAt: new Date(at.getTime() - 3_780_000),
      },
    ],
    at,
  );

/** The account is read again: it has that much, and nothing is open in it. */
export const readAgain = (
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  owner: OwnedAccount,
  balance: string,
): Promise<WrittenReading> =>
  db.withTenant('sync', owner.userId, (tx) =>
    writeReading(
      tx,
      owner,
      {
        ...{ at: clock.now(), company: 'Example Markets', currency: 'USD', currencyDigits: 2, marginMode: 2 },
        ...{ leverage: 100, balance, credit: '0.00', equity: balance, floating: '0.00', margin: '0.00' },
        ...{ freeMargin: balance, marginLevel: null },
      },
      [],
    ),
  );
