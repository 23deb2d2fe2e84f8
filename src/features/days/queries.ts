import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Mood } from '../../domain/judgement.js';

/** How somebody judged a trade, as far as a day or a review shows it. */
export interface Judged {
  mood: Mood | null;
  followedPlan: boolean | null;
  checks: { asked: string[]; kept: string[] };
  /** names, from A */
  mistakes: string[];
  /** its name */
  setup: string | null;
}

interface JudgedRow extends Pick<Judged, 'mood' | 'mistakes' | 'setup'> {
  trade_id: string;
  followed_plan: boolean | null;
  checks_asked: string[];
  checks_kept: string[];
}

/** By trade: what is written of these trades. Those of which nothing is written are not there. */
export async function judgedTrades(
  tx: Tx,
  userId: string,
  tradeIds: readonly string[],
): Promise<Map<string, Judged>> {
  const { rows } = await sql<JudgedRow>`
    select e.trade_id, e.mood, e.followed_plan, e.checks_asked, e.checks_kept,
      (select s.name from setups s where s.user_id = e.user_id and s.id = e.setup_id) as setup,
      array(select m.name from entry_mistakes x join mistakes m on m.user_id = x.user_id and m.id = x.mistake_id
        where x.user_id = e.user_id and x.entry_id = e.id order by lower(m.name), m.id) as mistakes
    from journal_entries e
    where e.user_id = ${userId} and e.trade_id = any(${[...tradeIds]}::uuid[])`.execute(tx);
  return new Map(
    rows.map(({ trade_id: id, mood, followed_plan: followedPlan, checks_asked, checks_kept, ...names }) => [
      id,
      { mood, followedPlan, checks: { asked: checks_asked, kept: checks_kept }, ...names },
    ]),
  );
}
