import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { statusShape } from '../features/status/shape.js';
import { cli, place, started } from '../testing/place.js';

t.setTimeout(600_000);

const statusOf = async (env: Record<string, string>) =>
  statusShape.strict().parse(JSON.parse((await cli(env, ['status', '--json'])).stdout));

void t.test('accounts are read and terminals restarted beside a running program', async (t) => {
  const env = { ...(await place(t)).env, TERMINALS: 'simulator' };
  const program = await started(t, env);
  const read = await cli(env, ['sync', '--all', '--wait']);
  t.equal(read.code, 0, read.stderr);
  const [head = '', ...lines] = read.stdout.trim().split('\n');
  t.equal(head, '3 accounts asked for.', 'those of the demonstration');
  t.equal(lines.length, 3);
  for (const line of lines) t.match(line, /^[\da-f-]{36}\tread\tlive\tto the cent$/);

  const [id = ''] = lines[0]?.split('\t') ?? [];
  t.equal((await cli(env, ['sync', '--account', id])).stdout, '1 account asked for.\n');
  const nobody = await cli(env, ['sync', '--account', '00000000-0000-4000-8000-000000000000']);
  t.match(nobody, { code: 1, stderr: 'There is no account 00000000' });
  for (const args of [[], ['--all', '--account', id]])
    t.match(await cli(env, ['sync', ...args]), { code: 1, stderr: 'Say --account ID or --all.' });

  t.match((await cli(env, ['terminal', 'restart', '4'])).stdout, 'Terminal 4 ends and starts anew');
  t.match(await cli(env, ['terminal', 'restart', '5']), { code: 1, stderr: 'There are terminals 1 to 4.' });
  t.equal((await cli(env, ['terminal', 'restart', 'x'])).code, 1);
  const fourth = async () => (await statusOf(env)).terminals?.[3];
  let seen = await fourth();
  for (let tries = 0; tries < 40 && seen?.state !== 'ready'; tries += 1) {
    await sleep(250);
    seen = await fourth();
  }
  t.match(seen, { role: 'market', state: 'ready', restarts: 1, lastExit: { why: 'it was asked to end' } });

  const status = await statusOf(env);
  t.match(status.users, { registered: 0, online: 0, grace: 0 }, 'the invented trader is nobody');
  t.match(status.queue, { isMeasured: true });
  const said = status.terminals?.map(({ account }) => account?.login).filter((login) => login !== undefined);
  for (const login of said ?? []) t.match(login, /^….{1,3}$/, 'no login in full');
  t.match(
    (await cli(env, ['status'])).stdout,
    /^note {2}terminals {4}\d of 4 ready, simulated\n +→ This is a trial/m,
  );

  await program.end('SIGTERM');
  for (const args of [
    ['sync', '--all'],
    ['terminal', 'restart', '1'],
  ])
    t.match(await cli(env, args), { code: 1, stderr: 'RawJournal does not run here' });
  const down = await statusOf(env);
  t.match(down, { level: 'down', terminals: null, queue: null, users: { registered: null, online: null } });
});

void t.test('without terminals the commands say so, and status advises', async (t) => {
  const { env } = await place(t);
  const program = await started(t, env);
  t.match(await cli(env, ['terminal', 'restart', '1']), { code: 1, stderr: 'runs without terminals' });
  const status = await cli(env, ['status']);
  t.equal(status.code, 0);
  t.match(status.stdout, /note {2}terminals {4}none are run/);
  await program.end('SIGTERM');
});

void t.test(
  'without what MetaTrader needs pages serve, nothing starts, and it is said how to mend that',
  async (t) => {
    const { env, url } = await place(t);
    const wine = { ...env, TERMINALS: 'wine', TERMINAL_CONTAINMENT: 'none' };
    const program = await started(t, wine);
    t.match(program.said(), /^No terminal is started: .+\. .+\.$/m);
    t.equal((await fetch(`${url}/healthz`)).status, 200);
    const { checks, level } = await statusOf(wine);
    t.equal(level, 'red');
    t.match(
      checks.find(({ name }) => name === 'containment'),
      { level: 'amber', says: /^none/ },
    );
    t.match(
      checks.find(({ name }) => name === 'metatrader'),
      { level: 'red', says: /^there is no C:/, fix: /^Run wine\/provision\.sh/ },
    );
    t.match(await cli(wine, ['terminal', 'restart', '1']), { code: 1, stderr: 'No terminal can start: ' });
  },
);
