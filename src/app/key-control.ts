import type { HeldKeyring } from '../data/keyring.js';
import type { ControlRoutes } from './control.js';

/** The ids of the keys that the running program holds. */
export interface HeldKeys {
  active: string;
  all: string[];
}

/** Reads the folder of keys anew and tells what is held then. */
export const keyControl = (keyring: HeldKeyring): ControlRoutes => ({
  'PUT /keys': async (): Promise<HeldKeys> => {
    await keyring.reload();
    return { active: keyring.active.id, all: [...keyring.all.keys()] };
  },
});
