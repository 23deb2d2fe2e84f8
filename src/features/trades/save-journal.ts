import { entryOf, writeEntry, type Entry } from '../../data/journal.js';
import { ensureLabels, labelsOf, mostLabels, setupNamed, type LabelKind } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import type { Checks, Judgement } from '../../domain/judgement.js';
import { Fault, notFound } from '../../lib/fault.js';
import { mostMistakes, mostTags } from './journal-form.js';

/** What a trade's entry is to say, whole. */
export interface WantedEntry extends Omit<Judgement, 'checks'> {
  notes: string;
  /** words there are, by their ids, and words that there are or are to be made, by their names */
  tags: WantedWords;
  mistakes: WantedWords;
  /** a name; '' for none */
  setup: string;
  /** the lines of the checklist that were kept */
  kept: readonly string[];
  /** the version that whoever writes has seen */
  version: number;
}

export interface WantedWords {
  ids: readonly string[];
  names: readonly string[];
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

const kinds = {
  tags: { one: 'tag', field: 'newTags', most: mostTags },
  mistakes: { one: 'mistake', field: 'newMistakes', most: mostMistakes },
} as const;

interface Writing {
  tx: Tx;
  userId: string;
  wanted: WantedEntry;
  at: Date;
}

async function wordIds({ tx, userId, wanted, at }: Writing, kind: 'tags' | 'mistakes'): Promise<string[]> {
  const { one, field, most } = kinds[kind];
  const { ids, names } = wanted[kind];
  const known = new Set((await labelsOf(tx, userId, kind)).map(({ id }) => id));
  if (!ids.every((id) => known.has(id)))
    throw invalid({ [kind]: `One of these ${kind} is gone. The others are still chosen; save again.` });
  const all = [...new Set([...ids, ...(await ensured(tx, userId, { kind, names, field }, at))])];
  if (all.length > most) throw invalid({ [kind]: `A trade has up to ${most} ${one}s.` });
  return all;
}

/**
 * The lines that stand as asked: those of the setup as it is now, or, where the same setup was answered before, those
 * that were answered then. Nothing was asked before the first line is ticked: an untouched list says nothing.
 */
function checksOf(
  entry: Entry,
  { id, checklist }: { id: string; checklist: string[] },
  wanted: WantedEntry,
): Checks {
  const before = entry.setup?.id === id ? entry.checks.asked : [];
  const lines = before.length > 0 ? before : checklist;
  const kept = lines.filter((line) => wanted.kept.includes(line));
  return before.length === 0 && kept.length === 0 ? { asked: [], kept: [] } : { asked: lines, kept };
}

async function setupOf({ tx, userId, wanted, at }: Writing, entry: Entry) {
  if (wanted.setup === '') return { setupId: null, checks: { asked: [], kept: [] } };
  await ensured(tx, userId, { kind: 'setups', names: [wanted.setup], field: 'setup' }, at);
  const setup = await setupNamed(tx, userId, wanted.setup);
  if (setup === undefined) throw stale();
  return { setupId: setup.id, checks: checksOf(entry, setup, wanted) };
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text) => other.includes(text));

/** A second click sends what is there already. */
const isSame = (entry: Entry, next: Omit<Parameters<typeof writeEntry>[3], 'seen' | 'at'>): boolean =>
  entry.notes === next.notes &&
  (entry.setup?.id ?? null) === next.setupId &&
  entry.mood === next.mood &&
  entry.quality === next.quality &&
  entry.followedPlan === next.followedPlan &&
  sameList(entry.checks.asked, next.checks.asked) &&
  sameList(entry.checks.kept, next.checks.kept) &&
  sameList(
    entry.tags.map(({ id }) => id),
    next.tagIds,
  ) &&
  sameList(
    entry.mistakes.map(({ id }) => id),
    next.mistakeIds,
  );

/**
 * Saves the entry of a trade, with the words that are new, and returns its version. Throws a Fault: 404 for what is no
 * trade of this user, 409 (`isStale`) where somebody has written since, 400 with fields (`isInvalid`). Whatever it
 * throws, the caller's transaction is to be given up.
 */
export async function saveJournal(
  tx: Tx,
  userId: string,
  tradeId: string,
  { wanted, at }: { wanted: WantedEntry; at: Date },
): Promise<number> {
  const entry = await entryOf(tx, userId, tradeId);
  if (entry === undefined) throw notFound();
  const writing = { tx, userId, wanted, at };
  const { notes, mood, quality, followedPlan, version: seen } = wanted;
  const [tagIds, mistakeIds] = [await wordIds(writing, 'tags'), await wordIds(writing, 'mistakes')];
  const { setupId, checks } = await setupOf(writing, entry);
  const next = { notes, mood, quality, followedPlan, checks, setupId, tagIds, mistakeIds };
  if (isSame(entry, next)) return entry.version;
  if (entry.version !== seen) throw stale();
  if (!(await writeEntry(tx, userId, tradeId, { ...next, seen, at }))) throw stale();
  return seen + 1;
}
