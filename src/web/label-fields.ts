import { z } from 'zod';
import type { LabelChoice } from '../data/journal-filter.js';
import { idField, nameField } from './form.js';

/** In a filter: trades without any. No word of a person's is written so. */
export const noLabel = 'none';
const longestLabel = 40;
const mostChosen = 50;

/** The name of a tag or a setup. A comma stands between several. */
export const labelField = nameField(longestLabel)
  .transform((text) => text.replace(/\s+/gu, ' '))
  .refine((text) => !text.includes(','), { error: 'A comma stands between names; leave it out of them.' })
  .refine((text) => text.toLowerCase() !== noLabel, {
    error: `“${noLabel}” stands for trades without any; choose another name.`,
  });

/** Several names in one field, with commas between them; each once. */
export const labelsField = z
  .string()
  .max(2_000, { error: 'These are too many at once.' })
  .default('')
  .transform((text) => text.split(',').map((name) => name.trim()))
  .transform((names) => names.filter((name) => name !== ''))
  .pipe(z.array(labelField));

const pieces = (given: string | readonly string[]): string[] => [
  ...new Set(
    [given]
      .flat()
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  ),
];

/** Ids, names or `none` in a query string, once or several times, with commas or without: one text with commas. */
export const choiceField = z
  .union([z.string(), z.array(z.string())])
  .transform(pieces)
  .refine((all) => all.length <= mostChosen, { error: `Choose up to ${mostChosen}.` })
  .refine((all) => all.every((text) => text.length <= longestLabel && !/[\p{Cc}\p{Cf}]/u.test(text)), {
    error: `A name has up to ${longestLabel} visible characters.`,
  })
  .transform((all) => all.join(','));

const isId = (text: string): boolean => idField.safeParse(text).success;

/** What `choiceField` let through, told apart. */
export function labelChoice(text: string): LabelChoice {
  const all = pieces(text);
  const words = all.filter((piece) => piece.toLowerCase() !== noLabel);
  return {
    ids: words.filter(isId),
    names: words.filter((piece) => !isId(piece)),
    none: words.length < all.length,
  };
}

export const chosenLabels = (text: string | undefined): string[] => (text === undefined ? [] : pieces(text));
