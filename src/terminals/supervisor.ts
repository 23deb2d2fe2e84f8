import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.js';
import type { RandomBytes } from '../lib/secret.js';
import type { CallMethod, CallOptions } from './call.js';
import type { Finding } from './ground.js';
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
import { Terminal, type Inspection, type Log, type Role, type SlotView, type Surroundings } from './slot.js';
import { after, type After } from './timers.js';
import type { Effect, SlotState } from './state.js';
import { standardCeilings, standardTiming, type Ceilings, type Timing } from './timing.js';
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
  /** what the terminals stand on, known from start() on */
  readonly ground: readonly Finding[];
  /** connections that were closed for want of a proper hello */
  refused(): number;
  /**
   * Ends what an earlier run left and starts all slots but those at rest; answers before they are ready. Where the ground is red none is
   * started.
   */
  start(): Promise<void>;
  /** Ends all children, politely first: 20 s and a moment at most. Nothing starts afterwards. */
  stop(): Promise<void>;
  /** Ends a slot's child, when it has one, and starts it anew, out of quarantine too. */
  restart(slot: number): void;
  /** Null: there is no such slot. */
  inspect(slot: number): Promise<Inspection | null>;
  /** Ends a slot's child and starts none, until it is started anew. */
  rest(slot: number): void;
}

export interface TerminalsOptions {
  count: number;
  /** of slot 1, 2, …; 'accounts' where there is none */
  roles?: readonly Role[];
  launch: Launch;
  /** whether a slot is left alone at the start; none is */
  rests?: (slot: number) => boolean;
  /** Makes ready what children need of the machine. Must not throw: what is missing is a finding. */
  prepare?: () => Promise<readonly Finding[]>;
  /** state of the slots: slot-1, slot-2, … are made in it. One running process to a folder. */
  folder: string;
  clock: Clock;
  random: RandomBytes;
  log: Log;
  /** a slot's state, account or suspicion is another; must not throw */
  onChange?: (slot: number) => void;
  timing?: Timing;
  ceilings?: Ceilings;
  after?: After;
}

/** Supervises `count` terminals, numbered from 1. Nothing runs before start(). */
export const openTerminals = (options: TerminalsOptions): Terminals => new Supervision(options);

class Supervision implements Terminals, Reception {
  readonly slots: readonly Terminal[];
  ground: readonly Finding[] = [];
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
      const ended = await endLeftover(this.folderOf(number));
      if (ended > 0)
        this.options.log(`Terminal ${number}: ${ended} processes of an earlier run were ended.`, 'warn');
    }
    this.ground = (await this.options.prepare?.()) ?? [];
    const obstacles = this.ground.filter(({ level }) => level === 'red');
    for (const { says } of obstacles) this.options.log(`No terminal is started: ${says}.`, 'error');
    if (obstacles.length > 0) return;
    this.listener = await openListener(this, { helloMs: this.timing.helloMs, after: this.after });
    this.watching = setInterval(() => void this.watch(), this.timing.watchMs);
    for (const slot of this.slots) if (!this.options.rests?.(slot.number)) slot.feed({ type: 'start' });
  }

  async stop(): Promise<void> {
    if (this.watching !== null) clearInterval(this.watching);
    const { listener } = this;
    // From here on nobody who asks for a new start is heard.
    this.listener = null;
    for (const slot of this.slots) slot.feed({ type: 'stop' });
    if (!this.isStopped()) await new Promise<void>((resolve) => this.waiters.push(resolve));
    await listener?.close();
  }

  async inspect(slot: number): Promise<Inspection | null> {
    return (await this.find(slot)?.inspect()) ?? null;
  }

  rest(slot: number): void {
    this.find(slot)?.feed({ type: 'stop' });
  }

  restart(slot: number): void {
    // Without it there is nobody to dial.
    if (this.listener !== null) this.find(slot)?.feed({ type: 'restart' });
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
    const { launch, clock, random, log, ceilings = standardCeilings } = this.options;
    return {
      ...{ launch, clock, random, log, ceilings, after: this.after, timing: this.timing },
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
