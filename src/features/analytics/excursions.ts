import { heldRanges } from '../../data/held-ranges.js';
import { quotient, type Figure } from '../../domain/metatrader/figure.js';
import { excursionOf } from '../../domain/excursion.js';
import { pearson } from '../../domain/stats/pearson.js';
import { fromMinor } from '../../lib/money.js';
import { scatterChart, type Chart, type Dot } from '../../web/chart.js';
import { otherHelp } from '../../web/figure-help.js';
import { figureText } from '../../web/figure-text.js';
import { amount, decimal, signed } from '../../web/figures.js';
import { otherWords } from '../../web/other-words.js';
import type { Desk } from './ground.js';

/** The latest so many trades are looked at: bars are many, and are not kept for long. */
const mostTrades = 1_000;

interface Known {
  id: string;
  label: string;
  net: number;
  adverse: number;
  favourable: number;
}

async function knownOf({ tx, userId, chosen }: Desk): Promise<Known[]> {
  const { trades, group } = chosen;
  const from = Math.max(0, trades.ids.length - mostTrades);
  const places = new Map(trades.ids.slice(from).map((id, at) => [id, from + at]));
  const digits = group?.digits ?? 2;
  const held = await heldRanges(tx, { userId, ids: [...places.keys()], digits });
  return held.flatMap(({ id, trade, range }) => {
    const found = excursionOf(trade, range);
    const at = places.get(id) ?? 0;
    if (typeof found === 'string' || found.money === null) return [];
    const label = trades.names.words[trades.names.codes[at] ?? 0] ?? '';
    return [{ id, label, net: trades.nets[at] ?? 0, ...found.money }];
  });
}

/** Of so many trades it is known of these. */
const lookedAt = ({ chosen }: Pick<Desk, 'chosen'>): number => Math.min(mostTrades, chosen.trades.ids.length);

const meanOf = (known: readonly Known[], field: 'adverse' | 'favourable'): Figure =>
  quotient(
    known.reduce((sum, one) => sum + one[field], 0),
    known.length,
    'no bars of the times of these trades are kept',
  );

/** What trades stood at, at their worst and at their best, as rows among the other figures. */
export async function excursionRows(desk: Desk) {
  const [known, of] = [await knownOf(desk), lookedAt(desk)];
  const ground = { digits: desk.chosen.group?.digits ?? 2, currency: desk.chosen.group?.currency ?? '' };
  const extent = `known of ${known.length} of ${of === desk.chosen.trades.ids.length ? 'these' : 'the last'} ${of} trades`;
  const row = (name: 'mae' | 'mfe', figure: Figure) => ({
    ...{ label: `${otherWords[name].label}, mean`, formula: `${otherWords[name].formula}; ${extent}` },
    help: otherHelp(name),
    ...figureText(figure, 'money', ground),
  });
  return [row('mae', meanOf(known, 'adverse')), row('mfe', meanOf(known, 'favourable'))];
}

/** How far prices went against trades and for them, beside what the trades came to. */
export async function excursionsView(desk: Desk) {
  const { digits = 2, currency = '' } = desk.chosen.group ?? {};
  const known = await knownOf(desk);
  const n = lookedAt(desk);
  const money = (minor: number): number => Number(fromMinor(minor, digits));
  const chartOf = (id: string, label: string, field: 'adverse' | 'favourable'): Chart =>
    scatterChart({
      ...{ id, xLabel: label, yLabel: 'Net', unit: currency, digits },
      label: `${label} beside the net of ${known.length} trades; one dot is one trade`,
      dots: known.map((one): Dot => ({
        ...{ x: money(one[field]), y: money(one.net) },
        ...{ label: one.label, href: `/trades/${one.id}` },
      })),
    });
  const lineOf = (label: string, field: 'adverse' | 'favourable', name: 'mae' | 'mfe') => {
    const values = known.map((one) => one[field]);
    const mean = Math.round(values.reduce((sum, value) => sum + value, 0) / (values.length || 1));
    const r = pearson(
      values,
      known.map(({ net }) => net),
    );
    return {
      label,
      help: otherHelp(name),
      mean: signed(fromMinor(mean, digits), digits),
      correlation: r === null ? null : amount(decimal(r, 2, 2), 2),
    };
  };
  return {
    note: `known of ${known.length} of ${n === desk.chosen.trades.ids.length ? 'these' : 'the last'} ${n} trades`,
    currency,
    panels:
      known.length === 0
        ? []
        : [
            { ...lineOf('Against (MAE)', 'adverse', 'mae'), chart: chartOf('chart-mae', 'MAE', 'adverse') },
            { ...lineOf('For (MFE)', 'favourable', 'mfe'), chart: chartOf('chart-mfe', 'MFE', 'favourable') },
          ],
  };
}
