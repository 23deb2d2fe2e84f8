import { z } from 'zod';
import type { MissedRow } from '../../data/missed-trades.js';
import { moods } from '../../domain/judgement.js';
import { formIdField, textField, textIn, textsIn } from '../../web/form.js';
import { symbolField } from '../../web/instrument-fields.js';
import { labelField } from '../../web/label-fields.js';
import { notesField } from '../../web/notes-field.js';
import { optionalNumberField } from '../../web/number-field.js';
import { timeField, wallText } from '../../web/time-field.js';

export const longestReason = 200;

/** What forms and programs say of a missed trade alike. */
export const missedFields = {
  symbol: symbolField,
  side: z.enum(['buy', 'sell'], { error: 'Choose buy or sell.' }),
  notes: notesField.default(''),
  reason: textField(longestReason).default(''),
};

export const expectedField = optionalNumberField({ decimals: 4, from: 'any' });

const orNone = <T>(field: z.ZodType<T, string>) =>
  z
    .string()
    .optional()
    .transform((text = '') => text.trim() || null)
    .pipe(field.nullable());

const formOf = (timeZone: string) =>
  z.object({
    ...missedFields,
    seenAt: timeField(timeZone),
    setup: orNone(labelField),
    mood: orNone(z.enum(moods, { error: 'Choose a mood from the list.' })),
    expectedR: expectedField,
  });

export const newMissedForm = (timeZone: string) => formOf(timeZone).extend({ formId: formIdField });

export const changedMissedForm = (timeZone: string) =>
  formOf(timeZone).extend({
    version: z
      .string({ error: 'The form is damaged. Reload the page and send it again.' })
      .regex(/^\d{1,9}$/, { error: 'The form is damaged. Reload the page and send it again.' })
      .transform(Number),
  });

/** What stands in the fields of a form. */
export type MissedTyped = Record<
  'seenAt' | 'symbol' | 'side' | 'setup' | 'mood' | 'reason' | 'expectedR' | 'notes',
  string
>;

export const typedMissed = (body: unknown): MissedTyped => ({
  seenAt: textIn(body, 'seenAt'),
  symbol: textIn(body, 'symbol'),
  side: textIn(body, 'side'),
  setup: textIn(body, 'setup'),
  mood: textsIn(body, 'mood')[0] ?? '',
  reason: textIn(body, 'reason'),
  expectedR: textIn(body, 'expectedR'),
  notes: textIn(body, 'notes'),
});

export const fieldsOf = (row: MissedRow, timeZone: string): MissedTyped => ({
  seenAt: wallText(row.seenAt, timeZone),
  symbol: row.symbol,
  side: row.side,
  setup: row.setup ?? '',
  mood: row.mood ?? '',
  reason: row.reason,
  expectedR: row.expectedR ?? '',
  notes: row.notes,
});

export const emptyFields = (now: Date, timeZone: string): MissedTyped => ({
  ...{ symbol: '', side: 'buy', setup: '', mood: '', reason: '', expectedR: '', notes: '' },
  seenAt: wallText(now, timeZone).slice(0, 16),
});
