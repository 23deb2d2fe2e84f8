import { type Costs, lightEveryMs } from '../sync/costs.js';
import {
  type Choose,
  type Happening,
  online,
  ourQueue,
  seeded,
  simulate,
  type Visit,
} from '../testing/simulated-sync.js';
import { canBeDivided } from './queue-bound.js';

const costs: Costs = { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 };
const terminals = 3;
const warmUpMs = 4 * 60_000;
const untilMs = 12 * 60_000;
const aim = 0.9;

/** How many of `count` accounts each of so many servers has. */
const splits: Readonly<Record<string, (count: number, servers: number) => number[]>> = {
  even: (count, servers) =>
    Array.from({ length: servers }, (_, at) => Math.floor((count + servers - 1 - at) / servers)),
  halving: (count, servers) => {
    const sizes: number[] = [];
    for (let left = servers, rest = count; left > 0; left -= 1) {
      const size = left === 1 ? rest : Math.max(1, Math.min(rest - left + 1, Math.round(rest / 2)));
      sizes.push(size);
      rest -= size;
    }
    return sizes;
  },
  'one big': (count, servers) => [count - servers + 1, ...Array<number>(servers - 1).fill(1)],
};

/** First in, first out: whoever waits longest, wherever there is a terminal, with no regard to switches. */
const firstInFirstOut: Choose = ({ accounts, terminals }) => {
  const busy = new Set(terminals.filter(({ isFree }) => !isFree).map(({ resident }) => resident?.id));
  const waiting = accounts.filter(({ id }) => !busy.has(id)).sort((a, b) => a.lightDueMs - b.lightDueMs);
  const assignments = terminals
    .filter(({ isFree }) => isFree)
    .flatMap(({ slot }) => {
      const account = waiting.shift();
      return account === undefined ? [] : [{ slot, accountId: account.id, work: 'light' as const }];
    });
  return { assignments, waitMs: null };
};

const serverOf = (accountId: string): string => accountId.split('/')[0] ?? '';

interface Load {
  readonly sizes: readonly number[];
  readonly jitter: number;
  readonly choose: Choose;
}

/** The accounts come online one after another in a shuffled order, a second apart: the plan grows as it does in life. */
const run = ({ sizes, jitter, choose }: Load): readonly Visit[] => {
  const random = seeded(sizes.length);
  const ids = sizes.flatMap((size, server) => Array.from({ length: size }, (_, at) => `S${server}/${at}`));
  const happenings = ids
    .map((id) => ({ id, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ id }, at): Happening => {
      const account = { id, server: serverOf(id) };
      return { atMs: at * 1_000, act: (world) => online(world, account) };
    });
  const really = (ms: number): number => ms * (1 + jitter * (2 * random() - 1));
  return simulate({ choose, costs, really, terminals, happenings, untilMs });
};

/** For each account the ends of its readings. */
const readings = (load: Load): Map<string, number[]> => {
  const ends = new Map<string, number[]>();
  for (const { accountId, endMs } of run(load)) ends.set(accountId, [...(ends.get(accountId) ?? []), endMs]);
  return ends;
};

/** The ages seen at the end of a reading after the warm-up; an account still waiting counts with the age it has. */
const ages = (ends: readonly number[]): number[] =>
  [...ends, untilMs].flatMap((endMs, at) => (endMs > warmUpMs ? [endMs - (ends[at - 1] ?? 0)] : []));

const agesOf = (load: Load): number[] => [...readings(load).values()].flatMap(ages).sort((a, b) => a - b);
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

type Policy = () => Choose;
const fifo: Policy = () => firstInFirstOut;

interface Case {
  readonly split: (count: number, servers: number) => number[];
  readonly servers: number;
  readonly jitter: number;
}

const sizesUpTo = (most: number, { servers, split }: Case): number[][] =>
  Array.from({ length: most - servers + 1 }, (_, at) => split(most - at, servers));
