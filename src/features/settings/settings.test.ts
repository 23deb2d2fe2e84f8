import t from 'tap';
import { person } from '../../testing/cast.js';
import { testApp } from '../../testing/app.js';

void t.test('a signed-in person sees the settings, a stranger is sent to sign in', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  for (const path of ['/settings/profile', '/settings/security', '/settings/tokens', '/dashboard']) {
    const page = await owner.browser.get(path);
    t.equal(page.statusCode, 200, path + page.body.slice(0, 300));
    const refused = await world.browser().get(path);
    t.equal(refused.statusCode, 303);
  }
  const admin = await person(world, 'admin', 'admin');
  for (const path of ['/admin/users', '/admin/styleguide']) {
    const page = await admin.browser.get(path);
    t.equal(page.statusCode, 200, path + page.body.slice(0, 1500));
  }
});
