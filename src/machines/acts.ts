import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine, Said } from './machine.js';
import type { Downloads } from './releases.js';

/** install.sh as `curl … | bash` runs it. */
export const installAll = (
  { machine, downloads }: { machine: Machine; downloads: Downloads },
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Said> =>
  machine.run(
    [
      'bash',
      '-c',
      'cat /srv/offline/install.sh | bash -s -- "$@"',
      'bash',
      '--offline',
      '/srv/offline',
      ...args,
    ],
    { RELEASE_PUBLIC_KEY: downloads.publicKey, ...environment },
  );

/** The same without Wine, which no other case has a use for. */
export const install = (
  on: { machine: Machine; downloads: Downloads },
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Said> => installAll(on, ['--skip-wine', ...args], environment);

export const told = ({ code, text }: Said): string => `${String(code)}: ${text.slice(-3_000)}`;
export const same = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));

/** What changes by itself while services run. */
export const isAlive = (path: string): boolean =>
  /^\/(var\/lib\/(postgresql|rawjournal|redis|rawjournal-backup)\/|var\/log\/|var\/cache\/|var\/backups\/|root\/\.)/.test(
    path,
  );

export async function healthy(machine: Machine, version: string): Promise<void> {
  const status = await machine.run(['rawjournal', 'status', '--json']);
  assert.equal(status.code, 0, told(status));
  const found = JSON.parse(status.text) as { version: string; level: string };
  assert.equal(found.version, version);
  assert.match(found.level, /^(green|amber)$/);
}

const api = (machine: Machine, token: string, path: string, body?: object): Promise<Said> =>
  machine.run([
    ...['curl', '-sS', '--unix-socket', '/run/rawjournal/web.sock', '-H', `Authorization: Bearer ${token}`],
    ...['-H', 'Host: 192.0.2.10', '-H', 'X-Forwarded-Proto: https'],
    ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)]),
    `http://localhost/api/v1${path}`,
  ]);

/** A person with an account and some trades of 2026. */
export async function fill(machine: Machine): Promise<void> {
  const email = 'trader@example.org';
  const made = await machine.run(
    ['rawjournal', 'user', 'create', '--email', email, '--admin', '--password-stdin'],
    {},
    'correct horse battery staple 9\n',
  );
  assert.equal(made.code, 0, told(made));
  const token = (
    await machine.run(['rawjournal', 'token', 'create', '--email', email, '--name', 'probe'])
  ).text.trim();
  const account = await api(machine, token, '/accounts', {
    type: 'manual',
    label: 'By hand',
    category: 'Real',
    currency: 'USD',
  });
  const { id } = JSON.parse(account.text) as { id: string };
  for (let day = 1; day <= 20; day++) {
    const at = `2026-10-${String(day).padStart(2, '0')}`;
    const trade = {
      account: id,
      symbol: 'EURUSD',
      side: 'buy',
      volume: '0.10',
      openPrice: '1.1000',
      closePrice: '1.1010',
      openedAt: `${at}T08:00:00Z`,
      closedAt: `${at}T09:00:00Z`,
    };
    const answer = await api(machine, token, '/trades', trade);
    assert.match(answer.text, /"net"/, told(answer));
  }
}

/** What an installation writes by itself, whether or not anybody does something. */
const ownTables = [
  ...['alarm_messages', 'alarms', 'answered_hours', 'backup_reports', 'measured_minutes'],
  ...['kysely_migration', 'kysely_migration_lock'],
];

/** A query for each table: its name, a sum over its rows, and their count. */
const sums = `select format('select %L, md5(coalesce(string_agg(x::text, ''|'' order by x::text collate "C"), '''')), count(*) from %I x', tablename, tablename)
  from pg_tables where schemaname = 'public' and tablename not in (${ownTables.map((name) => `'${name}'`).join(', ')})
  order by tablename \\gexec
`;

/** A line for each table: they are the same exactly when nothing was lost, doubled or changed. */
export async function dataSum(machine: Machine): Promise<string> {
  const asPostgres = ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--init-groups'];
  const { text } = await machine.run([...asPostgres, 'psql', '-XAt', 'rawjournal'], {}, sums);
  return text;
}

export async function waitUntilWell(machine: Machine): Promise<void> {
  for (let second = 0; second < 60; second++) {
    if ((await machine.run(['rawjournal', 'status', '--json'])).code === 0) return;
    await sleep(1_000);
  }
}
