import t from 'tap';
import { testApp } from '../testing/app.js';
import { password, person, tokenOf } from '../testing/cast.js';
import { ask, codeAt, linkIn, pathIn, signIn, turnOnFactor } from '../testing/steps.js';
import { createLog } from './log.js';

t.setTimeout(600_000);

const typed = 'canary-of-a-password';

void t.test('nothing secret that people type, hold or are sent is ever in the log', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner', 'admin');
  const token = await tokenOf(world, owner);
  const { secret, codes } = await turnOnFactor(world, owner);
  const [session = '', csrf = ''] = [owner.browser.cookie('sid'), owner.browser.cookie('csrf')];
  const browser = world.browser();
  await browser.fill('/signup', '/signup', {
    email: 'new@example.org',
    password: typed,
    timeZone: 'UTC',
    agree: 'yes',
  });
  await browser.fill('/reset', '/reset', { email: owner.email });
  const mailed = world.mail.map((letter) => linkIn(letter).split('/').at(-1) ?? '');
  await browser.get(pathIn(world.mail[0]));
  await browser.get(`/nowhere/${mailed[0] ?? ''}?token=${token}`);
  await browser.get(`/verify/%ff${mailed[0] ?? ''}`);
  await signIn(browser, owner.email, { password: typed });
  await signIn(browser, owner.email);
  await browser.get('/login/code');
  const code = codeAt(world.clock, secret);
  await browser.post('/login/code', { code });
  await browser.get('/api/v1/me', { authorization: `Bearer ${token}` });
  await browser.get('/api/v1/me', { authorization: `Bearer ${token}x` });
  await owner.browser.post('/settings/security/password', { current: typed, password: `${typed} 2` });
  await ask(world, 'revoke insert on api_tokens from rawjournal_app');
  await ask(world, 'revoke update on users from rawjournal_app');
  await browser.get('/settings/tokens');
  const broken = await browser.post('/settings/security/password', {
    current: password,
    password: `${typed} 3`,
  });
  t.equal(broken.statusCode, 500, 'a failure of ours, which is logged at length');
  const log = world.logged.join('\n');
  t.match(log, /permission denied/, 'it was');
  const canaries: Record<string, string> = { session, csrf, token, secret, typed, password, code };
  for (const [i, each] of [...mailed, ...codes].entries()) canaries[`mailed or recovery ${i}`] = each;
  canaries['form token'] = owner.browser.token;
  canaries['new session'] = browser.cookie('sid') ?? '';
  for (const [name, canary] of Object.entries(canaries)) {
    t.ok(canary.length >= 6, `there is a ${name}`);
    t.notOk(log.includes(canary), `${name} is not in the log`);
  }
  t.notMatch(log, /argon2id\$/, 'no hash of a password');
});

void t.test('an answered request is one line: number, method, pattern, address, status', async (t) => {
  const world = await testApp(t);
  await world.browser().get('/verify/a-mailed-secret?q=1');
  const lines = world.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  const answered = lines.filter(({ msg }) => msg === 'answered');
  t.equal(answered.length, 1);
  const [line] = answered as { ms: number; req: { id: string } }[];
  const { ms, req } = line ?? { ms: null, req: { id: '' } };
  t.same(
    { ...line, time: 0, ms: 0, req: { ...req, id: 'x' } },
    {
      level: 20,
      time: 0,
      req: { id: 'x', method: 'GET', route: '/verify/:secret', ip: '203.0.113.7' },
      res: { status: 404 },
      ms: 0,
      msg: 'answered',
    },
  );
  t.match(req.id, /^[0-9a-f]{6}-[0-9a-z]+$/);
  t.equal(typeof ms, 'number');
});

void t.test('fields with the name of a secret are hidden, should anybody ever log one', async (t) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  log.info(
    { password: 'p1', token: 'p2', secret: 'p3', user: { password: 'p4', token: 'p5', secret: 'p6' } },
    'x',
  );
  log.debug('not at this level');
  t.equal(lines.length, 1);
  t.notMatch(lines[0], /p\d/);
  t.match(lines[0], '[hidden]');
});
