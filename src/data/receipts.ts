import { dayMs } from '../lib/clock.js';
import type { Tx } from './database.js';

/**
 * Takes a form's receipt. False when this very form has already taken effect: the second click.
 * Receipts are kept for a day; no page stays open and gets clicked twice for longer.
 */
export const takeReceipt = async (tx: Tx, userId: string, formId: string, at: Date): Promise<boolean> => {
  await tx
    .deleteFrom('form_receipts')
    .where('user_id', '=', userId)
    .where('received_at', '<', new Date(at.getTime() - dayMs))
    .execute();
  const taken = await tx
    .insertInto('form_receipts')
    .values({ user_id: userId, id: formId, received_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return taken.numInsertedOrUpdatedRows === 1n;
};
