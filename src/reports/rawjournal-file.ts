import { decimalOf } from './figures-text.js';
import { isFields, listIn, textIn, type Fields } from './json-fields.js';
import { dealTypeOf, directionOf } from './metatrader-words.js';
import type { JsonFormat } from './readers.js';
import { entryIn, type ReportEntry } from './report-entry.js';
import { openingOrder } from './opening-orders.js';
import {
  emptyReport,
  noAccount,
  type ReportAccount,
  type ReportClock,
  type ReportDeal,
  type ReportOrder,
} from './report.js';
import { Refusal } from './rows.js';
import { anyTime } from './trade-lists/any-time.js';
import { levelOf } from './trade-lists/list-numbers.js';

const knownVersion = '1';
const reasonWords = [
  'by hand',
  'by hand, mobile',
  'by hand, web',
  'expert',
  'stop loss',
  'take profit',
  'stop out',
  'rollover',
  'variation margin',
  'split',
];

const named = (text: string, known: (word: string) => number | null): number | null => {
  const number = /^(?:\p{L}+ )?(\d+)$/u.exec(text)?.[1];
  return number === undefined ? known(text) : Number(number);
};

const reasonOf = (text: string): number | null =>
  text === '' ? null : named(text, (word) => (reasonWords.includes(word) ? reasonWords.indexOf(word) : null));

const textAsWritten = (fields: Fields, name: string): string => {
  const text = fields[name];
  return typeof text === 'string' ? text : '';
};

const isTicket = (text: string): boolean => /^-?\d{1,19}$/.test(text);

interface Moment {
  ms: number;
  clock: ReportClock;
}

/** The broker's own clock where the deal has it; UTC else. */
const momentOf = (deal: Fields): Moment | null => {
  const serverMs = textIn(deal, 'serverMs');
  if (/^\d{12,13}$/.test(serverMs)) return { ms: Number(serverMs), clock: 'server' };
  const server = anyTime(textIn(deal, 'serverTime'), 'dmy');
  if (server !== null) return { ms: server.ms, clock: 'server' };
  const done = anyTime(textIn(deal, 'doneAt'), 'dmy');
  return done === null ? null : { ms: done.ms, clock: 'utc' };
};

type Read = { deal: ReportDeal; clock: ReportClock } | null;

const dealOf = (deal: Fields, trade: Fields, row: number): Read => {
  const at = momentOf(deal);
  const [type, entry] = [named(textIn(deal, 'type'), dealTypeOf), named(textIn(deal, 'entry'), directionOf)];
  const ticket = textIn(deal, 'ticket');
  const positionId = textIn(deal, 'positionId') || textIn(trade, 'positionId');
  const number = (name: string): string => decimalOf(textIn(deal, name)) ?? '';
  const [volume, price, profit] = [number('volume') || number('lots'), number('price'), number('profit')];
  if (at === null || type === null || entry === null || !isTicket(ticket) || !isTicket(positionId))
    return null;
  if (volume === '' || price === '' || profit === '') return null;
  return {
    clock: at.clock,
    deal: {
      row,
      ticket,
      order: textIn(deal, 'order') || '0',
      positionId,
      timeMs: at.ms,
      type,
      entry,
      reason: reasonOf(textIn(deal, 'reason')),
      magic: textIn(deal, 'magic') || textIn(trade, 'magic') || null,
      symbol: textIn(deal, 'symbol') || textIn(trade, 'symbol'),
      volume,
      price,
      profit,
      swap: number('swap') || '0',
      commission: number('commission') || '0',
      fee: number('fee') || '0',
      comment: textAsWritten(deal, 'comment'),
    },
  };
};

const accountOf = (file: Fields): ReportAccount => {
  const accounts = listIn(file, 'accounts').filter(isFields);
  if (accounts.length > 1)
    throw new Refusal(
      'This file has the trades of several accounts. Export those of one account, and import them into it.',
    );
  const [account = {}] = accounts;
  const orNull = (name: string): string | null => textIn(account, name) || null;
  const [clockRule, category] = [orNull('clockRule'), orNull('category')];
  return {
    ...noAccount,
    ...(clockRule === null ? {} : { clockRule }),
    mode: category === null ? null : category === 'Demo' ? 'demo' : 'real',
    login: orNull('login'),
    server: orNull('server'),
    name: orNull('label'),
    currency: orNull('currency'),
  };
};

