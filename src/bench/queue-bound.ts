import { type Costs, roundMs } from '../sync/costs.js';

/** [accounts, servers] of each terminal */
type Load = readonly (readonly [accounts: number, servers: number])[];

const fits = (load: Load, limitMs: number, costs: Costs): boolean =>
  load.every(([accounts, servers]) => roundMs(accounts, servers, costs) <= limitMs + 1e-6);

/** Every way to spread `count` accounts of one server over the terminals, added to a load. */
function* spreads(load: Load, count: number, at = 0): Generator<Load> {
  const here = load[at];
  if (here === undefined) {
    if (count === 0) yield load;
    return;
  }
  for (let take = 0; take <= count; take += 1) {
    const added = take === 0 ? here : ([here[0] + take, here[1] + 1] as const);
    yield* spreads(load.with(at, added), count - take, at + 1);
  }
}

const nameOf = (load: Load): string =>
  load
    .map((pair) => pair.join(':'))
    .sort()
    .join();

/**
 * Can the accounts (`sizes`: how many each server has) be divided so that no terminal's round is longer than the limit?
 * Exhaustive: every way to split every server; loads that are the same but for the terminals' names are looked at once.
 */
export const canBeDivided = (
  sizes: readonly number[],
  terminals: number,
  limitMs: number,
  costs: Costs,
): boolean => {
  let loads = new Map<string, Load>([['', Array.from({ length: terminals }, () => [0, 0] as const)]]);
  for (const size of sizes) {
    const next = new Map<string, Load>();
    for (const load of loads.values())
      for (const spread of spreads(load, size))
        if (fits(spread, limitMs, costs)) next.set(nameOf(spread), spread);
    loads = next;
  }
  return loads.size > 0;
};
