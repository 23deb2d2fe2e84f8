/**
 * The rows of several tables that stand one behind another, in the order of their times, which ascend within each; of one
 * instant those of the earlier table come first. `times`: of all rows; `counts`: how many each table has.
 */
export function mergedRows(times: Float64Array, counts: readonly number[]): Int32Array {
  let start = 0;
  let merged: Int32Array = new Int32Array(0);
  for (const count of counts) {
    const added = Int32Array.from({ length: count }, (_, row) => start + row);
    merged = start === 0 ? added : merge(times, merged, added);
    start += count;
  }
  return merged;
}

function merge(times: Float64Array, first: Int32Array, second: Int32Array): Int32Array {
  const all = new Int32Array(first.length + second.length);
  let of = 0;
  let other = 0;
  for (let at = 0; at < all.length; at += 1) {
    const isFirst =
      of < first.length &&
      (other >= second.length || (times[first[of] ?? 0] ?? 0) <= (times[second[other] ?? 0] ?? 0));
    all[at] = (isFirst ? first[of] : second[other]) ?? 0;
    if (isFirst) of += 1;
    else other += 1;
  }
  return all;
}