const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

const boundOf = (one: Case): number =>
  total(sizesUpTo(27, one).find((sizes) => canBeDivided(sizes, terminals, lightEveryMs, costs)) ?? []);

/** The largest number of accounts none of which was ever older than the limit. */
const reached = (one: Case, policy: Policy, limitMs: number): number => {
  const isKept = (sizes: number[]): boolean =>
    (agesOf({ sizes, jitter: one.jitter, choose: policy() }).at(-1) ?? 0) <= limitMs + 1e-6;
  return total(sizesUpTo(27, one).find(isKept) ?? []);
};

const print = (cells: readonly (string | number)[]): void =>
  void process.stdout.write(`${cells.map((cell) => String(cell).padStart(9)).join('')}\n`);

/** Prints one table of what is reached; returns how many rows miss the aim. */
const reach = (jitter: number): number => {
  const limitMs = lightEveryMs * (1 + jitter);
  process.stdout.write(
    `queue: accounts all kept under ${limitMs / 1000} s by ${terminals} terminals, ` +
      `costs ${jitter === 0 ? 'exact' : `+-${jitter * 100} %`}\n`,
  );
  print(['split', 'servers', 'ours', 'fifo', 'bound', 'ratio', ...(jitter > 0 ? ['in 15 s'] : [])]);
  let misses = 0;
  for (const [name, split] of Object.entries(splits)) {
    for (let servers = name === 'even' ? 1 : 2; servers <= 8; servers += 1) {
      const one = { split, servers, jitter };
      const bound = boundOf(one);
      const ours = reached(one, ourQueue, limitMs);
      if (ours < aim * bound) misses += 1;
      const strict = jitter > 0 ? [reached(one, ourQueue, lightEveryMs)] : [];
      const others = [reached(one, fifo, limitMs), bound, (ours / bound).toFixed(2)];
      print([name, servers, ours, ...others, ...strict]);
    }
  }
  return misses;
};

const meanInterval = (ends: readonly number[]): number => {
  const counted = ends.filter((endMs) => endMs > warmUpMs);
  return ((counted.at(-1) ?? NaN) - (counted[0] ?? NaN)) / (counted.length - 1);
};
const ratio = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);

/** Longest over shortest mean interval: the worst among the accounts of one server, and among all. */
const fairness = (load: Load): readonly [within: string, overall: string] => {
  const means = [...readings(load)].map(([id, ends]) => [serverOf(id), meanInterval(ends)] as const);
  const within = load.sizes.map((_, server) =>
    ratio(means.filter(([name]) => name === `S${server}`).map(([, value]) => value)),
  );
  return [Math.max(...within).toFixed(2), ratio(means.map(([, value]) => value)).toFixed(2)];
};

const printAges = (): void => {
  process.stdout.write('queue: p95 age in s, ours/fifo; fairness: longest/shortest mean interval\n');
  print(['split', 'servers', 'accounts', 'ours', 'fifo', 'server', 'overall']);
  for (const [name, split] of Object.entries(splits).slice(0, 2))
    for (const servers of [1, 3, 5, 8])
      for (const count of [5, 10, 20, 40, 80, 120].filter((many) => many >= servers)) {
        const load = { sizes: split(count, servers), jitter: 0.1 };
        const p95 = (policy: Policy): string =>
          (quantile(agesOf({ ...load, choose: policy() }), 0.95) / 1000).toFixed(1);
        const [within, overall] = fairness({ ...load, choose: ourQueue() });
        print([name, servers, count, p95(ourQueue), p95(fifo), within, overall]);
      }
};

/** How many accounts the queue keeps fresh, beside first in first out and beside what no plan could exceed. */
export const queue = (): void => {
  const misses = reach(0) + reach(0.1);
  printAges();
  process.stdout.write(`queue: ${misses} rows below ${aim} of the bound (aim: none)\n`);
  if (misses > 0) process.exitCode = 1;
};
