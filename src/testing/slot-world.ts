import { dueMs, step } from '../terminals/policy.js';
import type { Method } from '../terminals/protocol.js';
import { stopped, type Effect, type Moment, type SlotEvent, type SlotState } from '../terminals/state.js';
import { standardCeilings, standardTiming } from '../terminals/timing.js';

/** A slot and the child that its effects made, as the operating system would see it. */
export class SlotWorld {
  state: SlotState = stopped;
  nowMs = 1_000;
  luck = 0.5;
  startFromMs = 0;
  recycleFromMs = 0;
  children = 0;
  spawnedMs: number[] = [];
  deadlineMs: number | null = null;

  get moment(): Moment {
    const { nowMs, luck, startFromMs, recycleFromMs } = this;
    return { nowMs, luck, startFromMs, recycleFromMs, timing: standardTiming, ceilings: standardCeilings };
  }

  get dueMs(): number | null {
    return dueMs(this.state, this.moment);
  }

  feed(event: SlotEvent): string[] {
    if (event.type === 'exited') this.children = 0;
    const before = this.state;
    const { state, effects } = step(before, event, this.moment);
    this.state = state;
    if (event.type === 'called' && before.call === null && state.call !== null) this.extend(event.method);
    if (event.type === 'progress' && before.call === 'history') this.extend('history');
    for (const effect of effects) this.perform(effect);
    return effects.map(({ type }) => type);
  }

  private extend(method: Method): void {
    this.deadlineMs = this.nowMs + standardTiming.callMs[method];
  }

  private perform({ type }: Effect): void {
    if (type !== 'spawn') return;
    this.children += 1;
    this.spawnedMs.push(this.nowMs);
  }

  /** Time passes, and every wake comes when it is due. */
  pass(ms: number): string[] {
    const endMs = this.nowMs + ms;
    const all: string[] = [];
    for (let due = this.dueMs; due !== null && due <= endMs; due = this.dueMs) {
      this.nowMs = Math.max(this.nowMs, due);
      all.push(...this.feed({ type: 'wake' }));
    }
    this.nowMs = endMs;
    return all;
  }

  toReady(): this {
    this.feed({ type: 'start' });
    this.feed({ type: 'hello' });
    return this;
  }

  /** The child ends without being asked; the next one starts as soon as it may and says hello. */
  crash(): void {
    this.feed({ type: 'exited' });
    if (this.dueMs !== null) this.pass(this.dueMs - this.nowMs);
    this.feed({ type: 'hello' });
  }
}
