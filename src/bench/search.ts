import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import pg from 'pg';
import { addAccount } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import type { Order } from '../features/journal/filter.js';
import { readJournalFilter } from '../features/journal/filter.js';
import { timelineOf } from '../features/journal/timeline.js';
import { notes, rareWord } from './diary.js';
import { addPeople } from './people.js';
import { inPlace } from './place.js';
import { quantile } from './stats.js';

const entries = 50_000;
const atOnce = 2_000;
const turns = 40;
const aimMs = 30;
const pageSize = 30;

/** What somebody looks for; each is asked as a page asks it. */
const queries: Readonly<Record<string, string>> = {
  'a word of nearly every note': 'the',
  'a word of a third of them': 'london',
  'a word of a few thousand': rareWord(3),
  'a word of some hundred': rareWord(60),
  'a rare word': rareWord(9_000),
  'a word that nobody wrote': 'zzyzx',
  'a beginning, common': 'lon',
  'a beginning of two letters': 'wo',
  'a beginning, rare': rareWord(9_000).slice(0, -1),
  'two common words': 'moved stop',
  'a common and a rare word': `stop ${rareWord(500)}`,
  'two rare words': `${rareWord(40)} ${rareWord(41)}`,
  'a phrase': '"moved the stop"',
  'another language': 'überhastet ein',
};

async function newAccount(db: Database, userId: string): Promise<string> {
  const id = randomUUID();
  const account = { id, userId, type: 'manual', category: 'Real', label: 'One', at: new Date() } as const;
  await db.withTenant('app', userId, (tx) =>
    addAccount(tx, { ...account, connection: null, currency: { code: 'USD', digits: 2 } }),
  );
  return id;
}

/** So many entries of one person, twenty minutes apart; the ms that it took. */
async function write(client: pg.Client, owner: readonly [string, string], seed: number): Promise<number> {
  const texts = notes(seed);
  const start = performance.now();
  for (let from = 0; from < entries; from += atOnce) {
    const some = Array.from({ length: atOnce }, () => texts.next().value as string);
    await client.query(
      `insert into journal_entries (user_id, account_id, trade_id, position_id, opened_ms, deal_tickets, symbol, side,
         volume, net, opened_at, closed_at, notes, updated_at)
       select $1, $2, gen_random_uuid(), $3::int + n, 0, '{}', 'EURUSD', 'buy', 0.1, 1,
         now() - ($3::int + n) * interval '20 minutes', now(), g.notes, now()
       from unnest($4::text[]) with ordinality as g (notes, n)`,
      [...owner, from, some],
    );
  }
  return performance.now() - start;
}

interface Took {
  p50: number;
  p95: number;
  all: number[];
  n: number;
}

async function timed(db: Database, userId: string, q: string, order: Order): Promise<Took> {
  const { filter } = readJournalFilter({ q }, 'UTC');
  const all: number[] = [];
  let n = 0;
  for (let turn = -3; turn < turns; turn += 1) {
    const start = performance.now();
    const asked = { filter, order, limit: pageSize, after: null };
    const { written } = await db.withTenant('app', userId, (tx) => timelineOf(tx, userId, asked));
    // The first ones make the connections and fill the caches.
    if (turn >= 0) all.push(performance.now() - start);
    n = written.length;
  }
  return { p50: quantile(all, 0.5), p95: quantile(all, 0.95), all, n };
}

const inWords = ({ p50, p95 }: Took): string =>
  `p50 ${p50.toFixed(1).padStart(5)} ms, p95 ${p95.toFixed(1).padStart(5)} ms`;
const say = (line: string): void => void process.stdout.write(`search: ${line}\n`);

async function measure(db: Database, userId: string): Promise<void> {
  const ranked: number[] = [];
  const plain: number[] = [];
  for (const [what, q] of Object.entries(queries)) {
    const newest = await timed(db, userId, q, 'newest');
    const best = await timed(db, userId, q, 'best');
    ranked.push(...best.all);
    plain.push(...newest.all);
    const ratio = `${(best.p95 / newest.p95).toFixed(2)}x the same without ranking (${inWords(newest)})`;
    say(`${what.padEnd(28)} ${inWords(best)}, ${ratio}, ${best.n} shown`);
  }
  const [p95, without] = [quantile(ranked, 0.95), quantile(plain, 0.95)];
  say(
    `${'all of these'.padEnd(28)} p95 ${p95.toFixed(1)} ms, ${(p95 / without).toFixed(2)}x the same without ranking, aim ${aimMs} ms`,
  );
}

/** Searching the notes of a long life, beside somebody who has written as much. */
export const search = (): Promise<void> =>
  inPlace({}, async ({ storage: { db, address } }) => {
    const [user, other] = await addPeople(db, 2);
    if (user === undefined || other === undefined) throw new Error('There is nobody.');
    const client = new pg.Client({ ...address, user: 'postgres' });
    await client.connect();
    try {
      await write(client, [other.userId, await newAccount(db, other.userId)], 2);
      const tookMs = await write(client, [user.userId, await newAccount(db, user.userId)], 1);
      await client.query('vacuum analyze');
      const { rows } = await client.query<{ words: string; size: string }>(
        `select count(*)::text as words, pg_size_pretty(pg_total_relation_size('journal_words') / 2) as size
         from journal_words where user_id = $1`,
        [user.userId],
      );
      say(
        `${entries} entries written in ${(tookMs / 1000).toFixed(0)} s, ${rows[0]?.words ?? ''} words kept in ${rows[0]?.size ?? ''}; load of the machine ${loadavg()[0]?.toFixed(1) ?? ''}`,
      );
      await measure(db, user.userId);
    } finally {
      await client.end();
    }
  });
