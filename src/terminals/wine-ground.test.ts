import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { needs } from '../testing/needs.js';
import { WineGround } from './wine-ground.js';

const isAtWork = /provision\.sh is at work/;

void t.test('prefixes that are being made are no ground to start on', needs('flock'), async (t) => {
  const stateFolder = t.testdir({ terminals: {} });
  const options = { stateFolder, folder: join(stateFolder, 'terminals'), slots: 1, random: randomBytes };
  const ground = new WineGround({ ...options, containment: 'none', launcher: null });
  const obstacles = async (): Promise<string[]> =>
    (await ground.prepare()).flatMap(({ level, says }) => (level === 'red' ? [says] : []));
  t.notOk((await obstacles()).some((says) => isAtWork.test(says)));
  // Another start that only looks holds nobody up.
  for (const how of ['--shared', '--exclusive']) {
    const holding = ['--no-fork', how, stateFolder, 'sh', '-c', 'echo held; exec sleep 60'];
    const other = spawn('flock', holding, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    t.equal(
      (await obstacles()).some((says) => isAtWork.test(says)),
      how === '--exclusive',
      how,
    );
    other.kill();
    await once(other, 'exit');
  }
  t.notOk((await obstacles()).some((says) => isAtWork.test(says)));
});
