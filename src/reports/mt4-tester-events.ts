import { dealReason } from '../domain/deal.js';
import { difference, isZero, signOf } from './decimal-text.js';
import { decimalOf, timeOf } from './figures-text.js';
import type { Problem, ReportPosition } from './report.js';
import { textAt } from './row-cells.js';
import type { Row } from './rows.js';

const at = {
  number: 0,
  time: 1,
  type: 2,
  order: 3,
  size: 4,
  price: 5,
  stop: 6,
  take: 7,
  profit: 8,
  balance: 9,
};

/** What happened to an order of the tester, as a row lists it. */
interface Event {
  row: number;
  timeMs: number;
  type: string;
  order: string;
  size: string;
  price: string;
  stop: string | null;
  take: string | null;
  /** null: nothing was closed */
  profit: string | null;
  balance: string | null;
}

const level = (text: string): string | null => {
  const price = decimalOf(text);
  return price === null || isZero(price) ? null : price;
};

/** Null: the row is no event. */
export const eventOf = (row: Row): Event | null => {
  const [timeMs, size, price] = [
    timeOf(textAt(row, at.time)),
    decimalOf(textAt(row, at.size)),
    decimalOf(textAt(row, at.price)),
  ];
  const [number, order, type] = [textAt(row, at.number), textAt(row, at.order), textAt(row, at.type)];
  if (timeMs === null || size === null || price === null) return null;
  if (!/^\d+$/.test(number) || !/^\d+$/.test(order) || type === '') return null;
  return {
    row: row.number,
    timeMs,
    type: type.toLowerCase(),
    order,
    size,
    price,
    stop: level(textAt(row, at.stop)),
    take: level(textAt(row, at.take)),
    profit: decimalOf(textAt(row, at.profit)),
    balance: decimalOf(textAt(row, at.balance)),
  };
};

/** An order in the market: what is left of it, and the position it began as. */
interface Running {
  root: string;
  side: 'buy' | 'sell';
  opened: Event;
  left: string;
}

const reasons: ReadonlyMap<string, number> = new Map([
  ['s/l', dealReason.stopLoss],
  ['t/p', dealReason.takeProfit],
  ['close', dealReason.expert],
  ['close by', dealReason.expert],
]);

/** More than the rounding of two balances to their digits explains. */
const mostRounding = '0.02';
const isRounding = (amount: string): boolean => {
  const size = signOf(amount) < 0 ? difference('0', amount) : amount;
  return signOf(difference(size, mostRounding)) <= 0;
};

/** The orders of a test, from event to event. */
export class TesterOrders {
  readonly positions: ReportPosition[] = [];
  readonly problems: Problem[] = [];
  private readonly running = new Map<string, Running>();
  private balance: string | null;

  constructor(deposit: string | null) {
    this.balance = deposit;
  }

  take(event: Event): void {
    const { type, order } = event;
    if (type === 'buy' || type === 'sell')
      this.running.set(order, { root: order, side: type, opened: event, left: event.size });
    else if (event.profit !== null) this.close(event, event.profit);
  }

  /** Orders in the market at the end. */
  end(): void {
    for (const { root, side, opened, left } of this.running.values())
      this.positions.push(this.position({ root, side, opened, left }, opened, null));
    this.running.clear();
  }

  private close(event: Event, profit: string): void {
    const running = this.running.get(event.order) ?? this.restOf(event);
    const result = this.resultOf(event, profit);
    if (running === null) {
      this.problems.push({ row: event.row, reason: `Order ${event.order} is closed, but no row opens it.` });
      return;
    }
    this.positions.push(this.position(running, event, result));
    const left = difference(running.left, event.size);
    this.running.delete(event.order);
    if (signOf(left) > 0) this.running.set(event.order, { ...running, left });
  }

  /** What is left of a partly closed order goes on under a number that no row opens; its size and side stay. */
  private restOf(event: Event): Running | null {
    const parts = [...this.running].filter(
      ([order, { opened, left }]) =>
        left !== opened.size && isZero(difference(left, event.size)) && BigInt(order) < BigInt(event.order),
    );
    const found = parts.at(-1);
    if (found === undefined) return null;
    this.running.delete(found[0]);
    return found[1];
  }

  /** The balance is what the tester went on with: its steps add up to the total, while each profit is rounded alone. */
  private resultOf({ balance }: Event, profit: string): string {
    const before = this.balance;
    this.balance = balance;
    if (before === null || balance === null) return profit;
    const step = difference(balance, before);
    return isRounding(difference(step, profit)) ? step : profit;
  }

  private position(
    { root, side, opened, left }: Running,
    event: Event,
    result: string | null,
  ): ReportPosition {
    const isClosed = result !== null;
    return {
      row: event.row,
      positionId: root,
      symbol: '',
      side,
      volume: isClosed ? event.size : left,
      openedMs: opened.timeMs,
      openPrice: opened.price,
      closedMs: isClosed ? event.timeMs : null,
      closePrice: isClosed ? event.price : null,
      stopLoss: opened.stop,
      takeProfit: opened.take,
      profit: result,
      swap: null,
      commission: null,
      fee: null,
      net: null,
      magic: null,
      comment: isClosed && !reasons.has(event.type) ? event.type : '',
      closeReason: isClosed ? (reasons.get(event.type) ?? null) : null,
    };
  }
}
