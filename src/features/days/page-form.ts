import { z } from 'zod';
import { moods } from '../../domain/judgement.js';
import { textIn } from '../../web/form.js';

export const longestText = 20_000;
/** Of three fields that are full: a character of a form takes up to nine bytes. */
export const mostFormBytes = 3 * longestText * 9 + 4_096;

/** Text as somebody writes it: line breaks count, and what no keyboard writes is refused. */
export const textField = z
  .string({ error: 'This is to be text.' })
  .max(longestText * 2, { error: `This has up to ${longestText} characters. Please shorten it.` })
  .transform((text) => text.replace(/\r\n?/g, '\n'))
  .refine((text) => text.length <= longestText, {
    error: `This has up to ${longestText} characters. Please shorten it.`,
  })
  .refine((text) => !/[^\P{Cc}\n\t]/u.test(text), {
    error: 'There is a character in it that cannot be shown. Please write it anew.',
  });

const damaged = 'The form is damaged. Reload the page and send it again.';

/** A field that is left out stays as it is. */
export const pageForm = z.object({
  plan: textField.optional(),
  review: textField.optional(),
  lessons: textField.optional(),
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
