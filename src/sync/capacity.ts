import { type Costs, lightEveryMs, roundMs } from './costs.js';
import { countOf, evenShares, fill, type Group } from './fill.js';

const beyondCounting = 10_000;

/**
 * The server the next account would be on if more (or fewer) accounts were spread over the servers as the present ones
 * are: D'Hondt's way of dealing out seats, which takes none back when there is one more to deal.
 */
const nextServer = (present: readonly Group[], dealt: ReadonlyMap<string, number>): string => {
  const claim = ({ server, count }: Group): number => count / ((dealt.get(server) ?? 0) + 1);
  return present.reduce((best, group) => (claim(group) > claim(best) ? group : best)).server;
};

/**
 * How many accounts `terminals` terminals can each read every 15 s, if they are spread over the servers as `present`
 * is (nothing present: all on one server). Counting stops at 10,000.
 */
export const capacity = (present: readonly Group[], terminals: number, costs: Costs): number => {
  const mix = countOf(present) > 0 ? present.filter(({ count }) => count > 0) : [{ server: '', count: 1 }];
  const dealt = new Map<string, number>();
  for (let fits = 0; fits < beyondCounting; fits += 1) {
    const server = nextServer(mix, dealt);
    dealt.set(server, (dealt.get(server) ?? 0) + 1);
    const groups = [...dealt].map(([name, count]) => ({ server: name, count }));
    if (fill(groups, terminals, lightEveryMs, costs) === null) return fits;
  }
  return beyondCounting;
};

/**
 * How old the numbers of those accounts get before they are read again, in ms: the longest round, and never less than
 * the 15 s that are kept to. Null where nothing is read, for want of accounts or of terminals.
 */
export const ageToExpectMs = (present: readonly Group[], terminals: number, costs: Costs): number | null => {
  if (countOf(present) === 0 || terminals === 0) return null;
  const rounds = evenShares(present, terminals, costs).map((share) =>
    roundMs(countOf(share), share.length, costs),
  );
  return Math.max(lightEveryMs, ...rounds);
};
