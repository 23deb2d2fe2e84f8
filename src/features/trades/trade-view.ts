import type { ManualRecord } from '../../data/manual-trades.js';
import { dealEntry } from '../../domain/deal.js';
import type { Excursion, NoExcursion } from '../../domain/excursion.js';
import { sessionAt, type Windows } from '../../domain/sessions.js';
import { otherHelp, type FigureHelp } from '../../web/figure-help.js';
import { amount, lots, digitsOf, pips, signed, toneOf } from '../../web/figures.js';
import { clockWords } from '../../web/clock-words.js';
import { brokerStamp, stamp, zoneWord } from '../../web/day-words.js';
import { dealEntryWord, dealReasonWord } from '../../web/mt5-words.js';
import { tradeQuery } from '../../web/trade-filter.js';
import { count, when } from '../../web/words.js';
import { fullHref } from './chart-view.js';
import { excursionText } from './excursion-words.js';
import { asText, sharesOf, type Share } from './fills.js';
import { heldText, isOrphan, plannedText, riskOf, riskText } from './list-cells.js';
import { listHref, type Spot } from './list-view.js';
import type { FillRow, WholeTrade } from './trade-queries.js';
import { sessionWord } from '../../web/session-words.js';
import { magicText, priceText, sourceWord } from './words.js';

interface Given {
  trade: WholeTrade;
  fills: FillRow[];
  excursion: Excursion | NoExcursion;
  /** what its owner entered; null: a broker told it */
  manual: ManualRecord | null;
  beside: { before: string | null; behind: string | null };
  spot: Spot;
  /** the name of the one that made it; null: none did */
  expert: string | null;
  /** of the sessions */
  windows: Windows;
  timeZone: string;
  now: Date;
}

interface Fact {
  term: string;
  text: string | null;
  tone: string;
  /** beside the figure, or instead of it */
  note: string;
  help: FigureHelp | null;
}

const fact = (
  term: string,
  text: string | null,
  { tone = '', note = '', help = null }: Partial<Pick<Fact, 'tone' | 'note' | 'help'>> = {},
): Fact => ({ term, text, tone, note, help });

/** Why nothing is known of a plan, which takes a stop and a target. */
function plannedNote(trade: WholeTrade): string {
  if (plannedText(trade) !== null) return 'risk to reward';
  if (trade.open_price === null) return 'the entry is not known';
  if (trade.stop_loss === null) return 'no stop with the order';
  return trade.take_profit === null ? 'no target with the order' : 'the stop stood at the entry';
}

function factsOf({ trade, fills, excursion, now }: Given): Fact[] {
  const { reason } = riskOf(trade);
  const r = riskText(trade);
  const ways = excursionText(excursion, { digits: digitsOf(trade), priceDigits: trade.digits });
  const exits = fills.filter((fill) => fill.entry !== dealEntry.in).length;
  return [
    fact('Entry', priceText(trade.open_price, trade.digits), {
      note: trade.open_price === null ? 'not in the history' : '',
    }),
    fact(exits > 1 ? 'Exit, average' : 'Exit', priceText(trade.close_price, trade.digits)),
    fact('Pips', pips(trade.pips), { tone: toneOf(trade.pips), help: otherHelp('pips') }),
    fact('Planned', plannedText(trade), { note: plannedNote(trade), help: otherHelp('plannedReward') }),
    fact('R', r.text, { tone: r.tone, note: reason ?? '', help: otherHelp('r') }),
    fact('MAE / MFE', ways.text, { note: ways.note, help: otherHelp('mae') }),
    fact(trade.closed_at === null ? 'Held so far' : 'Held', heldText(trade, now)),
    fact('Closed by', dealReasonWord(trade.close_reason), {
      note: trade.closed_at === null ? 'still open' : '',
    }),
  ];
}

/** Gross and costs as they came, and what they add up to. */
const moneyLines = (trade: WholeTrade) =>
  (
    [
      ['Gross', trade.gross],
      ['Commission', trade.commission],
      ['Swap', trade.swap],
      ['Fee', trade.fee],
    ] as const
  ).map(([label, value]) => ({ label, text: signed(value, digitsOf(trade)), tone: toneOf(value) }));

