import fc from 'fast-check';
import { type Deal, dealEntry, dealType, type Order, orderTypeCloseBy } from '../domain/deal.js';

/** A history as a broker would have written it, and what it left open. Volumes here are hundredths of a lot. */
export interface History {
  deals: Deal[];
  orders: Map<string, Order>;
  /** signed volume by position; 0 once it is flat */
  open: Map<string, number>;
  /** tickets of deals that closed one trade and opened the next */
  reversals: Set<string>;
}

interface Event {
  kind: 'open' | 'scale' | 'reduce' | 'close' | 'close-by' | 'net' | 'orphan' | 'cash';
  isBuy: boolean;
  pick: number;
  volume: number;
  gapMs: number;
  price: number;
  money: { profit: number; swap: number; commission: number; fee: number };
  type: number;
}

const amount = fc.integer({ min: -100_000, max: 100_000 });
const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom(
    'open',
    'open',
    'scale',
    'reduce',
    'close',
    'close-by',
    'net',
    'net',
    'net',
    'orphan',
    'cash',
  ),
  isBuy: fc.boolean(),
  pick: fc.nat(1000),
  volume: fc.integer({ min: 1, max: 50 }),
  gapMs: fc.constantFrom(0, 0, 1, 1000, 86_400_000),
  price: fc.integer({ min: 1, max: 5_000_000 }).map((points) => points / 1000),
  money: fc.record({ profit: amount, swap: amount, commission: amount, fee: amount }),
  type: fc.oneof(fc.integer({ min: 2, max: 17 }), fc.constant(99)),
});

const symbols = ['EURUSD', 'XAUUSD'] as const;

/** Writes deals as the events come; tickets cross a power of ten, so that text and number order them differently. */
class Broker {
  readonly history: History = { deals: [], orders: new Map(), open: new Map(), reversals: new Set() };
  readonly #netting = new Map<string, string>();
  #ticket = 9_999_999_980;
  #nowMs = 1_700_000_000_000;

  play(one: Event): void {
    this.#nowMs += one.gapMs;
    if (one.kind === 'cash') this.#cash(one);
    else if (one.kind === 'open')
      this.#deal(one, `1${String(this.#ticket)}`, one.isBuy ? one.volume : -one.volume);
    else if (one.kind === 'net') this.#net(one);
    else if (one.kind === 'orphan') this.#orphan(one);
    else this.#change(one);
  }

  #write(one: Event, change: Partial<Deal>): Deal {
    const ticket = String(this.#ticket++);
    const deal: Deal = {
      ticket,
      order: `2${ticket}`,
      positionId: '0',
      serverMs: this.#nowMs,
      type: dealType.buy,
      entry: dealEntry.in,
      reason: one.pick % 10,
      magic: String(one.pick),
      symbol: symbols[0],
      volume: one.volume / 100,
      price: one.price,
      ...one.money,
      comment: '',
      ...change,
    };
    this.history.deals.push(deal);
    return deal;
  }

  #cash(one: Event): void {
    this.#write(one, { type: one.type, volume: 0, price: 0, symbol: '' });
  }

  /** A deal of `signed` volume on a position, with the entry that MetaTrader would give it. */
  #deal(one: Event, positionId: string, signed: number, change: Partial<Deal> = {}): void {
    const before = this.history.open.get(positionId) ?? 0;
    const after = before + signed;
    const isReversal = before * after < 0;
    const reduces = before * signed < 0;
    const deal = this.#write(one, {
      positionId,
      type: signed > 0 ? dealType.buy : dealType.sell,
      volume: Math.abs(signed) / 100,
      entry: isReversal ? dealEntry.inOut : reduces ? dealEntry.out : dealEntry.in,
      ...change,
    });
    if (isReversal) this.history.reversals.add(deal.ticket);
    this.history.open.set(positionId, after);
  }

  #net(one: Event): void {
    const symbol = symbols[one.pick % 2] ?? symbols[0];
    const known = this.#netting.get(symbol);
    const isFlat = known === undefined || this.history.open.get(known) === 0;
    const id = known === undefined || (isFlat && one.pick % 3 === 0) ? `3${String(this.#ticket)}` : known;
    this.#netting.set(symbol, id);
    this.#deal(one, id, one.isBuy ? one.volume : -one.volume, { symbol });
  }

  #orphan(one: Event): void {
    const type = one.isBuy ? dealType.buy : dealType.sell;
    this.#write(one, { positionId: `4${String(one.pick % 3)}`, type, entry: dealEntry.out });
  }

  #change(one: Event): void {
    const open = [...this.history.open].filter(([id, volume]) => id.startsWith('1') && volume !== 0);
    const [id, volume] = open[one.pick % Math.max(1, open.length)] ?? [];
    if (id === undefined || volume === undefined) return;
    const part = Math.sign(volume) * Math.min(one.volume, Math.abs(volume));
    if (one.kind === 'scale') this.#deal(one, id, part);
    if (one.kind === 'reduce') this.#deal(one, id, -part);
    if (one.kind === 'close') this.#deal(one, id, -volume);
    const partner = open.find(([, other]) => other * volume < 0);
    if (one.kind === 'close-by' && partner !== undefined) this.#closeBy(one, [id, volume], partner);
  }

  #closeBy(one: Event, [id, volume]: [string, number], [otherId, other]: [string, number]): void {
    const closed = Math.sign(volume) * Math.min(Math.abs(volume), Math.abs(other));
    const order = `5${String(this.#ticket)}`;
    this.history.orders.set(order, {
      ticket: order,
      positionId: id,
      positionById: otherId,
      type: orderTypeCloseBy,
      stopLoss: null,
      takeProfit: null,
    });
    this.#deal(one, id, -closed, { order, entry: dealEntry.outBy });
    this.#deal(one, otherId, closed, { order, entry: dealEntry.outBy });
  }
}

/** Hedged and netted positions with partial closes, reversals, close-bys, orphans and cash, one deal after another. */
export const anyHistory: fc.Arbitrary<History> = fc
  .array(event, { maxLength: 60, size: 'max' })
  .map((events) => {
    const broker = new Broker();
    for (const one of events) broker.play(one);
    return broker.history;
  });
