import type { Mood } from '../domain/judgement.js';

const words: Readonly<Record<Mood, string>> = {
  confident: 'Confident',
  disciplined: 'Disciplined',
  neutral: 'Neutral',
  uncertain: 'Uncertain',
  fearful: 'Fearful',
  greedy: 'Greedy',
};

/** What a mood is called. */
export const moodWord = (mood: Mood): string => words[mood];
