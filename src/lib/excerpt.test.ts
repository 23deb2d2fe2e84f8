import fc from 'fast-check';
import t from 'tap';
import { excerptOf, marked } from './excerpt.js';

const whole = (word: string) => ({ word, isPrefix: false });
const begins = (word: string) => ({ word, isPrefix: true });
const hits = (text: string, wanted: Parameters<typeof marked>[1]): string[] =>
  marked(text, wanted)
    .filter(({ isHit }) => isHit)
    .map(({ text: hit }) => hit);

/** No half of a character stands in it. */
const isWhole = (text: string): boolean => Buffer.from(text).toString() === text;

void t.test('words are marked as they are written, whole ones and beginnings', async (t) => {
  t.same(hits('Late again: LATE, later.', [whole('late')]), ['Late', 'LATE']);
  t.same(hits('Late again: LATE, later.', [begins('late')]), ['Late', 'LATE', 'later']);
  t.same(hits('Über den Ölpreis, über alles', [begins('ü'), whole('ölpreis')]), ['Über', 'Ölpreis', 'über']);
  t.same(hits('<b>late</b>', [whole('late')]), ['late'], 'signs are none of a word');
  t.same(marked('nothing', []), [{ text: 'nothing', isHit: false }]);
});

void t.test('stretches put together are the text again', async () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.string({ minLength: 1, maxLength: 3 })),
      (text, words) => {
        const parts = marked(
          text,
          words.map((word) => ({ word: word.toLowerCase(), isPrefix: word.length < 2 })),
        );
        return parts.map((part) => part.text).join('') === text;
      },
    ),
  );
});

void t.test(
  'an excerpt is a piece of the line, no longer than asked for and never half a character',
  async () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        fc.integer({ min: 50, max: 300 }),
        (text, length) => {
          const line = text.replace(/\s+/gu, ' ').trim();
          const { parts, isCutBefore, isCutAfter } = excerptOf(text, [], length);
          const shown = parts.map((part) => part.text).join('');
          return (
            line.includes(shown) &&
            shown.length <= length &&
            isWhole(shown) === isWhole(line) &&
            (isCutBefore || line.startsWith(shown)) &&
            (isCutAfter || line.trimEnd().endsWith(shown))
          );
        },
      ),
    );
  },
);

void t.test('what is looked for stands in the excerpt, wherever it is', async (t) => {
  for (const before of [0, 10, 90, 700]) {
    const text = `${'far '.repeat(before)}needle ${'off '.repeat(300)}`;
    const { parts, isCutBefore, isCutAfter } = excerptOf(text, [whole('needle')], 200);
    t.ok(
      parts.some(({ isHit }) => isHit),
      `behind ${before} words`,
    );
    t.equal(isCutBefore, before > 40);
    t.ok(isCutAfter);
  }
});
