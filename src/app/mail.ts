import { readFile } from 'node:fs/promises';
import type { MailDoor } from '../alarms/post.js';
import type { Database } from '../data/database.js';
import { givenSecret } from '../data/given-secret.js';
import { letterNamed, queueLetter } from '../data/letters.js';
import { secretFile } from '../data/secret-file.js';
import { isAdministrator, listUsers } from '../data/users.js';
import type { Clock } from '../lib/clock.js';
import { MailRoom, type RoomParts } from '../mail/room.js';
import { smtpPostman } from '../mail/smtp.js';
import { weeklyReader } from '../mail/unsubscribe.js';
import type { Mail } from '../web/kit.js';
import type { Config } from './config.js';
import type { MailConfig } from './config-mail.js';
import type { StateFolders } from './state.js';

/** Read for each letter: a file that was changed is used without a new start. */
const passwordOf =
  ({ password, passwordFile }: MailConfig, credentials: string) =>
  async () => {
    if (passwordFile !== null) return (await readFile(passwordFile, 'utf8')).trim();
    return (await givenSecret(credentials, 'smtp_password')) ?? password;
  };

/** Who carries letters to the server that is set. */
export const postmanOf = (config: MailConfig, { credentials }: Pick<StateFolders, 'credentials'>) =>
  smtpPostman({ settings: config.smtp, password: passwordOf(config, credentials) });

export interface MailParts extends Pick<RoomParts, 'db' | 'clock' | 'log' | 'draw'> {
  config: Pick<Config, 'mail' | 'publicUrl'>;
  folders: StateFolders;
  /** in place of the server that is set; null: none */
  postman?: RoomParts['postman'];
  /** begins something that no answer waits for */
  start: (work: () => Promise<unknown>) => void;
}

const domainOf = ({ mail, publicUrl }: MailParts['config']): string =>
  mail?.smtp.from.address.split('@').at(-1) ?? new URL(publicUrl).hostname;

/** Where letters wait, and how pages get at it. */
export async function createMail(parts: MailParts): Promise<{ room: MailRoom; mail: Mail }> {
  const { config, folders, db, clock, log, draw, start } = parts;
  const own = config.mail === null ? null : postmanOf(config.mail, folders);
  const key = await secretFile(folders.credentials, 'letter_key');
  const room = new MailRoom({
    ...{ db, clock, log, draw, key, publicUrl: config.publicUrl, domain: domainOf(config) },
    postman: parts.postman === undefined ? own : parts.postman,
  });
  const mail: Mail = {
    wake: () => start(() => room.sendDue()),
    weeklyReader: (secret) => weeklyReader(key, secret),
  };
  return { room, mail };
}

/** Alarms go to everybody who administers: into the queue, which tries for itself from then on. */
export const alarmDoor =
  (room: MailRoom, db: Database, clock: Clock): NonNullable<MailDoor> =>
  async ({ id, title, says, link, telling }) => {
    const admins = (await listUsers(db)).filter(isAdministrator);
    const once = `alarm ${id}`;
    for (const { user_id: userId } of admins)
      await db.withTenant('app', userId, (tx) =>
        queueLetter(tx, { userId, kind: 'alarm', facts: { title, says, link }, once, at: clock.now() }),
      );
    await room.sendDue();
    const letters = await Promise.all(
      admins.map(({ user_id: userId }) =>
        db.withTenant('app', userId, (tx) => letterNamed(tx, userId, once)),
      ),
    );
    const stuck = letters.find((letter) => letter !== undefined && letter.state !== 'sent');
    if (admins.length === 0) return { isTaken: false, says: 'Nobody administers this installation.' };
    const count = admins.length === 1 ? 'one administrator' : `${admins.length} administrators`;
    if (stuck === undefined) return { isTaken: true, says: `It was sent to ${count}.` };
    const why = stuck.answer === '' ? 'It waits in the queue.' : stuck.answer;
    // What waits is tried on: nothing is left for the queue of alarms to do. Whoever tests wants to know how it went.
    return { isTaken: telling !== 'test', says: why };
  };
