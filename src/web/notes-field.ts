import { z } from 'zod';

/** A workbook's cell holds half as much again. */
export const longestNotes = 20_000;

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
