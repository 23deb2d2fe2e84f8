import { z } from 'zod';
import type { Bucket } from '../domain/stats/breakdown.js';
import { known, type Figure } from '../domain/metatrader/figure.js';
import { figureJson } from './figure-json.js';
import type { Chosen } from './chosen.js';
import type { Part, Parting } from './parting.js';
import { moodFilterWord, planWord, qualityWord } from './judgement-words.js';
import { noLabel } from './label-fields.js';

const money = z.string().nullable();
const ratio = z.number().nullable();
/** What trades came to together. */
export const sumsShape = z.object({
  trades: z.int(),
  wins: z.int(),
  losses: z.int(),
  winRate: ratio,
  net: money,
  profitFactor: ratio.describe('null where nothing was lost'),
  expectancy: money,
  expectancyR: ratio,
  bestTrade: money,
  worstTrade: money,
  averageHoldingSeconds: ratio,
});
export const bucketShape = z.object({
  key: z.string().describe('as the filter of this name takes it; empty: trades that have none'),
  label: z.string(),
  ...sumsShape.shape,
});

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** A bucket in the words of the API; `digits` are those of its money. */
export function sumsJson(bucket: Bucket, digits: number): z.infer<typeof sumsShape> {
  const { n, wins, losses, net, won, lost, meanR, best, worst, heldMs } = bucket;
  const text = (value: number): string | null =>
    figureJson(known(value) satisfies Figure, 'money', digits) as string;
  return {
    ...{ trades: n, wins, losses, winRate: share(wins, n), net: text(net) },
    ...{ profitFactor: share(won, -lost), expectancy: n === 0 ? null : text(net / n), expectancyR: meanR },
    ...{ bestTrade: n === 0 ? null : text(best), worstTrade: n === 0 ? null : text(worst) },
    averageHoldingSeconds: n === 0 ? null : heldMs / n / 1000,
  };
}

/** What a bucket is called: an account by its label, trades without a word by what they lack. */
export function labelOf(by: Parting, key: string, { group }: Chosen): string {
  if (by === 'account') return group?.members.find(({ id }) => id === key)?.label ?? key;
  if (by === 'hour') return `${key}:00`;
  if (by === 'magic') return key === '0' ? '0, by hand' : key;
  if (by === 'mood') return moodFilterWord(key);
  if (by === 'quality') return qualityWord(key === '' ? noLabel : key);
  if (by === 'plan') return planWord(key === '' ? noLabel : key);
  if (key !== '') return key;
  const lacking: Partial<Record<Parting, string>> = {
    ea: 'No EA',
    tag: 'Untagged',
    setup: 'Without a setup',
    mistake: 'No mistake',
    checklist: 'No checklist answered',
    session: 'Opening not known',
  };
  return lacking[by] ?? 'Not known';
}

export const breakdownJson = (parts: readonly Part[], by: Parting, chosen: Chosen) =>
  parts.map(({ key, bucket }) => ({
    ...{ key, label: labelOf(by, key, chosen) },
    ...sumsJson(bucket, chosen.group?.digits ?? 2),
  }));
