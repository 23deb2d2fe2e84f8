import { z } from 'zod';
import { moods, type Mood } from '../../domain/judgement.js';
import { textIn, textsIn } from '../../web/form.js';
import { labelField, labelsField } from '../../web/label-fields.js';
import { notesField } from '../../web/notes-field.js';

export const mostTags = 30;
export const mostMistakes = 20;

const setupField = z
  .string()
  .optional()
  .transform((text = '') => text.trim())
  .pipe(z.union([z.literal(''), labelField]));

/** What is ticked: one, several, or nothing at all. */
const ticked = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [given].flat());

const idsTicked = (error: string) => ticked.pipe(z.array(z.uuid({ error })));

/** One of a few, or '' for none of them. */
const oneOf = <T>(values: readonly string[], read: (text: string) => T, error: string) =>
  z
    .enum(['', ...values], { error })
    .default('')
    .transform((text) => (text === '' ? null : read(text)));

const damaged = { error: 'The form is damaged. Reload the page and send it again.' };

export const journalForm = z.object({
  notes: notesField.default(''),
  tags: idsTicked('This is no tag of yours.'),
  newTags: labelsField,
  mistakes: idsTicked('This is no mistake of yours.'),
  newMistakes: labelsField,
  setup: setupField,
  checks: ticked,
  mood: oneOf(moods, (text) => text as Mood, `A mood is ${moods.join(', ')}.`),
  quality: oneOf(['1', '2', '3', '4', '5'], Number, 'Quality is 1 to 5.'),
  plan: oneOf(['yes', 'no'], (text) => text === 'yes', 'The plan was followed or not: yes or no.'),
  version: z
    .string(damaged)
    .regex(/^\d{1,9}$/, damaged)
    .transform(Number),
});

/** What was sent of a form, to be shown again as it was typed. */
export interface TypedEntry {
  notes: string;
  tags: string[];
  newTags: string;
  mistakes: string[];
  newMistakes: string;
  setup: string;
  checks: string[];
  mood: string;
  quality: string;
  plan: string;
}

export const typedEntry = (body: unknown): TypedEntry => ({
  notes: textIn(body, 'notes'),
  tags: textsIn(body, 'tags'),
  newTags: textIn(body, 'newTags'),
  mistakes: textsIn(body, 'mistakes'),
  newMistakes: textIn(body, 'newMistakes'),
  setup: textIn(body, 'setup'),
  checks: textsIn(body, 'checks'),
  mood: textIn(body, 'mood'),
  quality: textIn(body, 'quality'),
  plan: textIn(body, 'plan'),
});
