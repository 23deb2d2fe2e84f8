import { dealReason } from '../../domain/deal.js';
import { dayMs, hourMs, secondMs } from '../../lib/clock.js';
import { standingOf } from './account-info.js';
import type { Book, Holding } from './book.js';
import { listingOf } from './brokers.js';
import { isWeekend } from './market-hours.js';
import { amountOf, marginOf } from './money.js';
import { diceOf } from './noise.js';
import { quoteAt } from './prices.js';
import { enter, reduce } from './trading.js';

/** the level at which brokers close by force is rarely above this; only where it is high, somebody gambles here */
const gamblersLevelPct = 80;
const lengthMs = 6 * hourMs;

/** Once a year, on some accounts, somebody stakes everything on one trade, on the wrong side. */
export function gamble(book: Book, year: number): void {
  const { broker, login } = book;
  if (broker.stopOutPct < gamblersLevelPct) return;
  const dice = diceOf(`${broker.name}/${login}/gamble/${year}`);
  const ms = Date.UTC(year, 1, 1) + dice.whole(0, 300) * dayMs + dice.whole(8, 14) * hourMs;
  book.agenda.at(ms, () => {
    if (!isWeekend(ms) && !isWeekend(ms + lengthMs)) stakeAll(book, ms);
    gamble(book, year + 1);
  });
}

function stakeAll(book: Book, ms: number): void {
  const listing = listingOf(book.broker, `GBPUSD${book.broker.suffix}`);
  if (!listing) return;
  const { equity, margin } = standingOf(book, ms);
  const perLot = marginOf(book.broker, listing, 100, ms);
  const volume = Math.floor(((equity * 0.97 - margin) / perLot) * 100);
  if (volume < 1) return;
  const now = quoteAt(listing.instrument, ms).bid;
  const side = quoteAt(listing.instrument, ms + lengthMs).bid > now ? 1 : 0;
  const terms = { listing, side, volume, sl: 0, tp: 0, magic: '0', comment: 'all in' } as const;
  watchMargin(book, enter(book, { ...terms, ms, reason: dealReason.mobile }), ms);
}

function watchMargin(book: Book, holding: Holding, ms: number): void {
  const checkMs = ms + 30 * secondMs;
  book.agenda.at(checkMs, () => {
    const { equity, margin } = standingOf(book, checkMs);
    const levelPct = (equity / margin) * 100;
    const money = (minor: number): string => amountOf(book.broker, minor).toFixed(book.broker.digits);
    const exit = { ms: checkMs, volume: holding.volume };
    if (levelPct <= book.broker.stopOutPct)
      reduce(book, holding, {
        ...exit,
        reason: dealReason.stopOut,
        comment: `[so ${levelPct.toFixed(2)}%/${money(equity)}/${money(margin)}]`,
      });
    else if (checkMs - holding.openedMs > lengthMs)
      reduce(book, holding, { ...exit, reason: dealReason.mobile, comment: '' });
    else watchMargin(book, holding, checkMs);
  });
}
