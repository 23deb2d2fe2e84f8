import { accountOf } from '../data/accounts.js';
import { beginHistory } from '../data/account-visits.js';
import { instrumentsOf } from '../data/brokers.js';
import type { Tx } from '../data/database.js';
import type { OwnedAccount } from '../data/deals.js';
import {
  allPositions,
  moveManualDeals,
  rederiveDeals,
  setClockRule,
  tradedSymbols,
} from '../data/derived-times.js';
import { listSpecs } from '../data/instrument-specs.js';
import { plainName } from '../domain/instrument.js';
import { toServer, toUtc, type ClockRule } from '../domain/server-clock.js';
import { ruleOf } from './batches.js';
import { rebuildTrades, type SymbolFacts } from './rebuild.js';

const usualDigits = 2;

/** What is known of the symbols an account has traded: what its owner said goes before what the server says. */
async function symbolFacts(
  tx: Tx,
  owner: OwnedAccount,
  server: string | null,
): Promise<Map<string, SymbolFacts>> {
  const symbols = await tradedSymbols(tx, owner);
  const told = await instrumentsOf(tx, server ?? '', symbols);
  const facts = new Map<string, SymbolFacts>(
    told.map(({ symbol, digits, point }) => [symbol, { digits, point: Number(point) }]),
  );
  const specs = new Map((await listSpecs(tx, owner.userId)).map((spec) => [spec.name, spec]));
  for (const symbol of symbols) {
    const spec = specs.get(plainName(symbol));
    if (spec === undefined) continue;
    const digits = spec.digits ?? facts.get(symbol)?.digits ?? 5;
    const pip = spec.pip_size === null ? null : Number(spec.pip_size);
    facts.set(symbol, { digits, point: 10 ** -digits, pipSize: pip });
  }
  return facts;
}

/**
 * Tells the times of an account by another clock: what reports said at that time of the server's day was another instant
 * then. What was entered by hand stays at its instant. Trades are made anew. False where there is no such account, or a
 * terminal keeps its clock.
 */
export async function changeClock(tx: Tx, owner: OwnedAccount, rule: ClockRule): Promise<boolean> {
  await beginHistory(tx, owner);
  const account = await accountOf(tx, owner.userId, owner.accountId);
  if (account === undefined || account.type === 'live') return false;
  const before = ruleOf(account);
  if (before === rule && account.clock_rule !== '') return true;
  await moveManualDeals(tx, owner, (serverMs) => toServer(rule, toUtc(before, serverMs)));
  await rederiveDeals(tx, owner, (serverMs) => new Date(toUtc(rule, serverMs)));
  await setClockRule(tx, owner, rule);
  const ground = {
    digits: account.currency_digits ?? usualDigits,
    rule,
    symbols: await symbolFacts(tx, owner, account.server),
  };
  await rebuildTrades(tx, owner, { positions: await allPositions(tx, owner), whole: null }, ground);
  return true;
}
