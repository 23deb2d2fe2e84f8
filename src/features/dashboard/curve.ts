import { listAccounts } from '../../data/accounts.js';
import type { Database } from '../../data/database.js';
import { addDays, dayOf, startOfDay } from '../../lib/day.js';
import { fromMinor, toMinor } from '../../lib/money.js';
import { isWithin, type AccountFilter } from '../../web/account-filter.js';
import { amount, digitsOf, signed } from '../../web/figures.js';
import type { Looker } from './board.js';
import { balanceDays } from './queries.js';
import { membersOf } from './sums.js';

const days = 90;

/** Balance at the end of each day, minor units; the first is the day before `results` begin. */
const running = (
  results: ReadonlyMap<string, string>,
  { start, before, digits }: { start: string; before: string; digits: number },
): { day: string; balance: number }[] => {
  let balance = toMinor(before, digits);
  return Array.from({ length: days }, (_, index) => {
    const day = addDays(start, index);
    balance += toMinor(results.get(day) ?? '0', digits);
    return { day, balance };
  });
};

/**
 * The balance of the last 90 days, rebuilt from all deals: complete, whoever watched. Of several kinds of money the
 * first is drawn; the choice in the header draws another.
 */
export async function readCurve(
  db: Database,
  { userId, timeZone }: Looker,
  filter: AccountFilter,
  now: Date,
) {
  return db.withTenant('app', userId, async (tx) => {
    const accounts = (await listAccounts(tx, userId)).filter((account) => isWithin(filter, account));
    const [group, ...others] = membersOf(accounts);
    if (group === undefined) return null;
    const start = addDays(dayOf(now, timeZone), 1 - days);
    const { before, days: results } = await balanceDays(tx, userId, {
      accounts: group.members.map(({ id }) => id),
      from: startOfDay(start, timeZone),
      timeZone,
    });
    const { category, currency, members } = group;
    const digits = Math.max(...members.map(digitsOf));
    const points = running(new Map(results.map(({ day, net }) => [day, net])), { start, before, digits });
    const last = points.at(-1)?.balance ?? 0;
    const text = (minor: number): string => fromMinor(minor, digits);
    return {
      note: `${category} ${currency}, 90 days${others.length > 0 ? '; choose others in the header' : ''}`,
      label: `Balance from ${String(amount(before, digits))} to ${String(amount(text(last), digits))} ${currency} in 90 days, ${String(signed(text(last - toMinor(before, digits)), digits))}`,
      json: JSON.stringify({
        times: points.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000),
        values: points.map(({ balance }) => Number(text(balance))),
        currency,
        from: Number(before),
      }),
    };
  });
}
