import { daysSummary, type TradedDay } from '../../domain/stats/day-tally.js';
import { bucketsOf, type Bucket } from '../../domain/stats/breakdown.js';
import { pageBeside, endOf, type PageKey } from '../../domain/journal-page.js';
import { chosenAgain, type Chosen } from '../../web/chosen.js';
import { dayWord } from '../../web/day-words.js';
import { figureCards, type FigureCard } from '../../web/figure-cards.js';
import { otherHelp } from '../../web/figure-help.js';
import { partsOf, type Part } from '../../web/parting.js';
import { decimal, signed } from '../../web/figures.js';
import { otherWords } from '../../web/other-words.js';
import { textIn, valueIn } from '../../web/tally-text.js';
import { count } from '../../web/words.js';
import { closedWithin, type Desk } from './ground.js';
import { beforeWord } from '../../web/journal-page-words.js';

/** What trades came to together, as the calendar counts them. */
export const wholeOf = ({ trades }: Pick<Chosen, 'trades'>): Bucket | undefined =>
  bucketsOf(trades, new Int32Array(trades.ids.length), 1)[0];

/** Kinds of money in which something closed on the page. */
export const tradedGroups = ({ groups }: Desk): Chosen[] =>
  groups.filter(({ trades }) => trades.ids.length > 0);

export const groupName = ({ group }: Chosen): string =>
  group === null ? '' : `${group.category} ${group.currency}`;

/** The trades of the page before, where there were any. */
function earlierOf(chosen: Chosen, key: PageKey) {
  const before = pageBeside(key, -1);
  if (before === null) return null;
  const span = { from: before.startsOn, to: endOf(before) };
  // Of the same accounts: they were chosen before.
  const { filter } = closedWithin(span, chosen.ground.timeZone);
  const earlier = chosenAgain(chosen, filter);
  return earlier.trades.ids.length === 0 ? null : { chosen: earlier, name: beforeWord(key) };
}

type Card = Pick<FigureCard, 'label' | 'value' | 'unit' | 'tone' | 'n' | 'note' | 'help'>;

/** All that was risked and came back, of the trades with a stop. */
function riskCard(chosen: Chosen, whole: Bucket): Card {
  const text = textIn('r', valueIn('r', whole), { chosen });
  return {
    ...{ label: 'R', value: text.value ?? '—', unit: '', tone: text.tone, n: `n ${whole.withR}` },
    note:
      whole.meanR === null ? text.reason : `${signed(decimal(whole.meanR, 2, 2)) ?? ''} a trade with a stop`,
    help: otherHelp('r', { n: `${whole.withR} together` }),
  };
}

const dayCard = (name: 'bestDay' | 'worstDay', found: TradedDay | null, chosen: Chosen): Card => {
  const { label } = otherWords[name];
  const { value, unit, tone } = textIn('money', found?.value ?? null, { chosen });
  return {
    ...{ label, value: value ?? '—', unit, tone, n: '' },
    note: found === null ? 'no day to compare' : dayWord(found.day),
    help: otherHelp(name),
  };
};

const plain = ({ label, value, unit, tone, n, note, help }: FigureCard): Card => ({
  ...{ label, value, unit, tone, n, note, help },
});

/** The best and the worst of the days of a stretch, each with what it came to. */
export const bestDays = (days: readonly Part[]) =>
  daysSummary(days.map(({ key, bucket }) => ({ day: key, value: bucket.net })));

async function reviewCards({ tx, userId, key }: Desk, chosen: Chosen, whole: Bucket): Promise<Card[]> {
  const names = ['net', 'trades', 'winRate', 'profitFactor', 'expectancy'] as const;
  const cards = figureCards(names, chosen, earlierOf(chosen, key)).map(plain);
  const { best, worst } = bestDays(await partsOf(tx, userId, chosen, 'day'));
  return [
    ...cards,
    riskCard(chosen, whole),
    dayCard('bestDay', best, chosen),
    dayCard('worstDay', worst, chosen),
  ];
}

/** What was traded in the first trade that came to that much. */
const symbolOf = ({ trades: { nets, names } }: Chosen, net: number): string =>
  names.words[names.codes[nets.indexOf(net)] ?? -1] ?? '';

/** Of one day nothing is compared: its neighbour says little. */
function dayCards(chosen: Chosen, whole: Bucket): Card[] {
  const names = [
    'net',
    'trades',
    'winRate',
    'profitFactor',
    'bestTrade',
    'worstTrade',
    'expectancy',
  ] as const;
  const even = whole.n - whole.wins - whole.losses;
  const notes: Record<string, string> = {
    Trades: `${whole.wins} won · ${whole.losses} lost${even === 0 ? '' : ` · ${even} even`}`,
    'Win rate': `${whole.wins} of ${whole.n}`,
    'Best trade': symbolOf(chosen, whole.best),
    'Worst trade': symbolOf(chosen, whole.worst),
    Expectancy: 'net a trade',
  };
  const cards = figureCards(names, chosen, null).map(plain);
  const named = cards.map((card) => ({ ...card, note: notes[card.label] ?? card.note }));
  return [...named, riskCard(chosen, whole)];
}

/** The figures of a page for each kind of money, and what each came to. */
export async function numbersView(desk: Desk) {
  const groups: { label: string; trades: string; cards: Card[] }[] = [];
  for (const chosen of tradedGroups(desk)) {
    const whole = wholeOf(chosen);
    if (whole === undefined) continue;
    const cards = desk.key.kind === 'day' ? dayCards(chosen, whole) : await reviewCards(desk, chosen, whole);
    groups.push({ label: groupName(chosen), trades: count(whole.n, 'trade'), cards });
  }
  return groups;
}

/** What trades came to: `+312.40 USD`; where there is other money too, `+312.40 Real USD`. */
export function moneyText(minor: number | null, chosen: Chosen, isOnly: boolean) {
  const { value, unit, tone } = textIn('money', minor, { chosen });
  return { value, unit: isOnly || value === null ? unit : groupName(chosen), tone };
}

/** What a page came to, in each kind of money. */
export function netsOf(desk: Desk) {
  const traded = tradedGroups(desk);
  return traded.map((chosen) => moneyText(wholeOf(chosen)?.net ?? null, chosen, traded.length === 1));
}
