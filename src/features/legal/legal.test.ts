import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';

t.setTimeout(600_000);

void t.test(
  'terms and privacy are there for everybody, first as a draft, then in the administrator’s words',
  async (t) => {
    const world = await testApp(t);
    const admin = await person(world, 'admin', 'admin');
    const stranger = world.browser();
    const draft = await stranger.get('/terms');
    t.match(draft.body, 'Nothing here is investment advice, a recommendation');
    t.match(draft.body, 'a draft');
    t.match(draft.body, 'href="/privacy"', 'the footer leads to both');
    const written = '# Ours\n\n**Be kind.** <script>alert(1)</script>';
    const saved = await admin.browser.fill('/admin/pages', '/admin/pages/terms', { body: written });
    t.equal(saved.statusCode, 303);
    const { body } = await stranger.get('/terms');
    t.match(body, '<strong>Be kind.</strong>');
    t.match(body, 'version 1');
    t.notMatch(body, '<script>alert(1)');
    await admin.browser.post('/admin/pages/terms', { body: written });
    t.match((await stranger.get('/terms')).body, 'version 1', 'the same text is no new version');
    await admin.browser.post('/admin/pages/terms', { body: 'Be kinder.' });
    t.match((await stranger.get('/terms')).body, 'version 2');
    t.match((await stranger.get('/privacy')).body, 'a draft', 'the other one is as it was');
  },
);

void t.test('an empty page is refused, and what was written for too long is not lost', async (t) => {
  const world = await testApp(t);
  const admin = await person(world, 'admin', 'admin');
  const empty = await admin.browser.fill('/admin/pages', '/admin/pages/privacy', { body: '  ' });
  t.equal(empty.statusCode, 422);
  t.match(empty.body, 'An empty page tells nobody anything');
  const long = `Much ${'more '.repeat(10_000)}`;
  const refused = await admin.browser.post('/admin/pages/privacy', { body: long });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, long.trim());
});
