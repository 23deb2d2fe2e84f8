import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { emptyPage, type PageKey, type PageKind, type PageText } from '../domain/journal-page.js';
import type { Tx } from './database.js';

/** A page as it was saved. */
export interface SavedPage extends PageText {
  /** 0: nothing was ever written */
  version: number;
  /** null where nothing was ever written */
  updatedAt: Date | null;
}

interface PageRow extends PageText {
  starts_on: string;
  version: number;
  updated_at: Date;
}

const columns = sql`starts_on::text as starts_on, plan, review, lessons, mood, version, updated_at`;

const savedOf = ({ plan, review, lessons, mood, version, updated_at: updatedAt }: PageRow): SavedPage => ({
  ...{ plan, review, lessons, mood, version, updatedAt },
});

/** What a user wrote of a day, a week or a month. */
export async function pageOf(tx: Tx, userId: string, { kind, startsOn }: PageKey): Promise<SavedPage> {
  const { rows } = await sql<PageRow>`
    select ${columns} from journal_pages
    where user_id = ${userId} and kind = ${kind} and starts_on = ${startsOn}::date`.execute(tx);
  return rows[0] === undefined ? { ...emptyPage, version: 0, updatedAt: null } : savedOf(rows[0]);
}

/** The lessons that were last written before a page, of pages of its kind; null: none were. */
export async function lessonsBefore(
  tx: Tx,
  userId: string,
  { kind, startsOn }: PageKey,
): Promise<{ startsOn: string; lessons: string } | null> {
  const { rows } = await sql<{ startsOn: string; lessons: string }>`
    select starts_on::text as "startsOn", lessons from journal_pages
    where user_id = ${userId} and kind = ${kind} and starts_on < ${startsOn}::date and lessons <> ''
    order by starts_on desc limit 1`.execute(tx);
  return rows[0] ?? null;
}

interface ToWrite {
  key: PageKey;
  page: PageText;
  /** the version that whoever writes has seen */
  seen: number;
  at: Date;
}

/** Writes a page, whole; its new version. Null where somebody else has written since `seen`: nothing is changed. */
export async function writePage(
  tx: Tx,
  userId: string,
  { key, page, seen, at }: ToWrite,
): Promise<number | null> {
  const { plan, review, lessons, mood } = page;
  const { rows } = await sql<{ version: number }>`
    insert into journal_pages as p (user_id, kind, starts_on, plan, review, lessons, mood, version, updated_at)
    select ${userId}::uuid, ${key.kind}, ${key.startsOn}::date, ${plan}, ${review}, ${lessons}, ${mood}, 1,
      ${at}::timestamptz
    where ${seen}::integer = 0 or exists (
      select from journal_pages o
      where o.user_id = ${userId} and o.kind = ${key.kind} and o.starts_on = ${key.startsOn}::date)
    on conflict (user_id, kind, starts_on) do update
      set plan = excluded.plan, review = excluded.review, lessons = excluded.lessons, mood = excluded.mood,
        version = p.version + 1, updated_at = excluded.updated_at
      where p.version = ${seen}::integer
    returning version`.execute(tx);
  return rows[0]?.version ?? null;
}

/** Days, both ends included. */
interface Span {
  from: string;
  to: string;
}

const within = (userId: string, { from, to }: Span): RawBuilder<SqlBool> => sql<SqlBool>`
  user_id = ${userId} and starts_on between ${from}::date and ${to}::date
  and (plan <> '' or review <> '' or lessons <> '' or mood is not null)`;

/** The pages of a kind that begin within a stretch and on which something stands, by their first days. */
export async function pagesWithin(
  tx: Tx,
  userId: string,
  { kind, ...span }: Span & { kind: PageKind },
): Promise<Map<string, SavedPage>> {
  const { rows } = await sql<PageRow>`
    select ${columns} from journal_pages
    where kind = ${kind} and ${within(userId, span)} order by starts_on`.execute(tx);
  return new Map(rows.map((row) => [row.starts_on, savedOf(row)]));
}

/** First days of those of any kind. */
export async function writtenWithin(
  tx: Tx,
  userId: string,
  span: Span,
): Promise<Record<PageKind, Set<string>>> {
  const { rows } = await sql<{ kind: PageKind; starts_on: string }>`
    select kind, starts_on::text as starts_on from journal_pages where ${within(userId, span)}`.execute(tx);
  const of = (kind: PageKind) => new Set(rows.flatMap((row) => (row.kind === kind ? [row.starts_on] : [])));
  return { day: of('day'), week: of('week'), month: of('month') };
}
