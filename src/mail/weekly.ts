import { weeklyReaders, type WeeklyReader } from '../data/all-letters.js';
import { listAccounts, type AccountRow } from '../data/accounts.js';
import type { Books } from '../data/books.js';
import type { Database, Tx } from '../data/database.js';
import { letterNamed, queueLetter, type LetterFacts, type WeekRow } from '../data/letters.js';
import { dayResults } from '../domain/stats/days.js';
import { weekToTell, type Week } from '../domain/weekly.js';
import { dayMs, type Clock } from '../lib/clock.js';
import { addDays, startOfDay } from '../lib/day.js';
import { forEach } from '../lib/each.js';
import { fromMinor } from '../lib/money.js';
import { chooseByGroup, journalOf, type Chosen } from '../web/chosen.js';
import { textOf } from '../web/figure-cards.js';
import { signed } from '../web/figures.js';
import { readTradeFilter } from '../web/trade-filter.js';

export interface WeeklyParts {
  db: Database;
  books: Books;
  clock: Clock;
}

const { filter: everything } = readTradeFilter({}, 'UTC');
const weekdayName = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const longDay = new Intl.DateTimeFormat('en-GB', {
  ...({ day: 'numeric', month: 'short', year: 'numeric' } as const),
  timeZone: 'UTC',
});

/** Such as `23 Nov to 29 Nov 2026`. */
const weekName = ({ from, before }: Week): string =>
  `${shortDay.format(Date.parse(from))} to ${longDay.format(Date.parse(addDays(before, -1)))}`;

/** The day on which most was made, and the one on which least was. */
function daysOf(chosen: Chosen): Pick<WeekRow, 'best' | 'worst'> {
  const digits = chosen.group?.digits ?? 2;
  const days = dayResults(chosen.trades, chosen.ground).toSorted((one, other) => one.result - other.result);
  const named = (one: (typeof days)[number] | undefined): string | null =>
    one === undefined
      ? null
      : `${weekdayName.format(one.day * dayMs)} ${signed(fromMinor(one.result, digits), digits) ?? ''}`;
  return { best: named(days.at(-1)), worst: named(days[0]) };
}

/** The figures of the analytics, of the trades that were chosen. */
function rowOf(label: string, chosen: Chosen): WeekRow {
  const summary = journalOf(chosen);
  const winRate = textOf(summary, 'winRate', chosen);
  return {
    ...{ label, currency: chosen.group?.currency ?? '' },
    net: textOf(summary, 'net', chosen).value,
    trades: textOf(summary, 'trades', chosen).value,
    winRate: winRate.value === null ? null : `${winRate.value} ${winRate.unit}`,
    ...daysOf(chosen),
  };
}

const hasTrades = ({ trades }: Chosen): boolean => trades.ids.length > 0;

/** What somebody made in a week: each account by itself, and together what may be added up. Null where nothing was closed. */
async function weekOf(
  tx: Tx,
  books: Books,
  { userId, timeZone, week }: WeeklyReader & { week: Week },
): Promise<LetterFacts['weekly'] | null> {
  const filter = {
    ...everything,
    from: startOfDay(week.from, timeZone),
    before: startOfDay(week.before, timeZone),
  };
  const chosen = (accounts: readonly AccountRow[]): Promise<Chosen[]> =>
    chooseByGroup(tx, books, { userId, timeZone, filter, accounts });
  const all = await listAccounts(tx, userId);
  const traded: AccountRow[] = [];
  const accounts: WeekRow[] = [];
  for (const account of all)
    for (const one of (await chosen([account])).filter(hasTrades)) {
      traded.push(account);
      accounts.push(rowOf(account.label, one));
    }
  if (accounts.length === 0) return null;
  const groups = (await chosen(traded)).filter(({ group }) => (group?.members.length ?? 0) > 1);
  return {
    week: weekName(week),
    accounts,
    totals: groups.map((one) => rowOf(`All ${one.group?.category ?? ''}`, one)),
  };
}

/** Writes the letter of the week to somebody whose Monday it is, once, however often this is asked. */
async function writeTo({ db, books, clock }: WeeklyParts, reader: WeeklyReader): Promise<boolean> {
  const { userId, timeZone } = reader;
  const at = clock.now();
  const week = weekToTell(at, timeZone);
  if (week === null) return false;
  const once = `weekly ${week.from}`;
  return db.withTenant('app', userId, async (tx) => {
    if ((await letterNamed(tx, userId, once)) !== undefined) return false;
    const facts = await weekOf(tx, books, { userId, timeZone, week });
    return facts !== null && queueLetter(tx, { userId, kind: 'weekly', facts, once, at });
  });
}

/** Writes the letters of the week that are to be written now. How many those were. */
export async function writeWeekly(parts: WeeklyParts): Promise<number> {
  let count = 0;
  await forEach(await weeklyReaders(parts.db), async (reader) => {
    if (await writeTo(parts, reader)) count += 1;
  });
  return count;
}
