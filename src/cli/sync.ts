import { Command } from 'commander';
import pLimit from 'p-limit';
import { accountOf, listConnections, type Connection } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import { reconciliationOf } from '../data/reconciliations.js';
import { isReadable } from '../features/accounts/own.js';
import { Fault } from '../lib/fault.js';
import { minuteMs } from '../lib/clock.js';
import type { Ending } from '../sync/create.js';
import { ledgerBadge } from '../web/account-words.js';
import { askRunning, print, withInstallation } from './installation.js';

interface Options {
  account?: string;
  all: boolean;
  wait: boolean;
}

/** questions that wait for their answer */
const atOnce = 100;
/** A first history takes minutes, and others may be before it. */
const patienceMs = 30 * minuteMs;

/** The accounts meant. Throws a Fault where that is none, or one that is not read. */
async function chosen(db: Database, { account, all }: Options): Promise<Connection[]> {
  if ((account === undefined) !== all) throw new Fault(422, 'invalid', 'Say --account ID or --all.');
  const connections = await listConnections(db);
  if (all) return connections.filter(isReadable);
  const one = connections.find(({ id }) => id === account?.toLowerCase());
  if (one === undefined) throw new Fault(404, 'not_found', `There is no account ${account ?? ''}.`);
  if (!isReadable(one))
    throw new Fault(
      409,
      'not_readable',
      one.type === 'live'
        ? `Account ${one.id} is not read while its state is ${one.state}.`
        : `Account ${one.id} is fed by its owner; only live accounts are read.`,
    );
  return [one];
}

const read = ({ user_id: userId, id: accountId }: Connection, wait: boolean): Promise<Ending | null> =>
  askRunning<{ ending: Ending | null }>({
    route: 'POST /syncs',
    body: { userId, accountId, wait },
    ...(wait ? { patienceMs } : {}),
  }).then(({ ending }) => ending);

/** One account when its reading has ended: `<id>  read  live  to the cent`. */
async function outcomeLine(db: Database, account: Connection, ending: Ending | null): Promise<string> {
  const { user_id: userId, id: accountId } = account;
  const [row, reconciliation] = await db.withTenant('app', userId, (tx) =>
    Promise.all([accountOf(tx, userId, accountId), reconciliationOf(tx, { userId, accountId })]),
  );
  const state = row === undefined ? 'removed' : row.state;
  const how = ending === 'read' ? 'read' : 'failed';
  return [accountId, how, state, ledgerBadge(reconciliation, row?.currency_digits ?? 2).text].join('\t');
}

async function sync(options: Options): Promise<void> {
  // The database may be there without the program, and gives another reason when neither is.
  await askRunning({ route: 'GET /ping' });
  await withInstallation(async ({ db }) => {
    const accounts = await chosen(db, options);
    const limit = pLimit(atOnce);
    const asking = limit.map(accounts, async (account) => {
      const ending = await read(account, options.wait);
      if (!options.wait) return;
      print(await outcomeLine(db, account, ending));
      if (ending !== 'read') process.exitCode = 1;
    });
    const said = `${accounts.length} account${accounts.length === 1 ? '' : 's'} asked for.`;
    if (options.wait) print(said);
    await asking;
    if (!options.wait) print(said);
  });
}

export const syncCommand = (): Command =>
  new Command('sync')
    .description('read accounts once, whole, whether or not their owners are online')
    .option('--account <id>', 'this one')
    .option('--all', 'all that can be read', false)
    .option(
      '--wait',
      'wait until each was read or failed, and print a line each; exit 1 if one failed',
      false,
    )
    .action(sync);
