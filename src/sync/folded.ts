import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * Rows kept small until all have come, page by page. As objects 100,000 deals with their orders would take some two
 * hundred megabytes, and like this ten.
 */
export class Folded<T> implements Iterable<T> {
  private readonly pages: Buffer[] = [];
  length = 0;

  add(rows: readonly T[]): void {
    if (rows.length === 0) return;
    this.pages.push(deflateRawSync(JSON.stringify(rows), { level: 1 }));
    this.length += rows.length;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const page of this.pages) yield* JSON.parse(inflateRawSync(page).toString()) as T[];
  }
}
