import { sql } from 'kysely';
import { ensureEntry } from './journal-ensure.js';
import type { Database, Tx } from './database.js';

/** A picture of a trade. Its files lie under its id. */
export interface Screenshot {
  id: string;
  tradeId: string;
  /** of the full size, in pixels */
  width: number;
  height: number;
  /** on the disk, both sizes */
  bytes: number;
  caption: string;
  addedAt: Date;
}

/** How much anybody may keep; `sentBytes` is of one file as it is sent. */
export const screenshotLimits = {
  perTrade: 10,
  bytes: 500 * 1024 * 1024,
  sentBytes: 5 * 1024 * 1024,
  caption: 200,
} as const;

const columns = sql`s.id, e.trade_id as "tradeId", s.width, s.height, s.bytes, s.caption, s.added_at as "addedAt"`;

/** Whether this is a trade of this user. */
export async function isTrade(tx: Tx, userId: string, tradeId: string): Promise<boolean> {
  const { rows } = await sql`select from trades where user_id = ${userId} and id = ${tradeId}`.execute(tx);
  return rows.length > 0;
}

/** The pictures of a trade, the oldest first. */
export async function screenshotsOf(tx: Tx, userId: string, tradeId: string): Promise<Screenshot[]> {
  const { rows } = await sql<Screenshot>`
    select ${columns}
    from journal_entries e join screenshots s on s.user_id = e.user_id and s.entry_id = e.id
    where e.user_id = ${userId} and e.trade_id = ${tradeId}
    order by s.added_at, s.id`.execute(tx);
  return rows;
}

/** One picture of a user, wherever its trade is. */
export async function screenshotOf(tx: Tx, userId: string, id: string): Promise<Screenshot | undefined> {
  const { rows } = await sql<Screenshot>`
    select ${columns}
    from screenshots s join journal_entries e on e.user_id = s.user_id and e.id = s.entry_id
    where s.user_id = ${userId} and s.id = ${id}`.execute(tx);
  return rows[0];
}

/** Bytes of all pictures of a user. */
export async function keptBytes(tx: Tx, userId: string): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum(bytes), 0) as bytes from screenshots where user_id = ${userId}`.execute(tx);
  return Number(rows[0]?.bytes ?? 0);
}

/** The picture of a trade that was made of this very file. */
export async function sameScreenshot(
  tx: Tx,
  userId: string,
  { tradeId, sourceHash }: Pick<NewScreenshot, 'tradeId' | 'sourceHash'>,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select s.id from journal_entries e
    join screenshots s on s.user_id = e.user_id and s.entry_id = e.id and s.source_hash = ${sourceHash}
    where e.user_id = ${userId} and e.trade_id = ${tradeId}`.execute(tx);
  return rows[0]?.id;
}

/** Pictures of one user come and go one after the other, so that what is counted stays so. */
const alone = (tx: Tx, userId: string): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`screenshots ${userId}`}, 0))`.execute(tx);

/** Why there is no room for one more picture. */
export type Full = 'trade' | 'user';

/** Whether one more picture of `bytes` fits; null: it does. */
export async function lackOfRoom(
  tx: Tx,
  userId: string,
  { tradeId, bytes }: Pick<NewScreenshot, 'tradeId' | 'bytes'>,
): Promise<Full | null> {
  if ((await screenshotsOf(tx, userId, tradeId)).length >= screenshotLimits.perTrade) return 'trade';
  return (await keptBytes(tx, userId)) + bytes > screenshotLimits.bytes ? 'user' : null;
}

export interface NewScreenshot extends Omit<Screenshot, 'addedAt'> {
  /** sha256 of the file as it was sent */
  sourceHash: string;
  at: Date;
}

/** What became of a picture that was to be added: the id under which it is there, or why it is not. */
export type Added = { id: string } | { full: Full } | { gone: true };

/** Adds a picture, whose files are there already. The same file again adds nothing and answers the first one's id. */
export async function addScreenshot(tx: Tx, userId: string, picture: NewScreenshot): Promise<Added> {
  await alone(tx, userId);
  const known = await sameScreenshot(tx, userId, picture);
  if (known !== undefined) return { id: known };
  const full = await lackOfRoom(tx, userId, picture);
  if (full !== null) return { full };
  const entryId = await ensureEntry(tx, userId, picture.tradeId, picture.at);
  if (entryId === undefined) return { gone: true };
  const { id, sourceHash, width, height, bytes, caption, at } = picture;
  const row = { user_id: userId, id, entry_id: entryId, source_hash: sourceHash, added_at: at };
  await tx
    .insertInto('screenshots')
    .values({ ...row, width, height, bytes, caption })
    .execute();
  return { id };
}

/** False: there is no such picture. */
export async function setCaption(
  tx: Tx,
  userId: string,
  { id, caption }: Pick<Screenshot, 'id' | 'caption'>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('screenshots')
    .set({ caption })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Takes a picture away, and the entry with it where nothing else was ever put there. False: there is no such picture. */
export async function removeScreenshot(tx: Tx, userId: string, id: string): Promise<boolean> {
  await alone(tx, userId);
  const { rows } = await sql<{ entry_id: string }>`
    delete from screenshots where user_id = ${userId} and id = ${id} returning entry_id`.execute(tx);
  const entryId = rows[0]?.entry_id;
  if (entryId === undefined) return false;
  await sql`
    delete from journal_entries where user_id = ${userId} and id = ${entryId} and version = 0
      and not exists (select from screenshots where user_id = ${userId} and entry_id = ${entryId})`.execute(
    tx,
  );
  return true;
}

/** The ids of everybody's pictures. */
export const allScreenshotIds = (db: Database): Promise<Set<string>> =>
  db.withAdminLists(async (tx) => {
    const rows = await tx.selectFrom('screenshots').select('id').execute();
    return new Set(rows.map(({ id }) => id));
  });

/** The pictures of some entries, the oldest of each first. */
export async function picturesOfEntries(
  tx: Tx,
  userId: string,
  entryIds: readonly string[],
): Promise<{ id: string; entryId: string; caption: string }[]> {
  const { rows } = await sql<{ id: string; entryId: string; caption: string }>`
    select s.id, s.entry_id as "entryId", s.caption from screenshots s
    where s.user_id = ${userId} and s.entry_id = any(${[...entryIds]}::uuid[])
    order by s.entry_id, s.added_at, s.id`.execute(tx);
  return rows;
}
