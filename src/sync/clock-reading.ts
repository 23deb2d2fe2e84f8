import { isMarketOpen, pipSize, plainName } from '../domain/instrument.js';
import { toServer, weekStartsIn } from '../domain/server-clock.js';
import { dayMs } from '../lib/clock.js';
import { TerminalError } from '../terminals/call.js';
import type { Live } from './login.js';
import type { Errand, VisitDeps } from './visit.js';

interface Scene {
  deps: VisitDeps;
  errand: Errand;
  account: Live;
}

/** Terminals give half a year of bars at a time. */
const halfYearMs = 183 * dayMs;

const isPair = (symbol: string): boolean => pipSize({ name: plainName(symbol), digits: 5 }) !== null;

/**
 * Asks what tells of the server's clock, by symbols that this account is known to have: brokers name them as they
 * like. Once an hour a tick, of a market that is open; once in this process a year of bars, since their weeks begin
 * when currencies do, and tell of seasons that no tick of today does.
 */
export async function readClock(scene: Scene, symbols: readonly string[]): Promise<void> {
  const { deps, errand, account } = scene;
  const { clocks, clock } = deps;
  const now = clock.now();
  if (!clocks.isDue(account.server, now)) return;
  const isOpen = (symbol: string): boolean => isMarketOpen(plainName(symbol), now.getTime());
  const [symbol = 'EURUSD'] = [...symbols.filter(isOpen), ...symbols];
  await unlessUnknown(scene, async () => {
    await clocks.measure(account.server, await errand.slot.call('clock', { symbol }));
  });
  // Whatever came of it, it is not asked again at once.
  clocks.passOver(account.server, now);
  const pair = symbols.find(isPair);
  if (pair === undefined || !clocks.wantsWeeks(account.server)) return;
  await unlessUnknown(scene, async () =>
    clocks.takeWeeks(account.server, weekStartsIn(await yearOfBars(scene, pair))),
  );
}

/** A symbol that the terminal does not know says nothing of the clock; whatever else fails, fails the visit. */
async function unlessUnknown({ errand }: Scene, ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof TerminalError) || error.kind !== 'internal' || !errand.slot.isFree()) throw error;
  }
}

async function yearOfBars({ deps, errand, account }: Scene, symbol: string): Promise<number[]> {
  const endMs = toServer(await deps.clocks.ruleOf(account.server), deps.clock.now().getTime()) + dayMs;
  const starts: number[] = [];
  for (const toServerMs of [endMs - halfYearMs, endMs]) {
    const range = { fromServerMs: toServerMs - halfYearMs, toServerMs };
    const { bars } = await errand.slot.call('rates', { symbol, timeframe: 'H1', ...range });
    for (const [startMs] of bars) starts.push(startMs);
  }
  return starts;
}
