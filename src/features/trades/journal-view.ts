import type { Tx } from '../../data/database.js';
import { entryOf, type Entry } from '../../data/journal.js';
import { labelsOf, setupNamed, type Label } from '../../data/labels.js';
import { adherence, moods } from '../../domain/judgement.js';
import { notFound } from '../../lib/fault.js';
import { moodWord } from '../../web/mood-words.js';
import { when } from '../../web/words.js';
import { longestNotes } from '../../web/notes-field.js';
import type { TypedEntry } from './journal-form.js';

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

const planText = (followed: boolean | null): string => (followed === null ? '' : followed ? 'yes' : 'no');

const typedOf = (entry: Entry): TypedEntry => ({
  notes: entry.notes,
  tags: entry.tags.map(({ id }) => id),
  newTags: '',
  mistakes: entry.mistakes.map(({ id }) => id),
  newMistakes: '',
  setup: entry.setup?.name ?? '',
  checks: [...entry.checks.kept],
  mood: entry.mood ?? '',
  quality: entry.quality === null ? '' : String(entry.quality),
  plan: planText(entry.followedPlan),
});

const option = (chosen: string) => (value: string, label: string) => ({
  value,
  label,
  isChosen: value === chosen,
});

const radios = ({ mood, quality, plan }: TypedEntry) => ({
  moods: [option(mood)('', '—'), ...moods.map((each) => option(mood)(each, moodWord(each)))],
  qualities: ['', '1', '2', '3', '4', '5'].map((each) => option(quality)(each, each === '' ? '—' : each)),
  plans: [option(plan)('', '—'), option(plan)('yes', 'Followed'), option(plan)('no', 'Not followed')],
});

const picks = (labels: readonly Label[], chosen: readonly string[]) =>
  labels.map(({ id, name, colour }) => ({
    value: id,
    label: name,
    tint: colour,
    isChosen: chosen.includes(id),
  }));

/** The lines to be answered: as they were answered before, or those of the setup as it is now. */
const linesOf = (entry: Entry, setup: { id: string; checklist: string[] } | undefined): readonly string[] =>
  setup === undefined
    ? []
    : entry.setup?.id === setup.id && entry.checks.asked.length > 0
      ? entry.checks.asked
      : setup.checklist;

const scoreOf = (entry: Entry): string => {
  const share = adherence(entry.checks);
  const { asked, kept } = entry.checks;
  return share === null ? '' : `${kept.length} of ${asked.length} kept, ${Math.round(share * 100)} %`;
};

const noErrors = {
  ...{ notes: '', tags: '', newTags: '', mistakes: '', newMistakes: '', setup: '', checks: '' },
  ...{ mood: '', quality: '', plan: '', version: '' },
};

const meanwhileOf = (entry: Entry, timeZone: string) => ({
  at: when(entry.updatedAt, timeZone) ?? '',
  notes: entry.notes,
  words: [
    ...(entry.mood === null ? [] : [moodWord(entry.mood)]),
    ...entry.tags.map(({ name }) => name),
    ...entry.mistakes.map(({ name }) => name),
    ...(entry.setup === null ? [] : [entry.setup.name]),
  ],
});

interface Words {
  tags: Label[];
  setups: Label[];
  mistakes: Label[];
  /** the one that is shown as chosen */
  setup: { id: string; checklist: string[] } | undefined;
}

/** What makes notes read otherwise than they are written. */
const marks = /[*_#`>[\]|-]|https?:/;

function viewOf(entry: Entry, words: Words, { tradeId, query, timeZone, refused }: Given) {
  const shown = refused?.typed ?? typedOf(entry);
  const saved = when(entry.updatedAt, timeZone);
  return {
    id: tradeId,
    action: `/trades/${tradeId}/journal`,
    query,
    // Whoever has read what was written meanwhile may save over it.
    version: entry.version,
    notes: shown.notes,
    written: entry.notes,
    isMarked: marks.test(entry.notes),
    longest: longestNotes,
    ...radios(shown),
    setup: shown.setup,
    setups: words.setups.map(({ name }) => name),
    checks: linesOf(entry, words.setup).map((line) => ({
      value: line,
      label: line,
      isChosen: shown.checks.includes(line),
    })),
    score: scoreOf(entry),
    tags: picks(words.tags, shown.tags),
    newTags: shown.newTags,
    mistakes: picks(words.mistakes, shown.mistakes),
    newMistakes: shown.newMistakes,
    errors: { ...noErrors, ...refused?.errors },
    note: saved === null ? 'nothing written yet' : `saved ${saved}`,
    meanwhile: refused?.isStale === true ? meanwhileOf(entry, timeZone) : null,
  };
}

/** The journal of one trade, as its panel shows it. Throws a Fault 404. */
export async function journalView(tx: Tx, userId: string, given: Given) {
  const entry = await entryOf(tx, userId, given.tradeId);
  if (entry === undefined) throw notFound();
  const chosen = given.refused?.typed.setup.trim() ?? entry.setup?.name ?? '';
  const words = {
    tags: await labelsOf(tx, userId, 'tags'),
    setups: await labelsOf(tx, userId, 'setups'),
    mistakes: await labelsOf(tx, userId, 'mistakes'),
    setup: chosen === '' ? undefined : await setupNamed(tx, userId, chosen),
  };
  return viewOf(entry, words, given);
}
