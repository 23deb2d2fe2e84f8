import { inCents, seedOf, type Spec } from './instrument-seed.js';
import { isCentSymbol } from './instrument.js';
import { contractOf, worthOf, type KnownTrade } from './learned.js';
import type { Ground } from './profit.js';
import { type AccountMoney, rateNeeded, ratePair } from './rate.js';

/** A trade that a broker has told whole, and where. */
export interface ToldTrade extends KnownTrade {
  symbol: string;
  closedAt: Date;
}

/** A price that is kept here of some instant. */
export interface StoredRate {
  pair: string;
  price: string;
  at: Date;
}

/** All that is known of a symbol before its result is reckoned. */
export interface KnownOfSymbol {
  symbol: string;
  account: AccountMoney;
  /** what the form says of this trade alone */
  typed: { contractSize: string | null; quote: string | null; rate: string | null };
  /** what the user has said of the plain name */
  own: Spec | null;
  /** what a broker says of the very symbol or of its like */
  broker: Spec | null;
  /** in the account's currency, the newest first */
  told: readonly ToldTrade[];
  stored: StoredRate | null;
}

/** Where the contract size comes from; `worth`: contract and rate both from one trade. */
export type ContractFrom = 'typed' | 'own' | 'trade' | 'broker' | 'usual' | 'worth' | 'nowhere';
export type RateFrom = 'none' | 'close' | 'typed' | 'stored' | 'worth' | 'nowhere';

export interface Basis {
  ground: Ground;
  contractFrom: ContractFrom;
  rateFrom: RateFrom;
  /** the trade that told, where one did */
  toldBy: ToldTrade | null;
  /** the price that was kept, where one is used */
  stored: StoredRate | null;
}

/** The likeliest to tell: the same symbol first, else one that is dealt in the same size; the largest result of them. */
function teller({ symbol, told }: KnownOfSymbol): ToldTrade | null {
  const same = told.filter((trade) => trade.symbol === symbol);
  const alike = told.filter((trade) => isCentSymbol(trade.symbol) === isCentSymbol(symbol));
  const size = ({ gross }: ToldTrade): number => Math.abs(Number(gross));
  return [...(same.length > 0 ? same : alike)].sort((a, b) => size(b) - size(a))[0] ?? null;
}

interface Found {
  spec: Spec;
  from: ContractFrom;
}

const merged = (above: Spec, below: Spec): Spec => ({
  contractSize: above.contractSize ?? below.contractSize,
  pipSize: above.pipSize ?? below.pipSize,
  base: above.base ?? below.base,
  quote: above.quote ?? below.quote,
  digits: above.digits ?? below.digits,
});

/** The user's word, then what a trade has told, then the broker's, then what is usual (metrics.md §4). */
function specOf({ symbol, account, typed, own, broker }: KnownOfSymbol, told: ToldTrade | null): Found {
  const usual = seedOf(symbol);
  const below = broker === null ? usual : merged(broker, usual);
  // That a symbol has no pips is a word of the user's too.
  const general = own === null ? below : { ...merged(inCents(symbol, own), below), pipSize: own.pipSize };
  const said = { ...general, quote: typed.quote ?? general.quote };
  if (typed.contractSize !== null)
    return { spec: { ...said, contractSize: typed.contractSize }, from: 'typed' };
  if (own !== null) return { spec: said, from: 'own' };
  const learned = told === null ? null : contractOf(told, said, account);
  if (learned !== null) return { spec: { ...said, contractSize: learned }, from: 'trade' };
  if (broker !== null && broker.contractSize !== null) return { spec: said, from: 'broker' };
  return { spec: said, from: said.contractSize === null ? 'nowhere' : 'usual' };
}

/** What a result is reckoned on, and where each part of it comes from. */
export function basisOf(known: KnownOfSymbol): Basis {
  const { account, typed, stored } = known;
  const told = teller(known);
  const { spec, from } = specOf(known, told);
  const pair = spec.quote === null ? null : rateNeeded(spec, account);
  const isStored = stored !== null && stored.pair === pair;
  const rate = typed.rate ?? (isStored ? stored.price : null);
  const lacks = spec.contractSize === null || spec.quote === null || (pair !== null && rate === null);
  const worth = lacks && told !== null ? worthOf(told, account) : null;
  const rateFrom = ((): RateFrom => {
    if (worth !== null) return 'worth';
    if (spec.quote === null) return 'nowhere';
    if (pair === null) return ratePair(spec.quote, account) === null ? 'none' : 'close';
    if (typed.rate !== null) return 'typed';
    return isStored ? 'stored' : 'nowhere';
  })();
  return {
    ground: { spec, account, rate: pair === null ? null : rate, worth },
    contractFrom: worth === null ? from : 'worth',
    rateFrom,
    toldBy: worth !== null || from === 'trade' ? told : null,
    stored: rateFrom === 'stored' ? stored : null,
  };
}
