import t from 'tap';
import { password } from '../testing/cast.js';
import { asAdministrator } from '../testing/database.js';
import { outside } from '../testing/outside.js';

t.setTimeout(600_000);

void t.test('what is done at the command line is written down for whom it is about', async (t) => {
  const home = await outside(t);
  const of = ['--email', 'anna@example.org'];
  await home.run(['user', 'create', '--email', 'ada@example.org', '--password-stdin', '--admin'], password);
  await home.run(['user', 'create', ...of, '--password-stdin'], password);
  await home.run(['user', 'role', ...of, '--role', 'admin']);
  await home.run(['user', 'disable', ...of]);
  await home.run(['user', 'enable', ...of]);
  await home.run(['user', 'reset-password', ...of]);
  await home.run(['user', 'reset-password', ...of, '--password-stdin'], 'a grey heron at dusk');
  await home.run(['token', 'create', ...of, '--name', 'sheet', '--read-only']);
  const [, id = ''] = /^(\S+)\tsheet/m.exec((await home.run(['token', 'list', ...of])).stdout) ?? [];
  await home.run(['token', 'revoke', id, ...of]);
  t.equal((await home.run(['token', 'revoke', id, ...of])).code, 1, 'there is none any more');
  const rows = await asAdministrator(home.login, async (client) => {
    const asked = await client.query<{ what: string; done_by: string; details: object }>(
      `select what, done_by, details from activities join users using (user_id)
       where email = 'anna@example.org' order by at`,
    );
    return asked.rows;
  });
  t.same(
    rows.map(({ what }) => what),
    [
      ...['user-made', 'role-changed', 'disabled', 'enabled', 'reset-link-made', 'password-changed'],
      ...['token-made', 'token-revoked'],
    ],
  );
  t.ok(rows.every(({ done_by: by }) => by === 'console'));
  t.same(rows.at(-1)?.details, { name: 'sheet' });
});
