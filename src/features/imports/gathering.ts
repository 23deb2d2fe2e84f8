/** Rows on their way to the database. */
export interface Gathering<T> {
  /** Resolves when there is room for more. Rejects with what the writing of earlier ones failed for. */
  add(rows: readonly T[]): Promise<void>;
  /** Resolves when all is written. */
  end(): Promise<void>;
  /** Resolves when nothing is under way any more, whatever became of it. */
  settled(): Promise<void>;
}

/** Gathers rows until they are worth a transaction; one is written while the next come. */
export function gather<T>(write: (rows: T[]) => Promise<void>, size: number): Gathering<T> {
  let rows: T[] = [];
  let running: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await running;
    if (rows.length === 0) return;
    running = write(rows.splice(0));
    running.catch(() => undefined); // whoever waits for it hears of it
  };
  return {
    add: async (more) => {
      rows.push(...more);
      if (rows.length >= size) await flush();
    },
    end: async () => {
      await flush();
      await running;
    },
    settled: async () => {
      rows = [];
      await running.catch(() => undefined);
    },
  };
}
