import { readConfig, type Config } from '../app/config.js';
import { Fault } from '../lib/fault.js';

type Env = Record<string, string>;

export const settingsOf = (env: Env): Config => readConfig(env, '/srv/journal');

/** The sentence with which an environment is refused; null when it is accepted. */
export const refusedSettings = (env: Env): string | null => {
  try {
    settingsOf(env);
    return null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.message;
  }
};
