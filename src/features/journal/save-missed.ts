import {
  addMissed,
  missedTrade,
  writeMissed,
  type Missed,
  type MissedRow,
} from '../../data/missed-trades.js';
import { ensureLabels, mostLabels } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import { Fault, notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';

/** A missed trade as somebody wants it: the setup by its name, made where it is new. */
export type WantedMissed = Omit<Missed, 'setupId'> & { setup: string | null };

/** The missed trade of an address. Throws a Fault 404 for what is not the user's. */
export async function ownMissed(tx: Tx, userId: string, id: string): Promise<MissedRow> {
  const known = idField.safeParse(id);
  const row = known.success ? await missedTrade(tx, userId, known.data) : undefined;
  if (row === undefined) throw notFound();
  return row;
}

const tooManySetups = (): Fault =>
  new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
    fields: { setup: `There are ${mostLabels} setups already. Delete some in the settings first.` },
  });

const stale = (): Fault =>
  new Fault(
    409,
    'stale',
    'This missed trade was changed in the meantime, by another page or program. Read it again, and save what you want of both.',
  );

async function withSetup(
  tx: Tx,
  userId: string,
  { setup, ...missed }: WantedMissed,
  at: Date,
): Promise<Missed> {
  if (setup === null) return { ...missed, setupId: null };
  const made = await ensureLabels(tx, userId, 'setups', { names: [setup], at });
  if (made === null) throw tooManySetups();
  return { ...missed, setupId: made[0] ?? null };
}

/** Adds one under an id of its form: sent twice it is there once. Throws a Fault 400 with fields. */
export async function addWanted(
  tx: Tx,
  userId: string,
  wanted: WantedMissed,
  { id, at }: { id: string; at: Date },
): Promise<void> {
  await addMissed(tx, userId, await withSetup(tx, userId, wanted, at), { id, at });
}

const isSameNumber = (one: string | null, other: string | null): boolean =>
  one === null || other === null ? one === other : Number(one) === Number(other);

/** A second click sends what is there already. */
const isSame = (row: MissedRow, missed: Missed): boolean =>
  row.seenAt.getTime() === missed.seenAt.getTime() &&
  isSameNumber(row.expectedR, missed.expectedR) &&
  (['symbol', 'side', 'setupId', 'mood', 'reason', 'notes'] as const).every(
    (name) => row[name] === missed[name],
  );

/**
 * Writes one in the place of what was there. Throws a Fault: 409 (`stale`) where somebody has written since `seen`, 400
 * with fields. The caller's transaction is then to be given up.
 */
export async function saveWanted(
  tx: Tx,
  userId: string,
  row: MissedRow,
  { wanted, seen, at }: { wanted: WantedMissed; seen: number; at: Date },
): Promise<void> {
  const missed = await withSetup(tx, userId, wanted, at);
  if (isSame(row, missed)) return;
  if (!(await writeMissed(tx, userId, missed, { id: row.id, seen, at }))) throw stale();
}
