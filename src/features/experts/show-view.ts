import { sql } from 'kysely';
import type { Books } from '../../data/books.js';
import type { Tx } from '../../data/database.js';
import { tradeRows, type TradeRow } from '../../data/trade-rows.js';
import { journalFigures, type JournalFigure } from '../../domain/stats/journal-figure.js';
import { netLine } from '../../domain/stats/line.js';
import { thinned } from '../../domain/stats/thinning.js';
import type { TradeTable } from '../../domain/stats/trade-table.js';
import { labelOf } from '../../web/bucket-json.js';
import { chooseTrades, journalOf, type Chosen } from '../../web/chosen.js';
import { journalHelp } from '../../web/figure-help.js';
import { figureText } from '../../web/figure-text.js';
import { amount, digitsOf, lots, signed, toneOf } from '../../web/figures.js';
import { journalWords } from '../../web/journal-words.js';
import { partsOf } from '../../web/parting.js';
import { usualSort } from '../../web/trade-filter.js';
import { when } from '../../web/words.js';
import { besideTests } from './beside-tests.js';
import { everyTrade, type Asker, type ExpertDeeds, type ExpertDesk, type ExpertGroup } from './desk.js';
import { bucketView, hrefOf, silenceView, tradesHref } from './words.js';

const shown: readonly JournalFigure[] = [
  'net',
  'winRate',
  'profitFactor',
  'expectancy',
  'maxDrawdown',
  'payoff',
  'averageHoldingSeconds',
  'currentStreak',
];

function cardsOf(chosen: Chosen) {
  const summary = journalOf(chosen);
  const n = `n ${amount(String(summary.trades.value ?? 0), 0) ?? ''}`;
  const ground = { digits: chosen.group?.digits ?? 2, currency: chosen.group?.currency ?? '' };
  return shown.map((name) => {
    const { label, formula } = journalWords[name];
    const help = journalHelp(name);
    const isSigned = name !== 'maxDrawdown';
    const { value, unit, tone, reason } = figureText(summary[name], journalFigures[name], {
      ...ground,
      isSigned,
    });
    return { label, value: value ?? '—', unit, tone, n, help, note: value === null ? reason : formula };
  });
}

const box = { width: 640, height: 150, edge: 4 };
const mostPoints = 900;

/** What its trades came to over time, as a path in a box, with the height of zero in it; null below two trades. */
function lineOf(
  trades: TradeTable,
  { digits, currency, timeZone }: { digits: number; currency: string; timeZone: string },
) {
  const line = netLine(trades);
  const { atMs, values } = line;
  const [first, last] = [atMs[0], atMs.at(-1)];
  if (first === undefined || last === undefined || values.length < 2) return null;
  const kept = thinned({ at: atMs, values }, mostPoints);
  const [low, high] = [
    Math.min(0, ...kept.map((at) => values[at] ?? 0)),
    Math.max(0, ...kept.map((at) => values[at] ?? 0)),
  ];
  const y = (value: number): string =>
    (box.height - box.edge - ((value - low) / (high - low || 1)) * (box.height - 2 * box.edge)).toFixed(1);
  const x = (ms: number): string => (((ms - first) / (last - first || 1)) * box.width).toFixed(1);
  const points = kept.map((at) => `${x(atMs[at] ?? 0)} ${y(values[at] ?? 0)}`);
  const money = (value: number): string =>
    figureText({ value, reason: null }, 'money', { digits, currency: '' }).value ?? '';
  const day = (ms: number): string => when(new Date(ms), timeZone)?.split(',')[0] ?? '';
  return {
    ...box,
    path: `M0.0 ${y(0)}L${points.join('L')}`,
    zero: y(0),
    from: day(first),
    to: day(last),
    high: money(high),
    low: money(low),
    label: `Net result of closed trades, from ${day(first)} to ${day(last)}: ${money(values.at(-1) ?? 0)} ${currency}`,
  };
}

async function partsIn(tx: Tx, chosen: Chosen, { userId, name }: { userId: string; name: string }) {
  const digits = chosen.group?.digits ?? 2;
  const of = async (by: 'symbol' | 'account', head: string) => {
    const parts = await partsOf(tx, userId, chosen, by);
    return {
      ...{ head, title: `By ${head.toLowerCase()}` },
      rows: parts
        .sort((a, b) => b.bucket.net - a.bucket.net)
        .map(({ key, bucket }) => ({
          label: labelOf(by, key, chosen),
          href: tradesHref(name, { [by]: key }),
          ...bucketView(bucket, digits),
        })),
    };
  };
  return [await of('symbol', 'Symbol'), await of('account', 'Account')];
}

