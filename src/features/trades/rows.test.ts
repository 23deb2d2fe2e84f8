import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, type Person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

const at = (text: string): Date => new Date(text);
const idsOf = (html: string): string[] =>
  [...html.matchAll(/class="row-link" href="\/trades\/([0-9a-f-]{36})/g)].map(([, id]) => id ?? '');

async function desk(t: Test, wishes: readonly WishedTrade[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  return { anna, ids };
}

/** The first three pages, one after the other. */
async function pages({ browser }: Person, query: string): Promise<string[]> {
  const ids: string[] = [];
  for (const page of [1, 2, 3]) ids.push(...idsOf((await browser.get(`/trades${query}&page=${page}`)).body));
  return ids;
}

void t.test(
  'on a phone the list goes on where it ended, to its end, without a gap or a double',
  async (t) => {
    const { anna, ids } = await desk(
      t,
      Array.from({ length: 120 }, (_, n) => ({
        openedAt: new Date(Date.UTC(2026, 0, 5, n)),
        closedAt: n === 3 ? null : new Date(Date.UTC(2026, 0, 5, n + 1)),
        gross: (n % 5) * 100,
      })),
    );
    for (const query of ['?', '?sort=-net', '?sort=r&side=buy']) {
      let { body } = await anna.browser.get(`/trades${query}`);
      const seen = idsOf(body);
      for (;;) {
        const more = /class="more-row" hx-get="([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
        if (more === undefined) break;
        t.ok(seen.length < 120);
        ({ body } = await anna.browser.get(more));
        t.notMatch(body, '<small class="muted">USD', 'the currency need not be said again');
        seen.push(...idsOf(body));
      }
      t.equal(seen.length, 120, query);
      t.same([...seen].sort(), [...ids].sort());
      t.same(seen, await pages(anna, query), 'in the order of the pages');
    }
    for (const odd of ['x', '', '%00', 'W10'])
      t.ok([200, 400].includes((await anna.browser.get(`/trades/rows?after=${odd}`)).statusCode), odd);
  },
);

void t.test('plan and R stand side by side, and times tell the broker’s own', async (t) => {
  const { anna } = await desk(t, [
    {
      openPrice: 1.08,
      closePrice: 1.09,
      stopLoss: 1.07,
      takeProfit: 1.105,
      openedAt: at('2026-03-02T08:00:00Z'),
      closedAt: at('2026-03-02T09:00:00Z'),
      closedMs: Date.parse('2026-03-02T11:00:00Z'),
    },
  ]);
  const { body } = await anna.browser.get('/trades');
  t.match(body, />1:2\.5<[\s\S]*?>\+0\.97</);
  t.match(body, 'title="Broker\u2019s time: 2 Mar 2026, 11:00:00"');
});
