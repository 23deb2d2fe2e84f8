import { listAccounts } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import type { TradeFilter } from '../../data/trade-filter.js';
import type { TradeSort } from '../../data/trade-order.js';
import { endOf, type PageKey } from '../../domain/journal-page.js';
import { dayOf } from '../../lib/day.js';
import { filterValue, isWithin, withAccounts, type AccountFilter } from '../../web/account-filter.js';
import { chooseByGroup, type Chosen } from '../../web/chosen.js';
import type { Kit, Visitor } from '../../web/kit.js';
import { hrefOf } from '../../web/journal-page-words.js';
import { readTradeFilter, tradeQuery } from '../../web/trade-filter.js';

/** Whose pages are read. */
export interface Looker {
  tx: Tx;
  userId: string;
  timeZone: string;
  now: Date;
}

/** A page, and the trades that closed while it lasted, by the calendar of its owner's zone. */
export interface Desk extends Looker {
  key: PageKey;
  today: string;
  /** the accounts that are looked at */
  accounts: AccountFilter;
  /** what these trades are in a list */
  filter: TradeFilter;
  /** the same as the query string of that list */
  query: string;
  /** for each kind of money in which a trade ever closed, those of the page: often none */
  groups: Chosen[];
}

type Doors = Pick<Kit, 'db' | 'books' | 'clock'>;
type Who = Pick<Visitor, 'userId' | 'timeZone'>;

/** As a day went. */
export const closedFirst: TradeSort = { key: 'closed', isDescending: false };

/** The page of a trade, from which one goes on to those beside it. */
export const tradeHref = (id: string, { query }: Pick<Desk, 'query'>): string => `/trades/${id}${query}`;

/** The address of a page, with the choice of accounts. */
export const placeOf = (key: PageKey, { accounts }: Pick<Desk, 'accounts'>): string =>
  withAccounts(hrefOf(key), accounts);

const everyAccount: AccountFilter = { kind: 'all' };

/** The closed trades of a stretch of days, both ends included, as filters say it. */
export function closedWithin(
  { from, to }: { from: string; to: string },
  timeZone: string,
  accounts: AccountFilter = everyAccount,
) {
  const asked = { status: 'closed', from, to, account: filterValue(accounts) };
  const { filter, values } = readTradeFilter(asked, timeZone);
  return { filter, query: tradeQuery(values, closedFirst) };
}

/** The trades of a filter, apart for each kind of money in which a trade ever closed. */
export async function groupsOf(
  { tx, userId, timeZone }: Looker,
  { books }: Pick<Kit, 'books'>,
  filter: TradeFilter,
): Promise<Chosen[]> {
  const all = await listAccounts(tx, userId);
  const accounts = all.filter((account) => isWithin(filter.account, account));
  return chooseByGroup(tx, books, { accounts, userId, timeZone, filter });
}

/** Which page is asked for, and of which accounts. */
export interface Asked {
  key: PageKey;
  accounts: AccountFilter;
}

async function deskOf(looker: Looker, doors: Doors, { key, accounts }: Asked): Promise<Desk> {
  const { timeZone, now } = looker;
  const { filter, query } = closedWithin({ from: key.startsOn, to: endOf(key) }, timeZone, accounts);
  const groups = await groupsOf(looker, doors, filter);
  return { ...looker, key, accounts, today: dayOf(now, timeZone), filter, query, groups };
}

/** One transaction of somebody who looks at pages. */
export const looking = <T>(
  { db, clock }: Pick<Kit, 'db' | 'clock'>,
  { userId, timeZone }: Who,
  view: (looker: Looker) => Promise<T>,
): Promise<T> => db.withTenant('app', userId, (tx) => view({ tx, userId, timeZone, now: clock.now() }));

/** The same at one page, with its trades. */
export const atDesk = <T>(
  doors: Doors,
  who: Who,
  asked: Asked,
  view: (desk: Desk) => T | Promise<T>,
): Promise<T> => looking(doors, who, async (looker) => view(await deskOf(looker, doors, asked)));
