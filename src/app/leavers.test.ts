import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { beginLeaving } from '../data/leaving.js';
import { memoryLive } from '../data/live-memory.js';
import { pictureFiles } from '../data/picture-files.js';
import { noteUnknownServer } from '../data/servers.js';
import { nobody } from '../data/database.js';
import { dayMs } from '../lib/clock.js';
import { testApp, type TestApp } from '../testing/app.js';
import { asAdministrator } from '../testing/database.js';
import { estate } from '../testing/estate.js';
import { rowsOf } from '../testing/rows.js';
import { ask, stolen } from '../testing/steps.js';
import { removeLeavers } from './leavers.js';

t.setTimeout(600_000);

const canary = 'canary-bird-4471';

/**
 * Puts the canary into every text that a person's rows hold. Resolves to the columns that take only words of their own.
 */
const plant = ({ login }: TestApp, userId: string): Promise<{ planted: string[]; closed: string[] }> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ table: string; column: string; type: string }>(`
      select c.table_name as table, c.column_name as column, c.data_type as type
      from information_schema.columns c
      where c.table_schema = 'public' and c.data_type in ('text', 'ARRAY', 'jsonb')
        and (c.data_type <> 'ARRAY' or c.udt_name = '_text') and c.is_generated = 'NEVER'
        and exists (select from information_schema.columns u
          where u.table_schema = 'public' and u.table_name = c.table_name and u.column_name = 'user_id')
      order by 1, 2`);
    const values: Record<string, string> = {
      text: '$2::text',
      ARRAY: 'array[$2::text]',
      jsonb: "jsonb_build_object('bird', $2::text)",
    };
    const [planted, closed]: [string[], string[]] = [[], []];
    for (const { table, column, type } of rows) {
      const set = `update ${table} set ${column} = ${values[type] ?? ''} where ctid =
        (select ctid from ${table} where user_id = $1 limit 1)`;
      const isDone = await client.query(set, [userId, canary]).then(
        () => true,
        () => false,
      );
      (isDone ? planted : closed).push(`${table}.${column}`);
    }
    return { planted, closed };
  });

/** Every file below a folder whose bytes hold the canary. */
async function filesWith(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(canary)) found.push(path);
  }
  return found;
}

const belongingsOf = ({ db, clock, stateDir }: TestApp) => ({
  ...{ db, clock, live: memoryLive(clock), uploads: join(stateDir, 'uploads') },
  billing: null,
  pictures: pictureFiles(join(stateDir, 'screenshots')),
  log: { info: () => undefined, warn: () => undefined },
});

void t.test('after the grace nothing of a person is left in the database or in files', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'leaver');
  const other = await estate(world, 'other');
  const { userId, screenshotId, importId } = owner;
  const belongings = belongingsOf(world);
  const { pictures, uploads, live } = belongings;
  const bytes = Buffer.from(`RIFF ${canary}`);
  await pictures.keep(screenshotId, { full: bytes, thumbnail: bytes });
  await mkdir(uploads, { recursive: true });
  await writeFile(join(uploads, importId), canary);
  await live.lease('online', userId, new Date(world.clock.now().getTime() + 30 * dayMs));
  const { planted, closed } = await plant(world, userId);
  t.ok(planted.length > 60, `${planted.length} columns hold the canary`);
  t.notOk(
    closed.some((column) => /notes|comment|label|caption|name$/.test(column)),
    `only words of ours take no other: ${closed.join(' ')}`,
  );
  await world.db.withTenant('sync', nobody, (tx) => noteUnknownServer(tx, canary, world.clock.now()));
  t.ok((await stolen(world)).includes(canary));
  t.equal((await filesWith(world.stateDir)).length, 3);
  const others = await rowsOf(world.login, other.userId);

  const leavesAt = new Date(world.clock.now().getTime() + 7 * dayMs);
  await world.db.withTenant('app', userId, (tx) => beginLeaving(tx, userId, leavesAt));
  world.clock.advance(7 * dayMs - 1);
  await removeLeavers(belongings);
  t.ok((await stolen(world)).includes(canary), 'a millisecond before the end all of it is there');
  world.clock.advance(1);
  await removeLeavers(belongings);

  for (const [table, { rows }] of Object.entries(await rowsOf(world.login, userId))) t.equal(rows, 0, table);
  const rest = await stolen(world);
  for (const word of [canary, userId, owner.email, owner.name]) t.notOk(rest.includes(word), word);
  t.same(await filesWith(world.stateDir), []);
  t.equal((await live.leases('online', world.clock.now())).size, 0);
  t.same(await rowsOf(world.login, other.userId), others, 'nobody else has lost anything');
});

void t.test('what was taken back in the last moment stays', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'leaver');
  const { userId } = owner;
  const at = world.clock.now();
  await world.db.withTenant('app', userId, (tx) => beginLeaving(tx, userId, at));
  await ask(world, 'update users set leaves_at = null where user_id = $1', [userId]);
  await removeLeavers(belongingsOf(world));
  t.equal((await ask(world, 'select from users where user_id = $1', [userId])).length, 1);
});

void t.test('who still pays is removed only once their plan has ended', async (t) => {
  const world = await testApp(t);
  const { userId } = await estate(world, 'leaver');
  const at = world.clock.now();
  await world.db.withTenant('app', userId, (tx) => beginLeaving(tx, userId, at));
  const ended: string[] = [];
  const people = () => ask(world, 'select from users where user_id = $1', [userId]);
  const away = { end: () => Promise.reject(new Error('The payment service is away.')) };
  await removeLeavers({ ...belongingsOf(world), billing: away });
  t.equal((await people()).length, 1, 'while the service is away they stay');
  const billing = { end: (id: string) => Promise.resolve(void ended.push(id)) };
  await removeLeavers({ ...belongingsOf(world), billing });
  t.same(ended, [userId]);
  t.equal((await people()).length, 0);
});

void t.test('one who cannot be removed keeps nobody else', async (t) => {
  const world = await testApp(t);
  const at = world.clock.now();
  const people: string[] = [];
  for (const name of ['first', 'second']) people.push((await estate(world, name)).userId);
  for (const [n, userId] of people.entries())
    await world.db.withTenant('app', userId, (tx) => beginLeaving(tx, userId, new Date(at.getTime() + n)));
  await ask(
    world,
    `create function keep_one() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$`,
  );
  await ask(
    world,
    `create trigger keeps before delete on users for each row when (old.user_id = '${people[0] ?? ''}') execute function keep_one()`,
  );
  world.clock.advance(1);
  await t.rejects(removeLeavers(belongingsOf(world)), 'the timetable logs it');
  t.same(await ask(world, 'select user_id from users where user_id = any($1)', [people]), [
    { user_id: people[0] },
  ]);
});
