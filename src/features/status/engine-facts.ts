import type { Database } from '../../data/database.js';
import { listUsers } from '../../data/users.js';
import { secondMs } from '../../lib/clock.js';
import type { Sync } from '../../sync/sync.js';
import type { SlotView } from '../../terminals/slot.js';
import type { Terminals } from '../../terminals/supervisor.js';
import type { EngineFacts, PeopleFacts, QueueFacts } from '../../web/queue-words.js';
import { shortLogin, shortServer, type TerminalFacts } from '../../web/terminal-words.js';

/** What runs in the web process and can be seen only there. */
export interface Engine {
  sync: Sync;
  /** null: this installation runs none */
  terminals: Terminals | null;
}

/** Without an account nothing is to be read there: that is no fault of the terminal. */
const stateOf = ({ role, state }: SlotView, sync: Sync): string =>
  role === 'market' && state === 'stopped' && !sync.readsPrices() ? 'resting' : state;

const terminalFacts = (view: SlotView, sync: Sync): TerminalFacts => ({
  number: view.slot,
  role: view.role,
  state: stateOf(view, sync),
  since: view.since.toISOString(),
  until: view.until?.toISOString() ?? null,
  suspect: view.suspect,
  account: view.account && {
    server: shortServer(view.account.server),
    login: shortLogin(view.account.login),
  },
  restarts: view.restarts,
  lastExit: view.lastExit && { ...view.lastExit, at: view.lastExit.at.toISOString() },
  rssBytes: view.rssBytes,
  switchMs: { same: { ...view.switchMs.same }, other: { ...view.switchMs.other } },
  garbage: { ...view.garbage },
});

const inSeconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / secondMs));

function queueFacts({ sync, terminals }: Engine): QueueFacts | null {
  if (terminals === null) return null;
  const { accounts, reading, waiting, oldestDueMs, capacity, ageMs } = sync.view();
  const isMeasured = terminals.slots
    .filter(({ role }) => role === 'accounts')
    .some((slot) => slot.view().switchMs.same.n + slot.view().switchMs.other.n > 0);
  const [oldestDueS, ageS] = [inSeconds(oldestDueMs), inSeconds(ageMs)];
  return { accounts, reading, waiting, oldestDueS, capacity, isMeasured, ageS };
}

function peopleFacts(userIds: readonly string[] | null, engine: Engine | null): PeopleFacts {
  const registered = userIds?.length ?? null;
  if (userIds === null || engine === null) return { registered, online: null, grace: null };
  const states = userIds.map((userId) => engine.sync.presenceOf(userId));
  const count = (wanted: (typeof states)[number]): number =>
    states.filter((state) => state === wanted).length;
  return { registered, online: count('online'), grace: count('grace') };
}

/** `userIds`: everybody registered; null where that cannot be asked. `engine` null: it is not seen from here. */
export const engineFacts = (userIds: readonly string[] | null, engine: Engine | null): EngineFacts => ({
  users: peopleFacts(userIds, engine),
  queue: engine === null ? null : queueFacts(engine),
  terminals: engine?.terminals?.slots.map((slot) => terminalFacts(slot.view(), engine.sync)) ?? null,
});

/** The same for a page: throws where the database is away. */
export async function readEngine(db: Database, engine: Engine): Promise<EngineFacts> {
  const users = await listUsers(db);
  return engineFacts(
    users.map(({ user_id }) => user_id),
    engine,
  );
}