const restWords = { opened: 'the rest opened the next trade', closed: 'the rest closed the trade before' };
const partNote = (fill: FillRow, share: Share | undefined): string =>
  share === undefined || share.rest === null
    ? ''
    : `${lots(String(share.lots))} of its ${lots(fill.volume)} lots; ${restWords[share.rest]}`;

const moneyNote = ({ trade, manual }: Given): string => {
  if (trade.closed_at === null) return 'booked so far';
  return manual === null || manual.said.estimate === null ? 'to the cent' : 'estimated';
};

function fillsOf({ trade, manual, fills, timeZone }: Given) {
  const digits = digitsOf(trade);
  const shares = sharesOf(trade, fills, digits);
  return fills.map((fill, at) => {
    const share = shares[at];
    const money = share === undefined ? fill : asText(share.money, digits);
    const here = stamp(fill.done_at, timeZone);
    const broker = brokerStamp(fill.server_ms);
    const isEntry = fill.entry === dealEntry.in;
    const cell = (text: string) => ({ text: signed(text, digits), tone: toneOf(text) });
    return {
      day: here.day,
      clock: here.clock,
      broker:
        manual !== null ? '' : broker.day === here.day ? broker.clock : `${broker.day}, ${broker.clock}`,
      entry: dealEntryWord(fill.entry),
      reason: dealReasonWord(fill.reason),
      lots: lots(String(share?.lots ?? fill.volume)),
      part: partNote(fill, share),
      price: priceText(fill.price, trade.digits),
      commission: cell(money.commission),
      swap: cell(money.swap),
      fee: cell(money.fee),
      // What opens has made nothing yet, unless the broker says so.
      profit: isEntry && Number(money.profit) === 0 ? { text: null, tone: '' } : cell(money.profit),
    };
  });
}

interface Notice {
  kind: 'info' | 'warn';
  title: string;
  text: string;
  action?: { label: string; href: string };
}

function noticesOf({ trade, manual, spot }: Given): Notice[] {
  const notices: Notice[] = [];
  const estimate = manual?.said.estimate ?? null;
  if (estimate !== null)
    notices.push({
      kind: 'info',
      title: 'Estimated.',
      text: estimate,
      action: { label: 'Enter the result', href: `/trades/${trade.id}/edit` },
    });
  const clock = trade.clock === null ? null : clockWords(trade.clock);
  if (clock?.isSure === false)
    notices.push({ kind: 'warn', title: 'Times are uncertain.', text: clock.text });
  if (isOrphan(trade))
    notices.push({
      kind: 'warn',
      title: 'The entry is not in the broker\u2019s history.',
      text: 'Entry price, pips and duration are unknown; the result of the exit counts.',
    });
  if (trade.flags.includes('reversed'))
    notices.push({
      kind: 'info',
      title: 'Reversed.',
      text: 'The deal that closed this trade opened the next one in the other direction.',
    });
  if (trade.closed_by !== null) {
    const other = { kind: 'info', title: 'Closed by another position.' } as const;
    const query = tradeQuery(spot.values, spot.sort, spot.page);
    notices.push(
      trade.closed_by_id === null
        ? { ...other, text: `Position ${trade.closed_by} was set against it; no trade of it is here.` }
        : {
            ...other,
            text: `Position ${trade.closed_by} was set against it.`,
            action: { label: 'Open that trade', href: `/trades/${trade.closed_by_id}${query}` },
          },
    );
  }
  if (trade.flags.includes('review'))
    notices.push({
      kind: 'warn',
      title: 'Worth a look.',
      text: 'The deals of this trade do not fit together as usual. Compare them with the broker\u2019s statement.',
    });
  return notices;
}

/** The stops, as the order set them and as they were seen to move; empty where none ever stood. */
function levelsOf({ trade, timeZone }: Given) {
  const price = (text: string | null): string | null => priceText(text, trade.digits);
  const first = {
    at: 'With the order',
    stopLoss: price(trade.stop_loss),
    takeProfit: price(trade.take_profit),
  };
  const seen = trade.levels.map((level) => ({
    at: when(new Date(level.seenAt), timeZone),
    stopLoss: price(level.stopLoss),
    takeProfit: price(level.takeProfit),
  }));
  const isSame = (a: typeof first | undefined): boolean =>
    a?.stopLoss === first.stopLoss && a.takeProfit === first.takeProfit;
  const rows = [first, ...(isSame(seen[0] as typeof first | undefined) ? seen.slice(1) : seen)];
  return rows.some(({ stopLoss, takeProfit }) => stopLoss !== null || takeProfit !== null) ? rows : [];
}

