import t from 'tap';
import { claimLetter, leaseMs, queueLetter } from '../data/letters.js';
import { setDisabled } from '../data/users.js';
import { dayMs, hourMs, minuteMs, secondMs } from '../lib/clock.js';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { askForReset, letterRows, mailWorld, type MailWorld } from '../testing/mail.js';
import { headerOf, textOf } from '../testing/smtp.js';
import { ask } from '../testing/steps.js';

t.setTimeout(600_000);

const tell = ({ app, anna }: MailWorld, userId = anna.userId) =>
  app.db.withTenant('app', userId, (tx) =>
    queueLetter(tx, {
      ...{ userId, kind: 'payment-failed', at: app.clock.now() },
      facts: { plan: 'Pro', amount: '19.00 EUR', until: '9 Mar 2026' },
    }),
  );

void t.test('a letter leaves at once, and nothing of what it said stays', async (t) => {
  const world = await mailWorld(t);
  await askForReset(world, world.anna.email);
  const [taken] = world.server.taken;
  if (taken === undefined) throw new Error('nothing has left');
  const text = textOf(taken);
  t.match(text, /^http:\/\/127\.0\.0\.1:3000\/reset\/[\w-]{43}$/m);
  t.match(taken, { from: 'journal@example.org', to: ['anna@example.org'] });
  t.match(await letterRows(world.app), [
    { kind: 'reset', state: 'sent', tries: 1, facts: null, secret: null, answer: '127.0.0.1 took it.' },
  ]);
  const secret = /reset\/([\w-]{43})/.exec(text)?.[1] ?? 'none';
  t.notOk(world.app.logged.join('\n').includes(secret), 'and it is not in the log');
});

void t.test(
  'a letter that is not taken is tried again, ever more rarely, under the same number',
  async (t) => {
    const world = await mailWorld(t, { says: { END: '452 4.3.1 Full' } });
    const { app, server } = world;
    await tell(world);
    await app.letters.send();
    const full = 'The mail server did not take the letter (452): 4.3.1 Full';
    t.match(await letterRows(app), [{ state: 'waiting', tries: 1, answer: full }]);
    app.clock.advance(minuteMs - secondMs);
    await app.letters.send();
    t.match(await letterRows(app), [{ tries: 1 }], 'not before a minute is over');
    app.clock.advance(secondMs);
    await app.letters.send();
    app.clock.advance(minuteMs);
    await app.letters.send();
    t.match(await letterRows(app), [{ tries: 2 }], 'and then not before five are');
    server.habits = {};
    app.clock.advance(4 * minuteMs);
    await app.letters.send();
    t.match(await letterRows(app), [{ state: 'sent', tries: 3 }]);
    t.equal(server.taken.length, 1);
  },
);

void t.test(
  'a letter is tried for two days, then given up; what it said goes when it is of no use',
  async (t) => {
    const world = await mailWorld(t, { says: { RCPT: '450 4.2.1 Greylisted' } });
    const { app } = world;
    await tell(world);
    for (let hour = 0; hour < 48; hour += 1) {
      await app.letters.send();
      app.clock.advance(hourMs);
    }
    t.match(await letterRows(app), [{ state: 'given-up', tries: 8, facts: { plan: 'Pro' } }]);
    app.clock.advance(dayMs);
    await app.letters.forget();
    t.match(await letterRows(app), [{ state: 'given-up', facts: null }]);
    app.clock.advance(90 * dayMs);
    await app.letters.forget();
    t.same(await letterRows(app), []);
  },
);

void t.test('a link that has expired is sent to nobody, and forgotten', async (t) => {
  const world = await mailWorld(t, { says: { GREETING: '421 Busy' } });
  const { app, server, anna } = world;
  await askForReset(world, anna.email);
  t.match(await letterRows(app), [{ state: 'waiting', secret: /^[\w-]{43}$/ }]);
  server.habits = {};
  app.clock.advance(30 * minuteMs);
  await app.letters.send();
  await app.letters.forget();
  t.match(await letterRows(app), [{ state: 'expired', facts: null, secret: null }]);
  t.same(server.taken, []);
});

void t.test('of two links that wait the older one is dead, and does not leave', async (t) => {
  const world = await mailWorld(t, { says: { GREETING: '421 Busy' } });
  await askForReset(world, world.anna.email);
  world.app.clock.advance(secondMs);
  await askForReset(world, world.anna.email);
  t.match(await letterRows(world.app), [
    { state: 'expired', secret: null },
    { state: 'waiting', secret: /./ },
  ]);
});

