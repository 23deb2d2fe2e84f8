import { adherence } from '../../domain/judgement.js';
import { decimal } from '../../web/figures.js';
import type { Chosen } from '../../web/chosen.js';
import { partsByWords, type Part } from '../../web/parting.js';
import { count } from '../../web/words.js';
import type { Desk } from './ground.js';
import { tradedGroups } from './numbers.js';
import { judgedTrades, type Judged } from './queries.js';

/** How the trades of a stretch were judged. */
export interface Judgements {
  groups: {
    chosen: Chosen;
    /** by their cost, the dearest first; '' stands for trades without one */
    mistakes: Part[];
    /** by their net, the best first; '' stands for trades without one */
    setups: Part[];
  }[];
  /** how far plan and checklists were kept, a sentence each; those of which nothing was said are left out */
  plan: string[];
}

/** `Plan kept in 9 of 12 trades`, `86 % of the checklists kept in 10 trades` */
function planWords(judged: readonly Judged[]): string[] {
  const answers = judged.flatMap(({ followedPlan }) => followedPlan ?? []);
  const shares = judged.flatMap(({ checks }) => adherence(checks) ?? []);
  const kept = answers.filter(Boolean).length;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return [
    ...(answers.length === 0 ? [] : [`Plan kept in ${kept} of ${count(answers.length, 'trade')}`]),
    ...(shares.length === 0
      ? []
      : [`${decimal(100 * mean, 0)} % of the checklist kept in ${count(shares.length, 'trade')}`]),
  ];
}

const namesBy = (
  judged: ReadonlyMap<string, Judged>,
  namesOf: (one: Judged) => string[],
): Map<string, string[]> =>
  new Map(
    [...judged].flatMap(([id, one]): [string, string[]][] => {
      const names = namesOf(one);
      return names.length === 0 ? [] : [[id, names]];
    }),
  );

export async function judgementsOf(desk: Desk): Promise<Judgements> {
  const traded = tradedGroups(desk);
  const ids = traded.flatMap(({ trades }) => trades.ids);
  const judged = await judgedTrades(desk.tx, desk.userId, ids);
  const mistakes = namesBy(judged, (one) => one.mistakes);
  const setups = namesBy(judged, ({ setup }) => (setup === null ? [] : [setup]));
  return {
    groups: traded.map((chosen) => ({
      chosen,
      mistakes: partsByWords(chosen.trades, mistakes).sort((a, b) => a.bucket.net - b.bucket.net),
      setups: partsByWords(chosen.trades, setups).sort((a, b) => b.bucket.net - a.bucket.net),
    })),
    plan: planWords([...judged.values()]),
  };
}