/** London, or where it was opened and where it was closed. */
function sessionText({ session, closed_at: closedAt }: WholeTrade, windows: Windows): string | null {
  if (session === null) return null;
  const closing = closedAt === null ? session : sessionAt(closedAt.getTime(), windows);
  return closing === session
    ? sessionWord(session)
    : `${sessionWord(session)}, closed in ${sessionWord(closing)}`;
}

const brokerTime = (ms: string): string => {
  const { day, clock } = brokerStamp(ms);
  return `${day}, ${clock}`;
};

const aboutOf = ({ trade, expert, windows, timeZone }: Given) =>
  [
    ['Opened', isOrphan(trade) ? null : when(trade.opened_at, timeZone)],
    ['\u2013 broker\u2019s time', isOrphan(trade) ? null : brokerTime(trade.opened_ms)],
    ['Closed', when(trade.closed_at, timeZone)],
    ['\u2013 broker\u2019s time', trade.closed_ms === null ? null : brokerTime(trade.closed_ms)],
    ['Session', sessionText(trade, windows)],
    ['Source', sourceWord(trade.source)],
    ['EA', expert],
    ['Comment', trade.comment === '' ? null : trade.comment],
    ['Magic', magicText(trade)],
    ['Opened by', dealReasonWord(trade.open_reason)],
    ['Broker\u2019s symbol', trade.symbol === trade.name ? null : trade.symbol],
    // A number that was made here tells nobody anything.
    ['Position', trade.position_id.startsWith('-') ? null : trade.position_id],
  ].filter((line): line is [string, string] => line[1] !== null);

export function tradeView(given: Given) {
  const { trade, fills, beside, spot, timeZone } = given;
  const digits = digitsOf(trade);
  const query = tradeQuery(spot.values, spot.sort, spot.page);
  const hrefOf = (id: string | null): string | null => (id === null ? null : `/trades/${id}${query}`);
  const days = new Set(fills.map((fill) => stamp(fill.done_at, timeZone).day));
  return {
    backHref: listHref(spot),
    previousHref: hrefOf(beside.before),
    nextHref: hrefOf(beside.behind),
    symbol: trade.name,
    side: trade.side.toUpperCase(),
    lots: lots(trade.volume),
    openLots: trade.closed_at === null ? lots(trade.open_volume) : null,
    isOpen: trade.closed_at === null,
    net: { text: signed(trade.net, digits), tone: toneOf(trade.net) },
    currency: trade.currency ?? '',
    account: { label: trade.account, category: trade.category, href: `/accounts/${trade.account_id}` },
    expert: given.expert,
    session: trade.session === null ? null : sessionWord(trade.session),
    chartHref: `/trades/${trade.id}/chart`,
    picturesHref: `/trades/${trade.id}/screenshots`,
    chartFullHref: fullHref(trade, 'H1'),
    likeHref: `/trades/new?like=${trade.id}`,
    notices: noticesOf(given),
    moneyNote: moneyNote(given),
    isEstimated: given.manual !== null && given.manual.said.estimate !== null,
    tools: {
      changeHref: given.manual === null ? null : `/trades/${trade.id}/edit`,
      copyHref: `/trades/new?like=${trade.id}`,
      removalHref: given.manual === null ? null : `/trades/${trade.id}/removal`,
    },
    facts: factsOf(given),
    money: moneyLines(trade),
    fills: fillsOf(given),
    fillsNote: `${count(fills.length, 'deal')}, one trade`,
    oneDay: days.size === 1 ? ([...days][0] ?? '') : '',
    hasFee: Number(trade.fee) !== 0,
    totals: {
      commission: amount(trade.commission, digits),
      swap: amount(trade.swap, digits),
      fee: amount(trade.fee, digits),
      gross: { text: signed(trade.gross, digits), tone: toneOf(trade.gross) },
    },
    levels: levelsOf(given),
    about: aboutOf(given),
    zone: zoneWord(timeZone),
  };
}
