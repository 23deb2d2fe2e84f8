import { z } from 'zod';

/** What the parent decides for all its simulated terminals, so that they live in one world. */
export const settings = z.object({
  /** UTC ms at which this installation's world began to be watched: two years of history lie before it */
  epochMs: z.int().positive(),
  /** simulated time passes this much faster; at `anchorRealMs` of true time it is `anchorMs` */
  speed: z.number().positive(),
  anchorMs: z.int().positive(),
  anchorRealMs: z.int().positive(),
  /** divides heartbeats' intervals and all waiting */
  timeScale: z.number().positive(),
  /** a folder of recorded accounts */
  recordings: z.string().nullable(),
  /** a JSON file that says how to misbehave; it may come and go */
  mischief: z.string().nullable(),
});
export type Settings = z.infer<typeof settings>;

/** What time it is in the simulated world, UTC ms. */
export const simulatedNow = ({ anchorMs, anchorRealMs, speed }: Settings, realMs: number): number =>
  Math.floor(anchorMs + (realMs - anchorRealMs) * speed);
