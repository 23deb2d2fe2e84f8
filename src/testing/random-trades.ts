import fc from 'fast-check';
import type { DealToStore } from '../data/deals.js';
import type { OrderToStore } from '../data/orders.js';
import { dealEntry, dealReason, dealType } from '../domain/deal.js';
import { toUtc, type ClockRule } from '../domain/server-clock.js';
import { dealOf } from './trades.js';

/** What may happen to a position, as a broker tells it. */
const lives = ['closed', 'scaled', 'in parts', 'open', 'half open', 'turned', 'again'] as const;

/** One position, in the words of whoever traded it. Money is in minor units. */
export interface WishedPosition {
  life: (typeof lives)[number];
  symbol: string;
  isBuy: boolean;
  hundredths: number;
  pips: number;
  openedMin: number;
  heldMs: number;
  money: { profit: number; swap: number; commission: number; fee: number };
  stops: [number | null, number | null];
  magic: string;
  comment: string;
  written: { notes: string; setup: string; tags: string[] };
}

const oddTexts = [
  '=1+1',
  '-5',
  '+x',
  '@home',
  "'quoted",
  '"a","b"',
  'a;=b',
  ' edges ',
  'two\nlines',
  '\ttab',
  'ß🙂',
  '0',
  'null',
];
const oddText = fc.oneof(
  fc.constantFrom('', ...oddTexts),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .map((text) => text.replace(/[^\P{Cc}\n\t]/gu, '').replace(/\p{Cs}/gu, '')),
);
const amount = fc.integer({ min: -5_000_000, max: 5_000_000 });
const levels = fc.option(fc.integer({ min: 1, max: 99_999 }).map((point) => point / 10_000));

const position: fc.Arbitrary<WishedPosition> = fc.record({
  life: fc.constantFrom(...lives),
  symbol: fc.constantFrom('EURUSD', 'USDJPY.r', 'GBPUSDm', 'XAUUSD', '#AAPL', '-US30', '=X'),
  isBuy: fc.boolean(),
  hundredths: fc.integer({ min: 2, max: 5_000 }),
  pips: fc.integer({ min: -900, max: 900 }),
  openedMin: fc.integer({ min: 0, max: 400_000 }),
  heldMs: fc.integer({ min: 10, max: 900_000_000 }),
  money: fc.record({ profit: amount, swap: amount, commission: amount, fee: amount }),
  stops: fc.tuple(levels, levels),
  magic: fc.constantFrom('0', '77', '18446744073709551615'),
  comment: oddText,
  written: fc.record({
    notes: fc.oneof(fc.constant(''), oddText),
    setup: fc.constantFrom('', 'Gap', '=Fade', '-1'),
    tags: fc.subarray(['@late', 'Early', '-7', 'a;b']),
  }),
});

/** What somebody has in one account. */
export const wishedPositions = fc.array(position, { minLength: 1, maxLength: 40, size: 'max' });

const startMs = Date.UTC(2025, 9, 20);
const base = 1.5;

interface Fill {
  entry: number;
  isBuy: boolean;
  hundredths: number;
  ms: number;
  part: number;
}

/** The fills of a life: whose direction, volume, time, and what part of its money. */
function fillsOf({ life, isBuy, hundredths, openedMin, heldMs }: WishedPosition): Fill[] {
  const openedMs = startMs + openedMin * 60_000;
  const [closedMs, middleMs] = [openedMs + heldMs, openedMs + Math.floor(heldMs / 2)];
  const into = { entry: dealEntry.in, isBuy, hundredths, ms: openedMs, part: 0 };
  const out = { entry: dealEntry.out, isBuy: !isBuy, hundredths, ms: closedMs, part: 1 };
  const some = { ...out, hundredths: 1, ms: middleMs };
  const lives: Record<WishedPosition['life'], Fill[]> = {
    closed: [into, out],
    scaled: [into, { ...into, ms: middleMs }, { ...out, hundredths: 2 * hundredths }],
    'in parts': [into, some, { ...out, hundredths: hundredths - 1 }],
    open: [into],
    'half open': [into, some],
    turned: [
      into,
      { ...out, entry: dealEntry.inOut, hundredths: 3 * hundredths, ms: middleMs },
      { ...into, entry: dealEntry.out, hundredths: 2 * hundredths, ms: closedMs, part: 1 },
    ],
    again: [into, { ...out, ms: middleMs }, { ...into, ms: closedMs }, { ...out, ms: closedMs + 60_000 }],
  };
  return lives[life];
}

const dealsIn = (wish: WishedPosition, number: number, rule: ClockRule): DealToStore[] => {
  const { magic, symbol, money, pips } = wish;
  const positionId = String(500_000 + number);
  return fillsOf(wish).map(({ entry, isBuy, hundredths, ms: serverMs, part }, at) => ({
    ...dealOf({ positionId, symbol, magic }, { ticket: String(40_000 + number * 10 + at), serverMs }),
    type: isBuy ? dealType.buy : dealType.sell,
    ...{ entry, volume: hundredths / 100, price: at === 0 ? base : base + (pips + at) / 10_000 },
    ...{ profit: part * money.profit, swap: part * money.swap, fee: money.fee, commission: money.commission },
    comment: at === 0 ? wish.comment : '',
    reason: at === 0 ? dealReason.expert : dealReason.takeProfit,
    doneMs: toUtc(rule, serverMs),
  }));
};

const orderOf = (deal: DealToStore, [stopLoss, takeProfit]: WishedPosition['stops']): OrderToStore => ({
  ...{ ticket: deal.order, positionId: deal.positionId, positionById: '0', type: deal.type },
  ...{ stopLoss, takeProfit, serverMs: deal.serverMs, state: 4, reason: deal.reason, magic: deal.magic },
  ...{
    symbol: deal.symbol,
    volumeInitial: deal.volume,
    volumeCurrent: 0,
    priceOpen: deal.price,
    comment: '',
  },
});

/** What a broker whose clock goes by `rule` lists of these positions. */
export function listedBy(
  rule: ClockRule,
  wishes: readonly WishedPosition[],
): { deals: DealToStore[]; orders: OrderToStore[] } {
  const all = wishes.map((wish, number) => ({ wish, deals: dealsIn(wish, number, rule) }));
  const orders = all.flatMap(({ wish, deals }) => deals.slice(0, 1).map((deal) => orderOf(deal, wish.stops)));
  return { deals: all.flatMap(({ deals }) => deals), orders };
}
