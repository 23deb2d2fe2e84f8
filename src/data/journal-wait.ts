import { sql } from 'kysely';
import { Fault } from '../lib/fault.js';
import type { Tx } from './database.js';

/** 409: nothing was changed, and the same again in a moment is right. */
export const taggingRuns = (cause?: unknown): Fault =>
  new Fault(409, 'tagging_runs', 'Trades of yours are being tagged already. Try again in a moment.', {
    cause,
  });

const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.some((code) => code === error.code);

/** Waits for a lock of the whole user as long as a statement may take. Throws a Fault 409 where that was in vain. */
export async function holdLock(tx: Tx, name: string): Promise<void> {
  try {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
  } catch (error) {
    throw hasCode(error, ['55P03', '57014']) ? taggingRuns(error) : error;
  }
}

/**
 * For work on many entries: whoever is kept waiting by another such work holds a connection that everybody needs, so
 * that no lock is waited for longer than three seconds. Then, a Fault 409; the caller's transaction is to be given up.
 */
export async function waitingBriefly<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await sql`select set_config('lock_timeout', '3000', true)`.execute(tx);
  try {
    return await work();
  } catch (error) {
    throw hasCode(error, ['55P03']) ? taggingRuns(error) : error;
  }
}
