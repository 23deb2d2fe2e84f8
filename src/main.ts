import { setFlagsFromString } from 'node:v8';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from './app/config.js';
import { createLog } from './app/log.js';
import { run } from './app/run.js';
import { Fault } from './lib/fault.js';

// Left to itself the engine clears what long histories leave behind only when four times the living has piled up.
setFlagsFromString('--heap-growing-percent=50');

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const sentenceOf = (error: unknown): string => {
  if (error instanceof Fault) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `${error.message}. Another program listens there: stop it, or set PORT to a free port.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

try {
  const config = readEnvironment(root);
  const log = createLog(config.logLevel);
  const { stop, notices } = await run(config, root, log);
  const lines = [`RawJournal is ready at ${config.publicUrl}`, ...notices];
  process.stdout.write(`${lines.join('\n')}\n`);
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
} catch (error) {
  process.stderr.write(`RawJournal cannot start. ${sentenceOf(error)}\n`);
  process.exit(1);
}
