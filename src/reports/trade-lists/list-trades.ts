import { dealType } from '../../domain/deal.js';
import { negated, signOf } from '../decimal-text.js';
import type { DecimalMark } from '../figures-text.js';
import type { Problem, ReportCash, ReportClock, ReportPosition } from '../report.js';
import { anyTime, type DateOrder, dateOrderOf, type FoundTime } from './any-time.js';
import { areCostsPositive, costOf, levelOf, markOf, numberOf } from './list-numbers.js';
import type { ListRules } from './list-rules.js';
import { cashOfText, isPending, sideOfText } from './side-text.js';
import { fieldNames, type ListField, type ListRecord, textOf, type TradeField } from './trade-field.js';

export interface ListTrades {
  positions: ReportPosition[];
  cash: ReportCash[];
  problems: Problem[];
  clock: ReportClock;
}

/** Why a row cannot be a trade. */
class Unreadable extends Error {}

/** How all rows of a list are written, as found out from all of them. */
interface Writing {
  rules: ListRules;
  mark: DecimalMark;
  order: DateOrder;
  isCommissionPositive: boolean;
  isFeePositive: boolean;
  /** of the times read so far: with an offset, and without */
  seen: { utc: number; wall: number };
}

const quoted = (text: string): string => `"${text.slice(0, 40)}"`;

const timeIn = (record: ListRecord, field: TradeField, { order, rules, seen }: Writing): number | null => {
  const text = textOf(record, field);
  if (text === '' || /^(-|–|—|open|n\/?a|null)$/i.test(text)) return null;
  const time = anyTime(text, order);
  if (time === null) throw new Unreadable(`The ${fieldNames[field]} ${quoted(text)} is no date that exists.`);
  return counted(time, rules, seen);
};

const counted = (time: FoundTime, rules: ListRules, seen: Writing['seen']): number => {
  seen[time.isUtc || rules.aheadMs !== null ? 'utc' : 'wall'] += 1;
  return time.isUtc ? time.ms : time.ms - (rules.aheadMs ?? 0);
};

const numberIn = (record: ListRecord, field: TradeField, mark: DecimalMark): string | null => {
  const amount = numberOf(record, field, mark);
  if (amount === undefined)
    throw new Unreadable(`The ${fieldNames[field]} ${quoted(textOf(record, field))} is no number.`);
  return amount;
};

const needed = <T>(value: T | null, field: TradeField): T => {
  if (value === null) throw new Unreadable(`It has no ${fieldNames[field]}.`);
  return value;
};

const orNull = (text: string): string | null => (text === '' ? null : text);

const sideIn = (record: ListRecord): 'buy' | 'sell' => {
  const text = textOf(record, 'side');
  const side = sideOfText(text);
  if (side === null)
    throw new Unreadable(
      text === '' ? 'It has no side.' : `The side ${quoted(text)} is neither buy nor sell.`,
    );
  return side;
};

const volumeIn = (record: ListRecord, mark: DecimalMark): string => {
  const volume = needed(numberIn(record, 'volume', mark), 'volume');
  if (signOf(volume) === 0) throw new Unreadable('Its volume is zero.');
  return signOf(volume) < 0 ? negated(volume) : volume;
};

const isListedOpen = (record: ListRecord): boolean => /open/i.test(textOf(record, 'kind'));

type Side = ReportPosition['side'];
type Ends = Pick<ReportPosition, 'openedMs' | 'openPrice' | 'closedMs' | 'closePrice'>;

const endsIn = (record: ListRecord, writing: Writing): Ends => {
  const closedMs = isListedOpen(record) ? null : timeIn(record, 'closedAt', writing);
  return {
    openedMs: needed(timeIn(record, 'openedAt', writing), 'openedAt'),
    openPrice: needed(numberIn(record, 'openPrice', writing.mark), 'openPrice'),
    closedMs,
    closePrice: closedMs === null ? null : needed(numberIn(record, 'closePrice', writing.mark), 'closePrice'),
  };
};

const swapped = ({ openedMs, openPrice, closedMs, closePrice }: Ends): Ends => ({
  openedMs: closedMs ?? openedMs,
  openPrice: closePrice ?? openPrice,
  closedMs: openedMs,
  closePrice: openPrice,
});

/** Within one second the lower of two numbers of fills came first. */
const isSoldFirst = (record: ListRecord, { openedMs, closedMs }: Ends): boolean => {
  if (closedMs === null || closedMs !== openedMs) return closedMs !== null && closedMs < openedMs;
  const [bought = '', sold = ''] = (record.texts.id ?? []).map((id) => id.replace(/\D/g, ''));
  return bought !== '' && sold !== '' && BigInt(sold) < BigInt(bought);
};

const sidesIn = (record: ListRecord, writing: Writing): Ends & { side: Side } => {
  const ends = endsIn(record, writing);
  if (writing.rules.isBoughtAndSold)
    return isSoldFirst(record, ends) ? { side: 'sell', ...swapped(ends) } : { side: 'buy', ...ends };
  if (ends.closedMs !== null && ends.closedMs < ends.openedMs)
    throw new Unreadable('It is closed before it is opened.');
  return { side: sideIn(record), ...ends };
};

type Money = Pick<ReportPosition, 'profit' | 'swap' | 'commission' | 'fee' | 'net'>;

