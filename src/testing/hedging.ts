import fc from 'fast-check';
import { dealEntry, dealType, orderTypeCloseBy } from '../domain/deal.js';
import { fromMinor } from '../lib/money.js';
import type { ReportDeal, ReportOrder, ReportPosition } from '../reports/report.js';

/** A hedging account as its report lists it; the deals know their positions, which a report would not tell. */
export interface Hedged {
  deals: (ReportDeal & { positionId: string })[];
  orders: ReportOrder[];
  positions: ReportPosition[];
}

export interface Step {
  kind: 'open' | 'twins' | 'part' | 'close' | 'close-by' | 'close-all';
  symbol: number;
  isBuy: boolean;
  pick: number;
  /** hundredths of a lot */
  lots: number;
  gapSeconds: number;
  /** how far the price goes, in points */
  points: number;
  swap: number;
}

export const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'open',
    'open',
    'open',
    'twins',
    'part',
    'part',
    'close',
    'close',
    'close-by',
    'close-all',
  ),
  symbol: fc.nat(1),
  isBuy: fc.boolean(),
  pick: fc.nat(1000),
  lots: fc.integer({ min: 1, max: 60 }),
  gapSeconds: fc.constantFrom(0, 1, 7, 3600, 90_000),
  points: fc.integer({ min: -400, max: 400 }),
  swap: fc.integer({ min: -300, max: 100 }),
});

interface Standing {
  id: string;
  symbol: number;
  isBuy: boolean;
  lots: number;
  total: number;
  price: number;
  openedMs: number;
  exits: { lots: number; price: number }[];
  profit: number;
  swap: number;
  commission: number;
}

const names = ['EURUSD', 'XAUUSD'] as const;
const centsPerPointLot = [1, 0.83];
const digits = 5;
const priceOf = (points: number): string => fromMinor(points, digits);
const lotsOf = (lots: number): string => fromMinor(lots, 2);
const moneyOf = (cents: number): string => fromMinor(cents, 2);

/** Trades as told, and lists what it did as a terminal would. */
class HedgingBroker {
  readonly #deals: Hedged['deals'] = [];
  readonly #orders: ReportOrder[] = [];
  readonly #closed: ReportPosition[] = [];
  #standing: Standing[] = [];
  readonly #prices = [110_000, 205_000];
  #ms = Date.UTC(2031, 2, 3, 9);
  #ticket = 9_999_990;

