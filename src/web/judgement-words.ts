import { moods } from '../domain/judgement.js';
import { noLabel } from './label-fields.js';
import { isMood, moodWord } from './mood-words.js';

interface Option {
  value: string;
  label: string;
}

/** What was said of the setup, as a bucket or a filter: `4`, or `none`. */
export const qualityWord = (value: string): string =>
  value === noLabel ? 'Quality not said' : `Quality ${value}`;

export const planWord = (value: string): string =>
  value === noLabel ? 'Plan not said' : value === 'yes' ? 'Plan followed' : 'Plan not followed';

export const moodFilterWord = (value: string): string => (isMood(value) ? moodWord(value) : 'Mood not said');

/** What can be chosen of moods, qualities and plans in a filter. */
export const judgementOptions: Readonly<Record<'mood' | 'quality' | 'plan', readonly Option[]>> = {
  mood: [
    { value: '', label: 'All moods' },
    ...[...moods, noLabel].map((value) => ({ value, label: moodFilterWord(value) })),
  ],
  quality: [
    { value: '', label: 'All' },
    ...['5', '4', '3', '2', '1', noLabel].map((value) => ({ value, label: qualityWord(value) })),
  ],
  plan: [
    { value: '', label: 'All' },
    ...['yes', 'no', noLabel].map((value) => ({ value, label: planWord(value) })),
  ],
};
