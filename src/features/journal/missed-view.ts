import { labelsOf } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import type { MissedRow } from '../../data/missed-trades.js';
import { moods } from '../../domain/judgement.js';
import { moodWord } from '../../web/mood-words.js';
import { longestNotes } from '../../web/notes-field.js';
import { when } from '../../web/words.js';
import { journalChoices } from './choice-queries.js';
import { longestReason, type MissedTyped } from './missed-form.js';

/** What a form of a missed trade is drawn from. */
export interface MissedForm {
  fields: MissedTyped;
  errors: Readonly<Record<string, string>>;
  /** the one that is changed; null: a new one */
  row: MissedRow | null;
  /** of a new one, so that its second sending is known */
  formId: string;
  timeZone: string;
  /** somebody else has written in the meantime */
  isStale: boolean;
}

const noErrors = {
  ...{ seenAt: '', symbol: '', side: '', setup: '', mood: '', reason: '', expectedR: '', notes: '' },
  ...{ version: '', formId: '' },
};

/** Choosing again what is chosen takes nothing back: with radio buttons there is a word for that. */
const moodOptions = (chosen: string) => [
  { value: '', label: 'Not said', isChosen: chosen === '' },
  ...moods.map((mood) => ({ value: mood, label: moodWord(mood), isChosen: mood === chosen })),
];

/** The form whole, as the template needs it. */
export async function missedFormView(tx: Tx, userId: string, form: MissedForm) {
  const { fields, errors, row, formId, timeZone, isStale } = form;
  const [setups, { symbols }] = await Promise.all([
    labelsOf(tx, userId, 'setups'),
    journalChoices(tx, userId),
  ]);
  return {
    ...{ fields, longestNotes, longestReason, symbols },
    action: row === null ? '/journal/missed' : `/journal/missed/${row.id}`,
    formId: row === null ? formId : null,
    // Whoever has read what was written meanwhile may save over it.
    version: row?.version ?? null,
    removalHref: row === null ? null : `/journal/missed/${row.id}/removal`,
    saved: row === null ? null : when(row.updatedAt, timeZone),
    errors: { ...noErrors, ...errors },
    moods: moodOptions(fields.mood),
    setups: setups.map(({ name }) => name),
    meanwhile:
      isStale && row !== null
        ? {
            at: when(row.updatedAt, timeZone),
            reason: row.reason,
            notes: row.notes,
            name: `${row.symbol} ${row.side}`,
          }
        : null,
  };
}
