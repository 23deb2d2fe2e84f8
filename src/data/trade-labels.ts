import { sql, type RawBuilder } from 'kysely';
import type { Tx } from './database.js';

/** What somebody wrote of trades, as far as trades are sorted by it. */
export const writtenWords = ['tag', 'setup', 'mistake', 'mood', 'quality', 'plan', 'checklist'] as const;
export type WrittenWord = (typeof writtenWords)[number];

const linked = (userId: string, links: string, words: string, column: string) => sql`
  select e.trade_id, array_agg(w.name order by lower(w.name)) as words
  from ${sql.table(links)} x
  join journal_entries e on e.user_id = x.user_id and e.id = x.entry_id
  join ${sql.table(words)} w on w.user_id = x.user_id and w.id = ${sql.ref(`x.${column}`)}
  where x.user_id = ${userId} group by e.trade_id`;

const said = (userId: string, word: RawBuilder<string>, isSaid: RawBuilder<unknown>) => sql`
  select e.trade_id, array[${word}] as words from journal_entries e where e.user_id = ${userId} and ${isSaid}`;

/** The share of a checklist that was kept, as one of four words. */
const keptWord = sql<string>`case
  when cardinality(e.checks_kept) >= cardinality(e.checks_asked) then 'all kept'
  when cardinality(e.checks_kept) * 2 >= cardinality(e.checks_asked) then 'half or more kept'
  when cardinality(e.checks_kept) > 0 then 'less than half kept'
  else 'none kept' end`;

const questions: Readonly<Record<WrittenWord, (userId: string) => RawBuilder<unknown>>> = {
  tag: (userId) => linked(userId, 'entry_tags', 'tags', 'tag_id'),
  mistake: (userId) => linked(userId, 'entry_mistakes', 'mistakes', 'mistake_id'),
  setup: (userId) => sql`
    select e.trade_id, array[s.name] as words from journal_entries e
    join setups s on s.user_id = e.user_id and s.id = e.setup_id where e.user_id = ${userId}`,
  mood: (userId) => said(userId, sql`e.mood`, sql`e.mood is not null`),
  quality: (userId) => said(userId, sql`e.quality::text`, sql`e.quality is not null`),
  plan: (userId) =>
    said(userId, sql`case when e.followed_plan then 'yes' else 'no' end`, sql`e.followed_plan is not null`),
  checklist: (userId) => said(userId, keptWord, sql`cardinality(e.checks_asked) > 0`),
};

/** By trade: its words of this kind, as filters take them. Trades without any are not there. */
export async function wordsOfTrades(tx: Tx, userId: string, by: WrittenWord): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ trade_id: string; words: string[] }>`${questions[by](userId)}`.execute(tx);
  return new Map(rows.map(({ trade_id: id, words }) => [id, words]));
}
