import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that no answer waits for, so that no answer's time tells whether there was any. */
export interface Afterwards {
  /** Begins once the answer is on its way. What fails goes to the log. */
  start(work: () => Promise<unknown>): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

export function createAfterwards(log: { error: (line: object, text: string) => void }): Afterwards {
  const underWay = new Set<Promise<void>>();
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    await nextTurn();
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, 'Something that was to be done after an answer failed.');
    }
  };
  return {
    start: (work) => {
      const running = run(work).finally(() => underWay.delete(running));
      underWay.add(running);
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
