import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Runs in the place of the reader of reports, and says what it could do there that it should not. */
const { secret, port } = JSON.parse(process.argv[2] ?? '{}') as { secret: string; port: number };

const can = (deed: () => unknown): boolean => {
  try {
    deed();
    return true;
  } catch {
    return false;
  }
};

const starts = (): void => {
  if (spawnSync('/bin/true').error !== undefined) throw new Error('It did not start.');
};

const evaluates = (): unknown => (Function as unknown as (code: string) => unknown)('return 1');

const connects = await new Promise<boolean>((resolve) => {
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.on('error', () => resolve(false));
  socket.on('connect', () => socket.destroy());
});

const found = {
  readsPasswords: can(() => readFileSync('/etc/passwd')),
  readsSecret: can(() => readFileSync(secret)),
  lists: can(() => readdirSync('/')),
  writes: can(() => writeFileSync('/tmp/rawjournal-confined', 'x')),
  starts: can(starts),
  threads: can(() => new Worker('0', { eval: true })),
  evaluates: can(evaluates),
  hasEnvironment: Object.keys(process.env).some((name) => name !== 'PWD'),
  connects,
};
writeSync(1, JSON.stringify(found));
