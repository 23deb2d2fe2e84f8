import { known } from '../../domain/metatrader/figure.js';
import { dayOf } from '../../lib/day.js';
import { dayWord } from '../../web/day-words.js';
import { figureText } from '../../web/figure-text.js';
import { decimal, lots, signed } from '../../web/figures.js';
import type { Desk } from './ground.js';

const shown = 10;

function rowOf(row: number, { chosen, timeZone }: Desk) {
  const { trades, group } = chosen;
  const { digits = 2 } = group ?? {};
  const r = trades.rs[row] ?? Number.NaN;
  return {
    symbol: trades.symbols.words[trades.symbols.codes[row] ?? -1] ?? '',
    side: trades.sides.words[trades.sides.codes[row] ?? -1] === 'buy' ? 'BUY' : 'SELL',
    lots: lots(String(trades.volumes[row] ?? 0)),
    closed: dayWord(dayOf(new Date(trades.closedMs[row] ?? 0), timeZone)),
    r: Number.isNaN(r) ? null : signed(decimal(r, 2, 2)),
    net: figureText(known(trades.nets[row] ?? 0), 'money', { digits, currency: '' }),
    href: `/trades/${trades.ids[row] ?? ''}`,
  };
}

/** The rows of the largest values above zero, the largest first, of equal ones the first. */
function topRows(values: Float64Array): number[] {
  const least = values.slice().sort().at(-shown) ?? 0;
  const rows: number[] = [];
  values.forEach((value, row) => {
    if (value > 0 && value >= least) rows.push(row);
  });
  return rows.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b).slice(0, shown);
}

/** The trades that gained most, and those that lost most; one that lost is never among the best. */
export function extremeTrades(desk: Desk) {
  const { nets } = desk.chosen.trades;
  const of = (values: Float64Array) => topRows(values).map((row) => rowOf(row, desk));
  return [
    { title: 'Best trades', none: 'No trade gained.', rows: of(nets) },
    { title: 'Worst trades', none: 'No trade lost.', rows: of(nets.map((net) => -net)) },
  ];
}
