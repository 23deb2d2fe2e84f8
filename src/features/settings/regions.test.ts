import t from 'tap';
import { testApp } from '../../testing/app.js';
import { password, person } from '../../testing/cast.js';
import { withoutChance } from '../../testing/steps.js';

t.setTimeout(600_000);

/** Each region: the page it stands in, its own address, and the id of its root. */
const regions: readonly [page: string, region: string, id: string][] = [
  ['/settings/security', '/settings/security/sessions', 'sessions'],
  ['/settings/security', '/settings/security/two-factor', 'two-factor'],
  ['/settings/tags', '/settings/tags/list', 'labels'],
  ['/settings/tokens', '/settings/tokens/list', 'tokens'],
  ['/admin/users', '/admin/users/list', 'users'],
];
const rootIdOf = (html: string): string | undefined => /^\s*<[a-z]+[^>]* id="([^"]+)"/.exec(html)?.[1];

void t.test('a region answers with exactly what stands in its page', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'admin', 'admin');
  for (const [page, region, id] of regions) {
    const whole = withoutChance((await browser.get(page)).body);
    const part = await browser.get(region, { 'hx-request': 'true' });
    t.equal(part.statusCode, 200, region);
    t.notMatch(part.body, /<html|<body|<!doctype/i, 'a fragment');
    t.equal(rootIdOf(part.body), id);
    t.equal([...whole.matchAll(new RegExp(` id="${id}"`, 'g'))].length, 1, 'the id is in the page once');
    t.match(part.body, `hx-get="${region}"`, 'it can ask for itself again');
    t.ok(whole.includes(withoutChance(part.body).trim()), 'byte for byte');
  }
});

void t.test('an answer to a form of a region is that region again, refused or not', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  await browser.get('/settings/security');
  const answers: [string, Record<string, string>, number, string][] = [
    ['/settings/security/sessions/revocations', {}, 200, 'sessions'],
    ['/settings/security/two-factor', { password: 'wrong password' }, 422, 'two-factor'],
    ['/settings/security/two-factor', { password }, 200, 'two-factor'],
    ['/settings/security/two-factor/confirmation', { code: '000' }, 422, 'two-factor'],
    ['/settings/tokens', { name: '' }, 422, 'tokens'],
  ];
  for (const [path, fields, status, id] of answers) {
    const answer = await browser.post(path, fields, { 'hx-request': 'true' });
    t.equal(answer.statusCode, status, path);
    t.equal(rootIdOf(answer.body), id, path);
    t.notMatch(answer.body, /<html/i);
  }
});
