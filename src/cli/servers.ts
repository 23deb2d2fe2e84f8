import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { Command } from 'commander';
import { readEnvironment } from '../app/config.js';
import { askControl } from '../app/control.js';
import { controlSocket, stateFolders } from '../app/state.js';
import { nobody } from '../data/database.js';
import { forgetUnknownServer, knownServers, unknownServers, type UnknownServer } from '../data/servers.js';
import { Fault } from '../lib/fault.js';
import { minuteMs } from '../lib/clock.js';
import type { ServerVerdict } from '../terminals/check-server.js';
import { keepServers, serversKeptAt } from '../terminals/servers-file.js';
import { askRunning, print, root, withInstallation } from './installation.js';

async function servers(): Promise<{ known: string[]; unknown: UnknownServer[] }> {
  return withInstallation(({ db }) =>
    db.withTenant('sync', nobody, async (tx) => ({
      known: await knownServers(tx),
      unknown: await unknownServers(tx),
    })),
  );
}

async function list(): Promise<void> {
  const { known, unknown } = await servers();
  for (const server of known) print(`known\t${server}`);
  for (const { server, asked, asked_at: at } of unknown)
    print(`unknown\t${server}\tasked for ${asked} time${asked === 1 ? '' : 's'}, last ${at.toISOString()}`);
  const { root: stateFolder } = await stateFolders(readEnvironment(root).stateDir);
  const keptAt = serversKeptAt(stateFolder);
  print(
    keptAt === null
      ? 'No servers.dat was added: terminals know what MetaTrader came with.'
      : `The servers.dat of ${keptAt.toISOString()} is given to each terminal at its start.`,
  );
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new Fault(404, 'not_found', `${path} cannot be read.`);
  }
}

async function add(path: string): Promise<void> {
  const folders = await stateFolders(readEnvironment(root).stateDir);
  keepServers(await realpath(folders.root), bytesOf(path));
  const answer = await askControl(controlSocket(folders), { route: 'POST /terminals/refreshments' });
  print(
    answer === null
      ? 'Kept: every terminal takes it at its next start.'
      : 'Kept: the terminals start anew one after the other, and take it.',
  );
}

async function forget(server: string): Promise<void> {
  const isGone = await withInstallation(({ db }) =>
    db.withTenant('sync', nobody, (tx) => forgetUnknownServer(tx, server)),
  );
  if (!isGone)
    throw new Fault(404, 'not_found', `Nobody has asked for ${server}; see rawjournal servers list.`);
  print(`${server} is forgotten.`);
}

async function check(server: string): Promise<void> {
  const { known } = await servers();
  if (known.includes(server)) {
    print(`${server} is known: accounts are read there.`);
    return;
  }
  const body = { server };
  const { is, why } = await askRunning<ServerVerdict>({
    route: 'POST /servers/checks',
    body,
    patienceMs: 6 * minuteMs,
  });
  print(
    is === 'unclear' ? `Whether ${server} is known could not be told: ${why}` : `${server} is ${is}: ${why}.`,
  );
  if (is === 'unknown')
    print('Open an account there in any MetaTrader 5 and run: rawjournal servers add …/Config/servers.dat');
  if (is !== 'known') process.exitCode = 1;
}

export function serversCommand(): Command {
  const command = new Command('servers').description('the brokers’ servers that the terminals know');
  command.command('list').description('those that are read, and those that nobody finds').action(list);
  command
    .command('add')
    .description('teach every terminal the brokers of another MetaTrader, by its Config/servers.dat')
    .argument('<file>')
    .action(add);
  command
    .command('forget')
    .description('an unknown one that was a mistake: the status speaks of it no more')
    .argument('<name>')
    .action(forget);
  command
    .command('check')
    .description('ask a broker once, by an account that nobody has, whether a terminal finds it')
    .argument('<name>', 'as in the title bar of MetaTrader')
    .action(check);
  return command;
}
