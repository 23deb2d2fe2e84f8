/** How somebody felt in a trade, or on a day. */
export const moods = ['confident', 'disciplined', 'neutral', 'uncertain', 'fearful', 'greedy'] as const;
export type Mood = (typeof moods)[number];

/** The lines of a setup's checklist as they were asked, and those of them that were kept. */
export interface Checks {
  asked: readonly string[];
  kept: readonly string[];
}

/** How somebody judges a trade; null and empty where nothing was said. */
export interface Judgement {
  mood: Mood | null;
  /** of the setup as it stood in the chart, 1 to 5 */
  quality: number | null;
  followedPlan: boolean | null;
  checks: Checks;
}

export const noJudgement: Judgement = {
  mood: null,
  quality: null,
  followedPlan: null,
  checks: { asked: [], kept: [] },
};

/** The share of the checklist that was kept, 0 to 1; null where nothing was asked. */
export const adherence = ({ asked, kept }: Checks): number | null =>
  asked.length === 0 ? null : asked.filter((line) => kept.includes(line)).length / asked.length;
