import { secondMs } from '../../lib/clock.js';
import type { Message } from './messages.js';

/** The way to one program. */
export interface Wire {
  send(text: string): void;
  /** what was sent and has not left yet */
  waitingBytes(): number;
}

export const mostWaitingBytes = 1024 * 1024;
/** Below this a program that could not keep up counts as drained. */
const drainedBytes = 64 * 1024;
export const snapshotEveryMs = secondMs;
/** A program that asks more often while it waits is answered so often and no more. */
const mostOwed = 10;

/** One program's stream: its numbers, and what it is owed. Knows nothing of how things are read. */
export class Channel {
  #seq = 0;
  #owed = 1;
  /** gets no changes before its next snapshot */
  #isBehind = true;
  #snapshotMs = -Infinity;

  constructor(private readonly wire: Wire) {}

  ask(): void {
    this.#owed = Math.min(mostOwed, this.#owed + 1);
  }

  /** Something it should have been told is lost: it begins again from how things are. */
  fallBehind(): void {
    this.#isBehind = true;
    this.#owed = Math.max(1, this.#owed);
  }

  /** When its next snapshot may be sent; null: none is owed, or it could not take one. */
  snapshotDueMs(): number | null {
    const room = this.#isBehind ? drainedBytes : mostWaitingBytes;
    return this.#owed > 0 && this.wire.waitingBytes() <= room ? this.#snapshotMs + snapshotEveryMs : null;
  }

  giveSnapshot(snapshot: Message, nowMs: number): void {
    this.#owed -= 1;
    this.#isBehind = false;
    this.#snapshotMs = nowMs;
    this.#send(snapshot);
  }

  give(changes: readonly Message[]): void {
    for (const change of changes) {
      if (this.wire.waitingBytes() > mostWaitingBytes) this.fallBehind();
      if (!this.#isBehind) this.#send(change);
    }
  }

  #send(message: Message): void {
    this.#seq += 1;
    this.wire.send(JSON.stringify({ seq: this.#seq, ...message }));
  }
}
