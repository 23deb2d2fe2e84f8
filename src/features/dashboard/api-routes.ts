import { z } from 'zod';
import { listAccounts, type AccountRow } from '../../data/accounts.js';
import { listReconciliations } from '../../data/reconciliations.js';
import { categories } from '../../data/schema-trading.js';
import { dayOf, startOfDay } from '../../lib/day.js';
import { Fault } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { accountJson, accountShape } from '../../web/account-json.js';
import { isWithin, readAccountFilter, type AccountFilter } from '../../web/account-filter.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { standings, type Standing } from './queries.js';
import { digitsOf } from '../../web/figures.js';
import { membersOf, sum } from '../../web/members.js';

const money = z.string().nullable();
const totalShape = z.object({
  category: z.enum(categories),
  currency: z.string(),
  accounts: z.int(),
  positions: z.int(),
  balance: money.describe('null where one of them is unknown'),
  equity: money,
  floating: money,
  closedToday: z.object({ trades: z.int(), net: z.string() }),
});
const dashboardShape = z.object({
  totals: z.array(totalShape).describe('never across categories or currencies'),
  accounts: z.array(accountShape),
  positions: z.int().describe('open in these accounts'),
  closedToday: z.object({ trades: z.int() }).describe('since midnight of the user’s time zone'),
});
const query = z.strictObject({
  account: z.string().optional().describe('id of an account, or a category: Demo, Real, Challenge, Funded'),
});

function filterOf(account: string | undefined): AccountFilter {
  const filter = readAccountFilter({ account: account ?? '' });
  if (filter.kind !== 'all' || account === undefined || account === '') return filter;
  throw new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
    fields: { account: 'Send the id of an account, or a category.' },
  });
}

const counted = (rows: readonly (Standing | undefined)[], name: 'open_count' | 'closed_count'): number =>
  rows.reduce((total, row) => total + (row?.[name] ?? 0), 0);

/** Totals of what may be added: accounts of one category and one currency. */
export const totalsOf = (
  accounts: readonly AccountRow[],
  known: ReadonlyMap<string, Standing>,
): z.infer<typeof totalShape>[] =>
  membersOf(accounts).map(({ category, currency, members }) => {
    const digits = Math.max(...members.map(digitsOf));
    const rows = members.map(({ id }) => known.get(id));
    const total = (pick: (account: AccountRow) => string | null) => sum(members.map(pick), digits);
    return {
      category,
      currency,
      accounts: members.length,
      positions: counted(rows, 'open_count'),
      balance: total((account) => account.balance),
      equity: total((account) => account.equity),
      floating: total((account) => account.floating),
      closedToday: {
        trades: counted(rows, 'closed_count'),
        net:
          sum(
            rows.map((row) => row?.closed_net ?? '0'),
            digits,
          ) ?? '0',
      },
    };
  });

export function dashboardApiRoutes(app: ApiApp, { db, clock }: Kit, sync: Sync): void {
  app.get(
    '/dashboard',
    {
      config: { access: 'api:read' },
      schema: {
        summary: 'Totals and accounts as they stand',
        querystring: query,
        response: answers(dashboardShape),
      },
    },
    async (request) => {
      const { userId, timeZone } = visitorOf(request);
      const filter = filterOf(request.query.account);
      const now = clock.now();
      const today = startOfDay(dayOf(now, timeZone), timeZone);
      const [all, reconciliations, known] = await db.withTenant('app', userId, (tx) =>
        Promise.all([
          listAccounts(tx, userId),
          listReconciliations(tx, userId),
          standings(tx, userId, today),
        ]),
      );
      const accounts = all.filter((account) => isWithin(filter, account));
      const rows = accounts.map(({ id }) => known.get(id));
      return {
        totals: totalsOf(accounts, known),
        accounts: accounts.map((one) => accountJson(one, reconciliations.get(one.id), sync, now)),
        positions: counted(rows, 'open_count'),
        closedToday: { trades: counted(rows, 'closed_count') },
      };
    },
  );
}
