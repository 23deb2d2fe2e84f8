import type { Bucket } from '../../domain/stats/breakdown.js';
import { known, quotient } from '../../domain/metatrader/figure.js';
import type { Chosen } from '../../web/chosen.js';
import { dayWord } from '../../web/day-words.js';
import { figureText } from '../../web/figure-text.js';
import { partsOf, type Part } from '../../web/parting.js';
import { textIn, valueIn } from '../../web/tally-text.js';
import { count } from '../../web/words.js';
import type { Desk } from './ground.js';
import { judgementsOf, type Judgements } from './judgements.js';
import { bestDays, groupName, wholeOf } from './numbers.js';

/** Names are text: what Markdown takes for a mark stands for itself. */
const literal = (text: string): string => text.replace(/[\\`*_[\]<>~|]/g, '\\$&');

const money = (minor: number, chosen: Chosen): string => {
  const { value, unit } = textIn('money', minor, { chosen });
  return `${value ?? ''} ${unit}`;
};

const plain = (value: number, kind: 'share' | 'ratio'): string =>
  figureText(known(value), kind, { digits: 0, currency: '' }).value ?? '';

function netLine(whole: Bucket, chosen: Chosen): string {
  const factor = quotient(whole.won, Math.abs(whole.lost), 'nothing lost').value;
  const risk = valueIn('r', whole);
  return [
    `Net ${money(whole.net, chosen)} in ${count(whole.n, 'trade')}`,
    `${plain(whole.wins / whole.n, 'share')} % won (${whole.wins} of ${whole.n})`,
    ...(factor === null ? [] : [`profit factor ${plain(factor, 'ratio')}`]),
    ...(risk === null
      ? []
      : [`${textIn('r', risk, { chosen }).value ?? ''} R in ${count(whole.withR, 'trade')} with a stop`]),
  ].join(', ');
}

function dayLine(days: readonly Part[], chosen: Chosen): string[] {
  const { best, worst } = bestDays(days);
  if (best === null || worst === null || best.day === worst.day) return [];
  return [
    `Best day ${dayWord(best.day)}, ${money(best.value ?? 0, chosen)}; worst day ${dayWord(worst.day)}, ${money(worst.value ?? 0, chosen)}`,
  ];
}

const bucketWords = ({ key, bucket }: Part, chosen: Chosen): string =>
  `${literal(key)}, ${money(bucket.net, chosen)} in ${count(bucket.n, 'trade')}`;

function symbolLine(symbols: readonly Part[], chosen: Chosen): string[] {
  const [best, ...others] = [...symbols].sort((a, b) => b.bucket.net - a.bucket.net);
  const worst = others.at(-1);
  if (best === undefined || worst === undefined) return [];
  return [`Best symbol ${bucketWords(best, chosen)}; worst symbol ${bucketWords(worst, chosen)}`];
}

const listLine = (head: string, parts: readonly Part[], chosen: Chosen): string[] => {
  const named = parts.filter(({ key }) => key !== '');
  return named.length === 0 ? [] : [`${head}: ${named.map((part) => bucketWords(part, chosen)).join('; ')}`];
};

async function groupText(
  { tx, userId }: Desk,
  { chosen, mistakes, setups }: Judgements['groups'][number],
): Promise<string> {
  const whole = wholeOf(chosen);
  if (whole === undefined) return '';
  const lines = [
    netLine(whole, chosen),
    ...dayLine(await partsOf(tx, userId, chosen, 'day'), chosen),
    ...symbolLine(await partsOf(tx, userId, chosen, 'symbol'), chosen),
    ...listLine('Mistakes', mistakes, chosen),
    ...listLine('Setups', setups, chosen),
  ];
  return `**${groupName(chosen)}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

/** The figures of a week or a month as Markdown, to begin a review with; '' where nothing closed. */
export async function summaryText(desk: Desk): Promise<string> {
  const { groups, plan } = await judgementsOf(desk);
  const texts: string[] = [];
  for (const group of groups) texts.push(await groupText(desk, group));
  if (texts.length > 0 && plan.length > 0) texts.push(plan.map((line) => `- ${line}`).join('\n'));
  return texts.join('\n\n');
}
