import { type Costs, crossingMs, lightEveryMs, roundMs } from './costs.js';

/** How many accounts of a server there are, or are in one terminal's share. */
export interface Group {
  readonly server: string;
  readonly count: number;
}
/** What one terminal goes round. */
export type Share = readonly Group[];

export const countOf = (groups: readonly Group[]): number =>
  groups.reduce((sum, group) => sum + group.count, 0);

// The search is exact for a handful of servers; for many it stops here, and the next longer round is tried.
const maxSteps = 200;

/** How many accounts a terminal with that many servers can go round within the limit. */
const room = (servers: number, limitMs: number, costs: Costs): number =>
  Math.floor((limitMs - roundMs(0, servers, costs)) / roundMs(1, 1, costs) + 1e-9);

/** Below this no division can go: all visits, and the crossings where servers outnumber terminals, evenly shared. */
const leastMs = (groups: readonly Group[], terminals: number, costs: Costs): number => {
  const crowded = groups.length > terminals ? groups.length - terminals + 1 : 0;
  const evenly = (countOf(groups) * roundMs(1, 1, costs) + crowded * crossingMs(costs)) / terminals;
  return Math.max(evenly, roundMs(Math.ceil(countOf(groups) / terminals), 1, costs));
};

const without = (groups: readonly Group[], share: Share): Group[] =>
  groups
    .map(({ server, count }) => ({
      server,
      count: count - (share.find((one) => one.server === server)?.count ?? 0),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);

/**
 * The shares worth trying for one terminal, the largest servers first: some servers whole and, where another one does
 * not fit any more, as many of its accounts as do. Other shares need not be tried: two terminals never gain by having
 * two servers in common, so there is always one that has at most one server in common with the rest.
 */
function* sharesOf(
  groups: readonly Group[],
  roomFor: (servers: number) => number,
  share: Share = [],
  from = 0,
): Generator<Share> {
  const free = roomFor(share.length + 1) - countOf(share);
  let isFull = true;
  for (const [at, group] of groups.entries()) {
    if (free < 1 || share.some(({ server }) => server === group.server)) continue;
    isFull = false;
    const twin = groups[at - 1];
    if (twin?.count === group.count && !share.some(({ server }) => server === twin.server)) continue;
    if (group.count > free) yield [...share, { server: group.server, count: free }];
    else if (at >= from) yield* sharesOf(groups, roomFor, [...share, group], at + 1);
  }
  if (isFull && share.length > 0) yield share;
}

/**
 * Divides the accounts of each server over so many terminals that no round is longer than `limitMs`; null where that
 * was not found. Terminals are filled one after another, and a choice that leaves too much is taken back.
 */
export const fill = (
  groups: readonly Group[],
  terminals: number,
  limitMs: number,
  costs: Costs,
): Share[] | null => {
  const roomFor = (servers: number): number => room(servers, limitMs, costs);
  const hopeless = new Set<string>();
  let steps = 0;
  const search = (rest: readonly Group[], left: number): Share[] | null => {
    if (rest.length === 0) return [];
    if (left === 0 || leastMs(rest, left, costs) > limitMs) return null;
    const key = `${left}:${rest.map(({ count }) => count).join()}`;
    if (hopeless.has(key)) return null;
    for (const share of sharesOf(rest, roomFor)) {
      steps += 1;
      if (steps > maxSteps) return null;
      const others = search(without(rest, share), left - 1);
      if (others !== null) return [share, ...others];
    }
    hopeless.add(key);
    return null;
  };
  return search(without(groups, []), terminals);
};

/** Rounds of 15 s are tried as such, lest a step over them misses what just fits. */
const longer = (limitMs: number): number => {
  const next = limitMs * 1.01 + 1;
  return limitMs < lightEveryMs && lightEveryMs < next ? lightEveryMs : next;
};

/** The division with (within 1 %) the shortest longest round; at most one share a terminal. */
export const evenShares = (groups: readonly Group[], terminals: number, costs: Costs): Share[] => {
  if (terminals === 0) return [];
  let limitMs = leastMs(groups, terminals, costs);
  for (;;) {
    const shares = fill(groups, terminals, limitMs, costs);
    if (shares !== null) return shares;
    limitMs = longer(limitMs);
  }
};