void t.test('a recipient who is refused is given up at once, and the others get theirs', async (t) => {
  const world = await mailWorld(t);
  const { app, server } = world;
  const bob = await person(app, 'bob');
  server.habits = { says: { RCPT: '550 5.1.1 Nobody' } };
  await tell(world);
  await app.letters.send();
  server.habits = {};
  await tell(world, bob.userId);
  await app.letters.send();
  t.match(
    (await letterRows(app)).map(({ state, tries }) => [state, tries]),
    [
      ['given-up', 1],
      ['sent', 1],
    ],
  );
  t.match(server.taken, [{ to: ['bob@example.org'] }]);
});

void t.test('while the server is away one letter a time finds out', async (t) => {
  const world = await mailWorld(t, { says: { GREETING: '421 Busy' } });
  const { app, server } = world;
  for (let i = 0; i < 5; i += 1) await tell(world);
  await app.letters.send();
  const tries = (await letterRows(app)).reduce((sum, row) => sum + row.tries, 0);
  t.equal(tries, 1);
  server.habits = {};
  app.clock.advance(minuteMs);
  await app.letters.send();
  t.equal(server.taken.length, 5);
});

void t.test('twenty senders at once send each letter once', async (t) => {
  const world = await mailWorld(t);
  for (let i = 0; i < 10; i += 1) await tell(world);
  await Promise.all(Array.from({ length: 20 }, () => world.app.letters.send()));
  t.equal(world.server.taken.length, 10);
  const numbers = world.server.taken.map((letter) => headerOf(letter, 'Message-ID'));
  t.equal(new Set(numbers).size, 10);
  t.ok((await letterRows(world.app)).every(({ state, tries }) => state === 'sent' && tries === 1));
});

void t.test('what a program that died was sending is sent again once its lease has ended', async (t) => {
  const world = await mailWorld(t);
  const { app, server } = world;
  await tell(world);
  const [row] = await letterRows(app);
  if (row === undefined) throw new Error('there is no letter');
  const { id, user_id: userId } = row;
  const claim = () =>
    app.db.withTenant('app', userId, (tx) => claimLetter(tx, { userId, id }, app.clock.now()));
  t.match(await claim(), { kind: 'payment-failed', email: 'anna@example.org', tries: 1 });
  t.equal(await claim(), null, 'nobody else takes it');
  app.clock.advance(leaseMs - secondMs);
  await app.letters.send();
  t.same(server.taken, []);
  app.clock.advance(secondMs);
  await app.letters.send();
  t.equal(server.taken.length, 1);
  t.match(await letterRows(app), [{ state: 'sent', tries: 2 }]);
});

void t.test(
  'a server that takes a letter and dies before it says so gets it twice, under one number',
  async (t) => {
    const world = await mailWorld(t, { breaksAt: 'END' });
    const { app, server } = world;
    await tell(world);
    await app.letters.send();
    t.match(await letterRows(app), [{ state: 'waiting', answer: /broke off/ }]);
    server.habits = {};
    app.clock.advance(minuteMs);
    await app.letters.send();
    t.equal(server.taken.length, 2);
    for (const name of ['Message-ID', 'Date']) {
      const [one, other] = server.taken.map((letter) => headerOf(letter, name));
      t.match(one, /./, name);
      t.equal(one, other, name);
    }
  },
);

void t.test('a letter and what it tells of are written together or not at all', async (t) => {
  const world = await mailWorld(t);
  const { app, anna } = world;
  await ask(app, 'revoke insert on letters from rawjournal_app');
  await askForReset(world, anna.email);
  t.same(await letterRows(app), []);
  t.same(await ask(app, 'select from mailed_links'), [], 'no link that nobody was sent');
});

void t.test('who is not let in any more gets no letter', async (t) => {
  const world = await mailWorld(t);
  const { app, anna, server } = world;
  await tell(world);
  await app.db.withTenant('app', anna.userId, (tx) => setDisabled(tx, anna.userId, app.clock.now()));
  await app.letters.send();
  t.match(await letterRows(app), [{ state: 'given-up', answer: /not let in/ }]);
  t.same(server.heard, []);
});

void t.test('where no mail is set up a letter is in the log, and stays until it expires', async (t) => {
  const app = await testApp(t, { postman: null });
  const anna = await person(app, 'anna');
  await askForReset({ app }, anna.email);
  t.match(await letterRows(app), [{ state: 'kept', secret: /./, answer: 'No mail is set up.' }]);
  t.match(app.logged.join('\n'), /Mail \(not sent, because none is set up\).*\/reset\/[\w-]{43}/);
  app.clock.advance(30 * minuteMs);
  await app.letters.forget();
  t.match(await letterRows(app), [{ state: 'kept', facts: null, secret: null }]);
});
