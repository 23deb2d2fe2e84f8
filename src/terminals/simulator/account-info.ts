import type { AccountInfo, Position } from '../protocol.js';
import type { Book, Holding } from './book.js';
import { amountOf, lotsOf, marginOf, priceOf, profitOf } from './money.js';
import { accrueSwap, marketPrice, opposite } from './trading.js';
import { toWall } from './zones.js';

/** Minor units. */
interface Standing {
  floating: number;
  equity: number;
  margin: number;
}

function floatingOf(book: Book, holding: Holding, utcMs: number): number {
  const { listing, side, volume, cost } = holding;
  const price = marketPrice(listing, opposite(side), utcMs);
  return profitOf(book.broker, listing, { side, volume, cost, price, utcMs });
}

/** What open positions are worth and bind at an instant to which the book was brought. */
export function standingOf(book: Book, utcMs: number): Standing {
  let floating = 0;
  let margin = 0;
  for (const holding of book.holdings) {
    accrueSwap(book, holding, utcMs);
    floating += floatingOf(book, holding, utcMs) + holding.swap;
    margin += marginOf(book.broker, holding.listing, holding.volume, utcMs);
  }
  return { floating, equity: book.balance + book.credit + floating, margin };
}

export function accountInfoOf(book: Book, utcMs: number): AccountInfo {
  const { broker, login } = book;
  const money = (minor: number): number => amountOf(broker, minor);
  const { floating, equity, margin } = standingOf(book, utcMs);
  return {
    login,
    server: broker.name,
    name: `Simulated trader ${login}`,
    company: 'Simulated Broker',
    currency: broker.currency,
    currency_digits: broker.digits,
    trade_mode: 0,
    margin_mode: broker.isHedging ? 2 : 0,
    leverage: broker.leverage,
    balance: money(book.balance),
    credit: money(book.credit),
    profit: money(floating),
    equity: money(equity),
    margin: money(margin),
    margin_free: money(equity - margin),
    margin_level: margin === 0 ? 0 : Math.round((equity / margin) * 10_000) / 100,
  };
}

function positionOf(book: Book, holding: Holding, utcMs: number): Position {
  const { listing, side, volume, cost } = holding;
  const { zone } = book.broker;
  accrueSwap(book, holding, utcMs);
  return {
    ticket: holding.ticket,
    identifier: holding.identifier,
    time_msc: toWall(zone, holding.openedMs),
    time_update_msc: toWall(zone, holding.updatedMs),
    type: side,
    magic: holding.magic,
    reason: holding.reason,
    volume: lotsOf(volume),
    price_open: priceOf(listing, cost / volume),
    sl: priceOf(listing, holding.sl),
    tp: priceOf(listing, holding.tp),
    price_current: priceOf(listing, marketPrice(listing, opposite(side), utcMs)),
    swap: amountOf(book.broker, holding.swap),
    profit: amountOf(book.broker, floatingOf(book, holding, utcMs)),
    symbol: listing.name,
    comment: holding.comment,
  };
}

export const positionsOf = (book: Book, utcMs: number): Position[] =>
  book.holdings.map((holding) => positionOf(book, holding, utcMs));