  play(step: Step): void {
    this.#ms += step.gapSeconds * 1000;
    this.#prices[step.symbol] = Math.max(50_000, (this.#prices[step.symbol] ?? 0) + step.points);
    if (step.kind === 'open' || step.kind === 'twins') {
      this.#open(step);
      if (step.kind === 'twins') this.#open(step);
      return;
    }
    if (step.kind === 'close-by') {
      this.#closeBy(step);
      return;
    }
    if (step.kind === 'close-all') {
      for (const one of this.#standing.filter(({ symbol }) => symbol === step.symbol))
        this.#close(one, one.lots, step);
      return;
    }
    const one = this.#standing[step.pick % Math.max(1, this.#standing.length)];
    if (one === undefined) return;
    this.#close(one, step.kind === 'part' ? Math.min(step.lots, one.lots) : one.lots, step);
  }

  history(): Hedged {
    const open = this.#standing.map((one): ReportPosition => this.#row(one, null, one.lots));
    const positions = [...this.#closed].sort(
      (a, b) => a.openedMs - b.openedMs || Number(a.positionId) - Number(b.positionId),
    );
    return { deals: this.#deals, orders: this.#orders, positions: [...positions, ...open] };
  }

  #next(): string {
    this.#ticket += 1;
    return String(this.#ticket);
  }

  #order(symbol: number, type: number, lots: number, more: Partial<ReportOrder>): string {
    const ticket = this.#next();
    this.#orders.push({
      row: this.#orders.length + 1,
      ticket,
      positionId: null,
      positionById: null,
      timeMs: this.#ms,
      type,
      state: 4,
      magic: null,
      symbol: names[symbol] ?? '',
      volume: lotsOf(lots),
      price: null,
      stopLoss: null,
      takeProfit: null,
      comment: '',
      ...more,
    });
    return ticket;
  }

  #deal(
    one: Standing,
    order: string,
    more: Partial<Omit<ReportDeal, 'positionId'>> & Pick<ReportDeal, 'entry' | 'volume' | 'price'>,
  ): void {
    const isBuy = more.entry === dealEntry.in ? one.isBuy : !one.isBuy;
    this.#deals.push({
      row: this.#deals.length + 1,
      ticket: this.#next(),
      order,
      positionId: one.id,
      timeMs: this.#ms,
      type: isBuy ? dealType.buy : dealType.sell,
      reason: null,
      magic: null,
      symbol: names[one.symbol] ?? '',
      profit: '0.00',
      swap: '0.00',
      commission: '0.00',
      fee: '0.00',
      comment: '',
      ...more,
    });
  }

  #open({ symbol, isBuy, lots }: Step): void {
    const price = this.#prices[symbol] ?? 0;
    const id = this.#order(symbol, isBuy ? 0 : 1, lots, {});
    const commission = -Math.round(lots * 3.1);
    const one = {
      id,
      symbol,
      isBuy,
      lots,
      total: lots,
      price,
      openedMs: this.#ms,
      exits: [],
      profit: 0,
      swap: 0,
      commission,
    };
    this.#standing.push(one);
    this.#deal(one, id, {
      entry: dealEntry.in,
      volume: lotsOf(lots),
      price: priceOf(price),
      commission: moneyOf(commission),
    });
  }

  #book(
    one: Standing,
    lots: number,
    price: number,
    money: { profit: number; swap: number; commission: number },
  ): void {
    one.lots -= lots;
    one.exits.push({ lots, price });
    one.profit += money.profit;
    one.swap += money.swap;
    one.commission += money.commission;
    if (one.lots > 0) return;
    this.#standing = this.#standing.filter((other) => other !== one);
    this.#closed.push(this.#row(one, this.#ms, one.total));
  }

  #profit(one: Standing, price: number, lots: number): number {
    return Math.round(
      (((price - one.price) * (one.isBuy ? 1 : -1) * lots) / 100) * (centsPerPointLot[one.symbol] ?? 1),
    );
  }

  #close(one: Standing, lots: number, { swap: perLot, isBuy }: Step): void {
    const price = this.#prices[one.symbol] ?? 0;
    const order = this.#order(one.symbol, one.isBuy ? 1 : 0, lots, {});
    const swap = isBuy ? 0 : Math.round((perLot * lots) / 100);
    const money = { profit: this.#profit(one, price, lots), swap, commission: -Math.round(lots * 3.1) };
    this.#deal(one, order, {
      entry: dealEntry.out,
      volume: lotsOf(lots),
      price: priceOf(price),
      profit: moneyOf(money.profit),
      swap: moneyOf(money.swap),
      commission: moneyOf(money.commission),
    });
    this.#book(one, lots, price, money);
  }

  #closeBy({ pick }: Step): void {
    const one = this.#standing[pick % Math.max(1, this.#standing.length)];
    const other = this.#standing.find(({ symbol, isBuy }) => symbol === one?.symbol && isBuy !== one.isBuy);
    if (one === undefined || other === undefined) return;
    const lots = Math.min(one.lots, other.lots);
    const comment = `#${one.id} by #${other.id}`;
    const named = { positionId: one.id, positionById: other.id, comment };
    const order = this.#order(one.symbol, orderTypeCloseBy, lots, named);
    const [mine, others] = [one.price, other.price];
    const profit = this.#profit(one, others, lots);
    const entry = dealEntry.outBy;
    this.#deal(one, order, {
      entry,
      volume: lotsOf(lots),
      price: priceOf(others),
      profit: moneyOf(profit),
      comment,
    });
    this.#deal(other, order, { entry, volume: lotsOf(lots), price: priceOf(mine), comment });
    this.#book(one, lots, others, { profit, swap: 0, commission: 0 });
    this.#book(other, lots, mine, { profit: 0, swap: 0, commission: 0 });
  }

  #row(one: Standing, closedMs: number | null, lots: number): ReportPosition {
    const closed = one.exits.reduce((sum, exit) => sum + exit.price * exit.lots, 0);
    return {
      row: this.#closed.length + 1,
      positionId: one.id,
      symbol: names[one.symbol] ?? '',
      side: one.isBuy ? 'buy' : 'sell',
      volume: lotsOf(lots),
      openedMs: one.openedMs,
      openPrice: priceOf(one.price),
      closedMs,
      closePrice: closedMs === null ? null : priceOf(Math.round(closed / one.total)),
      stopLoss: null,
      takeProfit: null,
      profit: closedMs === null ? null : moneyOf(one.profit),
      swap: moneyOf(one.swap),
      commission: closedMs === null ? null : moneyOf(one.commission),
      fee: null,
      net: null,
      magic: null,
      comment: '',
      closeReason: null,
    };
  }
}

export const hedgedOf = (steps: readonly Step[]): Hedged => {
  const broker = new HedgingBroker();
  for (const step of steps) broker.play(step);
  return broker.history();
};

/** Partial closes, close-bys, positions that are equal in everything. */
export const anyHedged: fc.Arbitrary<Hedged> = fc
  .array(anyStep, { minLength: 1, maxLength: 60, size: 'max' })
  .map(hedgedOf);
