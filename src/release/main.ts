import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Fault } from '../lib/fault.js';
import { makeRelease } from './make-release.js';
import { readSigningKey } from './signing.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const usage = 'npm run release -- --key FILE [--out FOLDER]';

/** Of the command line, behind the word `release` where the bootstrap left it. */
function settings(args: string[]): { key: string; out: string } {
  const { values } = parseArgs({
    args: args.filter((arg, at) => at > 0 || arg !== 'release'),
    options: { key: { type: 'string' }, out: { type: 'string', default: join(root, 'var', 'release') } },
  });
  if (values.key === undefined) throw new Fault(422, 'usage', `A release is signed: ${usage}`);
  return { key: resolve(values.key), out: resolve(values.out) };
}

try {
  const { key, out } = settings(process.argv.slice(2));
  const files = await makeRelease(root, out, await readSigningKey(key));
  process.stdout.write(files.map((file) => `${join(out, file)}\n`).join(''));
} catch (error) {
  const isTold = error instanceof Fault || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${isTold ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
}
