import type { Tx } from '../../data/database.js';
import { entryOf, type Entry } from '../../data/journal.js';
import { labelsOf, type Label } from '../../data/labels.js';
import { notFound } from '../../lib/fault.js';
import { when } from '../../web/words.js';
import { longestNotes, type TypedEntry } from './journal-form.js';

/** What somebody sent that could not be saved. */
export interface RefusedEntry {
  typed: TypedEntry;
  errors: Record<string, string>;
  /** somebody else has written in the meantime */
  isStale: boolean;
}

interface Given {
  tradeId: string;
  /** of the list one came from, '' or with its question mark */
  query: string;
  timeZone: string;
  refused: RefusedEntry | null;
}

const typedOf = ({ notes, tags, setup }: Entry): TypedEntry => ({
  notes,
  tags: tags.map(({ id }) => id),
  newTags: '',
  setup: setup?.name ?? '',
});

function viewOf(
  entry: Entry,
  { tags, setups }: { tags: Label[]; setups: Label[] },
  { tradeId, query, timeZone, refused }: Given,
) {
  const shown = refused?.typed ?? typedOf(entry);
  const saved = entry.updatedAt === null ? null : when(entry.updatedAt, timeZone);
  return {
    action: `/trades/${tradeId}/journal`,
    query,
    // Whoever has read what was written meanwhile may save over it.
    version: entry.version,
    notes: shown.notes,
    longest: longestNotes,
    setup: shown.setup,
    setups: setups.map(({ name }) => name),
    tags: tags.map(({ id, name, colour }) => ({ id, name, colour, isChosen: shown.tags.includes(id) })),
    newTags: shown.newTags,
    errors: { notes: '', tags: '', newTags: '', setup: '', version: '', ...refused?.errors },
    note: saved === null ? 'nothing written yet' : `saved ${saved}`,
    meanwhile:
      refused?.isStale === true
        ? {
            at: saved ?? '',
            notes: entry.notes,
            words: [
              ...entry.tags.map(({ name }) => name),
              ...(entry.setup === null ? [] : [entry.setup.name]),
            ],
          }
        : null,
  };
}

/** The journal of one trade, as its panel shows it. Throws a Fault 404. */
export async function journalView(tx: Tx, userId: string, given: Given) {
  const entry = await entryOf(tx, userId, given.tradeId);
  if (entry === undefined) throw notFound();
  const [tags, setups] = await Promise.all([labelsOf(tx, userId, 'tags'), labelsOf(tx, userId, 'setups')]);
  return viewOf(entry, { tags, setups }, given);
}
