import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Billing } from '../billing/desk.js';
import type { Database } from '../data/database.js';
import { forgetWords, leaversDue, removeLeaver, type LeftBehind } from '../data/leaving.js';
import type { Live } from '../data/live.js';
import type { PictureFiles } from '../data/picture-files.js';
import type { Clock } from '../lib/clock.js';
import { forEach } from '../lib/each.js';

interface Belongings {
  db: Database;
  clock: Clock;
  pictures: PictureFiles;
  /** folder in which files lie while they are read */
  uploads: string;
  live: Live;
  /** null: nothing is sold */
  billing: Pick<Billing, 'end'> | null;
  log: Pick<Logger, 'info' | 'warn'>;
}

/** What is no row. A run that ends in between leaves files that no row knows: the sweep of pictures takes them. */
async function removeTraces(
  userId: string,
  left: LeftBehind,
  { db, pictures, uploads, live, log }: Belongings,
): Promise<void> {
  for (const id of left.pictures) await pictures.remove(id);
  for (const id of left.imports) await rm(join(uploads, id), { force: true });
  await forgetWords(db, left);
  await live.release('online', userId).catch((error: unknown) => {
    log.warn({ err: error }, 'The live store keeps the id of a removed person until its lease ends.');
  });
}

/** Ends what somebody pays for. False where the payment service cannot be asked: who is still charged is not removed. */
async function endPlan(userId: string, { billing, log }: Belongings): Promise<boolean> {
  try {
    await billing?.end(userId);
    return true;
  } catch (error) {
    log.warn(
      { err: error },
      'The plan of somebody who leaves could not be ended: they are removed once it is.',
    );
    return false;
  }
}

/** Removes everybody who asked for it and whose days of grace are over. */
export async function removeLeavers(belongings: Belongings): Promise<void> {
  const { db, clock, log } = belongings;
  const at = clock.now();
  await forEach(await leaversDue(db, at), async (userId) => {
    if (!(await endPlan(userId, belongings))) return;
    const left = await db.withTenant('app', userId, (tx) => removeLeaver(tx, userId, at));
    if (left === null) return;
    await removeTraces(userId, left, belongings);
    log.info(
      { files: left.pictures.length },
      'Somebody who asked for it was removed, with everything of theirs.',
    );
  });
}
