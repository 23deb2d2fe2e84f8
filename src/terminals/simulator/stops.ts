import { dealReason } from '../../domain/deal.js';
import type { Book, Holding, Side } from './book.js';
import { firstTouch, type Barrier } from './crossing.js';
import { reduce } from './trading.js';

/** The bid at which a price is met: by the bid for who sells, by the ask for who buys. */
export const barrierFor = (way: Side, price: number, spread: number, isAbove: boolean): Barrier => ({
  bid: way === 0 ? price - spread : price,
  side: isAbove ? 'above' : 'below',
});

interface Hit {
  ms: number;
  isLoss: boolean;
}

function firstHit(holding: Holding, fromMs: number, toMs: number): Hit | null {
  const { instrument } = holding.listing;
  const isLong = holding.side === 0;
  const way: Side = isLong ? 1 : 0;
  const touch = (price: number, isAbove: boolean, untilMs: number): number | null =>
    price === 0
      ? null
      : firstTouch(instrument, barrierFor(way, price, instrument.spread, isAbove), fromMs, untilMs);
  const loss = touch(holding.sl, !isLong, toMs);
  const gain = touch(holding.tp, isLong, loss ?? toMs);
  if (gain !== null) return { ms: gain, isLoss: false };
  return loss === null ? null : { ms: loss, isLoss: true };
}

/** Arranges that the position's stops are hit where the price reaches them before it would be closed anyway. */
export function watchStops(book: Book, holding: Holding, fromMs: number, toMs: number): void {
  const hit = firstHit(holding, fromMs + 1_000, toMs);
  if (!hit) return;
  const { version } = holding;
  book.agenda.at(hit.ms, () => {
    if (holding.version !== version || holding.volume === 0) return;
    const price = hit.isLoss ? holding.sl : holding.tp;
    const { digits, scale } = holding.listing.instrument;
    reduce(book, holding, {
      ms: hit.ms,
      volume: holding.volume,
      reason: hit.isLoss ? dealReason.stopLoss : dealReason.takeProfit,
      comment: `[${hit.isLoss ? 'sl' : 'tp'} ${(price / scale).toFixed(digits)}]`,
    });
  });
}
