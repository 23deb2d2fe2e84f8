import { entryOf, writeEntry, type Entry } from '../../data/journal.js';
import { ensureLabels, labelsOf, mostLabels, type LabelKind } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import { Fault, notFound } from '../../lib/fault.js';
import { mostTags } from './journal-form.js';

/** What a trade's entry is to say, whole. */
export interface WantedEntry {
  notes: string;
  /** ids of tags there are */
  tagIds: readonly string[];
  /** names of tags that there are, or are to be made */
  tagNames: readonly string[];
  /** a name; '' for none */
  setup: string;
  /** the version that whoever writes has seen */
  version: number;
}

const invalid = (fields: Record<string, string>): Fault =>
  new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', { fields });

export const isStale = (error: unknown): boolean => error instanceof Fault && error.code === 'stale';

export const isInvalid = (error: unknown): error is Fault =>
  error instanceof Fault && error.code === 'invalid';

const stale = (): Fault =>
  new Fault(
    409,
    'stale',
    'This entry was changed in the meantime, by another page or program. Read it again, and save what you want of both.',
  );

async function ensured(
  tx: Tx,
  userId: string,
  { kind, names, field }: { kind: LabelKind; names: readonly string[]; field: string },
  at: Date,
): Promise<string[]> {
  const made = await ensureLabels(tx, userId, kind, { names, at });
  if (made === null)
    throw invalid({ [field]: `There are ${mostLabels} ${kind} already. Delete some in the settings first.` });
  return made;
}

/** A second click sends what is there already. */
const isSame = (entry: Entry, { notes, setup }: WantedEntry, tagIds: readonly string[]): boolean =>
  entry.notes === notes &&
  (entry.setup?.name ?? '').toLowerCase() === setup.toLowerCase() &&
  entry.tags.length === new Set(tagIds).size &&
  entry.tags.every(({ id }) => tagIds.includes(id));

async function tagsOf(tx: Tx, userId: string, wanted: WantedEntry, at: Date): Promise<string[]> {
  const known = new Set((await labelsOf(tx, userId, 'tags')).map(({ id }) => id));
  if (!wanted.tagIds.every((id) => known.has(id)))
    throw invalid({ tags: 'One of these tags is gone. The others are still chosen; save again.' });
  const named = await ensured(tx, userId, { kind: 'tags', names: wanted.tagNames, field: 'newTags' }, at);
  const all = [...new Set([...wanted.tagIds, ...named])];
  if (all.length > mostTags) throw invalid({ tags: `A trade has up to ${mostTags} tags.` });
  return all;
}

/**
 * Saves the entry of a trade, with the tags and the setup that are new. Throws a Fault: 404 for what is no trade of this
 * user, 409 (`isStale`) where somebody has written since, 400 with fields (`isInvalid`). Whatever it throws, the caller's transaction
 * is to be given up.
 */
export async function saveJournal(
  tx: Tx,
  userId: string,
  tradeId: string,
  { wanted, at }: { wanted: WantedEntry; at: Date },
): Promise<void> {
  const entry = await entryOf(tx, userId, tradeId);
  if (entry === undefined) throw notFound();
  const tagIds = await tagsOf(tx, userId, wanted, at);
  if (isSame(entry, wanted, tagIds)) return;
  if (entry.version !== wanted.version) throw stale();
  const names = wanted.setup === '' ? [] : [wanted.setup];
  const [setupId = null] = await ensured(tx, userId, { kind: 'setups', names, field: 'setup' }, at);
  const { notes, version: seen } = wanted;
  const mistakeIds = entry.mistakes.map(({ id }) => id);
  if (!(await writeEntry(tx, userId, tradeId, { ...entry, notes, setupId, tagIds, mistakeIds, seen, at })))
    throw stale();
}
