import { asAdministrator } from '../../testing/database.js';
import { compared } from '../oracle.js';
import type { Book, Note } from './book.js';
import type { Stage } from './stage.js';

/** What is there after a storm, against what was acknowledged and what the brokers have. */
export interface Reckoning {
  lost: number;
  doubled: number;
  /** what of it, in words */
  findings: string[];
  deals: number;
}

interface Found {
  trades: { comment: string; n: number }[];
  /** trades of accounts by hand, which are to be as many as were entered */
  built: number;
  notes: { trade_id: string; notes: string; version: number }[];
  tags: { trade_id: string; name: string; n: number }[];
}

/** Deals that the brokers of these accounts have told of. */
export const dealsOf = ({ login, actors }: Stage): Promise<number> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      'select count(*)::int as n from deals where account_id = any($1)',
      [actors.map(({ owner }) => owner.accountId)],
    );
    return rows[0]?.n ?? 0;
  });

const found = ({ login, actors }: Stage): Promise<Found> =>
  asAdministrator(login, async (client) => {
    const rows = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
      (await client.query<T>(text, values)).rows;
    const byHand = actors.map(({ manualAccountId }) => manualAccountId);
    const [built] = await rows<{ n: number }>(
      'select count(*)::int as n from trades where account_id = any($1)',
      [byHand],
    );
    return {
      trades: await rows(`
        select head #>> '{trade,comment}' as comment, count(*)::int as n
        from imports where kind = 'manual' and state = 'saved' and head #>> '{trade,comment}' like 'storm %' group by 1`),
      built: built?.n ?? 0,
      notes: await rows(`select trade_id, notes, version from journal_entries where notes like 'storm %'`),
      tags: await rows(`
        select e.trade_id, lower(g.name) as name, count(*)::int as n
        from entry_tags x join journal_entries e on e.user_id = x.user_id and e.id = x.entry_id
          join tags g on g.user_id = x.user_id and g.id = x.tag_id
        where e.notes = '' group by 1, 2`),
    };
  });

class Tally {
  lost = 0;
  doubled = 0;
  readonly findings: string[] = [];

  add(kind: 'lost' | 'doubled', count: number, what: string): void {
    if (count === 0) return;
    this[kind] += count;
    this.findings.push(`${kind}: ${what}`);
  }
}

function reckonTrades(tally: Tally, { trades, built }: Found, book: Book): void {
  const there = new Map(trades.map(({ comment, n }) => [comment, n]));
  for (const [comment, state] of book.trades) {
    const n = there.get(comment) ?? 0;
    tally.add('lost', state === 'kept' && n === 0 ? 1 : 0, `the trade "${comment}"`);
    tally.add('doubled', Math.max(0, n - 1), `the trade "${comment}" is there ${n} times`);
    there.delete(comment);
  }
  tally.add('doubled', there.size, `trades that nobody entered: ${[...there.keys()].join(', ')}`);
  const entered = trades.reduce((sum, { n }) => sum + n, 0);
  tally.add('lost', Math.max(0, entered - built), `${entered} trades were entered, ${built} are shown`);
  tally.add('doubled', Math.max(0, built - entered), `${entered} trades were entered, ${built} are shown`);
}

/** One that was never answered may be there or not. */
const isRight = (note: Note, notes: string, version: number): boolean =>
  (notes === note.said && version === note.version) ||
  (notes === note.perhaps && version === note.version + 1);

function reckonNotes(tally: Tally, { notes }: Found, book: Book): void {
  const there = new Map(notes.map((row) => [row.trade_id, row]));
  for (const [tradeId, note] of book.notes) {
    const row = there.get(tradeId);
    if (row === undefined) tally.add('lost', note.said === null ? 0 : 1, `the note of ${tradeId}`);
    else if (!isRight(note, row.notes, row.version))
      tally.add(
        row.version > note.version ? 'doubled' : 'lost',
        1,
        `the note of ${tradeId}: "${note.said ?? ''}", version ${note.version}, not "${row.notes}", ${row.version}`,
      );
  }
}

function reckonTags(tally: Tally, { tags }: Found, book: Book): void {
  const there = new Map(tags.map(({ trade_id, name, n }) => [`${trade_id} ${name}`, n]));
  for (const [tradeId, names] of book.tags)
    for (const name of names) {
      const n = there.get(`${tradeId} ${name}`) ?? 0;
      tally.add('lost', n === 0 ? 1 : 0, `the tag "${name}" of ${tradeId}`);
      tally.add('doubled', Math.max(0, n - 1), `the tag "${name}" of ${tradeId}`);
    }
}

/** Reads every account once more, whole, and looks for everything that was ever acknowledged. */
export async function reckoned(stage: Stage, book: Book): Promise<Reckoning> {
  const tally = new Tally();
  await Promise.all(
    stage.actors.map(async (actor) => {
      const { lost, doubled } = await compared(stage.booksOf(actor), actor.owner);
      const account = `${actor.owner.server} ${actor.owner.login}`;
      tally.add('lost', lost, `${lost} deals of ${account}`);
      tally.add('doubled', doubled, `${doubled} deals of ${account}, or its sums do not meet its balance`);
    }),
  );
  const all = await found(stage);
  reckonTrades(tally, all, book);
  reckonNotes(tally, all, book);
  reckonTags(tally, all, book);
  const { lost, doubled, findings } = tally;
  return { lost, doubled, findings, deals: await dealsOf(stage) };
}
