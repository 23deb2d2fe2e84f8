import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Test } from 'tap';
import { stateFolders } from '../app/state.js';
import { loadKeyring } from '../data/keyring.js';
import { memoryLive } from '../data/live-memory.js';
import { dayMs } from '../lib/clock.js';
import { createSync, type RunningSync } from '../sync/create.js';
import { givenAccount } from '../sync/market.js';
import { launchSimulator } from '../terminals/launch.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { openTerminals, type Slot } from '../terminals/supervisor.js';
import { testGround } from './app.js';
import { FlowingClock } from './flowing-clock.js';
import { freePort } from './free-port.js';
import { sellingApp, type SellingWorld } from './stripe/world.js';

export interface TradingWorld extends SellingWorld {
  clock: FlowingClock;
  sync: RunningSync;
  /** where a browser finds it */
  url: string;
  /** every word to a terminal that reads accounts: whose, and when it was sent */
  calls: { login: string; method: string; at: Date }[];
  /** errors that the synchronisation met */
  errors: unknown[];
  /** Lets time leap by so many ms; terminals are then started anew, as they cannot. */
  leap(ms: number): Promise<void>;
}

/** A Wednesday at noon, two years after the accounts of the simulated brokers were opened. */
const start = '2026-07-08T12:00:00Z';
const epochMs = Date.parse(start) - dayMs;

const offered = simulatedServers.map(({ name, sentence, login, investorPassword }) => ({
  ...{ server: name, sentence, login, password: investorPassword },
}));

/** The same slot, whose calls are written down. */
const overheard = (slot: Slot, hear: (login: string, method: string) => void): Slot => ({
  ...{ number: slot.number, role: slot.role },
  view: () => slot.view(),
  isFree: () => slot.isFree(),
  call: (method, params, options) => {
    if (slot.role === 'accounts') hear(slot.view().account?.login ?? '', method);
    return slot.call(method, params, options);
  },
});

/** The whole program with plans on sale, terminals that trade, candles, and a clock that can leap; reached by a port. */
export async function tradingWorld(t: Test): Promise<TradingWorld> {
  const clock = new FlowingClock(start);
  const ground = await testGround(t, { connectWaitMs: 120_000 });
  const { credentials } = await stateFolders(ground.stateDir);
  const live = memoryLive(clock);
  const errors: unknown[] = [];
  const calls: TradingWorld['calls'] = [];
  let running: RunningSync | null = null;
  const terminals = openTerminals({
    ...{ count: 3, roles: ['accounts', 'accounts', 'market'] },
    launch: launchSimulator(() => ({
      ...{ epochMs, speed: 1, timeScale: 1, recordings: null, mischief: null },
      ...{ anchorMs: clock.now().getTime(), anchorRealMs: Date.now() },
    })),
    folder: join(ground.stateDir, 'terminals'),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    ...{ random: randomBytes, log: () => undefined },
    onChange: () => running?.wake(),
  });
  const [prices] = offered;
  const sync = (running = await createSync({
    ...{ db: ground.database.db, live, clock, after: clock.after, random: () => 0 },
    keyring: await loadKeyring(credentials, randomBytes),
    slots: terminals.slots.map((slot) =>
      overheard(slot, (login, method) => calls.push({ login, method, at: clock.now() })),
    ),
    market: prices === undefined ? null : givenAccount(prices),
    restart: (slot) => terminals.restart(slot),
    ...{ isSimulated: true, slowWeekends: false },
    onError: (error) => void errors.push(error),
  }));
  t.teardown(() => Promise.all([sync.stop(), terminals.stop()]));
  await terminals.start();
  const port = await freePort();
  const world = await sellingApp(t, {
    ...{ ground, clock, live, sync, terminals, simulatedServers: offered },
    // Letters are taken by the test itself, but pages speak as where there is a mail server.
    env: { PORT: String(port), SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'journal@example.org' },
  });
  await world.app.listen({ host: '127.0.0.1', port });
  const leap = async (ms: number): Promise<void> => {
    await clock.leap(ms);
    for (const { number } of terminals.slots) terminals.restart(number);
  };
  return { ...world, clock, sync, url: `http://127.0.0.1:${port}`, calls, errors, leap };
}
