import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { failedLetter } from '../alarms/message.js';
import { createPost, type Outside } from '../app/alarms.js';
import { readVersion, systemClock } from '../app/compose.js';
import { readKeys } from '../app/keys.js';
import { createLog } from '../app/log.js';
import { alarmDoor, createMail } from '../app/mail.js';
import { Fault } from '../lib/fault.js';
import type { Keyring } from '../lib/seal.js';
import { loadAssets } from '../web/assets.js';
import { drawRegions } from '../web/page.js';
import { createViews } from '../web/views.js';
import { print, root, withInstallation, type Installation } from './installation.js';

/** Without its key a webhook is not known, and every other way is. */
const noKeys: Keyring = { active: { id: '00000000', key: Buffer.alloc(32) }, all: new Map() };

/** As systemd writes it, so that nothing else gets into a message. */
function unitName(text: string): string {
  if (/^[\w@:.\\-]{1,255}$/.test(text)) return text;
  throw new Fault(422, 'invalid', 'That is no name of a unit, such as rawjournal-backup.service.');
}

/** The way by mail, for a process that sends a single letter; the queue keeps it where the server does not answer. */
async function mailDoor({ config, folders, db }: Installation): Promise<Outside> {
  if (config.mail === null) return {};
  const views = createViews({
    viewsDir: join(root, 'views'),
    asset: loadAssets(join(root, 'dist', 'public')),
  });
  const { publicUrl, signUp } = config;
  const site = { publicUrl, signUp, version: await readVersion(root), sendsMail: true, sells: false };
  const { room } = await createMail({
    ...{ config, folders, db, clock: systemClock, log: createLog('silent') },
    draw: drawRegions(views, site),
    start: (work) => void work(),
  });
  return { mail: alarmDoor(room, db, systemClock) };
}

async function send(installation: Installation, unit: string): Promise<void> {
  const { config, folders, db } = installation;
  const keyring = await readKeys(config, folders).catch(() => noKeys);
  const outside = await mailDoor(installation);
  const post = createPost({ config, folders, db, keyring, outside });
  const channels = await post.channels();
  if (channels.length === 0) {
    print(
      `${unit} failed, and nobody is told: no way for alarms is set up at ${config.publicUrl}/admin/alarms.`,
    );
    return;
  }
  const at = systemClock.now();
  const letter = failedLetter({ id: randomUUID(), unit, host: hostname(), at }, config.publicUrl);
  const outcomes = await Promise.all(
    channels.map(async (channel) => ({ channel, ...(await post.send(channel, letter)) })),
  );
  for (const { channel, says } of outcomes) print(`${channel}: ${says}`);
  if (!outcomes.some(({ isTaken }) => isTaken)) process.exitCode = 1;
}

/** The service itself may be what failed: this asks it nothing. */
async function failed(text: string): Promise<void> {
  const unit = unitName(text);
  try {
    await withInstallation((installation) => send(installation, unit));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.status, error.code, `${unit} failed, and nobody can be told: ${error.message}`, {
      cause: error,
    });
  }
}

export function alarmCommand(): Command {
  const command = new Command('alarm').description('tell the administrator, on the ways of /admin/alarms');
  command
    .command('failed')
    .argument('<unit>', 'a unit of systemd')
    .description('that a unit failed; for systemd, also while RawJournal is down')
    .action(failed);
  return command;
}
