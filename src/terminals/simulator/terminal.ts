import { setTimeout as sleep } from 'node:timers/promises';
import type { Params, Part } from '../protocol.js';
import type { Account } from './account.js';
import { brokerOf } from './brokers.js';
import { Refusal, type Terminal } from './calls.js';
import { distorted } from './distortion.js';
import type { Mischief } from './mischief.js';
import { diceOf } from './noise.js';
import { simulatedNow, type Settings } from './settings.js';
import type { World } from './world.js';

/** Waits without keeping the process alive: the socket alone does that. */
export const rest = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

const refusals = {
  auth: [-6, 'Terminal: Authorization failed'],
  investor: [null, 'trading has been enabled: this is a master password'],
  'server-unknown': [-10_005, 'IPC timeout'],
} as const;

/** an unknown server is only known by that nothing happens */
const silenceMs = 20_000;
const residentMs = 150;

/** What a terminal keeps between calls. */
export interface TerminalState {
  account: Account | null;
  server: string | null;
  logins: number;
  /** how often a counted mischief has happened */
  taken: Map<string, number>;
}

export const freshTerminal = (): TerminalState => ({
  account: null,
  server: null,
  logins: 0,
  taken: new Map(),
});

/** How long a login takes: less on the server that is connected already, nothing much on the resident account. */
function loginMs(state: TerminalState, { login, server }: Params<'login'>): number {
  if (state.account?.login === login && state.account.server === server) return residentMs;
  const dice = diceOf(`login/${server}/${login}/${state.logins}`);
  const base = state.server === server ? dice.between(1_200, 1_600) : dice.between(3_000, 6_000);
  return base * (brokerOf(server)?.slowness ?? 1);
}

export interface Surroundings {
  world: World;
  settings: Settings;
  state: TerminalState;
  mischief: Mischief;
  progress: Terminal['progress'];
}

async function logIn(around: Surroundings, params: Params<'login'>): Promise<Part<'login'>> {
  const { world, settings, state, mischief } = around;
  const startedMs = Date.now();
  const admission = mischief.rejectLogins ? ({ kind: 'auth' } as const) : world.admit(params);
  const ms = admission.kind === 'server-unknown' ? silenceMs : loginMs(state, params);
  state.logins++;
  state.account = null;
  await rest(mischief.loginMs ?? ms / settings.timeScale);
  if (admission.kind !== 'admitted') {
    const [code, text] = refusals[admission.kind];
    throw new Refusal(admission.kind, code, text);
  }
  admission.account.snapshotAt(simulatedNow(settings, Date.now())); // the long way, once
  state.account = admission.account;
  state.server = params.server;
  const { login, server } = params;
  return { login, server, tradeAllowed: false, investor: 'yes', tookMs: Date.now() - startedMs };
}

/** The terminal as one call finds it. */
export function terminalFor(around: Surroundings): Terminal {
  const { settings, state, mischief } = around;
  return {
    account: () => {
      if (!state.account)
        throw new Refusal('not-connected', -10_004, 'No IPC connection: nobody is logged in');
      return distorted(state.account, mischief, settings.epochMs);
    },
    login: (params) => logIn(around, params),
    now: () => simulatedNow(settings, Date.now()),
    pause: (ms) => rest(ms / settings.timeScale),
    progress: around.progress,
    mischief,
    takes: (name) => {
      const wanted = mischief[name] ?? 0;
      const taken = wanted === 0 ? 0 : (state.taken.get(name) ?? 0);
      state.taken.set(name, Math.min(wanted, taken + 1));
      return taken < wanted;
    },
  };
}
