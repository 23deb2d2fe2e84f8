import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { loadKeyring } from '../data/keyring.js';
import { memoryLive } from '../data/live-memory.js';
import { launchSimulator } from '../terminals/launch.js';
import { after } from '../terminals/timers.js';
import { scaled, standardTiming } from '../terminals/timing.js';
import { testDatabase, type TestDatabase } from '../testing/database.js';
import { stolen } from '../testing/steps.js';
import { haste, realClock } from '../testing/trial.js';
import { createEngine, type Engine } from './engine.js';
import { lend } from './lend.js';
import { createLog } from './log.js';
import { stateFolders, type StateFolders } from './state.js';

t.setTimeout(600_000);

const demo = { server: 'Simulated-NewYork', login: '5100121' };

/** The engine of an installation with real brokers; only its children are simulated, and its time is short. */
async function engineOver(t: Test, { db }: TestDatabase, folders: StateFolders): Promise<Engine> {
  const now = Date.now();
  const world = { epochMs: now, anchorMs: now, anchorRealMs: now, speed: 1, timeScale: haste };
  const engine = await createEngine({
    keyring: await loadKeyring(folders.credentials, (size) => randomBytes(size)),
    ...{ terminals: 'wine', recordings: null, containment: 'none', wine: null, folders, db },
    children: { launch: launchSimulator(() => ({ ...world, recordings: null, mischief: null })) },
    terminalMb: { recycle: 600, kill: 800 },
    ...{ clock: realClock, live: memoryLive(realClock), log: createLog('silent') },
    timing: { ...scaled(standardTiming, haste), startMs: 60_000, suspectMs: 20_000, deadMs: 40_000 },
    after: (ms, work) => after(ms / haste, work),
  });
  t.teardown(() => engine.stop());
  await engine.terminals.start();
  return engine;
}

async function setting(t: Test) {
  const database = await testDatabase(t);
  const root = await mkdtemp(join(tmpdir(), 'rawjournal-prices-'));
  const folders = await stateFolders(root);
  const engine = await engineOver(t, database, folders);
  t.teardown(() => rm(root, { recursive: true, force: true, maxRetries: 20 }));
  return { database, folders, engine, market: deskOf(engine) };
}

function deskOf({ market }: Engine) {
  if (market === null) throw new Error('Real brokers need an account for prices.');
  return market;
}

const states = ({ terminals }: Engine): string[] => terminals.slots.map((slot) => slot.view().state);
const fourth = ({ terminals }: Engine) => terminals.slots[3]?.view();

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within a minute`);
    await sleep(20);
  }
}

const readers = (engine: Engine): Promise<void> =>
  until('three terminals are ready', () =>
    states(engine)
      .slice(0, 3)
      .every((state) => state === 'ready'),
  );

await t.test('without an account the fourth terminal rests, and it starts when one is set', async (t) => {
  const { engine, market } = await setting(t);
  await readers(engine);
  t.equal(fourth(engine)?.role, 'market');
  t.match(fourth(engine), { state: 'stopped', child: null, restarts: 0 });
  t.equal(engine.sync.readsPrices(), false);
  await market.set({ ...demo, password: 'inv-5100121' });
  t.equal(engine.sync.readsPrices(), true);
  await until('the account is accepted', async () => (await market.look())?.state === 'accepted');
  t.match(fourth(engine)?.account, demo);
  await market.set({ server: 'Simulated-Athens', login: '5200202', password: 'inv-5200202' });
  await until('the other one is accepted', async () => (await market.look())?.state === 'accepted');
  t.match(fourth(engine)?.account, { server: 'Simulated-Athens', login: '5200202' });
  await market.clear();
  await until('it rests again', () => fourth(engine)?.state === 'stopped');
  t.match([engine.sync.readsPrices(), fourth(engine)?.account], [false, null]);
  t.same(states(engine).slice(0, 3), ['ready', 'ready', 'ready'], 'the others were left alone');
});

await t.test('a refused account puts it to rest, and a new start leaves it there', async (t) => {
  const { database, folders, engine, market } = await setting(t);
  await readers(engine);
  await market.set({ ...demo, password: 'wrong' });
  await until('it is refused', async () => (await market.look())?.state === 'refused');
  t.match(await market.look(), { rejections: 2, reason: /twice/ });
  await until('it rests', () => fourth(engine)?.state === 'stopped');
  await market.set({ ...demo, password: 'main-5100121' });
  await until('the master password is refused', async () => (await market.look())?.state === 'refused');
  t.match(await market.look(), { rejections: 0, reason: /master password/ });
  t.match(await stolen(database), 'Simulated-NewYork,5100121,,refused', 'and deleted');
  await until('it rests again', () => fourth(engine)?.state === 'stopped');
  const asked = await lend(engine, (slot) => Promise.resolve(slot.view().state));
  t.equal(asked, 'ready', 'an administrator’s question starts it for itself');
  await until('it rests after that', () => fourth(engine)?.state === 'stopped');
  await engine.stop();
  const next = await engineOver(t, database, folders);
  await readers(next);
  t.match(fourth(next), { state: 'stopped', child: null });
});

await t.test('an account set while an administrator asks is read by afterwards', async (t) => {
  const { engine, market } = await setting(t);
  await readers(engine);
  await lend(engine, () => market.set({ ...demo, password: 'inv-5100121' }));
  await until('the account is accepted', async () => (await market.look())?.state === 'accepted');
  t.match(fourth(engine)?.account, demo);
});

await t.test('an account set while nothing ran is taken at the start', async (t) => {
  const { database, folders, engine, market } = await setting(t);
  await engine.stop();
  await market.set({ ...demo, password: 'inv-5100121' });
  const next = await engineOver(t, database, folders);
  await until('it is accepted', async () => (await deskOf(next).look())?.state === 'accepted');
  t.match(fourth(next)?.account, demo);
});
