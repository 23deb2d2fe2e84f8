import { readFileSync } from 'node:fs';
import { z } from 'zod';

const count = z.int().nonnegative();

/** The ways in which a terminal or its broker can be made to fail. Unknown keys are mistakes of a test. */
const mischief = z
  .strictObject({
    /** only while this account is logged in; default whichever is */
    login: z.string(),
    /** calls are never answered */
    hang: z.boolean(),
    /** no heartbeats */
    silent: z.boolean(),
    /** ends with this code */
    exit: count,
    /** writes noise without a line end for this many ms, then goes on */
    garbage: count,
    /** true ms a login takes */
    loginMs: count,
    rejectLogins: z.boolean(),
    /** this many histories are half loaded */
    halfHistory: count,
    /** this many histories are empty but claim to be complete */
    emptyHistory: count,
    /** histories hold deals twice, and older ones that were not asked for */
    replay: z.boolean(),
    /** the broker changed one deal, and the balance with it */
    editDeal: z.boolean(),
    /** snapshots are of another login */
    wrongIdentity: z.boolean(),
    /** the broker archived this many of the first deals */
    dropDeals: count,
    /** no connection to the broker */
    offline: z.boolean(),
    /** takes this many MB of memory more, and keeps them */
    ballastMb: count,
  })
  .partial();
export type Mischief = z.infer<typeof mischief>;

/** What of it happens to whom is logged in. */
export const mischiefFor = (login: string | undefined, how: Mischief): Mischief =>
  how.login === undefined || how.login === login ? how : {};

/** Reads the file anew each time; while it is being written the last state goes on. */
export function mischiefIn(file: string | null): () => Mischief {
  let last: Mischief = {};
  return () => {
    if (file === null) return last;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return (last = {});
    }
    try {
      last = mischief.parse(JSON.parse(text));
    } catch (error) {
      process.stderr.write(`mischief is not understood: ${String(error)}\n`);
    }
    return last;
  };
}
