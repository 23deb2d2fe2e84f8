import { bucketsOf } from '../../domain/stats/breakdown.js';
import { partedBy } from '../../domain/stats/dimension.js';
import { binsOf, type Bin } from '../../domain/stats/histogram.js';
import { amount, decimal } from '../../web/figures.js';
import { count } from '../../web/words.js';
import type { Desk } from './ground.js';

/** One bar: heights are of a box 100 high. */
interface Bar {
  label: string;
  n: number;
  height: number;
  tone: 'gain' | 'loss' | 'plain';
  /** stands below the bar; '' for most of them */
  tick: string;
}

export interface Spread {
  title: string;
  note: string;
  bars: Bar[];
}

const barsOf = (bins: readonly Omit<Bar, 'height'>[]): Bar[] => {
  const most = Math.max(...bins.map(({ n }) => n), 1);
  return bins.map((bin) => ({
    ...bin,
    height: bin.n === 0 ? 0 : Math.max(2, Math.round((100 * bin.n) / most)),
  }));
};

const text = (value: number): string => {
  const places = Math.abs(value) < 1 ? 2 : Math.abs(value) < 10 ? 1 : 0;
  return amount(decimal(value, places), 0) ?? '';
};

/** The ends and zero are named below: more does not fit on a phone. */
const named = (bins: readonly Bin[], unit: string) =>
  bins.map(({ from, to, n }, at) => ({
    label: `${text(from)} to ${text(to)} ${unit}`.trim(),
    n,
    tone: to <= 1e-9 ? ('loss' as const) : ('gain' as const),
    tick:
      at === 0
        ? `≤ ${text(to)}`
        : at === bins.length - 1
          ? `≥ ${text(from)}`
          : Math.abs(from) < 1e-9
            ? '0'
            : '',
  }));

const ofMoney = ({ chosen }: Desk): Spread => {
  const unit = 10 ** (chosen.group?.digits ?? 2);
  const bins = binsOf(chosen.trades.nets.map((net) => net / unit));
  const currency = chosen.group?.currency ?? '';
  return { title: 'Results', note: `net of a trade, ${currency}`, bars: barsOf(named(bins, currency)) };
};

const ofRisk = ({ chosen }: Desk): Spread => {
  const bins = binsOf(chosen.trades.rs);
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  const bars = barsOf(named(bins, 'R'));
  return {
    title: 'R',
    note: n === 0 ? 'no trade has a stop' : `net ÷ risk, of ${count(n, 'trade')} with a stop`,
    bars,
  };
};

const ofTime = ({ chosen, timeZone }: Desk): Spread => {
  const { codes, words } = partedBy(chosen.trades, 'duration', timeZone);
  const buckets = bucketsOf(chosen.trades, codes, words.length);
  const bars = barsOf(
    buckets.map(({ n }, at) => ({
      label: words[at] ?? '',
      n,
      tone: 'plain' as const,
      tick: at === 0 || at === buckets.length - 1 ? (words[at] ?? '') : '',
    })),
  );
  return {
    title: 'Time held',
    note: 'from opening to close',
    bars: chosen.trades.ids.length === 0 ? [] : bars,
  };
};

/** How results, risks and times are spread. */
export const spreadsView = (desk: Desk): Spread[] => [ofMoney(desk), ofRisk(desk), ofTime(desk)];
