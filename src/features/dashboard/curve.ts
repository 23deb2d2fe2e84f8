import { listAccounts } from '../../data/accounts.js';
import { balanceBefore, type BalanceCurve } from '../../domain/stats/balance.js';
import { addDays, dayOf, startOfDay } from '../../lib/day.js';
import { fromMinor } from '../../lib/money.js';
import { isWithin, type AccountFilter } from '../../web/account-filter.js';
import { moneyChart } from '../../web/chart.js';
import { amount, digitsOf, signed } from '../../web/figures.js';
import type { Looker } from './board.js';
import type { Kit } from '../../web/kit.js';
import { membersOf } from '../../web/members.js';

const days = 90;

/** Balance at the end of each day, minor units. */
const running = (curve: BalanceCurve, start: string, timeZone: string): { day: string; balance: number }[] =>
  Array.from({ length: days }, (_, index) => {
    const day = addDays(start, index);
    return { day, balance: balanceBefore(curve, startOfDay(addDays(day, 1), timeZone).getTime()) };
  });

/**
 * The balance of the last 90 days, rebuilt from all deals: complete, whoever watched. Of several kinds of money the
 * first is drawn; the choice in the header draws another. Null while no account has been read.
 */
export async function readCurve(
  { db, books }: Pick<Kit, 'db' | 'books'>,
  { userId, timeZone }: Looker,
  filter: AccountFilter,
  now: Date,
) {
  return db.withTenant('app', userId, async (tx) => {
    // An account whose history is still coming has no balance to be drawn, not one of 0.
    const accounts = (await listAccounts(tx, userId)).filter(
      (account) => isWithin(filter, account) && (account.type !== 'live' || account.connected_at !== null),
    );
    const [group, ...others] = membersOf(accounts);
    if (group === undefined) return null;
    const start = addDays(dayOf(now, timeZone), 1 - days);
    const { category, currency, members } = group;
    const digits = Math.max(...members.map(digitsOf));
    const owners = members.map(({ user_id, id }) => ({ user_id, id, currency_digits: digits }));
    const { curve } = await books.joined(tx, owners);
    const before = balanceBefore(curve, startOfDay(start, timeZone).getTime());
    const points = running(curve, start, timeZone);
    const last = points.at(-1)?.balance ?? before;
    const text = (minor: number): string => fromMinor(minor, digits);
    return {
      note: `${category} ${currency}, 90 days${others.length > 0 ? '; choose others in the header' : ''}`,
      chart: moneyChart({
        ...{ id: 'board-curve', name: 'Balance', digits, currency, isByDay: true, timeZone: 'UTC' },
        words: 'Closed results, costs, deposits and withdrawals; what floats is not in it.',
        label: `Balance from ${String(amount(text(before), digits))} to ${String(amount(text(last), digits))} ${currency} in 90 days, ${String(signed(text(last - before), digits))}`,
        from: before,
        line: {
          atMs: points.map(({ day }) => Date.parse(`${day}T00:00:00Z`)),
          values: points.map(({ balance }) => balance),
        },
      }),
    };
  });
}
