import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.js';
import { newSecret, type RandomBytes } from '../lib/secret.js';
import { TerminalError, type Account, type CallMethod, type CallOptions } from './call.js';
import { trimLog, type Child, type Exit, type Launch } from './launch.js';
import { fitnessOf, type Fitness } from './fitness.js';
import { readJournal, type Journal } from './journal-tail.js';
import type { Connection, Hello, Visitor } from './listener.js';
import { dueMs, isFree, step } from './policy.js';
import { loadOf, processTable, treeOf, type Member, type ProcessTable } from './process-table.js';
import type { Params, Part } from './protocol.js';
import {
  stopped,
  type Effect,
  type Moment,
  type SlotEvent,
  type SlotState,
  type StateName,
} from './state.js';
import type { Spread } from './switches.js';
import { Talk, type Introduction } from './talk.js';
import type { After } from './timers.js';
import type { Ceilings, Timing } from './timing.js';

export type Role = 'accounts' | 'market';
export type Log = (line: string, level: 'info' | 'warn' | 'error') => void;

export interface LastExit extends Exit {
  readonly at: Date;
  /** for people: why it ended, as far as we know */
  readonly why: string;
}

/** A slot as status pages show it. */
export interface SlotView {
  readonly slot: number;
  readonly role: Role;
  readonly state: StateName;
  readonly since: Date;
  /** when the state ends at the latest; null: not by time */
  readonly until: Date | null;
  readonly suspect: boolean;
  readonly account: Account | null;
  readonly child: (Introduction & { readonly pid: number; readonly startedAt: Date }) | null;
  /** of the last child that introduced itself, also of one that was ended for it; null: there was none */
  readonly fitness: Fitness | null;
  /** starts after the first */
  readonly restarts: number;
  readonly lastExit: LastExit | null;
  /** the child with all its descendants, shared memory counted once; null: not measured yet */
  readonly rssBytes: number | null;
  readonly switchMs: { readonly same: Spread; readonly other: Spread };
  /** what it sent and nobody could use: no messages, over-long lines, answers to questions nobody asked */
  readonly garbage: { readonly messages: number; readonly overLong: number; readonly strays: number };
}

/** A slot as an administrator sees it who looks closely. */
export interface Inspection {
  /** the child and all that it started; empty: it has none */
  readonly processes: readonly Member[];
  /** MetaTrader's own words */
  readonly journal: Journal;
}

/** What a slot shares with the others. */
export interface Surroundings {
  readonly launch: Launch;
  readonly clock: Clock;
  readonly after: After;
  readonly timing: Timing;
  readonly ceilings: Ceilings;
  readonly random: RandomBytes;
  readonly log: Log;
  port(): number;
  /** the slot is about to start, or to end for maintenance */
  startFromMs(isFirst: boolean): number;
  recycleFromMs(slot: number): number;
  changed(slot: number, effects: readonly Effect[]): void;
}

const alarms: Partial<Record<StateName, string>> = {
  quarantined: 'keeps ending and is left alone for a while',
  'version-skew': 'waits for an upgrade, since its versions do not fit together',
};

/** One slot: performs what the policy says with a real child. */
export class Terminal {
  state: SlotState = stopped;
  private readonly talk: Talk;
  private readonly queue: SlotEvent[] = [];
  private isFeeding = false;
  private child: Child | null = null;
  private token: string | null = null;
  private fitness: Fitness | null = null;
  private starts = 0;
  private startedAt: Date;
  private since: Date;
  private why: string | null = null;
  private lastExit: LastExit | null = null;
  private rssBytes: number | null = null;
  private cancelWake: () => void = () => undefined;

  constructor(
    readonly number: number,
    readonly role: Role,
    private readonly folder: string,
    private readonly around: Surroundings,
  ) {
    this.since = this.startedAt = around.clock.now();
    this.talk = new Talk(around.clock, around.timing, (event) => this.feed(event));
  }

  isFree(): boolean {
    return isFree(this.state);
  }

  async call<M extends CallMethod>(
    method: M,
    params: Params<M>,
    options: CallOptions<M> = {},
  ): Promise<Part<M>> {
    if (!this.isFree()) throw new TerminalError('busy', `Terminal ${this.number} is ${this.state.name}.`);
    if (method !== 'login') return this.talk.call(method, params, options);
    const { child } = this;
    child?.loginBegins?.(params as Params<'login'>);
    try {
      return await this.talk.call(method, params, options);
    } finally {
      child?.loginEnds?.();
    }
  }

  view(): SlotView {
    const { talk, child, state, around, startedAt } = this;
    const { introduction } = talk;
    const waitMs = state.untilMs === null ? null : state.untilMs - around.clock.monotonicMs();
    return {
      slot: this.number,
      role: this.role,
      ...{ state: state.name, since: this.since },
      until: waitMs === null ? null : new Date(around.clock.now().getTime() + waitMs),
      ...{ suspect: state.isSuspect, account: talk.account },
      child: child === null || introduction === null ? null : { ...introduction, pid: child.pid, startedAt },
      fitness: this.fitness,
      ...{ restarts: Math.max(0, this.starts - 1), lastExit: this.lastExit, rssBytes: this.rssBytes },
      switchMs: talk.switches.view(),
      garbage: { ...talk.garbage },
    };
  }

