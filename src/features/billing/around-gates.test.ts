import t from 'tap';
import { addBatchDeals } from '../../data/import-rows.js';
import { usualPlans, type PlanTable } from '../../domain/plans.js';
import { password } from '../../testing/cast.js';
import { readyImport } from '../../testing/imported.js';
import { sender } from '../../testing/sending.js';
import { smallReport } from '../../testing/small-report.js';
import { ask, signIn } from '../../testing/steps.js';
import {
  sellingDesk,
  useUp,
  yen,
  byHand,
  type Problem,
  type SellingDesk,
} from '../../testing/stripe/desk.js';
import { subscribe } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

/** A file of one position, which was opened and closed so many times. */
async function manyTimes({ world, anna }: SellingDesk, times: number): Promise<string> {
  const importId = await readyImport(world, anna.userId);
  const rows = Array.from({ length: 2 * (times - 1) }, (_, at) => at + 2);
  await world.db.withTenant('app', anna.userId, (tx) =>
    addBatchDeals(
      tx,
      { userId: anna.userId, importId },
      rows.map((at) => ({
        ...{ row: at + 1, ticket: String(70 + at), order: String(190 + at), positionId: '90' },
        ...{ timeMs: Date.UTC(2026, 5, 2, 10) + at * 60_000, type: at % 2, entry: at % 2, reason: null },
        ...{ magic: null, symbol: 'EURUSD', volume: '0.10', price: '1.08', profit: '0', swap: '0' },
        ...{ commission: '0', fee: '0', comment: '' },
      })),
    ),
  );
  return importId;
}

const inDollars = async ({ world }: SellingDesk, account: string): Promise<void> => {
  await ask(world, "update accounts set currency = 'USD' where id = $1", [account]);
};

void t.test('a position that was opened many times is as many trades', async (t) => {
  const desk = await sellingDesk(t);
  const { call } = desk;
  const account = await useUp(desk, 13);
  await inDollars(desk, account);
  const save = (id: string) => call('PUT', `/imports/${id}/confirmation`, { accountId: account });
  const many = await save(await manyTimes(desk, 3));
  t.equal(many.statusCode, 402);
  t.match(many.json<Problem>().error.message, /3 new trades, and 2 more fit/);
  t.equal((await save(await manyTimes(desk, 1))).statusCode, 200);
  const more = await save(await manyTimes(desk, 3));
  t.equal(more.statusCode, 402, 'nor does what is known of it hide the others');
  t.match(more.json<Problem>().error.message, /2 new trades, and 1 more fits/);
  t.equal((await save(await manyTimes(desk, 2))).statusCode, 200);
});

void t.test('what is sent twice and taken back once gives no place back until it is gone', async (t) => {
  const desk = await sellingDesk(t);
  const { world, call, token } = desk;
  const account = await useUp(desk, 13);
  const { send, save, undo } = sender(world, token);
  const [first, second] = [await send(smallReport()), await send(smallReport())];
  for (const { id } of [first, second]) t.equal((await save(id, { accountId: account })).statusCode, 200);
  await undo(first.id);
  t.equal((await ask(world, 'select from trades')).length, 3, 'the second file tells them too');
  t.equal((await call('POST', '/trades', { ...yen, account })).statusCode, 402);
  await undo(second.id);
  t.equal((await ask(world, 'select from trades')).length, 1);
  for (const status of [201, 201, 402])
    t.equal((await call('POST', '/trades', { ...yen, account })).statusCode, status);
});

void t.test('a trade is not moved to where the plan takes none', async (t) => {
  const [free, ...others] = usualPlans.plans;
  const plans: PlanTable = {
    ...usualPlans,
    plans: [{ ...free, limits: { ...free.limits, historyDays: 20 } }, ...others],
  };
  const desk = await sellingDesk(t, plans);
  const { anna, call } = desk;
  const account = (await call('POST', '/accounts', byHand)).json<{ id: string }>().id;
  const recent = { ...yen, openedAt: '2026-02-20T10:00:00Z', closedAt: '2026-02-20T10:30:00Z' };
  const { id } = (await call('POST', '/trades', { ...recent, account })).json<{ id: string }>();
  const moved = await call('PATCH', `/trades/${id}`, { openedAt: yen.openedAt });
  t.match([moved.statusCode, moved.json<Problem>().error.code], [402, 'plan_history']);
  await anna.browser.get(`/trades/${id}/edit`);
  const page = await anna.browser.post(`/trades/${id}`, {
    ...{ symbol: 'USDJPY', side: 'buy', lots: '1', openedAt: '2026-02-03T10:00', openPrice: '149.90' },
    ...{ closedAt: '2026-02-20T10:30', closePrice: '150.00', net: '10.00' },
  });
  t.equal(page.statusCode, 422);
  t.match(page.body, 'Free takes trades of the last 20 days');
  t.match(page.body, '2026-02-03T10:00', 'what was typed is kept');
  const later = await call('PATCH', `/trades/${id}`, { openedAt: '2026-02-20T10:05:00Z' });
  t.equal(later.statusCode, 200);
});

void t.test('who stays after all has read what the plan covers now', async (t) => {
  const desk = await sellingDesk(t);
  const { world, anna, call } = desk;
  const subscription = await subscribe(world, anna, 'price_pro_month');
  const live = { type: 'live', label: 'Live', category: 'Real', server: 'Example-Live' };
  await call('POST', '/accounts', { ...live, login: '1', investorPassword: 'look-only' });
  await anna.browser.fill('/settings/data', '/settings/data/removal', { password, confirm: anna.email });
  await world.stripe.end(subscription);
  await signIn(anna.browser, anna.email);
  await anna.browser.get('/leaving');
  await anna.browser.post('/leaving/keeping');
  t.match(await ask(world, 'select state, state_reason from accounts'), [
    { state: 'paused', state_reason: 'Your plan does not cover reading it.' },
  ]);
});
