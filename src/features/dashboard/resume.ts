import type { Welcome, WelcomeStep } from '../../data/welcomes.js';

const words: Readonly<Record<WelcomeStep, string>> = {
  1: 'where your trades come from',
  2: 'time zone and sessions',
  3: 'what to look at first',
};

/** The way back to setting up, for whoever began it and neither finished nor left it; null: nothing stands in the way. */
export const resumeView = (welcome: Welcome | null) =>
  welcome === null || welcome.isEnded ? null : { text: `Step ${welcome.step} of 3: ${words[welcome.step]}.` };
