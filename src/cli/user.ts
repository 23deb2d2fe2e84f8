import { randomBytes, randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { recordActivity } from '../data/audit.js';
import { issueLink } from '../data/links.js';
import { isDuplicate } from '../data/outage.js';
import { closeSessions } from '../data/sessions.js';
import {
  addUser,
  claimInstallation,
  keepAdministrator,
  listUsers,
  replacePassword,
  setDisabled,
  setRole,
  type ListedUser,
} from '../data/users.js';
import { oweWelcome } from '../data/welcomes.js';
import { dropSetupCode } from '../app/setup-code.js';
import type { Database } from '../data/database.js';
import type { Role } from '../data/schema.js';
import { Fault } from '../lib/fault.js';
import { emailField } from '../web/form.js';
import { consoleOccasion } from '../web/occasion.js';
import { createPasswords, newPasswordFor } from '../web/passwords.js';
import { print, readStdin, withInstallation } from './installation.js';

const refused = (sentence: string): Fault => new Fault(422, 'invalid', sentence);

async function passwordFromStdin(email: string): Promise<string> {
  const read = newPasswordFor(email).safeParse(await readStdin());
  if (!read.success)
    throw refused(`The password on standard input: ${read.error.issues[0]?.message ?? 'refused'}`);
  const passwords = await createPasswords((size) => randomBytes(size));
  return passwords.hash(read.data);
}

const address = (email: string): string => {
  const read = emailField.safeParse(email);
  if (!read.success) throw refused(`--email ${email}: ${read.error.issues[0]?.message ?? 'refused'}`);
  return read.data;
};

/** The person with that address, disabled or not. */
export async function userWith(db: Database, email: string): Promise<ListedUser> {
  const wanted = address(email);
  const user = (await listUsers(db)).find((listed) => listed.email === wanted);
  if (user === undefined) throw new Fault(404, 'not_found', `Nobody here has the address ${wanted}.`);
  return user;
}

/** Prints the id of the new user, and nothing else. */
async function create({ email, admin }: { email: string; admin: boolean }): Promise<void> {
  const wanted = address(email);
  const passwordHash = await passwordFromStdin(wanted);
  await withInstallation(async ({ db, folders }) => {
    const userId = randomUUID();
    const at = new Date();
    const role = admin ? 'admin' : 'user';
    const user = {
      userId,
      email: wanted,
      passwordHash,
      role,
      timeZone: 'UTC',
      verifiedAt: at,
      createdAt: at,
    } as const;
    try {
      await db.withTenant('app', userId, async (tx) => {
        await addUser(tx, user);
        await oweWelcome(tx, userId);
        await recordActivity(tx, userId, consoleOccasion(at), { what: 'user-made' });
        // With an administrator there is nothing left to offer to the first visitor.
        if (admin) await claimInstallation(tx, at);
      });
    } catch (error) {
      if (!isDuplicate(error, 'users_by_email')) throw error;
      throw new Fault(409, 'taken', `Somebody here has the address ${wanted} already.`);
    }
    if (admin) await dropSetupCode(folders);
    print(userId);
  });
}

/** Sets the password from standard input, or prints a link that lets its owner choose one. */
async function resetPassword(options: { email: string; passwordStdin: boolean }): Promise<void> {
  const passwordHash = options.passwordStdin ? await passwordFromStdin(address(options.email)) : null;
  await withInstallation(async ({ db, config }) => {
    const { user_id: userId } = await userWith(db, options.email);
    const secret = await db.withTenant('app', userId, async (tx) => {
      const at = new Date();
      const what = passwordHash === null ? 'reset-link-made' : 'password-changed';
      await recordActivity(tx, userId, consoleOccasion(at), { what });
      if (passwordHash === null) return issueLink(tx, { userId, kind: 'reset', at });
      await replacePassword(tx, userId, passwordHash);
      return null;
    });
    if (secret !== null) print(`${config.publicUrl}/reset/${secret}`);
  });
}

async function list({ json }: { json: boolean }): Promise<void> {
  const users = await withInstallation(({ db }) => listUsers(db));
  if (json) {
    print(JSON.stringify(users, null, 2));
    return;
  }
  for (const user of users)
    print(
      [user.user_id, user.email, user.role, user.disabled_at === null ? 'active' : 'disabled'].join('\t'),
    );
}

const disable = ({ email }: { email: string }): Promise<void> =>
  withInstallation(async ({ db }) => {
    const { user_id: userId } = await userWith(db, email);
    await db.withTenant('app', userId, async (tx) => {
      await keepAdministrator(db, tx, userId);
      const at = new Date();
      await setDisabled(tx, userId, at);
      await closeSessions(tx, userId, null);
      await recordActivity(tx, userId, consoleOccasion(at), { what: 'disabled' });
    });
    print(`${email} is shut out; nothing of theirs is removed.`);
  });

const enable = ({ email }: { email: string }): Promise<void> =>
  withInstallation(async ({ db }) => {
    const { user_id: userId } = await userWith(db, email);
    await db.withTenant('app', userId, async (tx) => {
      await setDisabled(tx, userId, null);
      await recordActivity(tx, userId, consoleOccasion(new Date()), { what: 'enabled' });
    });
    print(`${email} is let in again.`);
  });

const giveRole = ({ email, role }: { email: string; role: Role }): Promise<void> =>
  withInstallation(async ({ db, folders }) => {
    const { user_id: userId } = await userWith(db, email);
    await db.withTenant('app', userId, async (tx) => {
      if (role === 'admin') await claimInstallation(tx, new Date());
      else await keepAdministrator(db, tx, userId);
      await closeSessions(tx, userId, null); // rights never change inside a session
      await setRole(tx, userId, role);
      const changed = { what: 'role-changed', details: { to: role } } as const;
      await recordActivity(tx, userId, consoleOccasion(new Date()), changed);
    });
    if (role === 'admin') await dropSetupCode(folders);
    print(`${email} is ${role === 'admin' ? 'an administrator' : 'a user'} now, and signed out.`);
  });

export function userCommand(): Command {
  const user = new Command('user').description('people of this installation');
  user
    .command('create')
    .description('add a person; prints the id')
    .requiredOption('--email <address>', 'their email address')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .option('--admin', 'with the rights of an administrator', false)
    .action(create);
  user
    .command('reset-password')
    .description('print a link for choosing a new password, or set one')
    .requiredOption('--email <address>')
    .option('--password-stdin', 'set the password read from standard input instead', false)
    .action(resetPassword);
  user.command('list').description('everybody').option('--json', 'as JSON', false).action(list);
  user
    .command('disable')
    .description('close the doors of a person; nothing of theirs is removed')
    .requiredOption('--email <address>')
    .action(disable);
  user.command('enable').description('open them again').requiredOption('--email <address>').action(enable);
  user
    .command('role')
    .description('give or take the rights of an administrator')
    .requiredOption('--email <address>')
    .addOption(new Option('--role <role>', 'what they are').choices(['admin', 'user']).makeOptionMandatory())
    .action(giveRole);
  return user;
}
