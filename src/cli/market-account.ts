import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { z } from 'zod';
import { systemClock } from '../app/compose.js';
import { readEnvironment } from '../app/config.js';
import { askControl, type Question } from '../app/control.js';
import { shownMarketAccount, type ShownMarketAccount } from '../app/market-control.js';
import { readKeys } from '../app/keys.js';
import { controlSocket, stateFolders } from '../app/state.js';
import { Fault } from '../lib/fault.js';
import { openMarketDesk, type MarketDesk } from '../sync/market-source.js';
import { loginField, passwordField, serverField } from '../web/form.js';
import { marketName, marketWords, noneNeeded } from '../web/market-words.js';
import { print, readStdin, root, withInstallation } from './installation.js';

const field = (name: string, schema: z.ZodType<string>, text: string): string => {
  const read = schema.safeParse(text);
  if (read.success) return read.data;
  throw new Fault(422, 'invalid', `${name}: ${read.error.issues[0]?.message ?? 'refused'}`);
};

/** What runs answers; where nothing does, its database is worked on, and its next start takes what is there. */
async function either<T>(question: Question, alone: (desk: MarketDesk) => Promise<T>): Promise<[T, boolean]> {
  const folders = await stateFolders(readEnvironment(root).stateDir);
  const answer = await askControl<T>(controlSocket(folders), question);
  if (answer !== null) return [answer, true];
  return withInstallation(async ({ config, folders: own, db }) => {
    if (config.terminals === 'simulator') throw new Fault(409, 'simulated', noneNeeded);
    const random = (size: number): Buffer => randomBytes(size);
    const keyring = await readKeys(config, own);
    const changed = (): void => undefined;
    return [await alone(await openMarketDesk({ db, keyring, random, clock: systemClock, changed })), false];
  });
}

async function set(options: { server: string; login: string }): Promise<void> {
  const account = {
    server: field('--server', serverField, options.server),
    login: field('--login', loginField, options.login),
    password: field('The password on standard input', passwordField, await readStdin()),
  };
  const [, isRunning] = await either<object>(
    { route: 'PUT /market-account', body: account },
    async (desk) => {
      await desk.set(account);
      return {};
    },
  );
  print(
    `${marketName(account)} is set for prices; ${isRunning ? 'rawjournal status shows in a minute whether the broker lets it in' : 'the next start takes it'}.`,
  );
}

async function show(): Promise<void> {
  const [{ account }] = await either<ShownMarketAccount>(
    { route: 'GET /market-account' },
    shownMarketAccount,
  );
  const { word, detail, fix } = marketWords(account);
  print(
    account === null
      ? 'No account for prices is set.'
      : `${marketName(account)}, ${word} since ${account.since}`,
  );
  if (detail !== '') print(detail);
  if (fix !== null) print(fix);
}

async function clear(): Promise<void> {
  const [{ wasThere }] = await either<{ wasThere: boolean }>(
    { route: 'DELETE /market-account' },
    async (desk) => ({ wasThere: await desk.clear() }),
  );
  print(
    wasThere
      ? 'The account for prices is cleared, and its password deleted.'
      : 'No account for prices was set.',
  );
}

export function marketAccountCommand(): Command {
  const command = new Command('market-account').description('the account by which prices are read');
  command
    .command('set')
    .description('a demo account at any broker, in the place of the one before')
    .requiredOption('--server <name>', 'as in the title bar of MetaTrader')
    .requiredOption('--login <number>', 'its number')
    .requiredOption('--password-stdin', 'read its investor (read-only) password from standard input')
    .action(set);
  command.command('show').description('what is set, and what the broker says of it').action(show);
  command.command('clear').description('delete it with its password: prices are read no more').action(clear);
  return command;
}
