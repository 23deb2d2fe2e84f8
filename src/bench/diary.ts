/** Notes as traders write them, made up: words of four languages, some of which stand in every note and most hardly ever. */

const common = (
  'the a to and of in was stop it on entry my i at too for out price trade with target early london before after not ' +
  'waited next time moved closed level break late plan again high low range news risk size held trend pullback'
).split(' ');
const german =
  'der die das und zu nicht stopp einstieg kurs wieder geplant überhastet später gewinn verlust'.split(' ');
const spanish = 'el la de que en no entrada salida tarde miedo plan mercado después señal precio'.split(' ');
const french = 'le la de et pas entrée sortie trop tôt marché prix encore après peur été'.split(' ');
const syllables = 'ba co di fe gu ha ki lo mu ne po ra si te vu wo xi ya zu an er in or'.split(' ');

/** A generator of numbers in [0, 1) that a seed repeats (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const vocabularySize = 30_000;

/** The `rank`th word of those that are made up: the same for the same rank. */
export const rareWord = (rank: number): string => {
  let [text, rest] = ['', rank + 400];
  while (rest > 0) {
    text += syllables[rest % syllables.length] ?? '';
    rest = Math.floor(rest / syllables.length);
  }
  return text;
};

const frequent = [common, german, spanish, french];

/** Zipf: the tenth word is a tenth as frequent as the first. */
const zipf = (draw: () => number, size: number): number => Math.min(size - 1, Math.floor(size ** draw()) - 1);

/** Notes one after the other: 12 to 110 words, six of ten in English, a third of the words made up. */
export function* notes(seed: number): Generator<string> {
  const draw = seeded(seed);
  for (;;) {
    const language = draw() < 0.6 ? common : (frequent[1 + Math.floor(draw() * 3)] ?? common);
    const length = 12 + Math.floor(draw() ** 2 * 98);
    const words = Array.from({ length }, () =>
      draw() < 0.35 ? rareWord(zipf(draw, vocabularySize)) : (language[zipf(draw, language.length)] ?? 'the'),
    );
    yield `${words.join(' ')}.`;
  }
}
