import { stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { ownFolder } from '../testing/folder.js';
import { place, started } from '../testing/place.js';
import { runProgram } from '../testing/program.js';

t.setTimeout(120_000);

/** The status of an answer over a socket, as a proxy asks: an empty installation leads to its set-up, by a 303. */
const ask = (socketPath: string, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: '/login', headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });

void t.test('on a socket it answers its user and its group, and no port is open', async (t) => {
  const { env, url } = await place(t);
  const socket = join(await ownFolder(t, 'socket'), 'web.sock');
  const settings = { ...env, SOCKET: socket, PUBLIC_URL: 'https://journal.example.org' };
  const first = await started(t, settings);
  t.equal(await ask(socket, 'journal.example.org'), 303);
  t.equal(await ask(socket, 'evil.example'), 421);
  t.equal((await stat(socket)).mode & 0o777, 0o660);
  await t.rejects(fetch(url), 'nothing listens there');

  const other = await place(t);
  const second = await runProgram('main.js', [], { ...settings, STATE_DIR: other.stateDir });
  t.equal(second.code, 1);
  t.match(second.stderr, `Another program listens at ${socket}`);
  t.equal(await ask(socket, 'journal.example.org'), 303, 'the first one still does');

  await first.end('SIGKILL');
  const third = await started(t, settings);
  t.equal(await ask(socket, 'journal.example.org'), 303, 'what a killed one left is in nobody’s way');
  t.equal((await third.end('SIGTERM')).code, 0);
});

void t.test('a file that is no socket is left alone', async (t) => {
  const { env } = await place(t);
  const path = join(await ownFolder(t, 'socket'), 'notes.txt');
  await writeFile(path, 'mine');
  const settings = { ...env, SOCKET: path, PUBLIC_URL: 'https://journal.example.org' };
  const { code, stderr } = await runProgram('main.js', [], settings);
  t.equal(code, 1);
  t.match(stderr, 'where something else lies');
  t.equal((await stat(path)).size, 4);
});
