import { accountToRead, type AccountToRead } from '../data/account-visits.js';
import { listConnections } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import { brokerClocks } from '../sync/clocks.js';
import { isLive, logIn, Stopped, type Live } from '../sync/login.js';
import type { MarketSource } from '../sync/market.js';
import { Residents } from '../sync/residents.js';
import { symbolBook } from '../sync/symbols.js';
import { consequence, type Errand, type VisitDeps } from '../sync/visit.js';
import { TerminalError, type FailureKind } from '../terminals/call.js';
import { listenersOn } from '../terminals/listening.js';
import { namesOf, processTable } from '../terminals/process-table.js';
import type { Slot } from '../terminals/supervisor.js';
import { metaTraderName, toolServerPort } from './machine.js';
import { readClockOf, type ClockFacts } from './clock.js';
import { pullOf, type PullFacts } from './pull.js';

export interface LentDeps {
  db: Database;
  keyring: Keyring;
  clock: Clock;
  /** of the account by which prices are read; null: none can be set here */
  market: MarketSource | null;
  /** starts a slot's terminal anew, with nobody logged in */
  restart: (slot: number) => void;
  /** Resolves when a slot can be asked. Throws a TerminalError where that does not come. */
  whenFree: (slot: Slot) => Promise<void>;
}

/** in: proved to be read-only · out: why not */
export type LoginFacts =
  | { is: 'in'; tookMs: number }
  | { is: 'out'; kind: FailureKind | 'refused-master' | 'not-usable'; why: string };

export interface AccountFacts {
  id: string;
  server: string;
  login: LoginFacts;
  /** of the first account of each server; null: it was not asked */
  pull: PullFacts | null;
  clock: ClockFacts | null;
}

export interface SwitchTimes {
  tookMs: number[];
  /** why there are no more; null: nothing failed */
  failure: string | null;
}

/** The terminals' own tool server, looked for while an account was in. */
export interface ToolServerFacts {
  /** where it listens; null: this machine does not tell */
  openAt: string[] | null;
  /** a MetaTrader was there, which could have opened it */
  isUp: boolean;
}

export interface LentFacts {
  /** from the end of its terminal to the new one's hello */
  startMs: number;
  /** the first login after it, with which MetaTrader starts; null: there is no account to log in with */
  cold: LoginFacts | null;
  /** null: none is set */
  market: (LoginFacts & { server: string }) | null;
  accounts: AccountFacts[];
  /** null: the accounts that got in are too few for it */
  same: SwitchTimes | null;
  other: SwitchTimes | null;
  toolServer: ToolServerFacts;
}

/** How often each kind of switch is measured. */
const timesEach = 5;

interface Chosen {
  userId: string;
  accountId: string;
  row: AccountToRead | undefined;
}

/** Everything that a terminal must be borrowed for. It is left with nobody logged in. */
export async function examine(deps: LentDeps, slot: Slot, ids: readonly string[]): Promise<LentFacts> {
  const examination = new Examination(deps, slot);
  try {
    return await examination.go(await chosen(deps.db, ids));
  } finally {
    if (slot.view().account !== null) deps.restart(slot.number);
  }
}

async function chosen(db: Database, ids: readonly string[]): Promise<Chosen[]> {
  const connections = await listConnections(db);
  return Promise.all(
    [...new Set(ids.map((id) => id.toLowerCase()))].map(async (accountId) => {
      const userId = connections.find((one) => one.id === accountId)?.user_id ?? '';
      if (userId === '') return { userId, accountId, row: undefined };
      const row = await db.withTenant('sync', userId, (tx) => accountToRead(tx, { userId, accountId }));
      return { userId, accountId, row };
    }),
  );
}

const out = (kind: (LoginFacts & { is: 'out' })['kind'], why: string): LoginFacts => ({
  is: 'out',
  kind,
  why,
});

class Examination {
  constructor(
    private readonly deps: LentDeps,
    private readonly slot: Slot,
  ) {}

  async go(all: readonly Chosen[]): Promise<LentFacts> {
    const startMs = await this.startAnew();
    const market = await this.enterMarket();
    const accounts: AccountFacts[] = [];
    for (const one of all) accounts.push(await this.visit(one, accounts));
    const usable = all.filter(({ accountId }) =>
      accounts.some(({ id, login }) => id === accountId && login.is === 'in'),
    );
    return {
      ...{ startMs, market, accounts, cold: market ?? accounts[0]?.login ?? null },
      same: await this.switchBetween(usable, (one, two) => one === two),
      other: await this.switchBetween(usable, (one, two) => one !== two),
      toolServer: this.toolServer(),
    };
  }

  private toolServer(): ToolServerFacts {
    const { child } = this.slot.view();
    const names = child === null ? [] : namesOf(child.pid, processTable());
    return { openAt: listenersOn(toolServerPort), isUp: names.includes(metaTraderName) };
  }

