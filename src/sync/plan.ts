import { type Costs, type Holding, lightEveryMs, roundMs } from './costs.js';
import { evenShares, type Group, type Share } from './fill.js';

/** What one terminal goes round, grouped by server, and whom it read last in it (null: nobody yet). */
export interface Round {
  readonly slot: number;
  readonly accounts: readonly Holding[];
  readonly lastId: string | null;
}

/** All that is to be divided: accounts in the order in which they want to be read, and the terminals there are. */
export interface Wanted {
  readonly accounts: readonly Holding[];
  readonly slots: readonly number[];
  readonly costs: Costs;
}

// A plan below this stands whatever better one there is: newcomers find room, and nobody is moved for nothing.
const comfortableMs = 0.8 * lightEveryMs;
const worthwhile = 0.9;

const key = ({ id, server }: Holding): string => JSON.stringify([id, server]);
const isSame = (a: Iterable<string | number>, b: Iterable<string | number>): boolean =>
  [...a].sort().join() === [...b].sort().join();

const serversOf = (accounts: readonly Holding[]): string[] => [
  ...new Set(accounts.map(({ server }) => server)),
];

export const lengthMs = (accounts: readonly Holding[], costs: Costs): number =>
  roundMs(accounts.length, serversOf(accounts).length, costs);

const longestMs = (rounds: readonly Round[], costs: Costs): number =>
  Math.max(0, ...rounds.map(({ accounts }) => lengthMs(accounts, costs)));

const grouped = (accounts: readonly Holding[]): Holding[] =>
  serversOf(accounts).flatMap((server) => accounts.filter((account) => account.server === server));

/** Puts each account, in turn, where the round stays shortest: behind the others of its server. */
const joined = (rounds: readonly Round[], newcomers: readonly Holding[], costs: Costs): Round[] =>
  newcomers.reduce<Round[]>(
    (all, account) => {
      const lengths = all.map(({ accounts }) => lengthMs([...accounts, account], costs));
      const best = lengths.indexOf(Math.min(...lengths));
      return all.map((round, at) =>
        at === best ? { ...round, accounts: grouped([...round.accounts, account]) } : round,
      );
    },
    [...rounds],
  );

/** The share of terminals that are held up goes to the others for as long as that lasts. */
export const reliefOf = (rounds: readonly Round[], held: ReadonlySet<number>, costs: Costs): Round[] => {
  const orphans = rounds.filter(({ slot }) => held.has(slot)).flatMap(({ accounts }) => accounts);
  const open = rounds.filter(({ slot }) => !held.has(slot));
  return open.length > 0 ? joined(open, orphans, costs) : [];
};

const groupsOf = (accounts: readonly Holding[]): Group[] =>
  serversOf(accounts).map((server) => ({
    server,
    count: accounts.filter((account) => account.server === server).length,
  }));

/** How many of a terminal's accounts can stay if it gets this share. */
const stayingIn = (round: Round | undefined, share: Share): number =>
  groupsOf(round?.accounts ?? [])
    .map(({ server, count }) => Math.min(count, share.find((one) => one.server === server)?.count ?? 0))
    .reduce((sum, count) => sum + count, 0);

/** Gives each terminal the share it has most of already, and each share first the accounts that can stay. */
const laidOut = (shares: readonly Share[], before: readonly Round[], wanted: Wanted): Round[] => {
  const open = [...shares];
  const left = new Set(wanted.accounts);
  const take = (group: Group, from: readonly Holding[]): Holding[] => {
    const taken = from.filter(({ server }) => server === group.server).slice(0, group.count);
    taken.forEach((account) => left.delete(account));
    return taken;
  };
  const given = wanted.slots.map((slot) => {
    const round = before.find((one) => one.slot === slot);
    const gains = open.map((share) => stayingIn(round, share));
    const [share = []] = open.splice(gains.indexOf(Math.max(...gains)), 1);
    const own = new Set(round?.accounts.map(({ id }) => id));
    const mine = wanted.accounts.filter(({ id }) => own.has(id));
    return { slot, share, round, staying: share.flatMap((group) => take(group, mine)) };
  });
  return given.map(({ slot, share, round, staying }) => {
    const missing = ({ server, count }: Group): Group => ({
      server,
      count: count - staying.filter((account) => account.server === server).length,
    });
    const chosen = new Set([...staying, ...share.flatMap((group) => take(missing(group), [...left]))]);
    if (round !== undefined && isSame(round.accounts.map(key), [...chosen].map(key))) return round;
    return { slot, accounts: grouped(wanted.accounts.filter((one) => chosen.has(one))), lastId: null };
  });
};

/** What stands of the plan, newcomers added where they disturb least. */
const mended = (before: readonly Round[], { accounts, costs }: Wanted): Round[] => {
  const wantedKeys = new Set(accounts.map(key));
  const planned = new Set(before.flatMap((round) => round.accounts.map(key)));
  const standing = before.map((round) => ({
    ...round,
    accounts: round.accounts.filter((account) => wantedKeys.has(key(account))),
  }));
  return joined(
    standing,
    accounts.filter((account) => !planned.has(key(account))),
    costs,
  );
};

/**
 * Who is read where, in which order. Nothing moves unless accounts or terminals came or went. When accounts did, the
 * plan is mended; only if that leaves a round too long, and a new plan is clearly better, the new one is taken. When
 * terminals did, it is always made anew, leaving as many accounts as possible where they are.
 */
export const planned = (before: readonly Round[], wanted: Wanted): readonly Round[] => {
  const { accounts, slots, costs } = wanted;
  const fresh = (): Round[] => laidOut(evenShares(groupsOf(accounts), slots.length, costs), before, wanted);
  if (
    !isSame(
      before.map(({ slot }) => slot),
      slots,
    )
  )
    return fresh();
  const known = before.flatMap((round) => round.accounts.map(key));
  if (isSame(known, accounts.map(key))) return before;
  const kept = mended(before, wanted);
  const keptMs = longestMs(kept, costs);
  if (keptMs <= comfortableMs) return kept;
  const better = fresh();
  const betterMs = longestMs(better, costs);
  const fitsAgain = betterMs <= lightEveryMs && lightEveryMs < keptMs;
  return fitsAgain || betterMs <= worthwhile * keptMs ? better : kept;
};
