import { z } from 'zod';

/** A workbook's cell holds half as much again. */
export const longestNotes = 20_000;
/** What a form sends for a text that is full: a character takes up to nine bytes. */
export const mostNotesBytes = longestNotes * 9;

const tooLong = { error: `Up to ${longestNotes} characters fit here. Please shorten it.` };

/** Text as somebody writes it: line breaks count, and what no keyboard writes is refused. */
export const notesField = z
  .string({ error: 'This is to be text.' })
  .max(longestNotes * 2, tooLong)
  .transform((text) => text.replace(/\r\n?/g, '\n'))
  .refine((text) => text.length <= longestNotes, tooLong)
  .refine((text) => !/[^\P{Cc}\n\t]/u.test(text), {
    error: 'There is a character in it that cannot be shown. Please write it anew.',
  });
