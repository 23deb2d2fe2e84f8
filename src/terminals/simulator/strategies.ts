import { hourMs, minuteMs } from '../../lib/clock.js';
import { finishOrder, holdingOf, newOrder, orderState } from './book.js';
import type { Book, Holding, Side } from './book.js';
import { firstTouch } from './crossing.js';
import type { Idea } from './ideas.js';
import { openAtOrAfter } from './market-hours.js';
import { barrierFor, watchStops } from './stops.js';
import { closeBy, enter, increase, marketPrice, opposite, reduce, reverse } from './trading.js';
import type { HistoryOrder } from '../protocol.js';

/** With a scalp beside them these make four positions at most. */
const mostPositions = 3;

const isFull = (book: Book): boolean =>
  book.holdings.filter(({ isScalp }) => !isScalp).length >= mostPositions;

const mayEnter = (book: Book, { listing }: Idea): boolean =>
  !isFull(book) && (book.broker.isHedging || holdingOf(book, listing) === undefined);

const isOpen = (holding: Holding): boolean => holding.volume > 0;

/** Stops at their distances from the price that is paid. */
function stopsOf(idea: Idea, side: Side, price: number): { sl: number; tp: number } {
  const way = side === 0 ? 1 : -1;
  return {
    sl: idea.stop === 0 ? 0 : price - way * idea.stop,
    tp: idea.target === 0 ? 0 : price + way * idea.target,
  };
}

function begin(book: Book, idea: Idea, ms: number, order?: HistoryOrder): Holding {
  const { sl, tp } = stopsOf(idea, idea.side, marketPrice(idea.listing, idea.side, ms));
  const entry = { ...idea, ms, sl, tp, isSplit: idea.kind === 'split' && idea.volume > 2 };
  const holding = enter(book, order ? { ...entry, order } : entry);
  watchStops(book, holding, ms, idea.closeMs);
  book.agenda.at(idea.closeMs, () => {
    if (isOpen(holding)) leave(book, holding, idea, { ms: idea.closeMs, volume: holding.volume });
  });
  return holding;
}

type Part = Readonly<{ ms: number; volume: number }>;

const leave = (book: Book, holding: Holding, { reason }: Idea, part: Part): void =>
  reduce(book, holding, { ...part, reason, comment: '' });

/** Half is taken out, and the rest is kept from losing: its stop moves to where it was entered. */
function takeHalf(book: Book, holding: Holding, idea: Idea, ms: number): void {
  if (holding.volume < 2) return;
  leave(book, holding, idea, { ms, volume: Math.floor(holding.volume / 2) });
  const entry = Math.round(holding.cost / holding.volume);
  const way = holding.side === 0 ? 1 : -1;
  const isInProfit = way * (marketPrice(holding.listing, opposite(holding.side), ms) - entry) > 0;
  if (isInProfit && idea.when > 0.3) holding.sl = entry;
  watchStops(book, holding, ms, idea.closeMs);
}

/** On a netting account the position grows, on a hedging one a second one joins it. */
function addMore(book: Book, holding: Holding, idea: Idea, ms: number): void {
  const volume = Math.max(1, Math.round(idea.volume / 2));
  if (book.broker.isHedging) {
    if (!isFull(book)) begin(book, { ...idea, kind: 'plain', volume, openMs: ms }, ms);
    return;
  }
  increase(book, holding, volume, ms);
  watchStops(book, holding, ms, idea.closeMs);
}

/** An opposite position locks the result; later the two close each other, and what is left is closed at the end. */
function hedge(book: Book, holding: Holding, idea: Idea, ms: number): void {
  if (isFull(book)) return;
  const share = idea.when < 0.4 ? 1 : 0.6;
  const volume = Math.max(1, Math.round(holding.volume * share));
  const counter = { ...idea, side: opposite(idea.side), kind: 'plain', stop: 0, target: 0, volume } as const;
  const other = begin(book, { ...counter, openMs: ms }, ms);
  const togetherMs = Math.floor(ms + (idea.closeMs - ms) * 0.6);
  if (openAtOrAfter(togetherMs) !== togetherMs) return;
  book.agenda.at(togetherMs, () => {
    if (!isOpen(holding) || !isOpen(other)) return;
    closeBy(book, holding, other, togetherMs);
    for (const rest of [holding, other].filter(isOpen)) watchStops(book, rest, togetherMs, idea.closeMs);
  });
}

function turnRound(book: Book, holding: Holding, idea: Idea, ms: number): void {
  const side = opposite(holding.side);
  const stops = stopsOf(idea, side, marketPrice(holding.listing, side, ms));
  reverse(book, holding, { ...idea, ...stops, side, ms });
  watchStops(book, holding, ms, idea.closeMs);
}

const later: Partial<Record<Idea['kind'], typeof takeHalf>> = {
  scale: addMore,
  partial: takeHalf,
  'close-by': hedge,
  reverse: turnRound,
};

function enterNow(book: Book, idea: Idea): void {
  if (!mayEnter(book, idea)) return;
  const holding = begin(book, idea, idea.openMs);
  const change = later[idea.kind];
  const ms = Math.floor(idea.openMs + (idea.closeMs - idea.openMs) * idea.when);
  if (!change || openAtOrAfter(ms) !== ms) return;
  book.agenda.at(ms, () => {
    if (isOpen(holding)) change(book, holding, idea, ms);
  });
}

/** ENUM_ORDER_TYPE: limits wait for a better price, stops for a worse one. */
const pendingTypes = { limit: [2, 3], stop: [4, 5] } as const;

function place(book: Book, idea: Idea): void {
  const { side, openMs: ms, listing } = idea;
  const kind = idea.when < 0.5 ? 'limit' : 'stop';
  const isAbove = (side === 0) === (kind === 'stop');
  const distance = Math.max(idea.stop, listing.instrument.spread * 4) * (0.2 + idea.when / 2);
  const price = marketPrice(listing, side, ms) + Math.round(isAbove ? distance : -distance);
  const type = pendingTypes[kind][side];
  const order = newOrder(book, { ...idea, ms, type, price, positionId: null, ...stopsOf(idea, side, price) });
  book.pending.set(order.ticket, order);
  const endMs = ms + (idea.when < 0.35 ? 90 * minuteMs : 4 * hourMs);
  const barrier = barrierFor(side, price, listing.instrument.spread, isAbove);
  const hitMs = firstTouch(listing.instrument, barrier, ms, Math.min(endMs, idea.closeMs - 5 * minuteMs));
  if (hitMs !== null)
    book.agenda.at(hitMs, () => {
      if (mayEnter(book, idea)) begin(book, idea, hitMs, order);
      else finishOrder(book, order, orderState.canceled, hitMs);
    });
  else
    book.agenda.at(endMs, () =>
      finishOrder(book, order, idea.when < 0.25 ? orderState.expired : orderState.canceled, endMs),
    );
}

/** Arranges everything a trade leads to. */
export function play(book: Book, idea: Idea): void {
  book.agenda.at(idea.openMs, () => {
    if (idea.kind === 'pending') place(book, idea);
    else enterNow(book, idea);
  });
}
