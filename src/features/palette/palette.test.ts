import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
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
