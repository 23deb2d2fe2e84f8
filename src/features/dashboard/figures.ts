import type { AccountRow } from '../../data/accounts.js';
import { listAccounts } from '../../data/accounts.js';
import type { Database } from '../../data/database.js';
import { figuresOf, type PeriodFigures } from '../../domain/period.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import { fromMinor, toMinor } from '../../lib/money.js';
import { isWithin, type AccountFilter } from '../../web/account-filter.js';
import { amount, decimal, signed, toneOf } from '../../web/figures.js';
import type { Looker } from './board.js';
import { closedNets } from './queries.js';

/** The first day of the month of `day`, and of the one before and after: `2026-11-01`. */
const monthsAround = (day: string): { before: string; now: string; after: string } => {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const first = (offset: number): string =>
    new Date(Date.UTC(year, month - 1 + offset, 1)).toISOString().slice(0, 10);
  return { before: first(-1), now: first(0), after: first(1) };
};

export interface Group {
  label: string;
  currency: string;
  digits: number;
  ids: Set<string>;
}

/** Demo and challenge money is never added to real or funded money, and no currency to another. */
export const groupsOf = (accounts: readonly AccountRow[]): Group[] => {
  const groups = new Map<string, Group>();
  for (const { id, category, currency, currency_digits: digits } of accounts) {
    if (currency === null) continue;
    const label = `${category} ${currency}`;
    const group = groups.get(label) ?? { label, currency, digits: digits ?? 2, ids: new Set() };
    groups.set(label, group);
    group.ids.add(id);
  }
  return [...groups.values()];
};

const ratio = (value: number | null, digits: number): string | null =>
  value === null ? null : String(amount(decimal(value, digits, digits), digits));

const streakWords = (streak: number): string | null => {
  if (streak === 0) return null;
  const count = Math.abs(streak);
  const word = streak > 0 ? 'win' : 'loss';
  return `${count} ${count === 1 ? word : word === 'win' ? 'wins' : 'losses'}`;
};

const cards = (now: PeriodFigures, before: PeriodFigures, { digits }: Group) => {
  const money = (minor: number | null): string | null =>
    minor === null ? null : signed(fromMinor(Math.round(minor), digits), digits);
  const pct = (rate: number | null): string | null =>
    rate === null ? null : `${String(ratio(rate * 100, 1))} %`;
  const card = (label: string, of: (figures: PeriodFigures) => string | null, tone = '') => ({
    label,
    value: of(now),
    before: before.trades === 0 ? '' : (of(before) ?? '—'),
    tone,
  });
  return [
    card('Net result', (f) => money(f.net), toneOf(fromMinor(now.net, digits))),
    card('Win rate', (f) => pct(f.winRate)),
    card('Profit factor', (f) => ratio(f.profitFactor, 2)),
    card('Expectancy', (f) => money(f.expectancy)),
    card('Max drawdown', (f) => money(-f.maxDrawdown)),
    card('Streak', (f) => streakWords(f.streak)),
  ];
};

/** This month of the user's own zone beside the month before, for each category and currency. */
export async function readFigures(
  db: Database,
  { userId, timeZone }: Looker,
  filter: AccountFilter,
  now: Date,
) {
  const months = monthsAround(dayOf(now, timeZone));
  const [from, middle, to] = [months.before, months.now, months.after].map((day) =>
    startOfDay(day, timeZone),
  ) as [Date, Date, Date];
  const { accounts, nets } = await db.withTenant('app', userId, async (tx) => {
    const all = (await listAccounts(tx, userId)).filter((account) => isWithin(filter, account));
    const ids = all.map(({ id }) => id);
    return { accounts: all, nets: await closedNets(tx, userId, { accounts: ids, from, to }) };
  });
  const groups = groupsOf(accounts).flatMap((group) => {
    const own = nets.filter((row) => group.ids.has(row.account_id));
    if (own.length === 0) return [];
    const minor = (rows: typeof own): number[] => rows.map((row) => toMinor(row.net, group.digits));
    const thisMonth = figuresOf(minor(own.filter((row) => row.closed_at >= middle)));
    const monthBefore = figuresOf(minor(own.filter((row) => row.closed_at < middle)));
    const n = `n = ${thisMonth.trades}, before ${monthBefore.trades}`;
    return [{ label: group.label, n, cards: cards(thisMonth, monthBefore, group) }];
  });
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone }).format(now);
  return { title: name, note: 'closed trades, the month before below', groups };
}
