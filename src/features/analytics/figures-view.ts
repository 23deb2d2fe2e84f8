import { metatraderFigures, type MetatraderFigure } from '../../domain/metatrader/figure.js';
import { journalFigures, type JournalFigure } from '../../domain/stats/journal-figure.js';
import { figureText, type FigureKind } from '../../web/figure-text.js';
import { journalOf, metatraderOf, type Chosen } from '../../web/chosen.js';
import { journalHelp, metatraderHelp } from '../../web/figure-help.js';
import { journalWords } from '../../web/journal-words.js';
import { metatraderWords } from '../../web/metatrader-words.js';
import { textOf } from '../../web/figure-cards.js';
import { excursionRows } from './excursions.js';
import type { Desk } from './ground.js';

const neverSigned: ReadonlySet<string> = new Set([
  'balance',
  'maxDrawdown',
  'balanceDrawdownAbsolute',
  'balanceDrawdownMaximal',
  'balanceDrawdownRelative',
  'lrStandardError',
]);

const journalRows = (chosen: Chosen) => {
  const summary = journalOf(chosen);
  return (Object.keys(journalFigures) as JournalFigure[]).map((name) => ({
    ...{ label: journalWords[name].label, formula: journalWords[name].formula, help: journalHelp(name) },
    ...textOf(summary, name, chosen, !neverSigned.has(name)),
  }));
};

const metatraderRows = (chosen: Chosen) => {
  const figures = metatraderOf(chosen);
  const ground = { digits: chosen.group?.digits ?? 2, currency: chosen.group?.currency ?? '' };
  return (Object.keys(metatraderFigures) as MetatraderFigure[]).map((name) => ({
    ...{ label: metatraderWords[name].label, formula: metatraderWords[name].formula },
    help: metatraderHelp(name),
    ...figureText(figures[name], metatraderFigures[name] satisfies FigureKind, {
      ...ground,
      isSigned: !neverSigned.has(name),
    }),
  }));
};

/** Every figure: the journal's own with its formula, and those that MetaTrader prints below a history. */
export const figuresView = async (desk: Desk) => ({
  journal: [...journalRows(desk.chosen), ...(await excursionRows(desk))],
  metatrader: metatraderRows(desk.chosen),
});
