import { Command } from 'commander';
import { recordActivity } from '../data/audit.js';
import { issueToken, listTokens, revokeToken } from '../data/tokens.js';
import { Fault } from '../lib/fault.js';
import { consoleOccasion } from '../web/occasion.js';
import { print, withInstallation } from './installation.js';
import { userWith } from './user.js';

/** Prints the token, and nothing else: it is shown this once. */
const create = ({
  email,
  name,
  readOnly,
}: {
  email: string;
  name: string;
  readOnly: boolean;
}): Promise<void> =>
  withInstallation(async ({ db }) => {
    const { user_id: userId } = await userWith(db, email);
    const scope = readOnly ? 'read' : 'write';
    const at = new Date();
    const made = { what: 'token-made', details: { name, scope } } as const;
    const token = await db.withTenant('app', userId, async (tx) => {
      await recordActivity(tx, userId, consoleOccasion(at), made);
      return issueToken(tx, { userId, name, scope, at });
    });
    print(token);
  });

const list = ({ email }: { email: string }): Promise<void> =>
  withInstallation(async ({ db }) => {
    const { user_id: userId } = await userWith(db, email);
    const tokens = await db.withTenant('app', userId, (tx) => listTokens(tx, userId));
    for (const token of tokens) print([token.id, token.name, token.scope, `…${token.hint}`].join('\t'));
  });

const revoke = (id: string, { email }: { email: string }): Promise<void> =>
  withInstallation(async ({ db }) => {
    const { user_id: userId } = await userWith(db, email);
    const isId = /^[\da-f-]{36}$/i.test(id);
    const name = await db.withTenant('app', userId, async (tx) => {
      const revoked = isId ? await revokeToken(tx, userId, id) : null;
      if (revoked === null) return null;
      const activity = { what: 'token-revoked', details: { name: revoked } } as const;
      await recordActivity(tx, userId, consoleOccasion(new Date()), activity);
      return revoked;
    });
    if (name === null) throw new Fault(404, 'not_found', `${email} has no token ${id}.`);
  });

export function tokenCommand(): Command {
  const token = new Command('token').description('tokens for the API');
  token
    .command('create')
    .description('make a token; prints it')
    .requiredOption('--email <address>', 'whose journal it opens')
    .option('--name <name>', 'what will use it', 'command line')
    .option('--read-only', 'it may not write', false)
    .action(create);
  token.command('list').description('a person’s tokens').requiredOption('--email <address>').action(list);
  token
    .command('revoke <id>')
    .description('end a token at once')
    .requiredOption('--email <address>')
    .action(revoke);
  return token;
}
