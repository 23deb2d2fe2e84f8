import { randomUUID } from 'node:crypto';
import type { Tx } from '../data/database.js';
import type { OwnedAccount } from '../data/deals.js';
import { recordActivity } from '../data/audit.js';
import { keepBook } from '../data/kept-books.js';
import { noteDevice } from '../data/devices.js';
import { issueLink } from '../data/links.js';
import { takeReceipt } from '../data/receipts.js';
import type { Role, Stage } from '../data/schema.js';
import { setSessionWindows } from '../data/session-windows.js';
import { openSession } from '../data/sessions.js';
import { listTokens } from '../data/tokens.js';
import { confirmTwoFactor, proposeSecret, replaceRecoveryCodes } from '../data/two-factor.js';
import { setCustomer } from '../data/subscriptions.js';
import { setProfile, setWeeklyLetter } from '../data/users.js';
import { oweWelcome } from '../data/welcomes.js';
import { dayMs } from '../lib/clock.js';
import { consoleOccasion } from '../web/occasion.js';
import { newFactor, newRecoveryCodes, recoveryHash } from '../web/second-factor.js';
import { usualWindows } from '../domain/sessions.js';
import { emptyBook } from '../domain/stats/book.js';
import type { TestApp } from './app.js';
import { person, tokenOf, type Person } from './cast.js';
import { changeDeal } from './account-rows.js';
import { seedAccount } from './trading.js';
import { seedBacktest } from './backtests.js';
import { askedImport, readyImport } from './imported.js';
import { nameExpert } from './experts.js';
import { enterTrade } from './manual.js';
import { writeJournal, type Written } from './journal.js';

/** A person who owns at least one row in every table that holds people's data. */
export interface Estate extends Person, Written {
  name: string;
  token: string;
  tokenId: string;
  /** a second session, and its secret */
  otherSessionId: string;
  otherSecret: string;
  verifySecret: string;
  resetSecret: string;
  /** of the link that ends the letters of the week, which the owner gets */
  /** a letter that was given up */
  letterId: string;
  formId: string;
  /** an account with a row in every table of its own; its label is the name of the estate */
  accountId: string;
  /** a list of trades under a name */
  viewId: string;
  /** an expert that has a name */
  expertId: string;
  /** a report that waits to be saved */
  importId: string;
  /** a table of unknown columns, about which its owner is asked */
  askedImportId: string;
  /** passes of an optimisation */
  backtestId: string;
  /** a trade entered by hand, of a symbol that something is said of */
  manualTradeId: string;
  manualAccountId: string;
  spokenName: string;
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

async function keepView(tx: Tx, userId: string, at: Date): Promise<string> {
  const view = { user_id: userId, name: 'kept', query: '?side=buy', created_at: at };
  const kept = await tx.insertInto('saved_views').values(view).returning('id').executeTakeFirstOrThrow();
  return kept.id;
}

/** A device that the owner came by, and a letter that did not leave. */
async function keepLetter(
  tx: Tx,
  userId: string,
  { label, at }: { label: string; at: Date },
): Promise<string> {
  await noteDevice(tx, { userId, secret: randomUUID(), agent: 'Safari/18.0 iPhone', at });
  await setWeeklyLetter(tx, userId, true);
  const letter = { user_id: userId, kind: 'needs-password', state: 'given-up' } as const;
  const facts = JSON.stringify({ accountId: userId, label });
  const times = { created_at: at, due_at: at, done_at: at, expires_at: new Date(at.getTime() + dayMs) };
  const kept = await tx
    .insertInto('letters')
    .values({ ...letter, ...times, facts, once: 'kept' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return kept.id;
}

/** What the program keeps beside an account, to be quicker. */
const keepOfAccount = ({ db }: TestApp, owned: OwnedAccount): Promise<void> =>
  db.withTenant('app', owned.userId, async (tx) => {
    await setSessionWindows(tx, owned.userId, usualWindows);
    const nothing = { version: 0n, digits: 2, book: emptyBook(), positions: new Map<string, number>() };
    await keepBook(tx, owned, nothing);
  });

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
    await setCustomer(tx, userId, { id: `cus_${userId}`, instead: null });
    await recordActivity(tx, userId, consoleOccasion(at), { what: 'user-made' });
    const verifySecret = await issueLink(tx, { userId, kind: 'verify', at });
    const resetSecret = await issueLink(tx, { userId, kind: 'reset', at });
    await proposeSecret(tx, userId, factor.sealed);
    if (wishes.isConfirmed === true) await confirmTwoFactor(tx, userId, at);
    await replaceRecoveryCodes(tx, userId, codes.map(recoveryHash));
    await takeReceipt(tx, userId, formId, at);
    await oweWelcome(tx, userId, at);
    const origin = { address: '198.51.100.4', agent: 'Safari/18.0 iPhone', replaces: null };
    const other = await openSession(tx, { userId, stage: wishes.stage ?? 'full', origin, at });
    const [listed] = await listTokens(tx, userId);
    const tokenId = listed?.id ?? '';
    return {
      viewId: await keepView(tx, userId, at),
      letterId: await keepLetter(tx, userId, { label: name, at }),
      ...{ otherSessionId: other.id, otherSecret: other.secret },
      ...{ verifySecret, resetSecret, tokenId },
    };
  });
  const { accountId, tradeIds } = await seedAccount(world, userId, {
    label: name,
    trades: 1,
    isExposed: true,
  });
  await keepOfAccount(world, { userId, accountId });
  await changeDeal(world, { userId, accountId });
  const expert = { name: `Expert of ${name}`, magics: ['77'], pattern: 'Trend*' };
  const expertId = await nameExpert(world, userId, expert);
  await nameExpert(world, userId, { name: `Other ${expert.name}`, magics: ['78'], pattern: null });
  const importId = await readyImport(world, userId);
  const askedImportId = await askedImport(world, userId);
  const backtestId = await seedBacktest(world, userId, { name, passes: 2 });
  const { manualTradeId, manualAccountId, spokenName } = await enterTrade(world, userId);
  const written = await writeJournal(world, { userId, importId, tradeId: tradeIds[0] ?? '' });
  return {
    ...{ ...who, ...written, ...made, name, token, formId },
    ...{ accountId, expertId, importId, askedImportId, backtestId },
    ...{ manualTradeId, manualAccountId, spokenName },
    ...{ factor: factor.secret, recoveryCode: codes[0] ?? '' },
  };
}
