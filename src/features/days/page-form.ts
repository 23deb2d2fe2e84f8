import { z } from 'zod';
import { moods } from '../../domain/judgement.js';
import { textIn } from '../../web/form.js';
import { mostNotesBytes, notesField } from '../../web/notes-field.js';

/** Of three fields that are full, and the rest. */
export const mostFormBytes = 3 * mostNotesBytes + 4_096;

const damaged = 'The form is damaged. Reload the page and send it again.';

/** A field that is left out stays as it is. */
export const pageForm = z.object({
  plan: notesField.optional(),
  review: notesField.optional(),
  lessons: notesField.optional(),
  mood: z
    .enum(['', ...moods], { error: 'Choose a mood from the list.' })
    .transform((mood) => (mood === '' ? null : mood))
    .optional(),
  version: z
    .string({ error: damaged })
    .regex(/^\d{1,9}$/, { error: damaged })
    .transform(Number),
});

/** What was sent of a form, to be shown again as it was typed. */
export interface TypedPage {
  plan: string;
  review: string;
  lessons: string;
  mood: string;
}

export const typedPage = (body: unknown): TypedPage => ({
  plan: textIn(body, 'plan'),
  review: textIn(body, 'review'),
  lessons: textIn(body, 'lessons'),
  mood: textIn(body, 'mood'),
});
