import {
  accountToRead,
  countRejection,
  holdAccount,
  tellState,
  wipePassword,
} from '../data/account-visits.js';
import type { Database, Tx } from '../data/database.js';
import { queueLetter } from '../data/letters.js';
import { noteUnknownServer } from '../data/servers.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import { TerminalError } from '../terminals/call.js';
import type { Slot } from '../terminals/supervisor.js';
import type { BrokerClocks } from './clocks.js';
import type { FeedEvent } from './feed.js';
import { Superseded, type Owned } from './ingest.js';
import { isLive, logIn, mostRejections, sentences, Stopped, type Live } from './login.js';
import { read } from './read.js';
import type { Residents } from './residents.js';
import type { Symbols } from './symbols.js';
import type { Progress } from './sync.js';

export interface VisitDeps {
  db: Database;
  keyring: Keyring;
  clock: Clock;
  clocks: BrokerClocks;
  symbols: Symbols;
  residents: Residents;
  /** logs a terminal out, by starting it anew */
  vacate: (slot: Slot) => void;
  onProgress: (accountId: string, progress: Progress) => void;
}

export interface Errand extends Owned {
  slot: Slot;
  /** with the deals, or positions alone */
  withHistory: boolean;
  /** from the first deal on, not from the cursor; by hand, and so of a paused account too */
  isWhole: boolean;
  /** visits in a row that came to nothing, before this one */
  failures: number;
}

/** read: done · later: not now, the account stays in the queue · owner: it waits for its owner · gone: removed */
export type Outcome =
  | { kind: 'read'; events: FeedEvent[]; pullMs: number }
  | { kind: 'later'; blame: 'terminal' | 'broker' }
  | { kind: 'owner' }
  | { kind: 'gone' };

const soon: Outcome = { kind: 'later', blame: 'terminal' };

const waitsForOwner = ({ state }: Live, { isWhole }: Errand): boolean =>
  state === 'needs-password' || state === 'refused-master' || (state === 'paused' && !isWhole);

/**
 * One visit of one account in one terminal: log in if another account is there, read, write. Rejects only for what is
 * nobody's doing, such as a database that is away.
 */
export async function visit(deps: VisitDeps, errand: Errand): Promise<Outcome> {
  const account = await deps.db.withTenant('sync', errand.userId, (tx) => accountToRead(tx, errand));
  if (!isLive(account)) return gone(deps, errand);
  if (waitsForOwner(account, errand)) return { kind: 'owner' };
  try {
    await logIn(deps, errand, account);
    const startMs = deps.clock.monotonicMs();
    const events = await read(deps, errand, account);
    return { kind: 'read', events, pullMs: deps.clock.monotonicMs() - startMs };
  } catch (error) {
    return await consequence(deps, errand, account, error);
  }
}

/** Writes what a failure means for the account. Throws what is nobody's doing. */
export async function consequence(
  deps: VisitDeps,
  errand: Errand,
  account: Live,
  error: unknown,
): Promise<Outcome> {
  if (error instanceof Stopped) return stop(deps, errand, { account, why: error });
  if (error instanceof TerminalError) return afterFailure(deps, errand, account, error);
  if (error instanceof Superseded) return superseded(deps, errand);
  throw error;
}

function gone({ residents, vacate }: VisitDeps, { slot, accountId }: Errand): Outcome {
  if (residents.in(slot) === accountId) vacate(slot);
  return { kind: 'gone' };
}

/** Removed, or given other credentials, while it was being read. */
async function superseded(deps: VisitDeps, errand: Errand): Promise<Outcome> {
  const account = await deps.db.withTenant('sync', errand.userId, (tx) => accountToRead(tx, errand));
  return account === undefined ? gone(deps, errand) : soon;
}

/** Writes what these credentials came to; if there are others by now, they are tried instead. */
async function told(
  deps: VisitDeps,
  errand: Errand,
  account: Live,
  write: (tx: Tx) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await deps.db.withTenant('sync', errand.userId, async (tx) =>
    (await holdAccount(tx, errand, account.sealed_password)) ? write(tx) : null,
  );
  return outcome ?? superseded(deps, errand);
}

async function halt(
  tx: Tx,
  { clock }: Pick<VisitDeps, 'clock'>,
  errand: Errand,
  { account, why }: { account: Live; why: Stopped },
): Promise<Outcome> {
  if (why.wipes) await wipePassword(tx, errand);
  await tellState(tx, errand, why);
  if (why.state === 'needs-password' && account.state !== 'needs-password') {
    const { userId, accountId } = errand;
    const facts = { accountId, label: account.label };
    await queueLetter(tx, { userId, kind: 'needs-password', facts, at: clock.now() });
  }
  return why.isFinal ? { kind: 'owner' } : { kind: 'later', blame: 'broker' };
}

const stop = (
  deps: VisitDeps,
  errand: Errand,
  { account, why }: { account: Live; why: Stopped },
): Promise<Outcome> => told(deps, errand, account, (tx) => halt(tx, deps, errand, { account, why }));

/** What a failed call means for the account. Credentials are refused twice in all, whatever happens in between. */
function afterFailure(
  deps: VisitDeps,
  errand: Errand,
  account: Live,
  error: TerminalError,
): Promise<Outcome> {
  const isDraft = account.connected_at === null;
  // A draft goes on connecting: nothing that it had is out of reach.
  const away = new Stopped(isDraft ? account.state : 'offline', sentences.offline, false);
  const end = (why: Stopped): Promise<Outcome> => stop(deps, errand, { account, why });
  switch (error.kind) {
    case 'auth':
      return told(deps, errand, account, async (tx) => {
        const count = await countRejection(tx, errand);
        if (count < mostRejections) return { kind: 'later', blame: 'broker' };
        const why = new Stopped('needs-password', sentences.rejected, true);
        return halt(tx, deps, errand, { account, why });
      });
    case 'investor':
      return end(new Stopped('refused-master', sentences.master, true, true));
    case 'server-unknown':
      return isDraft ? unknown(deps, errand, account) : end(away);
    case 'not-connected':
      return end(away);
    case 'timeout':
      // Once may be the terminal's fault: another one tries. A terminal that starts into a server it does not know
      // answers nobody, ever.
      if (errand.failures === 0) return Promise.resolve(soon);
      return isDraft && errand.failures > 1 ? unknown(deps, errand, account) : end(away);
    default:
      return Promise.resolve(soon);
  }
}

/**
 * MetaTrader has no word for a server that it does not know: nothing happens. A sick terminal says the same, so it is
 * started anew and asks once more.
 */
function unknown(deps: VisitDeps, errand: Errand, account: Live): Promise<Outcome> {
  if (errand.failures === 0) return Promise.resolve(soon);
  return told(deps, errand, account, async (tx) => {
    await noteUnknownServer(tx, account.server, deps.clock.now());
    const why = new Stopped('unknown-server', sentences.unknownServer, true);
    return halt(tx, deps, errand, { account, why });
  });
}
