import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { routes, isApi, changes } from '../../testing/route-table.js';
import { seedTrades } from '../../testing/trades.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

void t.test('the palette names one’s own accounts and symbols, and nobody else’s', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, {
    ...{ label: 'Anna <first>', server: 'Example-Live', login: '51482', trades: 3, isExposed: true },
  });
  const { body } = await anna.browser.get('/palette');
  t.match(
    body,
    new RegExp(`href="/accounts/${accountId}"[^>]*>.*Anna &lt;first&gt;.*51482 · Example-Live`, 's'),
  );
  const symbols = [...body.matchAll(/href="\/trades\?symbol=(\w+)"/g)].map(([, name]) => name);
  t.same(symbols, ['EURUSD', 'GBPUSD'], 'what was traded and what is held, each once');
  const berta = await person(world, 'berta');
  const other = await berta.browser.get('/palette');
  t.equal(other.statusCode, 200);
  t.notMatch(other.body, /role="option"/);
});

const found = (body: string): string[] =>
  [
    ...body.matchAll(/role="option"[^>]*>.*?<span>([^<]+)<\/span><span[^>]*class="palette-note">([^<]+)/gs),
  ].map(([, label = '', note = '']) => `${label} · ${note}`);

void t.test('trades are found by a ticket or its beginning, and by a part of their symbol', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 3 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, [
    { positionId: '990001', symbol: 'GBPUSD.r', name: 'GBPUSD', closedAt: null },
    { positionId: '990002', symbol: 'XAUUSD', name: 'XAUUSD', side: 'sell' },
  ]);
  const look = async (q: string) =>
    found((await anna.browser.get(`/palette/trades?q=${encodeURIComponent(q)}`)).body);
  const all = await look('');
  t.equal(all.length, 5);
  t.match(all[0], /^GBPUSD\.r BUY 0\.10 · #990001 · open$/, 'what is open comes first');
  t.match(await look('99'), [/#990001/, /#990002/]);
  t.match(await look('#990002'), [/^XAUUSD SELL 0\.10 · #990002 · \+9\.65 USD · \d/]);
  t.match(await look('gbp'), [/GBPUSD/]);
  t.match((await look('usd')).length, 5);
  const deal = await look('101');
  t.match(deal, [/#700000 · deal 101 · /], 'the deal that closed it');
  for (const nothing of ['90002', '0', 'EURJPY', '%', '9'.repeat(60), "'; drop table trades"])
    t.same(await look(nothing), [], nothing);
  t.match((await anna.browser.get('/palette/trades?q=99')).body, `href="/trades/${ids[0] ?? ''}"`);
  const berta = await person(world, 'berta');
  for (const q of ['', '990001', 'gbp', '101'])
    t.same(found((await berta.browser.get(`/palette/trades?q=${q}`)).body), [], 'nobody else’s');
  t.equal((await anna.browser.get('/palette/trades?q=a&q=b')).statusCode, 200);
});

const placesOf = (body: string): string[] =>
  [...(body.split('id="palette-list"')[1] ?? '').matchAll(/href="([^"]+)" role="option"/g)].map(
    ([, href = '']) => href,
  );

void t.test('every page that needs no id is reached, those of administrators by them alone', async (t) => {
  const world = await testApp(t);
  const [admin, user] = [await person(world, 'admin', 'admin'), await person(world, 'user')];
  const places = placesOf((await admin.browser.get('/dashboard')).body);
  const open = routes.filter(
    (route) => !isApi(route) && !changes(route) && !/[:*]/.test(route.url) && !route.url.endsWith('.css'),
  );
  const unreached: string[] = [];
  for (const { url, access } of open) {
    if (access !== 'user' && access !== 'admin') continue;
    const { body, statusCode } = await admin.browser.get(url);
    if (statusCode === 200 && body.includes('<main') && !places.includes(url)) unreached.push(url);
  }
  t.same(unreached, []);
  for (const href of places) {
    const { statusCode } = await admin.browser.get(href);
    t.ok([200, 303].includes(statusCode), `${href} answers ${statusCode}`);
  }
  t.same(
    placesOf((await user.browser.get('/dashboard')).body).sort(),
    places.filter((href) => !href.startsWith('/admin')).sort(),
  );
});
