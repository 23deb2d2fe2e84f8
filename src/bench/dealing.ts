import { dealEntry, dealReason, dealType } from '../domain/deal.js';
import { minuteMs } from '../lib/clock.js';
import type { HistoryDeal, HistoryOrder } from '../terminals/protocol.js';
import { seeded } from '../testing/simulated-sync.js';

const symbols = [
  { symbol: 'EURUSD', price: 1.0842, digits: 5, magic: '20261' },
  { symbol: 'GBPUSD', price: 1.2671, digits: 5, magic: '20261' },
  { symbol: 'USDJPY', price: 151.32, digits: 3, magic: '20262' },
  { symbol: 'AUDUSD', price: 0.6534, digits: 5, magic: '0' },
  { symbol: 'XAUUSD', price: 2034.5, digits: 2, magic: '7' },
  { symbol: 'EURJPY', price: 163.9, digits: 3, magic: '20262' },
] as const;
type Dealt = (typeof symbols)[number];

/** What the server says of them, as the synchronisation keeps it. */
export const symbolFacts = new Map(
  symbols.map(({ symbol, digits }) => [symbol, { digits, point: 10 ** -digits }] as const),
);

export interface Dealing {
  deals: HistoryDeal[];
  orders: HistoryOrder[];
  balance: number;
  endMs: number;
}

interface Fill {
  atMs: number;
  position: number;
  of: Dealt;
  type: number;
  entry: number;
  volume: number;
  price: number;
  profit: number;
  stop: number;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** One position: in, out, and every twelfth one out in two parts. */
function* fillsOf(position: number, startMs: number, random: () => number): Generator<Fill> {
  const of = symbols[Math.floor(random() * symbols.length)] ?? symbols[0];
  const type = random() < 0.5 ? dealType.buy : dealType.sell;
  const volume = rounded(0.02 * (1 + Math.floor(random() * 50)), 2);
  const price = rounded(of.price * (0.95 + 0.1 * random()), of.digits);
  const stop = rounded(price * (type === dealType.buy ? 0.995 : 1.005), of.digits);
  const common = { position, of, stop };
  yield { ...common, atMs: startMs, type, entry: dealEntry.in, volume, price, profit: 0 };
  const parts = position % 12 === 0 ? 2 : 1;
  for (let part = 1; part <= parts; part += 1) {
    yield {
      ...common,
      atMs: startMs + part * Math.floor((1 + 240 * random()) * minuteMs),
      type: type === dealType.buy ? dealType.sell : dealType.buy,
      entry: dealEntry.out,
      volume: rounded(volume / parts, 2),
      price: rounded(price * (0.997 + 0.006 * random()), of.digits),
      profit: rounded(200 * random() - 98, 2),
    };
  }
}

const dealOf = (fill: Fill, ticket: number): HistoryDeal => ({
  ticket: String(ticket),
  order: String(ticket + 1),
  time_msc: fill.atMs,
  type: fill.type,
  entry: fill.entry,
  magic: fill.of.magic,
  position_id: String(500_000_000 + fill.position),
  reason: fill.entry === dealEntry.in ? dealReason.expert : dealReason.takeProfit,
  volume: fill.volume,
  price: fill.price,
  commission: -rounded(fill.volume * 3.5, 2),
  swap: fill.entry === dealEntry.out && ticket % 5 === 0 ? -0.37 : 0,
  profit: fill.profit,
  fee: 0,
  symbol: fill.of.symbol,
  comment: fill.entry === dealEntry.in ? 'Trend EA v3' : `[tp ${String(fill.price)}]`,
  external_id: '',
});

const orderOf = (deal: HistoryDeal, fill: Fill): HistoryOrder => ({
  ticket: deal.order,
  time_setup_msc: deal.time_msc,
  time_done_msc: deal.time_msc,
  type: deal.type,
  state: 4,
  magic: deal.magic,
  position_id: deal.position_id,
  position_by_id: '0',
  reason: deal.reason,
  volume_initial: deal.volume,
  volume_current: 0,
  price_open: deal.price,
  sl: deal.entry === dealEntry.in ? fill.stop : 0,
  tp: 0,
  symbol: deal.symbol,
  comment: deal.comment,
});

const deposit = (atMs: number, ticket: number): HistoryDeal => ({
  ...{ ticket: String(ticket), order: '0', time_msc: atMs, type: dealType.balance, entry: 0, magic: '0' },
  ...{ position_id: '0', reason: 0, volume: 0, price: 0, commission: 0, swap: 0, profit: 100_000, fee: 0 },
  ...{ symbol: '', comment: 'Deposit', external_id: '' },
});

const cents = (deals: readonly HistoryDeal[]): number =>
  deals.reduce((sum, one) => sum + Math.round((one.profit + one.swap + one.commission) * 100), 0);

/** About so many deals from `startMs` on, `everyMs` between the openings, each with its order; the same for a seed. */
export function dealing(wishes: {
  deals: number;
  startMs: number;
  everyMs: number;
  firstPosition: number;
  hasDeposit: boolean;
}): Dealing {
  const { startMs, everyMs, firstPosition, hasDeposit } = wishes;
  const random = seeded(firstPosition + 1);
  const fills: Fill[] = [];
  for (let at = 0; fills.length < wishes.deals - (hasDeposit ? 1 : 0); at += 1)
    fills.push(...fillsOf(firstPosition + at, startMs + at * everyMs, random));
  fills.sort((a, b) => a.atMs - b.atMs);
  const firstTicket = 900_000_001 + firstPosition * 10;
  const deals = hasDeposit ? [deposit(startMs, firstTicket)] : [];
  const orders: HistoryOrder[] = [];
  for (const [at, fill] of fills.entries()) {
    const deal = dealOf(fill, firstTicket + 2 * (at + 1));
    deals.push(deal);
    orders.push(orderOf(deal, fill));
  }
  return { deals, orders, balance: cents(deals) / 100, endMs: fills.at(-1)?.atMs ?? startMs };
}
