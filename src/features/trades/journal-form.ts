import { z } from 'zod';
import { textIn, textsIn } from '../../web/form.js';
import { labelField, labelsField } from '../../web/label-fields.js';

/** A workbook's cell holds half as much again. */
export const longestNotes = 20_000;
export const mostTags = 30;

/** Text as somebody writes it: line breaks count, and what no keyboard writes is refused. */
export const notesField = z
  .string({ error: 'Notes are text.' })
  .max(longestNotes * 2)
  .transform((text) => text.replace(/\r\n?/g, '\n'))
  .refine((text) => text.length <= longestNotes, {
    error: `Notes have up to ${longestNotes} characters. Please shorten them.`,
  })
  .refine((text) => !/[^\P{Cc}\n\t]/u.test(text), {
    error: 'There is a character in the notes that cannot be shown. Please write it anew.',
  });

const setupField = z
  .string()
  .optional()
  .transform((text = '') => text.trim())
  .pipe(z.union([z.literal(''), labelField]));

/** The ids of what is ticked: one, several, or none at all. */
const ticked = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [given].flat())
  .pipe(z.array(z.uuid({ error: 'This is no tag of yours.' })));

export const journalForm = z.object({
  notes: notesField.default(''),
  tags: ticked,
  newTags: labelsField,
  setup: setupField,
  version: z
    .string({ error: 'The form is damaged. Reload the page and send it again.' })
    .regex(/^\d{1,9}$/, { error: 'The form is damaged. Reload the page and send it again.' })
    .transform(Number),
});

/** What was sent of a form, to be shown again as it was typed. */
export interface TypedEntry {
  notes: string;
  tags: string[];
  newTags: string;
  setup: string;
}

export const typedEntry = (body: unknown): TypedEntry => ({
  notes: textIn(body, 'notes'),
  tags: textsIn(body, 'tags'),
  newTags: textIn(body, 'newTags'),
  setup: textIn(body, 'setup'),
});
