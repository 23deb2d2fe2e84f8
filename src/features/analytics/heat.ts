import { bucketsOf, type Bucket } from '../../domain/stats/breakdown.js';
import { codesOf } from '../../domain/stats/coded.js';
import { known } from '../../domain/metatrader/figure.js';
import { weekdays } from '../../domain/stats/dimension.js';
import { hourNumber, wallsOf, weekdayNumber } from '../../domain/stats/walls.js';
import { figureText } from '../../web/figure-text.js';
import { amount } from '../../web/figures.js';
import { shortMoney, tintOf } from '../../web/tint.js';
import type { Desk } from './ground.js';
import { leastTrades } from './parts.js';

const hours = 24;

/** The bucket of each hour of each weekday (by the opening), Monday 00:00 first. */
function heatOf({ chosen, timeZone }: Pick<Desk, 'chosen' | 'timeZone'>): Bucket[] {
  const { trades } = chosen;
  const walls = wallsOf(trades.openedMs, timeZone);
  const codes = codesOf(walls, (wall) => weekdayNumber(wall) * hours + hourNumber(wall));
  return bucketsOf(trades, codes, weekdays.length * hours);
}

function cellOf(bucket: Bucket | undefined, place: string, most: number, { chosen }: Desk) {
  if (bucket === undefined || bucket.n === 0) return null;
  const { group } = chosen;
  const digits = group?.digits ?? 2;
  const { n, net, wins } = bucket;
  const sum = figureText(known(net), 'money', { digits, currency: group?.currency ?? '' });
  return {
    text: shortMoney(net, digits),
    tone: tintOf(net, most),
    isThin: n < leastTrades,
    title: `${place}: ${sum.value ?? ''} ${sum.unit}, ${amount(String(n), 0) ?? ''} trades, ${wins} won`,
  };
}

/** Hours (rows, those with trades and all between) by weekdays (columns, Saturday and Sunday only with trades). */
export function heatView(desk: Desk) {
  const buckets = heatOf(desk);
  const at = (day: number, hour: number): Bucket | undefined => buckets[day * hours + hour];
  const has = (bucket: Bucket | undefined): boolean => bucket !== undefined && bucket.n > 0;
  const days = weekdays.flatMap((name, day) =>
    day < 5 || Array.from({ length: hours }, (_, hour) => at(day, hour)).some(has) ? [{ name, day }] : [],
  );
  const used = Array.from({ length: hours }, (_, hour) => hour).filter((hour) =>
    days.some(({ day }) => has(at(day, hour))),
  );
  const [first = 0, last = -1] = [used[0], used.at(-1)];
  const most = buckets.reduce((largest, { net }) => Math.max(largest, Math.abs(net)), 0);
  const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
  return {
    days: days.map(({ name }) => name.slice(0, 3)),
    rows: Array.from({ length: last - first + 1 }, (_, index) => first + index).map((hour) => ({
      hour: hourText(hour),
      cells: days.map(({ name, day }) => cellOf(at(day, hour), `${name} ${hourText(hour)}`, most, desk)),
    })),
  };
}
