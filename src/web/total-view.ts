import { amount } from './figures.js';
import { reportedHelp } from './figure-help.js';
import { figureWord } from './metatrader-words.js';

/** A figure as a report prints it beside ours. */
interface Total {
  name: string;
  reported: string;
  computed: string | null;
  equal: boolean | null;
  reason: string | null;
}

/** A row of `parts/totals`. */
export const totalView = ({ name, reported, computed, equal, reason }: Total) => ({
  name: figureWord(name),
  help: reportedHelp(name),
  reported: amount(reported, 0),
  computed: amount(computed, 0),
  verdict: equal === null ? 'not comparable' : equal ? 'equal' : 'differs',
  tone: equal === null ? 'plain' : equal ? 'good' : 'bad',
  reason: reason ?? '',
});

/** How many of them are equal, in words. */
export const totalsNote = (totals: readonly Total[]): string => {
  const equal = totals.filter((total) => total.equal === true).length;
  const differs = totals.filter((total) => total.equal === false).length;
  const rest = totals.length - equal - differs;
  const parts = [`${equal} of ${totals.length} equal`];
  if (differs > 0) parts.push(`${differs} differ`);
  if (rest > 0) parts.push(`${rest} not comparable`);
  return parts.join(', ');
};
