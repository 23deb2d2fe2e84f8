import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';

t.setTimeout(600_000);

const gold = { name: 'XAUUSDc', contractSize: '10', pipSize: '0,1', quote: 'usd', digits: '2' };

async function settings(t: Test) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  await anna.browser.get('/settings/instruments');
  return { world, anna, browser: anna.browser };
}

void t.test('what is said of a symbol is kept by its plain name, and said anew', async (t) => {
  const { browser } = await settings(t);
  const saved = await browser.post('/settings/instruments', gold);
  t.equal(saved.statusCode, 200);
  for (const text of ['>XAUUSD<', '>10<', '>0.1<', '>USD<']) t.match(saved.body, text);
  const again = await browser.post('/settings/instruments', { ...gold, name: 'xauusd', contractSize: '100' });
  t.equal(again.body.match(/<th scope="row">/g)?.length, 1);
  t.match(again.body, '>100<');
  t.match((await browser.get('/settings/instruments/list')).body, '>XAUUSD<');
  t.match(
    (await browser.get('/settings/instruments?name=XAUUSD')).body,
    /name="contractSize" type="text" value="100"/,
  );
  const forgotten = await browser.post('/settings/instruments/removal', { name: 'XAUUSD' });
  t.match(forgotten.body, 'Nothing said yet');
  t.equal((await browser.post('/settings/instruments/removal', { name: 'XAUUSD' })).statusCode, 200, 'twice');
});

void t.test('the form of a symbol that nothing is said of starts with what is usual', async (t) => {
  const { browser } = await settings(t);
  const html = (await browser.get('/settings/instruments?name=USDJPY.r')).body;
  for (const text of ['value="USDJPY"', 'value="100000"', 'value="0.01"', 'value="JPY"', 'value="3"'])
    t.match(html, text);
  t.equal((await browser.get('/settings/instruments?name=%00')).statusCode, 200);
});

void t.test('what cannot be used gets a sentence and stays as it was typed', async (t) => {
  const { world, anna, browser } = await settings(t);
  const before = await rowsOf(world.login, anna.userId);
  const tries: [Record<string, string>, string][] = [
    [{ name: '' }, 'Please fill this in.'],
    [{ contractSize: '' }, 'Please fill this in.'],
    [{ contractSize: '-1' }, 'This has to be above zero.'],
    [{ pipSize: 'small' }, 'This is not a number'],
    [{ quote: '' }, 'Please fill this in.'],
    [{ quote: '$' }, 'A currency has three letters'],
    [{ digits: '11' }, 'A number from 0 to 10.'],
    [{ digits: 'x' }, 'A number from 0 to 10.'],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await browser.post('/settings/instruments', { ...gold, ...fields });
    t.equal(refused.statusCode, 422, JSON.stringify(fields));
    t.match(refused.body, sentence);
    for (const [name, value] of Object.entries({ ...gold, ...fields }))
      t.ok(refused.body.includes(`name="${name}" type="text" value="${value}"`), `${name} is kept`);
  }
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('everybody says it for themselves', async (t) => {
  const { world, browser } = await settings(t);
  await browser.post('/settings/instruments', gold);
  const bert = await person(world, 'bert');
  t.match((await bert.browser.get('/settings/instruments')).body, 'Nothing said yet');
  await bert.browser.post('/settings/instruments/removal', { name: 'XAUUSD' });
  t.match((await browser.get('/settings/instruments/list')).body, '>XAUUSD<');
});
