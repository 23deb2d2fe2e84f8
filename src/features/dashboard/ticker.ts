import { hourMs } from '../../lib/clock.js';
import { amount, signed, toneOf } from '../../web/figures.js';
import { withAccounts, type AccountFilter } from '../../web/account-filter.js';
import type { Board } from './board.js';

/** A day of most brokers' servers begins at five in the afternoon in New York: 21 or 22 h UTC. */
export const serverDayStart = (now: Date): Date => {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      hourCycle: 'h23',
      timeZone: 'America/New_York',
    }).format(now),
  );
  const sinceFive = (hour + 24 - 17) % 24;
  const wholeHour = Math.floor(now.getTime() / hourMs) * hourMs;
  return new Date(wholeHour - sinceFive * hourMs);
};

/** Points as a path in a box of 160 × 24; null below two points. */
export const sparkPath = (values: readonly number[]): string | null => {
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = high === low ? 0 : 20 / (high - low);
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * 160;
    const y = high === low ? 12 : 22 - (value - low) * scale;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
};

/** The symbols held, each with the freshest price there is: its position's own, else the shared candles'. */
export const tickerView = (
  { positions, quotes }: Pick<Board, 'positions' | 'quotes'>,
  filter: AccountFilter,
) => {
  const names = [...new Set(positions.map(({ name }) => name))].sort();
  return names.map((name) => {
    const held = positions.find((position) => position.name === name);
    const quote = quotes.find((one) => one.name === name);
    const digits = held?.digits ?? quote?.digits ?? null;
    const current = held?.current_price ?? quote?.price ?? null;
    const before = quote?.day_close ?? null;
    const pct =
      current === null || before === null ? null : ((Number(current) / Number(before) - 1) * 100).toFixed(2);
    return {
      name,
      href: withAccounts(`/trades?symbol=${encodeURIComponent(name)}`, filter),
      price:
        current === null
          ? null
          : amount(digits === null ? current : Number(current).toFixed(digits), digits ?? 0),
      change: { text: pct === null ? '' : `${String(signed(pct))} %`, tone: toneOf(pct) },
      spark: sparkPath((quote?.closes ?? []).map(Number)),
    };
  });
};
