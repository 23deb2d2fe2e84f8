import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { piecesOf } from '../lib/search-pieces.js';
import type { Tx } from './database.js';

/** A word that is looked for, or the beginning of one. */
export interface Term {
  word: string;
  isPrefix: boolean;
}

/** What somebody looks for in what they wrote. */
export interface Search {
  terms: Term[];
  /** the same as a tsquery in text: all of it, what was between quotation marks as it stands */
  query: string;
  /** the rarest of the terms, where few enough texts have it to look at each of them; null: all of them are common */
  lead: Term | null;
}

/** Up to so many texts are looked at one by one; beyond, enough are soon found from the latest on. */
const few = 4_000;
/** Words of one or two letters are not kept apart. */
const canLead = /^.{3}/su;
const mostTerms = 12;

/** The words of each piece, in their order, as they are kept of every text. */
async function wordsOf(tx: Tx, texts: readonly string[]): Promise<string[][]> {
  const { rows } = await sql<{ words: string[] }>`
    select coalesce((select array_agg(l.lexeme order by p.place)
      from unnest(journal_words_of(g.text)) l cross join unnest(l.positions) p (place)), '{}') as words
    from unnest(${[...texts]}::text[]) with ordinality as g (text, at) order by g.at`.execute(tx);
  return rows.map(({ words }) => words);
}

const escaped = (word: string): string => `'${word.replaceAll(/['\\]/g, '$&$&')}'`;

const isTerm = ({ word, isPrefix }: Term): RawBuilder<SqlBool> =>
  isPrefix
    ? sql<SqlBool>`w.word >= ${word} and w.word < ${`${word}\u{10ffff}`}`
    : sql<SqlBool>`w.word = ${word}`;

/** The term that the fewest texts have; null where each is in more than a few. */
async function leadOf(tx: Tx, userId: string, terms: readonly Term[]): Promise<Term | null> {
  const long = terms.filter(({ word }) => canLead.test(word));
  if (long.length === 0) return null;
  const counts = long.map(
    (term, at) => sql`
      select ${sql.lit(at)} as at, (select count(*) from (
        select from journal_words w where w.user_id = ${userId} and ${isTerm(term)} limit ${few + 1}) c) as n`,
  );
  const { rows } = await sql<{ at: number }>`
    select at from (${sql.join(counts, sql` union all `)}) k where n <= ${few} order by n, at limit 1`.execute(
    tx,
  );
  return long[rows[0]?.at ?? -1] ?? null;
}

/** What is typed as a search; null where there is no word in it. Of very many words the first ones count. */
export async function readSearch(tx: Tx, userId: string, typed: string): Promise<Search | null> {
  const pieces = piecesOf(typed);
  if (pieces.length === 0) return null;
  const words = await wordsOf(
    tx,
    pieces.map(({ text }) => text),
  );
  const groups = pieces.map(({ isOpen }, at) => {
    const all = words[at] ?? [];
    return all.map((word, index) => ({ word, isPrefix: isOpen && index === all.length - 1 }));
  });
  const terms = groups.flat().slice(0, mostTerms);
  if (terms.length === 0) return null;
  const query = groups
    .filter((group) => group.length > 0)
    .map((group) => group.slice(0, mostTerms).map(asQuery).join(' <-> '))
    .slice(0, mostTerms)
    .join(' & ');
  return { terms, query, lead: await leadOf(tx, userId, terms) };
}

const asQuery = ({ word, isPrefix }: Term): string => `${escaped(word)}${isPrefix ? ':*' : ''}`;

/** The column of `journal_texts x` that names a document of a kind. */
const keyOf = {
  entry: sql.ref('x.entry_id'),
  missed: sql.ref('x.missed_id'),
  page: sql.ref('x.page_id'),
} as const;
export type TextKind = keyof typeof keyOf;

/** That a document has what is looked for; `id` is a column of its own table. */
export function foundCondition(
  userId: string,
  { query, lead }: Search,
  { kind, id }: { kind: TextKind; id: RawBuilder<unknown> },
): RawBuilder<SqlBool> {
  const matches = sql<SqlBool>`x.words @@ ${query}::tsquery`;
  // As one value for each row, so that no plan begins with all texts.
  if (lead === null)
    return sql<SqlBool>`coalesce((
      select ${matches} from journal_texts x where x.user_id = ${userId} and ${keyOf[kind]} = ${id}), false)`;
  return sql<SqlBool>`${id} = any(array(
    select ${keyOf[kind]} from journal_words w join journal_texts x on x.user_id = ${userId} and x.id = w.text_id
    where w.user_id = ${userId} and ${isTerm(lead)} and ${keyOf[kind]} is not null and ${matches}))`;
}

/** How well a document has it, the length of its text considered. */
export const rankOf = (
  userId: string,
  { query }: Search,
  { kind, id }: { kind: TextKind; id: RawBuilder<unknown> },
): RawBuilder<number> => sql<number>`(
  select ts_rank(x.words, ${query}::tsquery, 1) from journal_texts x
  where x.user_id = ${userId} and ${keyOf[kind]} = ${id})`;
