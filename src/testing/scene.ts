import type { Test } from 'tap';
import type { Mischief } from '../terminals/simulator/mischief.js';
import { compared, connect, newUser, readWhole, standingOf, type Connected } from './connected.js';
import { testEngine, type EngineOptions, type TestEngine } from './engine.js';

export interface Scene {
  engine: TestEngine;
  userId: string;
  account: Connected;
}

/** One account in one terminal that misbehaves from the first. Nobody looks yet. */
export async function scene(t: Test, mischief: Mischief | null, options: EngineOptions = {}): Promise<Scene> {
  const engine = await testEngine(t, { terminals: 1, ...options });
  await engine.misbehave(mischief);
  const userId = await newUser(engine);
  const account = await connect(engine, userId, { server: 'Simulated-Athens', login: '5200202' });
  return { engine, userId, account };
}

export const becomes = ({ engine, account }: Scene, state: string): Promise<void> =>
  engine.until(`the account is ${state}`, async () => (await standingOf(engine, account)).state === state);

/** After a whole reading of a terminal that behaves: exactly what the broker lists. */
export async function isExact(t: Test, { engine, account }: Scene): Promise<void> {
  const fromMs = engine.clock.now().getTime();
  await readWhole(engine, account);
  const result = await compared(engine, account, { fromMs, toMs: engine.clock.now().getTime() });
  t.match(result, { missing: [], invented: [], different: [] });
  t.match(await standingOf(engine, account), { state: 'live', verdict: 'equal', unlisted: 0 });
  t.same(engine.errors, []);
}
