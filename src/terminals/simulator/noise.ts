/** Deterministic randomness: the same words give the same numbers in every process. */

/** Scrambles two 32-bit integers into one; the result is unsigned. */
export function mix(left: number, right: number): number {
  let h = Math.imul(left ^ Math.imul(right, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h ^ right, 0xc2b2ae35);
  h ^= h >>> 13;
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 16)) >>> 0;
}

/** An unsigned 32-bit seed from any text. */
export function seedOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, text.length);
}

export interface Dice {
  /** [0, 1) */
  next: () => number;
  between: (low: number, high: number) => number;
  /** low and high included */
  whole: (low: number, high: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(choices: readonly [T, ...T[]]) => T;
  /** around 0, standard deviation 1, never beyond 3.5 */
  bell: () => number;
}

/** A sequence of rolls that depends on the name alone. */
export function diceOf(name: string): Dice {
  const seed = seedOf(name);
  let rolls = 0;
  const next = (): number => mix(seed, ++rolls) / 2 ** 32;
  const between = (low: number, high: number): number => low + (high - low) * next();
  return {
    next,
    between,
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: (probability) => next() < probability,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    bell: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
  };
}