const moneyIn = (record: ListRecord, writing: Writing, isClosed: boolean): Money => {
  const { mark, isCommissionPositive, isFeePositive } = writing;
  const profit = isClosed ? numberIn(record, 'profit', mark) : null;
  const net = isClosed ? numberIn(record, 'net', mark) : null;
  if (isClosed && profit === null && net === null) throw new Unreadable('It has no result.');
  return {
    profit,
    swap: numberIn(record, 'swap', mark),
    commission: costOf(numberIn(record, 'commission', mark), isCommissionPositive),
    fee: costOf(numberIn(record, 'fee', mark), isFeePositive),
    net: profit === null ? net : null,
  };
};

const levelIn = (record: ListRecord, field: ListField, mark: DecimalMark): string | null =>
  levelOf(numberOf(record, field, mark));

const wholeNumber = (text: string): string | null => (/^\d{1,19}$/.test(text) ? text : null);
const magicOf = (text: string): string | null => (/^-?\d{1,20}$/.test(text) ? text : null);

const positionOf = (record: ListRecord, writing: Writing): ReportPosition => {
  const ends = sidesIn(record, writing);
  const positionId = orNull((record.texts.id ?? []).filter((id) => id !== '').join('-'));
  if (ends.closedMs === null && positionId === null)
    throw new Unreadable(
      'It is open, and has no number by which it could be known again. Import it once it is closed.',
    );
  const ticket = textOf(record, 'ticket');
  return {
    row: record.row,
    positionId,
    ...(ticket === '' || ticket === positionId ? {} : { ticket }),
    symbol: needed(orNull(textOf(record, 'symbol')), 'symbol'),
    volume: volumeIn(record, writing.mark),
    ...ends,
    stopLoss: levelIn(record, 'stopLoss', writing.mark),
    takeProfit: levelIn(record, 'takeProfit', writing.mark),
    ...moneyIn(record, writing, ends.closedMs !== null),
    magic: magicOf(textOf(record, 'magic')),
    comment: textOf(record, 'comment'),
    closeReason: null,
  };
};

/** Null: the row is of a trade. */
const cashOf = (record: ListRecord, writing: Writing): ReportCash | null => {
  const word = [textOf(record, 'kind'), textOf(record, 'side')].find((text) => cashOfText(text) !== null);
  const found = word === undefined ? null : cashOfText(word);
  if (found === null) return null;
  const amount = numberIn(record, 'profit', writing.mark) ?? numberIn(record, 'net', writing.mark);
  const given = needed(amount, 'profit');
  return {
    row: record.row,
    ticket: wholeNumber(textOf(record, 'id')),
    timeMs: needed(timeIn(record, 'openedAt', writing), 'openedAt'),
    type: found.isCredit ? dealType.credit : dealType.balance,
    amount: found.isWithdrawal && signOf(given) > 0 ? negated(given) : given,
    comment: textOf(record, 'comment'),
  };
};

const isNoTrade = (record: ListRecord): boolean =>
  isPending(textOf(record, 'side')) || /cancel|pending/i.test(textOf(record, 'kind'));

const timeTexts = (records: readonly ListRecord[]): string[] =>
  records.flatMap((record) => [textOf(record, 'openedAt'), textOf(record, 'closedAt')]);

/** Who counts the hours to twelve writes the month first. */
const usualOrderOf = (texts: readonly string[]): DateOrder =>
  texts.some((text) => /\d\s*[ap]\.?m\b/i.test(text)) ? 'mdy' : 'dmy';

const tie = (order: DateOrder): Problem => ({
  row: null,
  reason:
    'Each date of this file can be read with its day or its month first; they are read with the ' +
    `${order === 'dmy' ? 'day' : 'month'} first. Export a longer period if that is wrong.`,
});

const mixedClocks: Problem = {
  row: null,
  reason:
    'Some times of this file have an offset to UTC and others have none, so that their order is not sure.',
};

const writingOf = (records: readonly ListRecord[], rules: ListRules): [Writing, Problem[]] => {
  const mark = markOf(records);
  const texts = timeTexts(records);
  const found = dateOrderOf(texts);
  const order = found === 'tie' || found === null ? (rules.usualOrder ?? usualOrderOf(texts)) : found;
  const isPositive = (field: ListField): boolean =>
    rules.areCostsPositive ?? areCostsPositive(records, field, mark);
  const writing = {
    rules,
    mark,
    order,
    isCommissionPositive: isPositive('commission'),
    isFeePositive: isPositive('fee'),
    seen: { utc: 0, wall: 0 },
  };
  return [writing, found === 'tie' ? [tie(order)] : []];
};

const take = (record: ListRecord, writing: Writing, into: ListTrades): void => {
  try {
    const cash = cashOf(record, writing);
    if (cash !== null) into.cash.push(cash);
    else if (!isNoTrade(record)) into.positions.push(positionOf(record, writing));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    into.problems.push({ row: record.row, reason: error.message });
  }
};

/**
 * What the rows of a list say. Which mark stands before decimals, whether days or months come first and whether costs
 * have a sign is found out from all rows; a row that is no trade then is a problem, and nothing of it is guessed.
 */
export const listTrades = (records: ListRecord[], rules: ListRules): ListTrades => {
  const settled = rules.settle === null ? records : rules.settle(records);
  const [writing, problems] = writingOf(settled, rules);
  if (rules.remark !== null && settled.length > 0) problems.push({ row: null, reason: rules.remark });
  const into: ListTrades = { positions: [], cash: [], problems, clock: rules.clock };
  for (const record of settled) take(record, writing, into);
  const { utc, wall } = writing.seen;
  if (utc > 0 && wall === 0) into.clock = 'utc';
  if (utc > 0 && wall > 0) problems.push(mixedClocks);
  return into;
};
