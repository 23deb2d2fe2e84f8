import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from '../bench/installation.js';
import { accountOf, type AccountRow } from '../data/accounts.js';
import type { Owned } from '../sync/ingest.js';
import type { Books } from './oracle.js';
import { until } from './rig.js';

export async function accountRow(
  { db }: Pick<Installation, 'db'>,
  { userId, accountId }: Owned,
): Promise<AccountRow> {
  const row = await db.withTenant('sync', userId, (tx) => accountOf(tx, userId, accountId));
  if (row === undefined) throw new Error('The account is gone.');
  return row;
}

/** When the simulated world of an installation began. */
export const epochOf = async ({ stateDir }: Pick<Installation, 'stateDir'>): Promise<number> => {
  const text = await readFile(join(stateDir, 'terminals', 'world.json'), 'utf8');
  return (JSON.parse(text) as { epochMs: number }).epochMs;
};

/** Asks for a whole reading; false where nothing answered. */
export async function askApi(
  { url }: Pick<Installation, 'url'>,
  owner: Owned,
  token: string,
): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const target = `${url}/api/v1/accounts/${owner.accountId}/syncs`;
  const answer = await fetch(target, { method: 'POST', headers }).catch(() => null);
  // One reading in ten seconds is allowed: whoever does not wait for as long as told is counted again.
  if (answer?.status === 429) await sleep(1_000 * Number(answer.headers.get('retry-after') ?? 1));
  return answer !== null && answer.status < 300;
}

/** Asks as often as it takes for the program to be there. */
export async function readWhole(
  stage: { ask: (owner: Owned) => Promise<boolean>; patience: number } & Pick<Books, 'account'>,
  owner: Owned,
): Promise<void> {
  const fromMs = Date.now();
  await until('an answer of the API', () => stage.ask(owner), 60_000 * stage.patience);
  const isRead = async (): Promise<boolean> => {
    const { state, full_synced_at } = await stage.account(owner);
    return state === 'live' && (full_synced_at?.getTime() ?? 0) > fromMs;
  };
  await until('a whole reading', () => isRead().catch(() => false), 600_000);
}
