import { hourMs } from '../../lib/clock.js';
import { toWall } from '../../lib/zone.js';
import { amount, signed, toneOf } from '../../web/figures.js';
import { withAccounts, type AccountFilter } from '../../web/account-filter.js';
import type { AccountRow } from '../../data/accounts.js';
import type { Board } from './board.js';

/** A day of most brokers' servers begins at five in the afternoon in New York: 21 or 22 h UTC. */
export const serverDayStart = (now: Date): Date => {
  const hour = new Date(toWall('America/New_York', now.getTime())).getUTCHours();
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

const readMs = ({ light_synced_at: at }: AccountRow): number => at?.getTime() ?? 0;

/** The symbols held, each with the freshest price there is: of the account read last, else of the shared candles. */
export const tickerView = (
  { accounts, positions, quotes }: Pick<Board, 'accounts' | 'positions' | 'quotes'>,
  filter: AccountFilter,
) => {
  const names = [...new Set(positions.map(({ name }) => name))].sort();
  const latest = [...accounts].sort((a, b) => readMs(b) - readMs(a));
  const freshest = latest.flatMap(({ id }) => positions.filter(({ account_id }) => account_id === id));
  return names.map((name) => {
    const held = freshest.find((position) => position.name === name);
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
