import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

interface Summary {
  journal: Record<string, unknown>;
  metatrader: Record<string, unknown>;
}

void t.test('each figure of the summary is told of on the page of all figures', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  await seedAccount(world, anna.userId);
  const headers = { authorization: `Bearer ${await tokenOf(world, anna, 'read')}` };
  const summary = (await world.browser().get('/api/v1/analytics/summary', headers)).json<Summary>();
  const { body } = await anna.browser.get('/help/figures');
  for (const set of ['journal', 'metatrader'] as const) {
    const names = Object.keys(summary[set]);
    t.ok(names.length > 30, set);
    for (const name of names) {
      const entry = new RegExp(`id="${set}-${name}">(.*?)</article>`, 's').exec(body)?.[1] ?? '';
      t.match(
        entry,
        new RegExp(`<code>${name}</code>.*<dt>Formula</dt>.*<dt>Unit</dt>.*<dt>n</dt>`, 's'),
        name,
      );
    }
  }
});

/** Pages with figures, and how many of them tell what they are at the least. */
const pages = {
  '/dashboard': 6 + 6,
  '/accounts/:id': 4,
  '/analytics': 8,
  '/analytics/figures': 35 + 2 + 39,
  '/analytics/compare?a.side=buy&b.side=sell': 35,
  '/analytics/report': 24,
  '/calendar': 6,
  '/trades': 6,
  '/trades/:trade': 4,
  '/journal/days/:day': 8,
};

void t.test('on every page a figure tells what it is, and leads to where all are told', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId, tradeIds } = await seedAccount(world, anna.userId);
  const told = (await anna.browser.get('/help/figures')).body;
  const day = world.clock.now().toISOString().slice(0, 10);
  for (const [path, least] of Object.entries(pages)) {
    const url = path
      .replace(':id', accountId)
      .replace(':trade', tradeIds[0] ?? '')
      .replace(':day', day);
    const { body } = await anna.browser.get(url);
    const links = [
      ...body.matchAll(
        /href="\/help\/figures#([\w-]+)" data-help[^>]*>[^<]+<span class="help-text" hidden>/g,
      ),
    ];
    t.ok(links.length >= least, `${path} has ${links.length}`);
    for (const [, id = ''] of links) t.ok(told.includes(`id="${id}"`), `${path} ${id}`);
    const mute = [...body.matchAll(/<div class="figure-label"><span>([^<]*)/g)].map(([, label]) => label);
    t.same(
      mute.filter((label) => !['Balance', 'Margin'].includes(label ?? '')),
      [],
      `${path}: figures without a word`,
    );
  }
});

void t.test('the list is searched by the address, without scripts, and says when nothing fits', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'anna');
  t.equal((await browser.get('/help')).headers.location, '/help/figures');
  const found = (await browser.get('/help/figures?q=Calmar')).body;
  t.match(found, 'id="journal-calmar"');
  t.notMatch(found, 'id="journal-swap"');
  t.match(found, /name="q"[^>]*value="Calmar"/);
  const none = await browser.get('/help/figures?q=%3Cscript%3E');
  t.equal(none.statusCode, 200);
  t.match(none.body, 'No figure of these words');
  t.notMatch(none.body, '<script>"');
  t.equal((await browser.get('/help/figures?q=a&q=b')).statusCode, 200);
});
