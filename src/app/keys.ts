import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { activeName } from '../data/key-files.js';
import { holdKeyring, loadKeyring, type HeldKeyring } from '../data/keyring.js';
import { Fault } from '../lib/fault.js';
import type { Keyring } from '../lib/seal.js';
import type { Config } from './config.js';
import type { StateFolders } from './state.js';

const random = (size: number): Buffer => randomBytes(size);

/** Where keys are handed over none is made in passing: nobody would have it on paper. */
async function requireKey({ keys }: Pick<Config, 'keys'>, folders: StateFolders): Promise<void> {
  if (keys === null) return;
  await access(join(folders.keys, activeName), constants.R_OK).catch((cause: unknown) => {
    throw new Fault(
      500,
      'no_key',
      `This server has no key for the passwords it keeps, or does not hand it over (${folders.keys}). As root: ` +
        'rawjournal keys create for a new installation, rawjournal keys recover with the recovery sheet for one that ' +
        'was restored. Then: systemctl restart rawjournal',
      { cause },
    );
  });
}

/** The keys of this installation, for a command. Throws a Fault where an appliance has none. */
export async function readKeys(config: Pick<Config, 'keys'>, folders: StateFolders): Promise<Keyring> {
  await requireKey(config, folders);
  return loadKeyring(folders.keys, random);
}

/** The same for the program, during whose life keys come and go. */
export async function holdKeys(config: Pick<Config, 'keys'>, folders: StateFolders): Promise<HeldKeyring> {
  await requireKey(config, folders);
  return holdKeyring(folders.keys, random);
}