interface Taken {
  deals: Map<string, ReportDeal>;
  orders: Map<string, ReportOrder>;
  clocks: Set<ReportClock>;
  unreadable: number[];
  entries: ReportEntry[];
}

const writtenOf = (trade: Fields, row: number): ReportEntry | null =>
  entryIn(row, {
    notes: textAsWritten(trade, 'notes'),
    setup: textIn(trade, 'setup'),
    tags: listIn(trade, 'tags').filter((tag) => typeof tag === 'string'),
  });

/** The order that opened a trade, as far as the trade says what stops it set. */
const orderOf = (deal: ReportDeal | null, trade: Fields): ReportOrder | null => {
  const level = (name: string): string | null => levelOf(decimalOf(textIn(trade, name)) ?? null);
  const levels = { stopLoss: level('stopLoss'), takeProfit: level('takeProfit') };
  return deal === null ? null : openingOrder(deal, levels);
};

const take = (trade: Fields, row: number, into: Taken): void => {
  const deals = listIn(trade, 'deals').filter(isFields);
  const read = deals.map((deal) => dealOf(deal, trade, row));
  if (read.length === 0 || read.includes(null)) {
    into.unreadable.push(row);
    return;
  }
  for (const one of read) {
    if (one === null) continue;
    into.clocks.add(one.clock);
    into.deals.set(one.deal.ticket, one.deal);
  }
  const order = orderOf(read[0]?.deal ?? null, trade);
  if (order !== null) into.orders.set(order.ticket, order);
  const entry = writtenOf(trade, row);
  if (entry !== null) into.entries.push(entry);
};

/** What moved the balance without a trade: deals of no position. How many could not be read. */
const takeCash = (listed: readonly Fields[], into: Taken): number => {
  const read = listed.map((deal) => dealOf(deal, { positionId: '0' }, 0));
  for (const one of read) {
    if (one === null) continue;
    into.clocks.add(one.clock);
    into.deals.set(one.deal.ticket, one.deal);
  }
  return read.filter((one) => one === null).length;
};

const cashMissing = (count: number): string =>
  `${count} of its cash operations cannot be read, so that the balance will differ.`;

const clockOf = (clocks: ReadonlySet<ReportClock>): ReportClock => {
  const [clock = 'utc'] = clocks;
  if (clocks.size > 1)
    throw new Refusal("Some deals of this file have the broker's time and others only UTC. Export it again.");
  return clock;
};

/**
 * The JSON that RawJournal itself writes: trades of one account, each with all of its deals, which are the report's, and
 * the deals that are of no trade. A deal of two trades, as one that reversed a position, is there once. Rows are trades, from 1. Throws a Refusal for a
 * version that is not known, and for several accounts.
 */
export const rawjournalJson: JsonFormat = {
  recognises: (value) => isFields(value) && 'rawjournal' in value && Array.isArray(value['trades']),
  read: (value) => {
    if (!isFields(value)) throw new Refusal('This JSON is no file of RawJournal.');
    if (textIn(value, 'rawjournal') !== knownVersion)
      throw new Refusal(
        'This file was written by a newer RawJournal than this one. Update RawJournal first.',
      );
    const account = accountOf(value);
    const into: Taken = {
      ...{ deals: new Map(), orders: new Map(), clocks: new Set(), unreadable: [], entries: [] },
    };
    listIn(value, 'trades').forEach((trade, index) => {
      if (isFields(trade)) take(trade, index + 1, into);
    });
    const unreadable = takeCash(listIn(value, 'cash').filter(isFields), into);
    const exported = anyTime(textIn(value, 'exportedAt'), 'dmy');
    const clock = clockOf(into.clocks);
    return {
      ...emptyReport('rawjournal'),
      account,
      clock,
      madeMs: clock === 'utc' ? (exported?.ms ?? null) : null,
      deals: [...into.deals.values()].sort((a, b) => a.timeMs - b.timeMs),
      orders: [...into.orders.values()],
      entries: into.entries,
      problems: [
        ...into.unreadable.map((row) => ({ row, reason: 'Its deals are missing or cannot be read.' })),
        ...(unreadable === 0 ? [] : [{ row: null, reason: cashMissing(unreadable) }]),
      ],
    };
  },
};
