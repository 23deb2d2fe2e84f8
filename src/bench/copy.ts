import type pg from 'pg';

/** What `pg` has for COPY; its types do not tell. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Sends finished COPY text to a table: the least that getting these rows into PostgreSQL can cost. */
class Copy {
  readonly done: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(
    private readonly statement: string,
    private readonly chunks: readonly Buffer[],
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: CopyConnection): void {
    connection.query(this.statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (const chunk of this.chunks) connection.sendCopyFromChunk(chunk);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // the end is when the server is ready again
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}

type Cell = string | number | null;

const linesAtOnce = 2_000;

/** Tabs, line ends and backslashes stand in nothing that the benchmarks write. */
function* chunksOf(rows: readonly (readonly Cell[])[]): Generator<Buffer> {
  for (let start = 0; start < rows.length; start += linesAtOnce) {
    const part = rows.slice(start, start + linesAtOnce);
    yield Buffer.from(part.map((row) => `${row.map((cell) => cell ?? '\\N').join('\t')}\n`).join(''));
  }
}

/** Copies rows into a table; answers the ms it took, the making of the text included. */
export async function copyRows(
  client: pg.Client,
  table: string,
  rows: readonly (readonly Cell[])[],
): Promise<number> {
  const start = performance.now();
  const copy = new Copy(`copy ${table} from stdin`, [...chunksOf(rows)]);
  client.query(copy as unknown as pg.Submittable);
  await copy.done;
  return performance.now() - start;
}
