/**
 * Few points that show the same line: the first, the last, and of each of equal stretches of `at` (ascending, any unit) the
 * lowest, the highest and the last value. Their places, ascending, at most `most` of them (which is 7 or more). NaN is kept
 * only as an end.
 */
export function thinned(
  { at, values }: { at: ArrayLike<number>; values: ArrayLike<number> },
  most: number,
): number[] {
  const count = values.length;
  if (count <= most) return Array.from({ length: count }, (_, place) => place);
  const stretches = Math.max(1, Math.floor((most - 1) / 3) - 1);
  const first = at[0] ?? 0;
  const width = ((at[count - 1] ?? 0) - first) / stretches || 1;
  const stretchOf = (place: number): number => Math.floor(((at[place] ?? 0) - first) / width);
  const kept = [0];
  let [start, stretch] = [0, 0];
  for (let place = 1; place <= count; place += 1) {
    const next = place < count ? stretchOf(place) : NaN;
    if (next === stretch) continue;
    kept.push(...extremes(values, start, place - 1).filter((one) => one > 0));
    [start, stretch] = [place, next];
  }
  return kept;
}

/** The places of the lowest, the highest and the last value from one place to another, ascending, each once. */
function extremes(values: ArrayLike<number>, from: number, to: number): number[] {
  let [low, high] = [to, to];
  for (let place = from; place <= to; place += 1) {
    const value = values[place] ?? NaN;
    if (value < (values[low] ?? 0) || Number.isNaN(values[low])) low = place;
    if (value > (values[high] ?? 0) || Number.isNaN(values[high])) high = place;
  }
  return [...new Set([low, high, to])].sort((a, b) => a - b);
}
