import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';

t.setTimeout(600_000);

void t.test('a file of the pages is handed out without asking who wants it', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const page = await browser.get('/dashboard');
  const [css = ''] = /\/assets\/css\/[^"]+/.exec(page.body) ?? [];
  const lookup = world.db.lookup.bind(world.db);
  let asked = 0;
  world.db.lookup = (...question) => {
    asked += 1;
    return lookup(...question);
  };
  const file = await browser.get(css);
  t.equal(file.statusCode, 200, css);
  t.match(file.headers['cache-control'], /immutable/);
  t.equal((await browser.get('/assets/nothing.css')).statusCode, 404);
  t.equal(asked, 0);
  t.equal((await browser.get('/dashboard')).statusCode, 200);
  t.equal(asked, 1, 'a page asks');
});
