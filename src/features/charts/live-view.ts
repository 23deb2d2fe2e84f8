import { chartFrames, frameMs, type Candle, type ChartFrame } from '../../domain/candles.js';
import { ageOf } from '../../web/account-state.js';
import { seconds } from '../../web/candle-chart.js';
import { ageLevel, amount, span } from '../../web/figures.js';
import type { Picture } from '../../web/live.js';
import type { LastBars } from './queries.js';

/** A price of a position bought, which is the bid, as bars are made of bids; and when it was read. */
function heldPrice({ accounts, positions }: Picture, name: string): { price: number; atMs: number } | null {
  const read = positions
    .filter((position) => position.name === name && position.side === 'buy')
    .map((position) => ({
      price: Number(position.current_price),
      atMs: accounts.find(({ id }) => id === position.account_id)?.light_synced_at?.getTime() ?? 0,
    }));
  return read.sort((a, b) => b.atMs - a.atMs)[0] ?? null;
}

/** The bar with a later price in it, where it has not ended before that. */
const withPrice = (
  bar: Candle,
  frame: ChartFrame,
  { price, atMs }: { price: number; atMs: number },
): Candle =>
  atMs < bar.atMs || atMs >= bar.atMs + frameMs[frame]
    ? bar
    : { ...bar, high: Math.max(bar.high, price), low: Math.min(bar.low, price), close: price };

interface Given {
  name: string;
  last: LastBars | undefined;
  picture: Picture;
  digits: number;
  now: Date;
}

/** The price now, with its age, and the bars that form. */
export function liveView({ name, last, picture, digits, now }: Given) {
  const held = heldPrice(picture, name);
  const readMs = last?.read_ms ?? 0;
  const fresh = held !== null && held.atMs > readMs ? held : null;
  const bars = chartFrames.flatMap((frame) => {
    const bar = last?.bars[frame];
    if (bar === undefined) return [];
    const { atMs, open, high, low, close, volume } = fresh === null ? bar : withPrice(bar, frame, fresh);
    return [[frame, [seconds(atMs), open, high, low, close, volume]] as const];
  });
  const price = fresh?.price ?? last?.bars.M30?.close ?? last?.bars.H1?.close ?? null;
  const atMs = fresh?.atMs ?? readMs;
  const age = atMs === 0 ? null : ageOf(new Date(atMs), now);
  return {
    json: JSON.stringify(Object.fromEntries(bars)),
    price: price === null ? null : amount(price.toFixed(digits), digits),
    age: age === null ? null : { text: span(age), level: ageLevel(age), at: atMs },
  };
}
