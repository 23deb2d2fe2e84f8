import { noExpert } from '../../domain/expert.js';
import { known } from '../../domain/metatrader/figure.js';
import { leastForSilence, type Silence } from '../../domain/silence.js';
import { netLine } from '../../domain/stats/line.js';
import { thinned } from '../../domain/stats/thinning.js';
import { figureText } from '../../web/figure-text.js';
import { amount, decimal, span } from '../../web/figures.js';
import { sparkPath } from '../../web/spark.js';
import { when } from '../../web/words.js';
import type { ExpertDeeds } from './desk.js';

const sparkPoints = 120;
const thin = 20;

/** A page of its own: by the id of its rule, else by the name that is proposed for it. */
export const hrefOf = ({ name, rule }: Pick<ExpertDeeds, 'name' | 'rule'>): string =>
  `/eas/${rule === null ? encodeURIComponent(name) : rule.id}`;

export const tradesHref = (name: string, more: Readonly<Record<string, string>> = {}): string =>
  `/trades?${new URLSearchParams({ ea: name, ...more }).toString()}`;

export const byHandHref = tradesHref(noExpert);

const ago = (ms: number): string => span(Math.max(0, ms) / 1000);

/** What its silence means, in a few words; the title says how it was counted. */
export function silenceView(silence: Silence, timeZone: string) {
  if (silence.kind === 'few')
    return { text: '', tone: 'plain', title: `An alarm takes ${leastForSilence} trades or more.` };
  const gap = `Usually ${ago(silence.gapMs)} between openings, in hours of an open market.`;
  if (silence.kind === 'usual') return { text: '', tone: 'plain', title: gap };
  if (silence.kind === 'unread')
    return {
      text:
        silence.sinceMs === null
          ? 'not read yet'
          : `not read since ${String(when(new Date(silence.sinceMs), timeZone))}`,
      tone: 'plain',
      title: `${gap} Its account has not been read long enough to tell whether it is silent.`,
    };
  return {
    text: `silent: no trade for ${ago(silence.quietMs)}`,
    tone: 'warn',
    title: `${gap} No trade for more than three times that, as far as its account has been read.`,
  };
}

const sparkOf = ({ trades }: Pick<ExpertDeeds, 'trades'>): string | null => {
  const { atMs, values } = netLine(trades);
  return sparkPath(thinned({ at: atMs, values }, sparkPoints).map((at) => values[at] ?? 0));
};

/** Names in a row, the first few of them. */
const some = (names: readonly string[], most: number): string =>
  names.length > most
    ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.join(', ');

export const bucketView = ({ n, wins, losses, net, won, lost }: ExpertDeeds['bucket'], digits: number) => {
  const ground = { digits, currency: '' };
  return {
    n: amount(String(n), 0) ?? '',
    isThin: n < thin,
    net: figureText(known(net), 'money', ground),
    profitFactor: n === 0 || lost === 0 ? null : figureText(known(won / -lost), 'ratio', ground).value,
    winRate: n === 0 ? null : decimal((100 * wins) / n, 1, 1),
    results: `${wins} won, ${losses} lost`,
    expectancy: figureText(n === 0 ? { value: null, reason: 'no trades' } : known(net / n), 'money', ground),
  };
};

/** An expert as a row of the list. */
export function rowOf(
  deeds: ExpertDeeds,
  { digits, timeZone, now }: { digits: number; timeZone: string; now: Date },
) {
  const { name, rule, accounts, symbols, lastMs, bucket, silence } = deeds;
  return {
    ...bucketView(bucket, digits),
    name,
    href: hrefOf(deeds),
    isProposed: rule === null,
    nameHref: `/eas/new?${new URLSearchParams({ for: name }).toString()}`,
    accounts: some(
      accounts.map(({ label }) => label),
      2,
    ),
    symbols: some(symbols, 4),
    spark: sparkOf(deeds),
    tone: bucket.net < 0 ? 'loss' : 'gain',
    last: `${ago(now.getTime() - lastMs)} ago`,
    lastTitle: when(new Date(lastMs), timeZone) ?? '',
    silence: silenceView(silence, timeZone),
  };
}
