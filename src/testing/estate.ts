import { randomUUID } from 'node:crypto';
import { issueLink } from '../data/links.js';
import { takeReceipt } from '../data/receipts.js';
import type { Role, Stage } from '../data/schema.js';
import { openSession } from '../data/sessions.js';
import { listTokens } from '../data/tokens.js';
import { confirmTwoFactor, proposeSecret, replaceRecoveryCodes } from '../data/two-factor.js';
import { setProfile } from '../data/users.js';
import { newFactor, newRecoveryCodes, recoveryHash } from '../web/second-factor.js';
import type { TestApp } from './app.js';
import { person, tokenOf, type Person } from './cast.js';
import { changeDeal } from './account-rows.js';
import { seedAccount } from './trading.js';

/** A person who owns at least one row in every table that holds people's data. */
export interface Estate extends Person {
  name: string;
  token: string;
  tokenId: string;
  /** a second session, and its secret */
  otherSessionId: string;
  otherSecret: string;
  verifySecret: string;
  resetSecret: string;
  formId: string;
  /** an account with a row in every table of its own; its label is the name of the estate */
  accountId: string;
  /** the secret of the second factor, and a recovery code beside it */
  factor: string;
  recoveryCode: string;
}

interface Wishes {
  role?: Role;
  /** the second factor has been confirmed */
  isConfirmed?: boolean;
  /** of the second session */
  stage?: Stage;
}

export async function estate(world: TestApp, handle: string, wishes: Wishes = {}): Promise<Estate> {
  const { db, kit } = world;
  const who = await person(world, handle, wishes.role);
  const { userId } = who;
  const token = await tokenOf(world, who);
  const factor = newFactor(kit, userId);
  const codes = newRecoveryCodes(kit.random);
  const formId = randomUUID();
  const name = `${handle} of the ${randomUUID().slice(0, 8)}`;
  const at = kit.clock.now();
  const made = await db.withTenant('app', userId, async (tx) => {
    await setProfile(tx, userId, { name });
    const verifySecret = await issueLink(tx, { userId, kind: 'verify', at });
    const resetSecret = await issueLink(tx, { userId, kind: 'reset', at });
    await proposeSecret(tx, userId, factor.sealed);
    if (wishes.isConfirmed === true) await confirmTwoFactor(tx, userId, at);
    await replaceRecoveryCodes(tx, userId, codes.map(recoveryHash));
    await takeReceipt(tx, userId, formId, at);
    const origin = { address: '198.51.100.4', agent: 'Safari/18.0 iPhone', replaces: null };
    const other = await openSession(tx, { userId, stage: wishes.stage ?? 'full', origin, at });
    const [listed] = await listTokens(tx, userId);
    const tokenId = listed?.id ?? '';
    return { otherSessionId: other.id, otherSecret: other.secret, verifySecret, resetSecret, tokenId };
  });
  const { accountId } = await seedAccount(world, userId, { label: name, trades: 1, isExposed: true });
  await changeDeal(world, { userId, accountId });
  return {
    ...who,
    ...made,
    name,
    token,
    formId,
    accountId,
    factor: factor.secret,
    recoveryCode: codes[0] ?? '',
  };
}
