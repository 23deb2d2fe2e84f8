import { figuresOf, type PeriodFigures } from '../../domain/period.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import { fromMinor, toMinor } from '../../lib/money.js';
import { amount, decimal, digitsOf, signed, toneOf } from '../../web/figures.js';
import type { Board } from './board.js';
import { membersOf } from './sums.js';

/** The user's own month: when the one before began, when this one did, and when it ends. */
export const monthsAround = (now: Date, timeZone: string): { from: Date; middle: Date; to: Date } => {
  const [year = 0, month = 1] = dayOf(now, timeZone).split('-').map(Number);
  const first = (offset: number): Date =>
    startOfDay(new Date(Date.UTC(year, month - 1 + offset, 1)).toISOString().slice(0, 10), timeZone);
  return { from: first(-1), middle: first(0), to: first(1) };
};

const ratio = (value: number | null, digits: number): string | null =>
  value === null ? null : String(amount(decimal(value, digits, digits), digits));

const streakWords = (streak: number): string | null => {
  if (streak === 0) return null;
  const count = Math.abs(streak);
  const word = streak > 0 ? 'win' : 'loss';
  return `${count} ${count === 1 ? word : word === 'win' ? 'wins' : 'losses'}`;
};

const cards = (now: PeriodFigures, before: PeriodFigures, digits: number) => {
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

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });

/** This month of the user's own zone beside the month before, for each category and currency. */
export function figuresView(
  { accounts, nets }: Pick<Board, 'accounts' | 'nets'>,
  { now, timeZone }: { now: Date; timeZone: string },
) {
  const { middle } = monthsAround(now, timeZone);
  const groups = membersOf(accounts).flatMap(({ category, currency, members }) => {
    const ids = new Set(members.map(({ id }) => id));
    const own = nets.filter(([accountId]) => ids.has(accountId));
    if (own.length === 0) return [];
    const digits = Math.max(...members.map(digitsOf));
    const minor = (rows: typeof own): number[] => rows.map(([, net]) => toMinor(net, digits));
    const thisMonth = figuresOf(minor(own.filter(([, , closedMs]) => closedMs >= middle.getTime())));
    const monthBefore = figuresOf(minor(own.filter(([, , closedMs]) => closedMs < middle.getTime())));
    const n = `n = ${thisMonth.trades}, before ${monthBefore.trades}`;
    return [{ label: `${category} ${currency}`, n, cards: cards(thisMonth, monthBefore, digits) }];
  });
  return {
    title: monthName.format(Date.parse(dayOf(now, timeZone))),
    note: 'closed trades, the month before below',
    groups,
  };
}
