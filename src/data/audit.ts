import { sql } from 'kysely';
import {
  kindOf,
  type Activity,
  type ActivityKind,
  type ActivityWhat,
  type DoneBy,
  type Occasion,
} from '../domain/activity.js';
import type { Tx } from './database.js';

/** Writes down what is done, in the transaction that does it: the one is never there without the other. */
export const recordActivity = async (
  tx: Tx,
  userId: string,
  { at, by, address, device }: Occasion,
  activity: Activity,
): Promise<void> => {
  const { what } = activity;
  const details = JSON.stringify('details' in activity ? activity.details : {});
  await tx
    .insertInto('activities')
    .values({ user_id: userId, at, kind: kindOf(what), what, details, done_by: by, address, device })
    .execute();
};

/** The last one of its kind; undefined: there is none. */
export async function lastActivity<W extends ActivityWhat>(
  tx: Tx,
  userId: string,
  what: W,
): Promise<Extract<Activity, { what: W }> | undefined> {
  const row = await tx
    .selectFrom('activities')
    .where('user_id', '=', userId)
    .where('kind', '=', kindOf(what))
    .where('what', '=', what)
    .select(['what', 'details'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row as Extract<Activity, { what: W }> | undefined;
}

export interface RecordedActivity {
  id: string;
  at: Date;
  kind: ActivityKind;
  by: DoneBy;
  address: string;
  device: string;
  /** as it was written down; an earlier version may have known what this one does not */
  activity: Activity;
}

/** Where a page of the list begins: behind an activity, or after so many. */
export type ListStart = { after: { at: Date; id: string } | null } | { skip: number };

/** What was done, the latest first; `kind` null: all of it. */
export async function activitiesOf(
  tx: Tx,
  userId: string,
  { kind, start, limit }: { kind: ActivityKind | null; start: ListStart; limit: number },
): Promise<RecordedActivity[]> {
  const after = 'after' in start ? start.after : null;
  const rows = await tx
    .selectFrom('activities')
    .where('user_id', '=', userId)
    .$if(kind !== null, (query) => query.where('kind', '=', kind ?? 'data'))
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid)`),
    )
    .select(['id', 'at', 'kind', 'what', 'details', 'done_by', 'address', 'device'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset('skip' in start ? start.skip : 0)
    .execute();
  return rows.map(({ what, details, done_by: by, ...row }) => ({
    ...row,
    by,
    activity: { what, details } as Activity,
  }));
}
