import { type Basis, basisOf, type KnownOfSymbol } from '../domain/ground.js';
import { plainName } from '../domain/instrument.js';
import { rateNeeded } from '../domain/rate.js';
import type { Tx } from './database.js';
import { specOf } from './instrument-specs.js';
import { brokersWord, nearestRate, ownSpec, toldTrades } from './trade-ground.js';

interface Asked extends Pick<KnownOfSymbol, 'symbol' | 'account' | 'typed'> {
  /** when the rate has to be of */
  at: Date;
}

/** What a trade of a symbol would be reckoned on, from everything that is known to this user. */
export async function tradeBasis(tx: Tx, userId: string, { at, ...asked }: Asked): Promise<Basis> {
  const { symbol, account, typed } = asked;
  const name = plainName(symbol);
  const [own, broker, told] = await Promise.all([
    specOf(tx, userId, name),
    brokersWord(tx, userId, symbol),
    toldTrades(tx, userId, { name, currency: account.currency }),
  ]);
  const known = { ...asked, own: ownSpec(own), broker, told, stored: null };
  const basis = basisOf(known);
  const pair = rateNeeded(basis.ground.spec, account);
  if (pair === null || typed.rate !== null) return basis;
  const stored = await nearestRate(tx, userId, pair, at);
  return stored === null ? basis : basisOf({ ...known, stored });
}
