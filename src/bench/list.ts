import { loadavg } from 'node:os';
import { processorMs } from './children.js';
import { withProgram, type Installation } from './installation.js';
import { withTrades } from './many-trades.js';
import { planOf } from './list-plan.js';
import { quantile } from './stats.js';

const trades = 100_000;
const turns = 40;
const aimMs = 25;

/** What somebody asks of a long list: everything, filtered, put in order, and far behind. */
const lists = [
  '',
  '?page=40',
  '?sort=closed',
  '?sort=-opened',
  '?sort=-net',
  '?sort=net',
  '?sort=-r',
  '?sort=r',
  '?sort=-pips',
  '?sort=held',
  '?sort=symbol',
  '?symbol=EURUSD',
  '?symbol=EURUSD&sort=-net',
  '?side=sell&session=overlap',
  '?session=off',
  '?session=london&sort=-r',
  '?magic=7&status=closed',
  '?period=last-month',
  '?from=2025-02-01&to=2025-02-28&sort=-pips',
];

interface Took {
  p50: number;
  p95: number;
  /** of the server and its database, for each turn: what a machine that is busy otherwise does not change */
  processor: number;
}

async function timed(pid: number, turnsOf: number, work: () => Promise<unknown>): Promise<Took> {
  const taken: number[] = [];
  const before = processorMs(pid);
  for (let turn = 0; turn < turnsOf; turn += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  const processor = (processorMs(pid) - before) / turnsOf;
  return { p50: quantile(taken, 0.5), p95: quantile(taken, 0.95), processor };
}

const inWords = ({ p50, p95, processor }: Took): string =>
  `p50 ${p50.toFixed(1).padStart(6)} ms, p95 ${p95.toFixed(1).padStart(6)} ms, processor ${processor.toFixed(1).padStart(5)} ms`;

const anchor = 'select * from trades where user_id = $1 order by closed_at desc, id limit 50';

async function page(url: string, session: string): Promise<string> {
  const answer = await fetch(url, { headers: { cookie: `sid=${session}` } });
  const html = await answer.text();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return html;
}

const measure = (installation: Installation): Promise<void> =>
  withTrades(installation, trades, async (client, user) => {
    const { url, db, program } = installation;
    await client.query('vacuum analyze trades');
    const bare = await timed(program.pid, turns * 5, () => client.query(anchor, [user.userId]));
    process.stdout.write(
      `list: ${trades} trades; load of the machine ${loadavg()[0]?.toFixed(1) ?? ''}\n` +
        `list: ${'bare index scan of 50 rows'.padEnd(44)} ${inWords(bare)}\n`,
    );
    for (const list of lists) {
      const open = (): Promise<string> => page(`${url}/trades${list}`, user.session);
      await timed(program.pid, 5, open);
      const took = await timed(program.pid, turns, open);
      const ratio = `${(took.p95 / bare.p95).toFixed(0)}x the scan, aim ${aimMs} ms`;
      process.stdout.write(`list: ${(list || 'all').padEnd(44)} ${inWords(took)} (${ratio})\n`);
    }
    for (const totals of ['', '?session=off', '?magic=7']) {
      const open = (): Promise<string> => page(`${url}/trades/totals${totals}`, user.session);
      const took = await timed(program.pid, turns, open);
      process.stdout.write(`list: ${`totals alone: ${totals || 'all'}`.padEnd(44)} ${inWords(took)}\n`);
    }
    process.stdout.write('list: plans, as PostgreSQL makes them for whoever row level security binds\n');
    for (const list of lists) process.stdout.write(await planOf(db, user.userId, list));
  });

/** The list of trades of somebody who has very many, as a browser gets it, beside the least that such a page can cost. */
export const list = (): Promise<void> => withProgram({ TERMINALS: 'none' }, measure);
