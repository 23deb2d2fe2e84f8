import { moods, type Mood } from '../domain/judgement.js';

const words: Readonly<Record<Mood, string>> = {
  confident: 'Confident',
  disciplined: 'Disciplined',
  neutral: 'Neutral',
  uncertain: 'Uncertain',
  fearful: 'Fearful',
  greedy: 'Greedy',
};

export const isMood = (text: string): text is Mood => moods.some((mood) => mood === text);

/** What a mood is called. */
export const moodWord = (mood: Mood): string => words[mood];
