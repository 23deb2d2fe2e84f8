import type { Figure } from '../domain/metatrader/figure.js';
import { journalFigures, type JournalFigure } from '../domain/stats/journal-figure.js';
import { runningOf, type Running } from '../domain/stats/running.js';
import type { Summary } from '../domain/stats/summary.js';
import { journalOf, type Chosen } from './chosen.js';
import { figureText, type FigureText } from './figure-text.js';
import { amount } from './figures.js';
import { journalHelp } from './figure-help.js';
import { journalWords } from './journal-words.js';
import { sparkPath } from './spark.js';

export const textOf = (
  summary: Summary,
  name: JournalFigure,
  { group }: Chosen,
  isSigned = true,
): FigureText =>
  figureText(summary[name], journalFigures[name], {
    digits: group?.digits ?? 2,
    currency: group?.currency ?? '',
    isSigned,
  });

interface Known {
  name: JournalFigure;
  now: Summary;
  then: { summary: Summary; name: string } | null;
  chosen: Chosen;
}

/** `▲ 612.40 on October` */
function changeOf({ name, now, then, chosen }: Known): string {
  if (then === null) return '';
  const [one, other] = [now[name].value, then.summary[name].value];
  if (one === null || other === null) return `no figure ${then.name}`;
  const change = one - other;
  if (change === 0) return `as ${then.name}`;
  const size: Figure = { value: Math.abs(change), reason: null };
  const { value } = textOf({ ...now, [name]: size }, name, chosen, false);
  return `${change > 0 ? '▲' : '▼'} ${value ?? ''} on ${then.name}`;
}

const number = (figure: Figure): string => amount(String(figure.value ?? 0), 0) ?? '';

const results = ({ wins, losses, breakeven }: Summary): string =>
  `${number(wins)} won · ${number(losses)} lost${breakeven.value === 0 ? '' : ` · ${number(breakeven)} even`}`;

const notes: Partial<Record<JournalFigure, (summary: Summary, chosen: Chosen) => string>> = {
  net: (summary, chosen) => `after ${textOf(summary, 'commission', chosen).value ?? '—'} commission`,
  winRate: results,
  profitFactor: (summary, chosen) => `payoff ${textOf(summary, 'payoff', chosen).value ?? '—'}`,
  expectancy: (summary, chosen) =>
    `${textOf(summary, 'expectancyR', chosen).value ?? '—'} R where a stop is known`,
  maxDrawdown: (summary, chosen) =>
    `${textOf(summary, 'maxDrawdownPct', chosen).value ?? '—'} % of the growth`,
  sharpeDaily: (summary, chosen) => `Sortino ${textOf(summary, 'sortino', chosen).value ?? '—'}`,
  twr: (summary, chosen) => `XIRR ${textOf(summary, 'xirr', chosen).value ?? '—'} %`,
  currentStreak: ({ longestWinStreak, longestLossStreak }) =>
    `longest ${number(longestWinStreak)} won, ${number(longestLossStreak)} lost`,
};
/** What a change of says nothing: it has words of its own. */
const unchanging: ReadonlySet<JournalFigure> = new Set(['currentStreak']);

const streakWord = (text: FigureText, value: number | null): FigureText =>
  value === null || value === 0
    ? text
    : { ...text, value: String(Math.abs(value)), unit: value > 0 ? 'won' : 'lost' };

const noteOf = (known: Known, { reason }: FigureText): string => {
  if (known.then !== null && !unchanging.has(known.name)) return changeOf(known);
  return reason === '' ? (notes[known.name]?.(known.now, known.chosen) ?? '') : reason;
};

function cardOf(known: Known, running: Running) {
  const { name, now, chosen } = known;
  const plain = textOf(now, name, chosen, name !== 'maxDrawdown');
  const text = name === 'currentStreak' ? streakWord(plain, now[name].value) : plain;
  const n = number(now.trades);
  return {
    ...{ label: journalWords[name].label, unit: text.unit, tone: text.tone, value: text.value ?? '—' },
    n: `n ${n}`,
    help: journalHelp(name, { n, reason: text.reason }),
    note: noteOf(known, text),
    spark: sparkPath(Object.hasOwn(running, name) ? running[name as keyof Running] : []),
  };
}

export type FigureCard = ReturnType<typeof cardOf>;

const sparkPoints = 40;

/**
 * Figures of trades, each with its n, what is to be known of it, the line that it took, and the change to other trades of the same accounts
 * (`then`, such as those of October) where there are some.
 */
export function figureCards(
  names: readonly JournalFigure[],
  chosen: Chosen,
  then: { chosen: Chosen; name: string } | null,
): FigureCard[] {
  const now = journalOf(chosen);
  const before = then === null ? null : { summary: journalOf(then.chosen), name: then.name };
  const running = runningOf(chosen.trades.nets, sparkPoints);
  return names.map((name) => cardOf({ name, now, then: before, chosen }, running));
}