const recentView = (trade: TradeRow, name: string, timeZone: string) => ({
  href: `/trades/${trade.id}?${new URLSearchParams({ ea: name }).toString()}`,
  at: when(trade.closed_at ?? trade.opened_at, timeZone),
  isOpen: trade.closed_at === null,
  symbol: trade.symbol,
  side: trade.side.toUpperCase(),
  lots: lots(trade.volume),
  account: trade.account,
  net: signed(trade.net, digitsOf(trade)),
  tone: trade.closed_at === null ? 'muted' : toneOf(trade.net),
  currency: trade.currency,
});

const mostRecent = 10;

/** An expert in all kinds of money in which it traded, the one that is looked at first. */
const deedsOf = ({ groups }: ExpertDesk, name: string, wanted: unknown): [ExpertGroup, ExpertDeeds][] => {
  const found = groups.flatMap((group): [ExpertGroup, ExpertDeeds][] =>
    group.experts.filter((one) => one.name === name).map((one) => [group, one]),
  );
  const isWanted = ([{ category, currency }]: [ExpertGroup, ExpertDeeds]): boolean =>
    `${category}-${currency}` === wanted;
  return [...found.filter(isWanted), ...found.filter((one) => !isWanted(one))];
};

interface Wish {
  name: string;
  /** such as `Real-USD` */
  group: unknown;
}

async function moneyView(
  tx: Tx,
  books: Books,
  desk: ExpertDesk,
  { asker, name, group: wanted }: Wish & { asker: Asker },
) {
  const { userId, timeZone } = asker;
  const [current, ...others] = deedsOf(desk, name, wanted);
  if (current === undefined) return null;
  const [group, deeds] = current;
  const filter = { ...everyTrade, ea: name };
  const money = (one: ExpertGroup): string => `${one.category}-${one.currency}`;
  const chosen = await chooseTrades(tx, books, { userId, timeZone, filter, group: money(group) });
  const item = ([one]: [ExpertGroup, ExpertDeeds], isCurrent: boolean) => ({
    label: `${one.category} ${one.currency}`,
    href: `${hrefOf(deeds)}?group=${money(one)}`,
    current: isCurrent,
  });
  const ids = [...deeds.openIds, ...deeds.trades.ids.slice(-mostRecent)];
  const recent = await tradeRows(tx, userId, {
    where: sql`t.user_id = ${userId} and t.id = any(${ids}::uuid[])`,
    sort: usualSort,
    stretch: { limit: mostRecent, offset: 0 },
  });
  return {
    title: `${group.category} ${group.currency}`,
    currency: group.currency,
    groups: others.length === 0 ? [] : [item(current, true), ...others.map((one) => item(one, false))],
    accounts: deeds.accounts.map(({ id, label }) => ({ label, href: `/accounts/${id}` })),
    silence: silenceView(deeds.silence, timeZone),
    cards: chosen.trades.ids.length === 0 ? [] : cardsOf(chosen),
    line: lineOf(chosen.trades, { ...group, timeZone }),
    parts: await partsIn(tx, chosen, { userId, name }),
    tests: await besideTests(tx, books, { asker, name, symbols: deeds.symbols, group: money(group) }),
    recent: recent.map((trade) => recentView(trade, name, timeZone)),
  };
}

/** All of an expert's page but its form; what it made is null where it has no trade. */
export async function showView(
  tx: Tx,
  books: Books,
  desk: ExpertDesk,
  { asker, name, group }: Wish & { asker: Asker },
) {
  const at = desk.rules.findIndex((rule) => rule.name === name);
  const rule = desk.rules[at] ?? null;
  return {
    name,
    rule:
      rule === null
        ? null
        : { id: rule.id, isFirst: at === 0, isLast: at === desk.rules.length - 1, place: at + 1 },
    tradesHref: tradesHref(name),
    analyticsHref: `/analytics?${new URLSearchParams({ ea: name }).toString()}`,
    made: await moneyView(tx, books, desk, { asker, name, group }),
  };
}
