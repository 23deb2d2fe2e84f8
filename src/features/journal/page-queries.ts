import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { PageKind, PageText } from '../../domain/journal-page.js';

/** What is written of a day, a week or a month. */
export interface PageRow extends PageText {
  id: string;
  kind: PageKind;
  /** `2026-11-23` */
  startsOn: string;
  /** the last second of its last day, in its owner's zone */
  at: Date;
  version: number;
  updatedAt: Date;
}

/** The last second of the last day of `journal_pages e`: its place among what is written. */
export const pageEnd = (timeZone: string) => sql<Date>`((case e.kind
  when 'day' then e.starts_on when 'week' then e.starts_on + 6
  else (e.starts_on + interval '1 month')::date - 1 end + time '23:59:59') at time zone ${timeZone})`;

/** Pages of a user by their ids, the latest first. */
export async function pagesById(
  tx: Tx,
  userId: string,
  { ids, timeZone }: { ids: readonly string[]; timeZone: string },
): Promise<PageRow[]> {
  const { rows } = await sql<PageRow>`
    select e.id, e.kind, e.starts_on::text as "startsOn", ${pageEnd(timeZone)} as at, e.plan, e.review, e.lessons, e.mood,
      e.version, e.updated_at as "updatedAt"
    from journal_pages e where e.user_id = ${userId} and e.id = any(${[...ids]}::uuid[])
    order by e.starts_on desc, e.kind`.execute(tx);
  return rows;
}

/** What stands on a page, its parts one after the other. */
export const wholeText = ({ plan, review, lessons }: PageText): string =>
  [plan, review, lessons].filter((text) => text !== '').join('\n\n');
