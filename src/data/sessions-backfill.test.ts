import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { sessionAt } from '../domain/sessions.js';
import { hourMs } from '../lib/clock.js';
import { asAdministrator, on, projectRoot, testServer } from '../testing/database.js';
import { ensureDatabase, migrate, readMigrations } from './migrate.js';
import { rolePasswords } from './roles.js';

t.setTimeout(600_000);

const migrations = join(projectRoot, 'migrations');
const name = '0005_sessions';

void t.test('trades that are there already get the session that new ones would', async (t) => {
  const server = testServer();
  const login = on(server, `rawjournal_test_${randomBytes(6).toString('hex')}`);
  await ensureDatabase(login, server.address.database);
  t.teardown(() =>
    asAdministrator(server, (client) => client.query(`drop database ${login.address.database} with (force)`)),
  );
  const passwords = await rolePasswords(join(projectRoot, 'var', 'test', 'credentials'));
  const before = await mkdtemp(join(tmpdir(), 'rawjournal-test-'));
  t.teardown(() => rm(before, { recursive: true }));
  for (const each of Object.keys(await readMigrations(migrations)).filter((each) => each < name))
    await copyFile(join(migrations, `${each}.sql`), join(before, `${each}.sql`));
  await migrate(login, passwords, before);

  // Every hour of a year and of two odd minutes around each, so that every change of every clock is among them.
  const startMs = Date.UTC(2026, 0, 1);
  await asAdministrator(login, async (client) => {
    await client.query(`
      insert into users (user_id, email, password_hash, created_at)
        values ('8f14e45f-ceea-467f-a3d5-7c1f0a1b2c3d', 'a@example.org', '', now());
      insert into accounts (user_id, id, type, category, label, created_at, state)
        select user_id, user_id, 'manual', 'Demo', 'a', now(), 'live' from users;
      insert into trades (user_id, account_id, position_id, first_ticket, id, symbol, name, side, volume, open_volume,
        opened_ms, opened_at, gross, swap, commission, fee, net, magic, comment, deal_tickets, flags)
      select user_id, user_id, n, n, gen_random_uuid(), 'EURUSD', 'EURUSD', 'buy', 1, 1, 0,
        to_timestamp(${startMs / 1000} + (n / 2) * 3600 - (n % 2) * 0.001), 0, 0, 0, 0, 0, 0, '', '{}',
        case when n = 100 then '{orphan}'::text[] else '{}' end
      from users, generate_series(0, 2 * 365 * 24) n`);
  });
  await migrate(login, passwords, migrations);
  const { rows } = await asAdministrator(login, (client) =>
    client.query<{ n: string; opened_at: Date; session: string | null }>(
      'select position_id as n, opened_at, session from trades',
    ),
  );
  t.equal(rows.length, 2 * 365 * 24 + 1);
  const wrong = rows.filter(
    ({ n, opened_at: at, session }) => session !== (n === '100' ? null : sessionAt(at.getTime())),
  );
  t.same(wrong, []);
  t.ok(rows.some(({ opened_at: at }) => at.getTime() % hourMs !== 0));
});
