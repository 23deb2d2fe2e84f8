import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { askControl, isServed } from '../app/control.js';
import type { HeldKeys } from '../app/key-control.js';
import { readKeys } from '../app/keys.js';
import { controlSocket, type StateFolders } from '../app/state.js';
import type { Database } from '../data/database.js';
import { keyIds, loadKeyring } from '../data/keyring.js';
import {
  appointKey,
  beginRotation,
  endRotation,
  removeKey,
  rotationTarget,
  type Rotation,
} from '../data/key-rotation.js';
import { examineSealed, rewrapSealed, type KeyUse, type Rewrapped } from '../data/sealed-rows.js';
import type { Keyring } from '../lib/seal.js';
import { Fault } from '../lib/fault.js';
import { custodyOf } from './handover.js';
import { print, withInstallation, type Installation } from './installation.js';
import { createKey, recoverKey } from './key-paper.js';

const random = (size: number): Buffer => randomBytes(size);

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const useWords = ({ account, factor, market, webhook }: KeyUse): string =>
  [
    account > 0 ? counted(account, 'password of an account', 'passwords of accounts') : '',
    factor > 0 ? counted(factor, 'secret of two-factor sign-in', 'secrets of two-factor sign-in') : '',
    market > 0 ? 'the password of the account for prices' : '',
    webhook > 0 ? 'the address that alarms go to' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');

/** What the running program holds after it has looked into its folder anew; null where none runs. */
async function heldByRunning(folders: StateFolders): Promise<HeldKeys | null> {
  const socket = controlSocket(folders);
  if (!(await isServed(socket))) return null; // its next start reads the folder
  const held = await askControl<HeldKeys>(socket, { route: 'PUT /keys' });
  if (held !== null) return held;
  throw new Fault(
    503,
    'not_answering',
    'RawJournal runs but does not answer. Nothing was changed; run this again.',
  );
}

/** Whether whoever runs, if anybody does, seals by this key. */
async function isHeld(folders: StateFolders, id: string): Promise<boolean> {
  const held = await heldByRunning(folders);
  return held === null || held.active === id;
}

/**
 * Nothing is wrapped by a key before the running program has shown that it holds it: a program that was given a copy
 * of its keys at its start would meet passwords that it cannot open.
 */
async function requireHeld(folders: StateFolders, id: string): Promise<void> {
  if (await isHeld(folders, id)) return;
  throw new Fault(
    409,
    'key_not_held',
    `The running RawJournal does not see the new key ${id}: it was given its keys when it started. Nothing is wrapped by it yet. ` +
      'Restart RawJournal, then run this again: it goes on from here.',
  );
}

/** Until a round finds nothing: what was being saved during the one before is wrapped by the old key. */
async function rewrapAll(db: Database, keyring: Keyring, isDeep: boolean): Promise<Rewrapped> {
  const { done, unreadable } = await rewrapSealed(db, { keyring, random, isDeep });
  if (done === 0) return { done, unreadable };
  const rest = await rewrapAll(db, keyring, isDeep);
  return { done: done + rest.done, unreadable: rest.unreadable };
}

/** Makes the new key, or finds the one of a rotation that was cut off, and sees that whoever runs seals by it. */
async function beginAnew(
  { config, folders }: Pick<Installation, 'config' | 'folders'>,
  isDeep: boolean,
): Promise<Rotation> {
  const folder = folders.keys;
  const custody = await custodyOf(config);
  await loadKeyring(folder, random); // the first key of all, where there is none
  const rotation = await beginRotation(folder, random, isDeep);
  const { id, isResumed } = rotation;
  if (isResumed) print(`Going on with the rotation to the key ${id}, which was cut off.`);
  // Before it is named active: a start in between finds every key that it is told of.
  await custody?.name();
  await appointKey(folder, id, random);
  if (custody !== null && !(await isHeld(folders, id))) await custody.handOver();
  await requireHeld(folders, id);
  return rotation;
}

async function rotate({ deep }: { deep: boolean }): Promise<void> {
  await withInstallation(async (installation) => {
    const { folders, db } = installation;
    const folder = folders.keys;
    const { id, isDeep } = await beginAnew(installation, deep);
    const keyring = await loadKeyring(folder, random);
    const { done, unreadable } = await rewrapAll(db, keyring, isDeep);
    await endRotation(folder);
    const how = isDeep ? 'sealed anew and wrapped' : 'wrapped';
    print(`The key ${id} is active. ${counted(done, 'value was', 'values were')} ${how} by it.`);
    if (unreadable > 0) {
      print(`${counted(unreadable, 'value does', 'values do')} not open and stayed: rawjournal keys verify`);
      process.exitCode = 1;
      return;
    }
    const older = (await keyIds(folder)).filter((other) => other !== id);
    for (const other of older)
      print(`Nothing uses the key ${other} any more: rawjournal keys retire ${other}`);
    print(
      `Keep a copy of ${join(folder, `kek_${id}`)} where backups are not, or its sheet: rawjournal keys create`,
    );
  });
}

async function verify(): Promise<void> {
  await withInstallation(async ({ config, folders, db }) => {
    const folder = folders.keys;
    const keyring = await readKeys(config, folders);
    const uses = await examineSealed(db, keyring);
    const unused: KeyUse = { account: 0, factor: 0, market: 0, webhook: 0, unreadable: 0 };
    for (const id of [...new Set([...keyring.all.keys(), ...uses.keys()])].sort()) {
      const use = uses.get(id) ?? unused;
      const about = id === keyring.active.id ? ', active' : keyring.all.has(id) ? '' : ', missing';
      const ends = use.unreadable > 0 ? `; ${counted(use.unreadable, 'does', 'do')} not open` : '';
      print(`key ${id}${about}: ${useWords(use) || 'used by nothing'}${ends}`);
    }
    const total = [...uses.values()].reduce(
      (sum, use) => sum + use.account + use.factor + use.market + use.webhook,
      0,
    );
    const closed = [...uses.values()].reduce((sum, { unreadable }) => sum + unreadable, 0);
    if (closed === 0) return void print(`${counted(total, 'value', 'values')} sealed, and each opens.`);
    process.exitCode = 1;
    print(
      `${closed} of ${counted(total, 'value', 'values')} cannot be opened. Bring the missing keys back: rawjournal keys recover, ` +
        `or put their files into ${folder} as kek_ and their id; ` +
        'where they are lost, passwords of accounts have to be entered anew, and two-factor sign-in needs a recovery code.',
    );
  });
}

async function retire(id: string): Promise<void> {
  await withInstallation(async ({ config, folders, db }) => {
    const folder = folders.keys;
    const custody = await custodyOf(config);
    const keyring = await readKeys(config, folders);
    const refuse = (why: string): Fault => new Fault(409, 'key_in_use', `The key ${id} stays: ${why}`);
    if (!keyring.all.has(id)) throw new Fault(404, 'not_found', `There is no key ${id} in ${folder}.`);
    if (keyring.active.id === id) throw refuse('it is the active one. Run: rawjournal keys rotate');
    if ((await rotationTarget(folder)) !== null)
      throw refuse('a rotation was cut off. Run: rawjournal keys rotate');
    const held = await heldByRunning(folders);
    if (held !== null && held.active !== keyring.active.id)
      throw refuse(`the running RawJournal still seals by the key ${held.active}. Restart it first.`);
    const use = (await examineSealed(db, keyring)).get(id);
    if (use !== undefined) throw refuse(`it wraps ${useWords(use)}. Run: rawjournal keys rotate`);
    // systemd starts nothing that is told of a file which is gone.
    await custody?.name(id);
    await removeKey(folder, id);
    await heldByRunning(folders);
    print(
      `The key ${id} is gone. Backups made while it was active bring MT5 passwords back only with a copy of it.`,
    );
  });
}

export function keysCommand(): Command {
  const command = new Command('keys').description('the keys that seal passwords in the database');
  command
    .command('create')
    .description('make the first key, where there is none, and print the recovery sheet of the active one')
    .action(createKey);
  command
    .command('recover')
    .description('take a key back from its recovery sheet, as it is typed or piped in')
    .action(recoverKey);
  command
    .command('rotate')
    .description('make a new key and wrap everything by it; run again, it goes on where it was cut off')
    .option('--deep', 'seal everything anew as well, by new keys of its own', false)
    .action(rotate);
  command
    .command('verify')
    .description('open everything that is sealed and print counts; exit 1 where something does not open')
    .action(verify);
  command
    .command('retire')
    .argument('<id>', 'eight hex digits')
    .description('remove a key that nothing uses any more')
    .action(retire);
  return command;
}
