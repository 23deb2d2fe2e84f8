import { TerminalError } from '../terminals/call.js';
import type { SlotView } from '../terminals/slot.js';
import type { Terminals } from '../terminals/supervisor.js';

/** A terminal that is ready and has nothing to tell, but for what a test says of it. */
const slotView = (more: Partial<SlotView> = {}): SlotView => ({
  slot: 1,
  role: 'accounts',
  state: 'ready',
  since: new Date('2026-03-02T08:48:00Z'),
  until: null,
  suspect: false,
  account: null,
  child: null,
  fitness: null,
  restarts: 0,
  lastExit: null,
  rssBytes: null,
  switchMs: { same: { p50: null, p95: null, n: 0 }, other: { p50: null, p95: null, n: 0 } },
  garbage: { messages: 0, overLong: 0, strays: 0 },
  ...more,
});

/** Terminals without processes: they look as a test says, and remember which were to start anew. */
export function scriptedTerminals(
  ...views: readonly Partial<SlotView>[]
): Terminals & { restarted: number[] } {
  const restarted: number[] = [];
  const slots = views.map((view, index) => {
    const seen = slotView({ slot: index + 1, ...view });
    const busy = new TerminalError('busy', 'It is only a script.');
    return {
      number: seen.slot,
      role: seen.role,
      view: () => seen,
      isFree: () => false,
      call: () => Promise.reject(busy),
    };
  });
  return {
    slots,
    ground: [],
    restarted,
    refused: () => 0,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    rest: () => undefined,
    inspect: (number) =>
      Promise.resolve(number > slots.length ? null : { processes: [], journal: { lines: [], build: null } }),
    restart: (slot) => void restarted.push(slot),
  };
}
