/**
 * Rows kept as the text they came as, page by page. As objects 100,000 deals with their orders would take a few
 * hundred megabytes until the last of them has come.
 */
export class Folded<T> implements Iterable<T> {
  private readonly pages: Buffer[] = [];
  length = 0;

  add(rows: readonly T[]): void {
    if (rows.length === 0) return;
    this.pages.push(Buffer.from(JSON.stringify(rows)));
    this.length += rows.length;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const page of this.pages) yield* JSON.parse(page.toString()) as T[];
  }
}
