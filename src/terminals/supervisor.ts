import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.js';
import type { RandomBytes } from '../lib/secret.js';
import type { CallMethod, CallOptions } from './call.js';
import type { Launch } from './launch.js';
import { endLeftover } from './leftover.js';
import {
  openListener,
  type Connection,
  type Hello,
  type Listener,
  type Reception,
  type Visitor,
} from './listener.js';
import { processTable } from './process-table.js';
import type { Params, Part } from './protocol.js';
import { Terminal, type Log, type Role, type SlotView, type Surroundings } from './slot.js';
import { after, type After } from './timers.js';
import type { Effect, SlotState } from './state.js';
import { standardTiming, type Timing } from './timing.js';
import { Turns } from './turns.js';

/** One terminal, as those see it who read accounts and prices. */
export interface Slot {
  readonly number: number;
  readonly role: Role;
  view(): SlotView;
  /** ready, with nothing to do, and not suspect */
  isFree(): boolean;
  /**
   * Asks the terminal, one call at a time. Rejects with a TerminalError: 'busy' at once when the slot is not free,
   * 'timeout' when its deadline passed and 'gone' when the terminal ended, else what the terminal said. After
   * 'timeout' and 'gone' the slot restarts by itself.
   */
  call<M extends CallMethod>(method: M, params: Params<M>, options?: CallOptions<M>): Promise<Part<M>>;
}

export interface Terminals {
  readonly slots: readonly Slot[];
  /** connections that were closed for want of a proper hello */
  refused(): number;
  /** Ends what an earlier run left and starts all slots; answers before they are ready. */
  start(): Promise<void>;
  /** Ends all children, politely first: 20 s and a moment at most. Nothing starts afterwards. */
  stop(): Promise<void>;
  /** Ends a slot's child, when it has one, and starts it anew, out of quarantine too. */
  restart(slot: number): void;
}

export interface TerminalsOptions {
  count: number;
  /** of slot 1, 2, …; 'accounts' where there is none */
  roles?: readonly Role[];
  launch: Launch;
  /** state of the slots: slot-1, slot-2, … are made in it. One running process to a folder. */
  folder: string;
  clock: Clock;
  random: RandomBytes;
  log: Log;
  /** a slot's state, account or suspicion is another; must not throw */
  onChange?: (slot: number) => void;
  timing?: Timing;
  after?: After;
}

/** Supervises `count` terminals, numbered from 1. Nothing runs before start(). */
export const openTerminals = (options: TerminalsOptions): Terminals => new Supervision(options);

class Supervision implements Terminals, Reception {
  readonly slots: readonly Terminal[];
  private readonly timing: Timing;
  private readonly after: After;
  private readonly turns: Turns;
  private listener: Listener | null = null;
  private watching: NodeJS.Timeout | null = null;
  private waiters: (() => void)[] = [];

  constructor(private readonly options: TerminalsOptions) {
    this.timing = options.timing ?? standardTiming;
    this.after = options.after ?? after;
    this.turns = new Turns(this.timing, options.clock.monotonicMs());
    const [around, roles] = [this.surroundings(), options.roles ?? []];
    this.slots = Array.from({ length: options.count }, (_, index) => {
      const [number, role] = [index + 1, roles[index] ?? 'accounts'];
      return new Terminal(number, role, this.folderOf(number), around);
    });
  }

  refused(): number {
    return this.listener?.refused() ?? 0;
  }

  async start(): Promise<void> {
    mkdirSync(this.options.folder, { recursive: true, mode: 0o700 });
    for (const { number } of this.slots) {
      const pid = await endLeftover(this.folderOf(number));
      if (pid !== null)
        this.options.log(`Terminal ${number}: process ${pid} of an earlier run was ended.`, 'warn');
    }
    this.listener = await openListener(this, { helloMs: this.timing.helloMs, after: this.after });
    this.watching = setInterval(() => void this.watch(), this.timing.watchMs);
    for (const slot of this.slots) slot.feed({ type: 'start' });
  }

  async stop(): Promise<void> {
    if (this.watching !== null) clearInterval(this.watching);
    for (const slot of this.slots) slot.feed({ type: 'stop' });
    if (!this.isStopped()) await new Promise<void>((resolve) => this.waiters.push(resolve));
    await this.listener?.close();
  }

  restart(slot: number): void {
    this.find(slot)?.feed({ type: 'restart' });
  }

  tokenOf(slot: number): string | null {
    return this.find(slot)?.expectedToken() ?? null;
  }

  arrived(hello: Hello, connection: Connection): Visitor {
    const slot = this.find(hello.slot);
    if (slot === undefined) throw new RangeError(`There is no slot ${hello.slot}.`);
    return slot.arrived(hello, connection);
  }

  private surroundings(): Surroundings {
    const { launch, clock, random, log } = this.options;
    return {
      ...{ launch, clock, random, log, after: this.after, timing: this.timing },
      port: () => this.listener?.port ?? 0,
      startFromMs: (isFirst) => this.turns.startFromMs(isFirst),
      recycleFromMs: (slot) => this.turns.recycleFromMs(this.statesBeside(slot), clock.monotonicMs()),
      changed: (slot, effects) => this.changed(slot, effects),
    };
  }

  private changed(slot: number, effects: readonly Effect[]): void {
    const nowMs = this.options.clock.monotonicMs();
    if (effects.some(({ type }) => type === 'spawn')) this.turns.started(nowMs);
    if (effects.some(({ type }) => type === 'shutdown')) this.turns.recycled(nowMs);
    try {
      this.options.onChange?.(slot);
    } catch (error) {
      this.options.log(`Nobody could be told of terminal ${slot}: ${String(error)}`, 'error');
    }
    if (this.isStopped()) for (const done of this.waiters.splice(0)) done();
  }

  private isStopped(): boolean {
    return this.slots.every(({ state }) => state.name === 'stopped');
  }

  private find(slot: number): Terminal | undefined {
    return this.slots.find(({ number }) => number === slot);
  }

  private folderOf(slot: number): string {
    return join(this.options.folder, `slot-${slot}`);
  }

  private statesBeside(slot: number): SlotState[] {
    return this.slots.filter(({ number }) => number !== slot).map(({ state }) => state);
  }

  private async watch(): Promise<void> {
    const table = processTable();
    for (const slot of this.slots) {
      await slot.watch(table).catch((error: unknown) => {
        this.options.log(`Terminal ${slot.number} is not watched: ${String(error)}`, 'warn');
      });
    }
  }
}
