import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { linkOver } from './link.js';
import { serve } from './session.js';
import { settings } from './settings.js';

/** A terminal that needs neither Wine nor a broker: `--port P --slot N --token-file PATH --settings PATH`. */
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    slot: { type: 'string' },
    'token-file': { type: 'string' },
    settings: { type: 'string' },
  },
});
const options = z
  .object({
    port: z.coerce.number().int().min(1).max(65_535),
    slot: z.coerce.number().int().nonnegative(),
    'token-file': z.string(),
    settings: z.string(),
  })
  .parse(values);

const token = readFileSync(options['token-file'], 'utf8').trim();
const agreed = settings.parse(JSON.parse(readFileSync(options.settings, 'utf8')));

const socket = connect({ host: '127.0.0.1', port: options.port });
socket.on('error', (error) => {
  process.stderr.write(`connection: ${error.message}\n`);
  process.exitCode ??= 1;
});
// A parent that is gone reads no last words.
socket.on('end', () => socket.destroy());
socket.on('connect', () => {
  void serve({ link: linkOver(socket), token, slot: options.slot, settings: agreed });
});
