import t from 'tap';
import { testApp, type TestApp } from '../testing/app.js';
import { person, type Person } from '../testing/cast.js';
import { isAdministrator, keepAdministrator, listUsers, setDisabled, setRole } from './users.js';

t.setTimeout(600_000);

const disable = ({ db, clock }: TestApp, { userId }: Person): Promise<boolean> =>
  db.withTenant('app', userId, async (tx) => {
    await keepAdministrator(db, tx, userId);
    return setDisabled(tx, userId, clock.now());
  });
const demote = ({ db }: TestApp, { userId }: Person): Promise<boolean> =>
  db.withTenant('app', userId, async (tx) => {
    await keepAdministrator(db, tx, userId);
    return setRole(tx, userId, 'user');
  });
const left = async ({ db }: TestApp): Promise<number> => (await listUsers(db)).filter(isAdministrator).length;

void t.test('the last administrator who is let in stays one', async (t) => {
  const world = await testApp(t);
  const [ada, bob] = [await person(world, 'ada', 'admin'), await person(world, 'bob', 'admin')];
  const user = await person(world, 'user');
  await disable(world, ada);
  const refused = { status: 409, message: /bob@example\.org is the last administrator/ };
  await t.rejects(disable(world, bob), refused);
  await t.rejects(demote(world, bob), refused);
  t.equal(await left(world), 1);
  t.ok(await disable(world, user), 'anybody else goes');
  t.ok(await demote(world, ada), 'also an administrator who is shut out already');
});

void t.test('eight administrators who all lose their rights at once leave one', async (t) => {
  const world = await testApp(t);
  const admins: Person[] = [];
  for (let i = 0; i < 8; i += 1) admins.push(await person(world, `admin${i}`, 'admin'));
  const outcomes = await Promise.allSettled(
    admins.map((who, i) => (i % 2 === 0 ? disable(world, who) : demote(world, who))),
  );
  t.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1);
  t.equal(await left(world), 1);
});
