import { instruments, type Instrument } from './instruments.js';
import type { Zone } from './zones.js';

export interface Broker {
  name: string;
  /** for whoever chooses one to try */
  sentence: string;
  isHedging: boolean;
  zone: Zone;
  currency: string;
  /** decimal digits of its money */
  digits: number;
  suffix: string;
  /** its contracts are this much smaller than the standard ones */
  divisor: number;
  leverage: number;
  /** of the account's currency, one lot, each time it is charged */
  commission: number;
  isExitCharged: boolean;
  /** of the account's currency, one lot, on every trade deal */
  fee: number;
  /** typical first deposit, of the account's currency */
  deposit: number;
  hasCredit: boolean;
  /** margin level at which positions are closed by force, per cent */
  stopOutPct: number;
  /** multiplies how long logins and histories take */
  slowness: number;
  sampleLogin: string;
}

const common: Omit<Broker, 'name' | 'sentence' | 'zone' | 'sampleLogin'> = {
  isHedging: true,
  currency: 'USD',
  digits: 2,
  suffix: '',
  divisor: 1,
  leverage: 100,
  commission: 0,
  isExitCharged: false,
  fee: 0,
  deposit: 10_000,
  hasCredit: false,
  stopOutPct: 50,
  slowness: 1,
};

export const brokers: readonly Broker[] = [
  {
    ...common,
    name: 'Simulated-NewYork',
    sentence: 'A dollar account that hedges, on the usual clock of seven hours ahead of New York.',
    zone: 'new-york+7',
    commission: 3.5,
    isExitCharged: true,
    deposit: 25_000,
    stopOutPct: 80,
    sampleLogin: '5100121',
  },
  {
    ...common,
    name: 'Simulated-Athens',
    sentence: 'A dollar account that nets: one position a symbol, reversals, commission when entering.',
    zone: 'athens',
    isHedging: false,
    commission: 6,
    fee: 0.1,
    sampleLogin: '5200202',
  },
  {
    ...common,
    name: 'Simulated-Cent',
    sentence: 'A cent account: symbols end in c, money is counted in US cents, the clock is UTC.',
    zone: 'utc',
    currency: 'USC',
    suffix: 'c',
    divisor: 100,
    leverage: 500,
    deposit: 60_000,
    sampleLogin: '5300303',
  },
  {
    ...common,
    name: 'Simulated-Slow',
    sentence: 'A euro account whose broker takes its time over logins and histories.',
    zone: 'athens',
    currency: 'EUR',
    leverage: 30,
    commission: 3,
    isExitCharged: true,
    deposit: 50_000,
    slowness: 4,
    sampleLogin: '5400404',
  },
  {
    ...common,
    name: 'Simulated-Tokyo',
    sentence: 'A yen account without decimals that received a credit, nine hours ahead of UTC all year.',
    zone: 'tokyo',
    currency: 'JPY',
    digits: 0,
    leverage: 25,
    deposit: 3_000_000,
    hasCredit: true,
    sampleLogin: '5500505',
  },
];

/** Exact capitals: a mistyped server is an unknown one, as in MetaTrader. */
export const brokerOf = (name: string): Broker | undefined => brokers.find((each) => each.name === name);

export interface SimulatedServer {
  name: string;
  sentence: string;
  login: string;
  investorPassword: string;
  /** refused as a real one would be: it could trade */
  masterPassword: string;
}

/** What a visitor may try; any other login of 6 to 9 digits works likewise. */
export const simulatedServers: readonly SimulatedServer[] = brokers.map((broker) => ({
  name: broker.name,
  sentence: broker.sentence,
  login: broker.sampleLogin,
  investorPassword: `inv-${broker.sampleLogin}`,
  masterPassword: `main-${broker.sampleLogin}`,
}));

/** An instrument as a broker lists it. */
export interface Listing {
  name: string;
  instrument: Instrument;
  contract: number;
}

const listingsOf = (broker: Broker): Listing[] =>
  instruments.map((instrument) => ({
    name: instrument.code + broker.suffix,
    instrument,
    contract: instrument.contract / broker.divisor,
  }));

const listings = new Map(brokers.map((broker) => [broker.name, listingsOf(broker)]));

/** undefined: the broker has no such symbol. */
export const listingOf = (broker: Broker, symbol: string): Listing | undefined =>
  listings.get(broker.name)?.find(({ name }) => name === symbol);