  private async startAnew(): Promise<number> {
    const { clock, restart, whenFree } = this.deps;
    const startMs = clock.monotonicMs();
    restart(this.slot.number);
    await whenFree(this.slot);
    return clock.monotonicMs() - startMs;
  }

  /** Its source is told what came of it, as when prices are read. */
  private async enterMarket(): Promise<LentFacts['market']> {
    const account = (await this.deps.market?.account()) ?? null;
    if (this.deps.market === null || account === null) return null;
    const { server, login, password } = account;
    const startMs = this.deps.clock.monotonicMs();
    try {
      const said = await this.slot.call('login', { server, login, password });
      if (said.tradeAllowed || said.investor !== 'yes')
        throw new TerminalError('investor', 'it is not proved to be read-only');
      await this.deps.market.accepted(account);
      return { server, is: 'in', tookMs: this.deps.clock.monotonicMs() - startMs };
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      if (error.kind === 'auth') await this.deps.market.refused(account, 'rejected');
      if (error.kind === 'investor') await this.deps.market.refused(account, 'master');
      if (this.slot.view().account !== null) this.deps.restart(this.slot.number);
      return { server, ...out(error.kind, error.message) };
    }
  }

  /** Logs in; of the first account of each server also reads the history and the clock. */
  private async visit(one: Chosen, before: readonly AccountFacts[]): Promise<AccountFacts> {
    const server = one.row?.server ?? '';
    const login = await this.enter(one);
    const facts = { id: one.accountId, server, login, pull: null, clock: null };
    const isAsked = before.some((other) => other.server === server && other.pull !== null);
    if (login.is === 'out' || isAsked) return facts;
    try {
      const { slot, deps } = this;
      const { pull, symbols } = await pullOf({ ...deps, slot, owner: one });
      return { ...facts, pull, clock: await readClockOf({ ...deps, slot, server, symbols }) };
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      return { ...facts, login: out(error.kind, error.message) };
    }
  }

  /** As the synchronisation does it, and with the same consequences for the account: refusals count. */
  private async enter({ userId, accountId, row }: Chosen): Promise<LoginFacts> {
    if (!isLive(row)) return out('not-usable', 'it is no account that is read');
    const { slot, deps } = this;
    const errand: Errand = {
      ...{ userId, accountId, slot, withHistory: false, isWhole: true, failures: 0 },
    };
    const fresh = await deps.db.withTenant('sync', userId, (tx) => accountToRead(tx, errand));
    if (!isLive(fresh) || fresh.state === 'needs-password' || fresh.state === 'refused-master')
      return out('not-usable', 'it waits for its owner');
    try {
      await deps.whenFree(slot);
      const startMs = deps.clock.monotonicMs();
      await logIn(this.visitDeps(), errand, fresh);
      return { is: 'in', tookMs: deps.clock.monotonicMs() - startMs };
    } catch (error) {
      return this.refusal(errand, fresh, error);
    }
  }

  private async refusal(errand: Errand, account: Live, error: unknown): Promise<LoginFacts> {
    const isOwners = error instanceof TerminalError && ['auth', 'investor'].includes(error.kind);
    if (error instanceof Stopped || isOwners) await consequence(this.visitDeps(), errand, account, error);
    if (error instanceof Stopped)
      return out(error.state === 'refused-master' ? 'refused-master' : 'not-usable', error.message);
    if (!(error instanceof TerminalError)) throw error;
    return error.kind === 'investor'
      ? out('refused-master', 'its password can trade')
      : out(error.kind, error.message);
  }

  /** With residents of its own: nobody counts as logged in already. */
  private visitDeps(): VisitDeps {
    const { db, keyring, clock, restart } = this.deps;
    return {
      ...{ db, keyring, clock, clocks: brokerClocks(db), symbols: symbolBook(db, clock) },
      ...{ residents: new Residents(), vacate: (slot) => restart(slot.number), onProgress: () => undefined },
    };
  }

  /** From one to the other and back, each time with a whole login. */
  private async switchBetween(
    usable: readonly Chosen[],
    fits: (one: string, two: string) => boolean,
  ): Promise<SwitchTimes | null> {
    const serverOf = ({ row }: Chosen): string => row?.server?.toLowerCase() ?? '';
    const pairs = usable.flatMap((one, at) => usable.slice(at + 1).map((two) => [one, two] as const));
    const pair = pairs.find(([one, two]) => fits(serverOf(one), serverOf(two)));
    if (pair === undefined) return null;
    const tookMs: number[] = [];
    for (let turn = 0; turn <= timesEach; turn += 1) {
      const login = await this.enter(pair[turn % 2 === 0 ? 0 : 1]);
      if (login.is === 'out') return { tookMs, failure: login.why };
      // The first one comes from wherever the terminal was.
      if (turn > 0) tookMs.push(login.tookMs);
    }
    return { tookMs, failure: null };
  }
}
