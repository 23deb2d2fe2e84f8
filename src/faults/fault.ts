/** What one injection came to. */
export interface Seen {
  /** how long it took until all was well, in true ms */
  ms: number;
  lost: number;
  doubled: number;
  /** other terminals restarted, other users' rows changed */
  disturbed: number;
  /** what the promise demands beyond that was kept */
  isKept: boolean;
}

/** A way in which something fails, and what is promised of it. */
export interface Fault {
  name: string;
  promise: string;
  /** the program that it wants of the machine; null: nothing */
  needs: string | null;
  /** Injects it so many times at seeded moments; `onSeen` is told of each. */
  run(order: {
    times: number;
    scale: number;
    /** how many times as long as promised it may take: 1 where promises are measured, more on a busy machine */
    patience: number;
    random: () => number;
    onSeen: (seen: Seen) => void;
  }): Promise<void>;
}