  /** What an administrator sees of it who looks closely. */
  async inspect(): Promise<Inspection> {
    const { child, folder } = this;
    const [processes, journal] = await Promise.all([
      child === null ? [] : treeOf(child.pid, processTable()),
      readJournal(join(folder, 'prefix')),
    ]);
    return { processes, journal };
  }

  /** The token with which its child may come in, as long as it is waited for. */
  expectedToken(): string | null {
    return this.state.name === 'starting' ? this.token : null;
  }

  arrived(hello: Hello, connection: Connection): Visitor {
    this.token = null;
    const visitor = this.talk.arrived(hello, connection);
    this.fitness = fitnessOf(hello);
    this.admit(this.fitness);
    return visitor;
  }

  private admit({ flaw, why, missing }: Fitness): void {
    if (missing.length > 0)
      this.around.log(`The package of terminal ${this.number} lacks: ${missing.join(', ')}.`, 'warn');
    if (flaw === null) this.feed({ type: 'hello' });
    else this.feed({ type: flaw === 'version-skew' ? 'skewed' : 'lost', why });
  }

  /** Weighs its child, from /proc or else by its own word, and cuts its log. */
  async watch(table: ProcessTable): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const load = await loadOf(child.pid, table);
    // Another one may have come while this was asked.
    if (this.child !== child) return;
    const word = { rssBytes: this.talk.heartbeatBytes ?? 0, processes: 1 };
    const { rssBytes, processes } = load.processes > 0 ? load : word;
    this.rssBytes = rssBytes;
    this.feed({ type: 'measured', rssBytes, processes });
    await trimLog(this.folder);
  }

  /** Events that effects cause wait until the effects are done. */
  feed(event: SlotEvent): void {
    this.queue.push(event);
    if (this.isFeeding) return;
    this.isFeeding = true;
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) this.advance(next);
    } finally {
      this.isFeeding = false;
    }
    this.setWake();
  }

  private moment(): Moment {
    const { clock, timing, ceilings, random } = this.around;
    return {
      nowMs: clock.monotonicMs(),
      luck: random(4).readUInt32BE() / 2 ** 32,
      timing,
      ceilings,
      startFromMs: this.around.startFromMs(this.starts === 0),
      recycleFromMs: this.around.recycleFromMs(this.number),
    };
  }

  private advance(event: SlotEvent): void {
    const before = this.state;
    const { state, effects } = step(before, event, this.moment());
    this.state = state;
    if (state.name !== before.name) this.enter(state);
    for (const effect of effects) this.perform(effect);
    const isNews = state.name !== before.name || state.isSuspect !== before.isSuspect;
    if (isNews) this.around.changed(this.number, effects);
  }

  private enter({ name }: SlotState): void {
    this.since = this.around.clock.now();
    const alarm = alarms[name];
    if (alarm !== undefined) this.around.log(`Terminal ${this.number} ${alarm}.`, 'error');
  }

  private perform(effect: Effect): void {
    if (effect.type === 'spawn') this.spawn();
    if (effect.type === 'ping') this.talk.ping();
    if (effect.type === 'shutdown') this.talk.shutdown();
    if (effect.type === 'drop') this.talk.drop('gone', 'it was asked to end');
    if (effect.type === 'kill') this.kill(effect.why, effect.kind);
  }

  private spawn(): void {
    this.starts += 1;
    this.startedAt = this.around.clock.now();
    this.why = null;
    try {
      const child = this.around.launch(this.errand());
      this.child = child;
      void child.exited.then((exit) => this.bury(exit));
    } catch (error) {
      this.around.log(`Terminal ${this.number} did not start: ${String(error)}`, 'error');
      this.bury({ code: null, signal: null }, 'it could not be started');
    }
  }

  private errand() {
    const [tokenFile, { random }] = [join(this.folder, 'token'), this.around];
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    rmSync(tokenFile, { force: true });
    this.token = newSecret(random);
    writeFileSync(tokenFile, this.token, { mode: 0o600, flag: 'wx' });
    return { slot: this.number, port: this.around.port(), tokenFile, folder: this.folder };
  }

  private kill(why: string, kind: 'timeout' | 'gone'): void {
    this.why = why;
    this.around.log(`Terminal ${this.number} is killed: ${why}.`, 'warn');
    this.child?.kill('SIGKILL');
    this.talk.drop(kind, why);
    this.talk.hangUp();
  }

  private bury(exit: Exit, guess = 'it ended by itself'): void {
    const why = this.why ?? (this.state.ending?.phase === 'asked' ? 'it was asked to end' : guess);
    this.lastExit = { ...exit, at: this.around.clock.now(), why };
    this.around.log(
      `Terminal ${this.number} ended (${exit.signal ?? exit.code ?? 'no code'}): ${why}.`,
      'info',
    );
    this.child = null;
    this.token = null;
    this.rssBytes = null;
    this.talk.drop('gone', why);
    this.talk.hangUp();
    this.feed({ type: 'exited' });
  }

  /** What a child sent before a late wake is read before the wake is. */
  private setWake(): void {
    this.cancelWake();
    const moment = this.moment();
    const due = dueMs(this.state, moment);
    if (due === null) return;
    const wake = (): void => void setImmediate(() => this.feed({ type: 'wake' }));
    this.cancelWake = this.around.after(due - moment.nowMs, wake);
  }
}
