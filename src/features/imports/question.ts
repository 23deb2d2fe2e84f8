import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Question } from '../../reports/rows.js';
import { headingKey } from '../../reports/trade-lists/heading-key.js';

/** What only the owner of a file can say of it, as it is kept with its import (`imports.head.asked`). */

const answerShape = z.object({
  /** by field, as the reader of tables takes it */
  mapping: z.record(z.string(), z.string()),
  headingRow: z.number().optional(),
});
export type Answer = z.infer<typeof answerShape>;

const rowShape = z.object({
  number: z.number(),
  cells: z.array(z.object({ column: z.number(), text: z.string() })),
});

const askedShape = z.object({
  question: z.discriminatedUnion('about', [
    z.object({ about: z.literal('columns'), head: z.array(rowShape) }),
    z.object({ about: z.literal('symbol') }),
  ]),
  /** null: not answered yet */
  answer: answerShape.nullable(),
});

export interface Asked {
  question: Question;
  answer: Answer | null;
}

const mostColumns = 60;

/** As much of a question as a page shows. */
export const shortQuestion = (question: Question): Question =>
  question.about === 'symbol'
    ? question
    : {
        about: 'columns',
        head: question.head.map(({ number, cells }) => ({
          number,
          cells: cells.filter(({ column }) => column < mostColumns),
        })),
      };

/** Null: nothing has to be said of the file. */
export const askedOf = (head: unknown): Asked | null =>
  z.object({ asked: askedShape }).safeParse(head).data?.asked ?? null;

/** By which a table is known again: its headings, however they are written. Null where it is no table. */
export function headingsOf(question: Question): string | null {
  if (question.about === 'symbol') return null;
  const keys = (question.head[0]?.cells ?? []).map(({ column, text }) => `${column}:${headingKey(text)}`);
  return createHash('sha256').update(keys.join('\n')).digest('hex');
}

export const readAnswer = (stored: unknown): Answer | undefined => answerShape.safeParse(stored).data;
