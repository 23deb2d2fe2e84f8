import { byHand, type Mark } from '../../domain/expert.js';
import { plannedReward } from '../../domain/planned-reward.js';
import { rMultiple } from '../../domain/r-multiple.js';
import type { TradeRow } from '../../data/trade-rows.js';
import { brokerStamp } from '../../web/day-words.js';
import { decimal, digitsOf, lots, pips, signed, span, toneOf } from '../../web/figures.js';
import type { FilterName } from '../../web/trade-filter.js';
import { when } from '../../web/words.js';
import type { ColumnKey } from './columns.js';
import { sessionWord } from '../../web/session-words.js';
import { priceText } from './words.js';

export interface Cell {
  key: ColumnKey;
  text: string | null;
  tone: string;
  /** to a list with this filter as well */
  href: string | null;
  title: string | null;
  /** of the column of tags: each with its way to a list of those that have it */
  chips: { label: string; tint: number; href: string }[];
}

export interface CellGround {
  timeZone: string;
  now: Date;
  /** the address of a list with this filter as well */
  filtered: (name: FilterName, value: string) => string;
  /** the name of a trade's expert */
  expertOf: (mark: Mark) => string;
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

export const isOrphan = ({ flags }: Pick<TradeRow, 'flags'>): boolean => flags.includes('orphan');

const plan = (trade: TradeRow) => ({
  openPrice: numberOrNull(trade.open_price),
  stopLoss: numberOrNull(trade.stop_loss),
  takeProfit: numberOrNull(trade.take_profit),
});

/** `1:2.5`: what was to be gained for one that was risked. */
export const plannedText = (trade: TradeRow): string | null => {
  const planned = plannedReward(plan(trade));
  return planned === null ? null : `1:${decimal(planned, planned < 10 ? 2 : 1, 1)}`;
};

/** R of a trade, or the reason why there is none. */
export const riskOf = (trade: TradeRow) =>
  rMultiple({
    ...plan(trade),
    closePrice: numberOrNull(trade.close_price),
    gross: Number(trade.gross),
    net: Number(trade.net),
    isClosed: trade.closed_at !== null,
  });

/** R as it is shown, with the colour that repeats its sign. */
export const riskText = (trade: TradeRow): { text: string | null; tone: string } => {
  const { r } = riskOf(trade);
  const rounded = r === null ? null : decimal(r, 2, 2);
  return { text: signed(rounded), tone: toneOf(rounded) };
};

export const heldText = (trade: TradeRow, now: Date): string | null => {
  if (isOrphan(trade)) return null;
  const heldMs =
    trade.closed_ms === null
      ? now.getTime() - trade.opened_at.getTime()
      : Number(trade.closed_ms) - Number(trade.opened_ms);
  return span(heldMs / 1000);
};

/** The broker's own clock at the close, or at the opening of what is still open. */
export const brokerTitle = (ms: string): string => {
  const { day, clock } = brokerStamp(ms);
  return `Broker\u2019s time: ${day}, ${clock}`;
};

/** What a cell needs, and the R of the row, which costs more than all other cells and stands on the card as well. */
interface RowGround extends CellGround {
  risk: ReturnType<typeof riskText>;
}

type Draw = (trade: TradeRow, ground: RowGround) => Partial<Cell>;

const money =
  (name: 'gross' | 'commission' | 'swap' | 'fee', isColoured = false): Draw =>
  (trade) => ({
    text: signed(trade[name], digitsOf(trade)),
    tone: isColoured && trade.closed_at !== null ? toneOf(trade[name]) : '',
  });

const price =
  (name: 'open_price' | 'close_price' | 'stop_loss' | 'take_profit'): Draw =>
  (trade) => ({ text: priceText(trade[name], trade.digits) });

const draw: Readonly<Record<ColumnKey, Draw>> = {
  closed: (trade, { timeZone }) => ({ text: when(trade.closed_at, timeZone) }),
  opened: (trade, { timeZone }) =>
    isOrphan(trade)
      ? {}
      : { text: when(trade.opened_at, timeZone), title: brokerTitle(trade.opened_ms), tone: 'muted' },
  account: (trade, { filtered }) => ({ text: trade.account, href: filtered('account', trade.account_id) }),
  source: (trade, { filtered }) => ({ text: trade.source, href: filtered('source', trade.source) }),
  symbol: (trade) => ({ text: trade.symbol }),
  side: (trade) => ({ text: trade.side.toUpperCase() }),
  lots: (trade) => ({ text: lots(trade.volume) }),
  entry: price('open_price'),
  exit: price('close_price'),
  stop: price('stop_loss'),
  target: price('take_profit'),
  pips: (trade) => ({ text: pips(trade.pips), tone: toneOf(trade.pips) }),
  planned: (trade) => ({ text: plannedText(trade), tone: 'muted' }),
  r: (_, { risk }) => risk,
  session: (trade, { filtered }) =>
    trade.session === null
      ? {}
      : { text: sessionWord(trade.session), href: filtered('session', trade.session) },
  held: (trade, { now }) => ({ text: heldText(trade, now), tone: 'muted' }),
  gross: money('gross', true),
  commission: money('commission'),
  swap: money('swap'),
  fee: money('fee'),
  net: (trade) => ({
    text: signed(trade.net, digitsOf(trade)),
    // What an open trade has booked so far is a cost, not yet a result.
    tone: trade.closed_at === null ? 'muted' : toneOf(trade.net),
  }),
  ea: (trade, { filtered, expertOf }) => {
    const name = expertOf(trade);
    return name === byHand ? {} : { text: name, href: filtered('ea', name) };
  },
  comment: ({ comment }) => ({ text: comment === '' ? null : comment, tone: 'muted' }),
  magic: (trade, { filtered }) => ({ text: trade.magic, href: filtered('magic', trade.magic) }),
  setup: ({ journal }, { filtered }) =>
    journal?.setup == null ? {} : { text: journal.setup.name, href: filtered('setup', journal.setup.id) },
  tags: ({ journal }, { filtered }) => {
    const tags = journal?.tags ?? [];
    return {
      text: tags.length === 0 ? null : tags.map(({ name }) => name).join(', '),
      chips: tags.map(({ id, name, colour }) => ({ label: name, tint: colour, href: filtered('tag', id) })),
    };
  },
};

export const cellOf = (key: ColumnKey, trade: TradeRow, ground: RowGround): Cell => {
  const cell = { key, text: null, tone: '', href: null, title: null, chips: [], ...draw[key](trade, ground) };
  return cell.text === null ? { ...cell, href: null, tone: 'faint' } : cell;
};
