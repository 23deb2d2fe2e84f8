import { z } from 'zod';
import { expertRules, tradeMarks } from '../../data/experts.js';
import type { Tx } from '../../data/database.js';
import { expertOf, isNoExpert, type ExpertRule, type Mark } from '../../domain/expert.js';
import { readForm, nameField, textField, type Typed } from '../../web/form.js';
import { count } from '../../web/words.js';

const mostMagics = 50;
const largest = 2n ** 64n;

/** Numbers as they are typed in a row: with commas, spaces or line ends between them. */
const magicsField = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,;]+/).filter((piece) => piece !== ''))
  .refine((pieces) => pieces.every((piece) => /^\d{1,20}$/.test(piece) && BigInt(piece) < largest), {
    error: 'Magic numbers are made of digits; write several with commas between them.',
  })
  .refine((pieces) => pieces.every((piece) => !/^0+$/.test(piece)), {
    error: 'The magic number 0 is that of trades by hand: choose them by their comment.',
  })
  .refine((pieces) => pieces.length <= mostMagics, { error: `At most ${mostMagics} numbers.` })
  .transform((pieces) => [...new Set(pieces.map((piece) => BigInt(piece).toString()))]);

const fields = {
  magics: magicsField,
  pattern: textField(100)
    .default('')
    .transform((text) => (text === '' ? null : text)),
};

const form = z.object({
  name: nameField(60).refine((name) => !isNoExpert(name), {
    error: 'Trades of no EA are called so already. Choose another name.',
  }),
  ...fields,
  was: z.string().max(100).optional(),
});

const neither = 'Give magic numbers, a comment, or both.';

type Read =
  | { ok: true; rule: ExpertRule & { was?: string } }
  | { ok: false; typed: Typed; errors: Record<string, string> };

/** A rule out of a form, or a sentence for each field that cannot be used beside what was typed. */
export function readRule(body: unknown): Read {
  const read = readForm(form, body);
  if (!read.ok) return { ok: false, typed: read.typed, errors: read.errors };
  const { was, ...rule } = read.values;
  if (rule.magics.length === 0 && rule.pattern === null)
    return { ok: false, typed: read.typed, errors: { magics: neither } };
  return { ok: true, rule: { ...rule, ...(was === undefined || was === '' ? {} : { was }) } };
}

const draft = z.object(fields);
const mostNamed = 3;

/** Its own comments and numbers, as they stand in trades, with how many have them. */
const examples = (marks: readonly (Mark & { n: number })[]): string =>
  [...marks]
    .sort((a, b) => b.n - a.n)
    .slice(0, mostNamed)
    .map(
      ({ magic, comment }) =>
        [magic === '0' ? '' : magic, comment].filter(Boolean).join(' · ') || 'no comment',
    )
    .join('; ');

/** How many trades a rule would be given, before it is saved: the rules in front of it take theirs first. */
export async function previewOf(tx: Tx, userId: string, typed: Typed, id: string | null): Promise<string> {
  const read = readForm(draft, { magics: typed['magics'] ?? '', pattern: typed['pattern'] ?? '' });
  if (!read.ok) return Object.values(read.errors)[0] ?? '';
  const { magics, pattern } = read.values;
  if (magics.length === 0 && pattern === null) return neither;
  const rules = await expertRules(tx, userId);
  const at = rules.findIndex((rule) => rule.id === id);
  const rule: ExpertRule = { name: '\u0000', magics, pattern };
  const before = at < 0 ? rules : rules.slice(0, at);
  const marks = (await tradeMarks(tx, userId)).filter((mark) => expertOf(mark, [rule]) === rule.name);
  const own = marks.filter((mark) => expertOf(mark, [...before, rule]) === rule.name);
  const sum = (some: typeof marks): number => some.reduce((all, { n }) => all + n, 0);
  const taken = sum(marks) - sum(own);
  const told = sum(own) === 0 ? 'No trade fits.' : `${count(sum(own), 'trade')}: ${examples(own)}.`;
  return taken === 0 ? told : `${told} ${count(taken, 'other trade')} went to EAs that are tried before.`;
}

/** What a form starts with that names what trades propose. */
export function startOf(name: string): Typed {
  const magic = /^Magic (\d{1,20})$/.exec(name)?.[1];
  return {
    name: magic === undefined ? name : '',
    magics: magic ?? '',
    pattern: magic === undefined && name !== '' ? `${name}*` : '',
    was: name,
  };
}
