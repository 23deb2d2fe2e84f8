import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ownFolder } from '../testing/folder.js';
import { needs } from '../testing/needs.js';
import { place, started } from '../testing/place.js';

t.setTimeout(120_000);

/** Hears datagrams as systemd does; Node cannot. The descriptor that asks for an answer is closed, which is the answer. */
const ear = `
import os, socket, sys
ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind(sys.argv[1])
print("listening", flush=True)
while True:
    words, descriptors, _, _ = socket.recv_fds(ear, 4096, 8)
    if words != b"BARRIER=1": print(words.decode().replace(chr(10), " | "), flush=True)
    for descriptor in descriptors: os.close(descriptor)
`;

async function listener(t: Test) {
  const path = join(await ownFolder(t, 'notify'), 'notify');
  const child = spawn('python3', ['-c', ear, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  let heard = '';
  child.stdout.on('data', (part: Buffer) => (heard += String(part)));
  const hears = async (words: string): Promise<boolean> => {
    for (let left = 200; left > 0 && !heard.includes(words); left -= 1) await sleep(50);
    return heard.includes(words);
  };
  await hears('listening');
  return {
    path,
    hears,
    heard: () => heard.split('\n').filter((line) => line !== '' && line !== 'listening'),
  };
}

const skip = ['python3', 'systemd-notify'].map(needs).find((need) => need.skip !== false) ?? { skip: false };

void t.test(
  'systemd is told when it serves, again and again that it is well, and when it ends',
  skip,
  async (t) => {
    const systemd = await listener(t);
    const { env, url } = await place(t);
    const program = await started(t, { ...env, NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '1500000' });
    t.ok(await systemd.hears(`READY=1 | STATUS=Serving ${url}`));
    await sleep(2_500);
    const fed = systemd.heard().filter((line) => line === 'WATCHDOG=1').length;
    t.ok(fed >= 3, `${fed} times in 2.5 s, where 1.5 s without would end it`);
    const { code } = await program.end('SIGTERM');
    t.equal(code, 0);
    t.equal(systemd.heard()[0]?.startsWith('READY=1'), true, 'nothing before it serves');
    t.equal(systemd.heard().at(-1), 'STOPPING=1 | STATUS=Stopping', 'and nothing after it ends');
  },
);

void t.test('where nobody hears it, it serves all the same and says so in the log', skip, async (t) => {
  const { env, url } = await place(t);
  const program = await started(t, { ...env, NOTIFY_SOCKET: join(env['STATE_DIR'] ?? '', 'nobody') });
  t.equal((await fetch(`${url}/healthz`)).status, 200);
  t.match(program.said(), 'systemd could not be told how this process is.');
  t.equal((await program.end('SIGTERM')).code, 0);
});
