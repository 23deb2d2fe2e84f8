import { z } from 'zod';
import { dayMs, hourMs, type Clock } from '../lib/clock.js';
import { ask, type Way } from './ask.js';

const latest = z.object({ version: z.string().max(40) });

/** Asks at most once a day, and an hour after a failure, which release is the latest. Nothing is said of who asks. */
export class LatestVersion {
  private known: string | null = null;
  private askAgainMs = -Infinity;

  constructor(
    private readonly parts: {
      /** an address below which `latest.json` lies */
      releases: string;
      clock: Clock;
      way: Way;
    },
  ) {}

  /** Null while it is not known. Never throws. */
  async read(): Promise<string | null> {
    const { releases, clock, way } = this.parts;
    const nowMs = clock.monotonicMs();
    if (nowMs < this.askAgainMs) return this.known;
    this.askAgainMs = nowMs + hourMs;
    try {
      const { status, body } = await ask({ url: `${releases}/latest.json` }, way);
      if (status !== 200) return this.known;
      this.known = latest.parse(JSON.parse(body)).version;
      this.askAgainMs = nowMs + dayMs;
    } catch {
      // It is asked again in an hour; an alarm that is on stays on.
    }
    return this.known;
  }
}
