import type { Test } from 'tap';
import { usualPlans, type PlanTable } from '../../domain/plans.js';
import { callerWith, type Caller } from '../caller.js';
import { person, tokenOf, type Person } from '../cast.js';
import { scriptedSync, type ScriptedSync } from '../scripted-sync.js';
import { ask } from '../steps.js';
import { sellingApp, type SellingWorld } from './world.js';

/** A trade of which nothing has to be reckoned. */
export const yen = {
  ...{ symbol: 'USDJPY', side: 'buy', volume: '1', openedAt: '2026-02-03T10:00:00Z', openPrice: '149.90' },
  ...{ closedAt: '2026-02-03T10:30:00Z', closePrice: '150.00', net: '10.00' },
};
/** In the money of the small report. */
export const byHand = { type: 'manual', label: 'By hand', category: 'Demo', currency: 'EUR' };

export interface Problem {
  error: { code: string; message: string };
}

/** Somebody where plans are sold, with a token, and the calls made with it. */
export interface SellingDesk extends Caller {
  world: SellingWorld;
  sync: ScriptedSync;
  anna: Person;
  token: string;
}

export async function sellingDesk(t: Test, plans: PlanTable = usualPlans): Promise<SellingDesk> {
  const sync = scriptedSync();
  const world = await sellingApp(t, { plans, sync });
  const anna = await person(world, 'anna');
  const token = await tokenOf(world, anna);
  return { world, sync, anna, token, ...callerWith(world, token) };
}

/** Has so many new trades of this month used; the account by hand that they are in. */
export async function useUp({ world, call }: SellingDesk, trades: number): Promise<string> {
  const account = (await call('POST', '/accounts', byHand)).json<{ id: string }>().id;
  await call('POST', '/trades', { ...yen, account });
  await ask(world, 'update imports set new_trades = $1 where account_id = $2 and new_trades > 0', [
    trades,
    account,
  ]);
  return account;
}
