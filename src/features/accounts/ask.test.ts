import t from 'tap';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { seedAccount } from '../../testing/trading.js';
import { limitTable } from '../../web/limits.js';

t.setTimeout(120_000);

void t.test(
  'a second asking within 10 s is refused with a sentence, by page and program alike',
  async (t) => {
    const sync = scriptedSync();
    const world = await testApp(t, { sync, limits: limitTable });
    const owner = await person(world, 'owner');
    const { accountId } = await seedAccount(world, owner.userId);
    const other = await seedAccount(world, owner.userId, { login: '77' });
    const { call } = callerWith(world, await tokenOf(world, owner));
    const path = `/accounts/${accountId}/syncs`;
    await owner.browser.get(`/accounts/${accountId}`);

    t.equal((await owner.browser.post(path)).statusCode, 303);
    world.clock.advance(2_500);
    const byPage = await owner.browser.post(path);
    t.equal(byPage.statusCode, 429);
    t.equal(byPage.headers['retry-after'], '8');
    t.match(byPage.body, 'This account was asked for a moment ago. Ask again in 8 seconds.');
    const byProgram = await call('POST', path);
    t.equal(byProgram.statusCode, 429);
    t.equal(byProgram.headers['retry-after'], '8');
    t.match(byProgram.json(), { error: { code: 'too_many_requests', message: /^This account was asked/ } });
    t.equal((await call('POST', `/accounts/${other.accountId}/syncs`)).statusCode, 202, 'another account');
    world.clock.advance(7_500);
    t.equal((await call('POST', path)).statusCode, 202);
    const asked = sync.told.filter((line) => line === `ask ${accountId}`);
    t.equal(asked.length, 2, 'what was refused reached nobody');
  },
);
