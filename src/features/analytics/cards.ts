import type { JournalFigure } from '../../domain/stats/journal-figure.js';
import { chosenAgain, type Chosen } from '../../web/chosen.js';
import { figureCards, type FigureCard } from '../../web/figure-cards.js';
import type { Desk } from './ground.js';

/** The same filter over as long a stretch just before; null: it has no beginning, or nothing was closed in it. */
function before({ read, chosen, now }: Desk): Chosen | null {
  const { from, before: end } = read.filter;
  if (from === null) return null;
  const lengthMs = Math.min(end?.getTime() ?? Infinity, now.getTime()) - from.getTime();
  if (lengthMs <= 0) return null;
  const earlier = chosenAgain(chosen, {
    ...read.filter,
    from: new Date(from.getTime() - lengthMs),
    before: from,
  });
  return earlier.trades.ids.length === 0 ? null : earlier;
}

const shown: readonly JournalFigure[] = [
  ...(['net', 'winRate', 'profitFactor', 'expectancy'] as const),
  ...(['maxDrawdown', 'twr', 'sharpeDaily', 'currentStreak'] as const),
];

/** The figures that matter most, beside those of the stretch of time before. */
export function cardsView(desk: Desk): FigureCard[] {
  const earlier = before(desk);
  const then = earlier === null ? null : { chosen: earlier, name: 'the stretch before' };
  return figureCards(shown, desk.chosen, then);
}
