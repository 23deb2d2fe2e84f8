/**
 * Does something for one after the other, for the rest too where it fails for some. Throws an AggregateError of what
 * failed, in the end.
 */
export async function forEach<T>(all: Iterable<T>, work: (one: T) => Promise<unknown>): Promise<void> {
  const failed: unknown[] = [];
  for (const one of all)
    try {
      await work(one);
    } catch (error) {
      failed.push(error);
    }
  if (failed.length > 0) throw new AggregateError(failed, `It failed ${failed.length} times.`);
}
