/** Words of a column with few different ones: `words[codes[at]]`. */
export interface Coded {
  codes: Int32Array;
  words: string[];
}

/** A column that words are put into one after another. */
export class Coder {
  readonly words: string[] = [];
  readonly #known = new Map<string, number>();

  codeOf(word: string): number {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const code = this.words.push(word) - 1;
    this.#known.set(word, code);
    return code;
  }
}

/** The code of each number. (`Int32Array.from` goes by way of an iterator, and takes ten times as long.) */
export function codesOf(values: Float64Array, codeOf: (value: number) => number): Int32Array {
  const codes = new Int32Array(values.length);
  for (let at = 0; at < values.length; at += 1) codes[at] = codeOf(values[at] ?? 0);
  return codes;
}
