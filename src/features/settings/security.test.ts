import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { password, person, tokenOf, type Person } from '../../testing/cast.js';
import type { Browser } from '../../testing/browser.js';
import { ask, isSignedIn, signIn } from '../../testing/steps.js';

t.setTimeout(600_000);

const chosen = 'a red fox at midnight';

/** Another device of the same person. */
async function device(world: TestApp, { email }: Person): Promise<Browser> {
  const browser = world.browser();
  await signIn(browser, email);
  return browser;
}

const rowIds = (html: string): string[] => [
  ...new Set([...html.matchAll(/sessions\/([0-9a-f-]{36})\/revocation/g)].map(([, id]) => id ?? '')),
];

void t.test(
  'a new password takes the current one, signs out the others, and renews this session',
  async (t) => {
    const world = await testApp(t);
    const owner = await person(world, 'owner');
    const other = await device(world, owner);
    const stranger = await person(world, 'stranger');
    const before = owner.browser.cookie('sid') ?? '';
    const fields = { current: password, password: chosen };
    const done = await owner.browser.fill('/settings/security', '/settings/security/password', fields);
    t.equal(done.headers.location, '/settings/security');
    t.not(owner.browser.cookie('sid'), before);
    t.match((await owner.browser.get('/settings/security')).body, 'Every other session was signed out');
    t.ok(await isSignedIn(owner.browser), 'this one goes on');
    t.notOk(await isSignedIn(other));
    t.ok(await isSignedIn(stranger.browser), 'nobody else is concerned');
    const copy = world.browser();
    copy.setCookie('sid', before);
    t.notOk(await isSignedIn(copy), 'a copy of the cookie of before is dead');
    t.equal((await signIn(world.browser(), owner.email)).statusCode, 422, 'the old password too');
    t.equal((await signIn(world.browser(), owner.email, { password: chosen })).statusCode, 303);
  },
);

void t.test('API tokens outlive a new password, unless their owner says otherwise', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const tokens = [await tokenOf(world, owner), await tokenOf(world, await person(world, 'other'))];
  const statuses = () =>
    Promise.all(
      tokens.map(async (token) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await world.browser().get('/api/v1/me', headers)).statusCode;
      }),
    );
  const change = (fields: Record<string, string>) =>
    owner.browser.fill('/settings/security', '/settings/security/password', fields);
  t.match((await owner.browser.get('/settings/security')).body, 'Also revoke API tokens');
  await change({ current: password, password: chosen });
  t.same(await statuses(), [200, 200]);
  await change({ current: 'not the password', password, revokeTokens: 'yes' });
  t.same(await statuses(), [200, 200], 'nor by somebody who does not know it');
  await change({ current: chosen, password, revokeTokens: 'yes' });
  t.same(await statuses(), [401, 200], 'and nobody else is concerned');
});

void t.test('a new password is refused without the current one, or when it is weak', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const other = await device(world, owner);
  const before = await ask(world, 'select user_id, password_hash from users');
  const tries: [Record<string, string>, RegExp][] = [
    [{ current: 'not the password', password: chosen }, /This is not your current password/],
    [{ password: chosen }, /Please fill this in/],
    [{ current: password, password: 'basketball' }, /one of the most used passwords/],
    [{ current: password, password: 'short' }, /Use at least/],
    [{ current: password, password: 'Owner.2026' }, /your own address with little added/],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await owner.browser.fill('/settings/security', '/settings/security/password', fields);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, sentence);
    for (const secret of Object.values(fields)) t.notOk(refused.body.includes(`"${secret}"`));
  }
  t.same(await ask(world, 'select user_id, password_hash from users'), before);
  t.ok(await isSignedIn(other), 'nobody was signed out');
});

void t.test(
  'the list shows one’s own sessions, each with device and address, and marks this one',
  async (t) => {
    const world = await testApp(t);
    const owner = await person(world, 'owner');
    const stranger = await person(world, 'stranger');
    const phone = world.browser();
    await phone.get('/login');
    await phone.post(
      '/login',
      { email: owner.email, password },
      { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/18' },
    );
    const page = await owner.browser.get('/settings/security');
    t.match(page.body, 'Safari on iOS');
    t.match(page.body, /Firefox on Linux<\/b> <[^>]+>this one/);
    t.match(page.body, '203.0.113.7');
    t.match(page.body, 'signed in on 2');
    t.notOk(page.body.includes(stranger.sessionId));
    t.equal(rowIds(page.body).length, 1, 'this one has no button');
  },
);

void t.test('one session is ended, or all the others, and never somebody else’s', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const stranger = await person(world, 'stranger');
  const [first, second, third] = [
    await device(world, owner),
    await device(world, owner),
    await device(world, owner),
  ];
  const page = await owner.browser.get('/settings/security');
  const revoke = (id: string) => owner.browser.post(`/settings/security/sessions/${id}/revocation`);
  const [id = ''] = rowIds(page.body);
  const region = await revoke(id);
  t.equal(region.statusCode, 200);
  t.equal(rowIds(region.body).length, 2);
  const alive = async () =>
    (await Promise.all([first, second, third].map(isSignedIn))).filter(Boolean).length;
  t.equal(await alive(), 2, 'exactly one has ended');
  t.equal((await revoke(id)).statusCode, 404, 'the second click');
  t.equal((await revoke(stranger.sessionId)).statusCode, 404);
  t.equal((await revoke('1')).statusCode, 404);
  t.ok(await isSignedIn(stranger.browser));
  const all = await owner.browser.post('/settings/security/sessions/revocations');
  t.match(all.body, 'signed in on this one only');
  t.equal(await alive(), 0);
  t.ok(await isSignedIn(owner.browser));
  t.ok(await isSignedIn(stranger.browser));
});
