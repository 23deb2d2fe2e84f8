import { known, missing, type Figure } from '../../domain/metatrader/figure.js';
import { journalFigures, type JournalFigure } from '../../domain/stats/journal-figure.js';
import type { Summary } from '../../domain/stats/summary.js';
import { journalOf, type Chosen } from '../../web/chosen.js';
import { figureText, type FigureKind, type FigureText } from '../../web/figure-text.js';
import { decimal, signed, span } from '../../web/figures.js';
import { journalHelp } from '../../web/figure-help.js';
import { textOf } from '../../web/figure-cards.js';

/** Whether their money may be set against one another. */
export const isSameMoney = (a: Chosen, b: Chosen): boolean =>
  a.group?.category === b.group?.category && a.group?.currency === b.group?.currency;

const differenceOf = (a: Figure, b: Figure): Figure => {
  if (a.value === null) return missing(`A is not known: ${a.reason}`);
  return b.value === null ? missing(`B is not known: ${b.reason}`) : known(a.value - b.value);
};

const plain = (value: number, digits: number, unit: string): FigureText => ({
  ...{ value: signed(decimal(value, digits, digits), digits), unit, tone: '', reason: '' },
});

/** A less B, with its sign. Shares differ by points of a hundred; only money has a colour. */
function differenceText(figure: Figure, kind: FigureKind, { group }: Chosen): FigureText {
  const { digits = 2, currency = '' } = group ?? {};
  const { value } = figure;
  if (value === null) return { value: null, unit: '', tone: '', reason: figure.reason };
  if (kind === 'money') return figureText(figure, kind, { digits, currency });
  if (kind === 'share') return plain(100 * value, 1, 'points');
  if (kind === 'percent') return plain(value, 2, 'points');
  if (kind === 'count') return plain(value, 0, '');
  if (kind === 'ratio') return plain(value, 2, '');
  return { ...plain(0, 0, ''), value: `${value < 0 ? '−' : value > 0 ? '+' : ''}${span(Math.abs(value))}` };
}

interface Both {
  a: Chosen;
  b: Chosen;
  summaries: Record<'a' | 'b', Summary>;
}

function rowOf(name: JournalFigure, { a, b, summaries }: Both) {
  const kind = journalFigures[name];
  const isFall = name === 'maxDrawdown';
  const difference =
    kind === 'money' && !isSameMoney(a, b)
      ? missing('money of different kinds is never set against each other')
      : differenceOf(summaries.a[name], summaries.b[name]);
  const text = differenceText(difference, kind, a);
  return {
    help: journalHelp(name),
    a: textOf(summaries.a, name, a, !isFall),
    b: textOf(summaries.b, name, b, !isFall),
    // A deeper fall is no gain.
    difference: isFall ? { ...text, tone: '' as const } : text,
  };
}

/** Every figure of the journal for both sides, and how far A lies from B. */
export function compareRows(a: Chosen, b: Chosen) {
  const both: Both = { a, b, summaries: { a: journalOf(a), b: journalOf(b) } };
  return (Object.keys(journalFigures) as JournalFigure[]).map((name) => rowOf(name, both));
}
