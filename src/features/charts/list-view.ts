import { amount, signed, toneOf } from '../../web/figures.js';
import { sparkPath } from '../../web/spark.js';
import { count, when } from '../../web/words.js';
import type { ChartedSymbol } from './queries.js';

export const chartHref = (name: string): string => `/charts/${encodeURIComponent(name)}`;

/** Since the server's last day closed, in per cent; null: one of the two is not known. */
const dayChange = ({ price, day_close: before }: Pick<ChartedSymbol, 'price' | 'day_close'>) => {
  const pct =
    price === null || before === null ? null : ((Number(price) / Number(before) - 1) * 100).toFixed(2);
  return { text: pct === null ? null : `${String(signed(pct))} %`, tone: toneOf(pct) };
};

/** A symbol as a row of the list. */
export const symbolView = (row: ChartedSymbol, timeZone: string) => ({
  name: row.name,
  href: chartHref(row.name),
  price:
    row.price === null
      ? null
      : amount(row.digits === null ? row.price : Number(row.price).toFixed(row.digits), row.digits ?? 0),
  change: dayChange(row),
  spark: sparkPath(row.closes.map(Number)),
  held: row.held === 0 ? '' : count(row.held, 'position'),
  at: row.closed_ms === null ? null : when(new Date(row.closed_ms), timeZone),
});
