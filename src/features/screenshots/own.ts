import type { Tx } from '../../data/database.js';
import { isTrade, screenshotOf, type Screenshot } from '../../data/screenshots.js';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';

/** The id of a trade in an address, which is its owner's or does not exist. Throws a Fault 404. */
export async function ownTradeId(tx: Tx, userId: string, id: string): Promise<string> {
  const known = idField.safeParse(id);
  if (!known.success || !(await isTrade(tx, userId, known.data))) throw notFound();
  return known.data;
}

/** The picture of an address, which is its owner's or does not exist. Throws a Fault 404. */
export async function ownScreenshot(tx: Tx, userId: string, id: string): Promise<Screenshot> {
  const known = idField.safeParse(id);
  const found = known.success ? await screenshotOf(tx, userId, known.data) : undefined;
  if (found === undefined) throw notFound();
  return found;
}
