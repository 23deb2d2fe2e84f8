import { metatraderFigures, type MetatraderFigure } from '../domain/metatrader/figure.js';
import { journalFigures, type JournalFigure } from '../domain/stats/journal-figure.js';
import type { FigureKind } from './figure-text.js';
import type { FigureWords } from './figure-words.js';
import { journalWords } from './journal-words.js';
import { metatraderWords } from './metatrader-words.js';
import { otherWords, type OtherFigure } from './other-words.js';

/** All that is to be known of a figure, as `parts/help` and the page of all figures show it. */
export interface FigureHelp {
  /** unlike that of any other figure, and the place on the page of all figures */
  id: string;
  href: string;
  /** as in the API */
  name: string;
  label: string;
  says: string;
  lines: { term: string; text: string }[];
}

/** What is so at this moment: how many were counted, and why the figure is not known where it is not. */
interface Now {
  n?: string;
  reason?: string;
}

const units: Readonly<Record<FigureKind, string>> = {
  money: 'money, in the currency of the account',
  share: 'per cent',
  percent: 'per cent',
  ratio: 'a number without a unit',
  count: 'a count',
  seconds: 'days, hours, minutes and seconds',
};

type FigureSet = 'journal' | 'metatrader' | 'other';

function helpOf(
  set: FigureSet,
  name: string,
  { words, kind }: { words: FigureWords; kind: FigureKind },
  { n = '', reason = '' }: Now,
): FigureHelp {
  const id = `${set}-${name}`;
  return {
    ...{ id, name, href: `/help/figures#${id}`, label: words.label, says: words.says },
    lines: [
      { term: 'Formula', text: words.formula },
      { term: 'Unit', text: words.unit ?? units[kind] },
      { term: 'n', text: n === '' ? words.n : `${n}: ${words.n}` },
      ...(reason === '' ? [] : [{ term: 'Not known', text: reason }]),
    ],
  };
}

export const journalHelp = (name: JournalFigure, now: Now = {}): FigureHelp =>
  helpOf('journal', name, { words: journalWords[name], kind: journalFigures[name] }, now);
export const metatraderHelp = (name: MetatraderFigure, now: Now = {}): FigureHelp =>
  helpOf('metatrader', name, { words: metatraderWords[name], kind: metatraderFigures[name] }, now);
export const otherHelp = (name: OtherFigure, now: Now = {}): FigureHelp =>
  helpOf('other', name, { words: otherWords[name], kind: otherWords[name].kind }, now);

/** A name that a report gives to a figure; null where it is none of MetaTrader's. */
export const reportedHelp = (name: string): FigureHelp | null =>
  Object.hasOwn(metatraderFigures, name) ? metatraderHelp(name as MetatraderFigure) : null;

interface HelpGroup {
  title: string;
  note: string;
  figures: readonly FigureHelp[];
}

/** Every figure there is, in the order in which they are shown. */
export const everyFigure: readonly HelpGroup[] = [
  {
    title: 'The journal’s own',
    note: 'one item is one closed trade, from flat to flat, after every cost',
    figures: (Object.keys(journalFigures) as JournalFigure[]).map((name) => journalHelp(name)),
  },
  {
    title: 'Of trades, days and accounts',
    note: 'what stands beside them on the board, in the calendar and on the page of a trade',
    figures: (Object.keys(otherWords) as OtherFigure[]).map((name) => otherHelp(name)),
  },
  {
    title: 'As MetaTrader counts',
    note: 'one item is one exit; a result of zero is won; what open positions have cost is in it',
    figures: (Object.keys(metatraderFigures) as MetatraderFigure[]).map((name) => metatraderHelp(name)),
  },
];

const textOf = ({ name, label, says, lines }: FigureHelp): string =>
  [name, label, says, ...lines.map(({ text }) => text)].join(' ').toLowerCase();

/** The groups with only those figures in which each of these words stands; groups of none are left out. */
export function findFigures(search: string): HelpGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return everyFigure
    .map((group) => ({
      ...group,
      figures: group.figures.filter((figure) => {
        const text = textOf(figure);
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ figures }) => figures.length > 0);
}
