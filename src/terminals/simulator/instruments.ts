import { seedOf } from './noise.js';

/** What is traded, in the standard contract; brokers may list it under another name and in smaller contracts. */
export interface Instrument {
  code: string;
  description: string;
  digits: number;
  /** points in one unit of price: ten to the digits */
  scale: number;
  contract: number;
  /** as MetaTrader numbers it: 0 forex, 3 index CFD, 4 leveraged CFD */
  calcMode: number;
  base: string;
  quote: string;
  /** the price around which it swings */
  level: number;
  /** ask above bid, points */
  spread: number;
  /** one day's typical move, as a share of the price */
  daily: number;
  /** points a night for one lot */
  swapLong: number;
  swapShort: number;
  /** trades on weekends too */
  isContinuous: boolean;
  /** streams of noise that move the logarithm of its price, and how much */
  legs: readonly Leg[];
}
export interface Leg {
  seed: number;
  weight: number;
}

type Streams = Readonly<Record<string, number>>;

/** What moves the value of one unit against the dollar: shared moods and its own. One day's amplitude each. */
const values: Readonly<Record<string, Streams>> = {
  USD: {},
  EUR: { dollar: 0.0034, EUR: 0.0026 },
  GBP: { dollar: 0.0032, GBP: 0.0034 },
  JPY: { dollar: 0.003, JPY: 0.0044 },
  AUD: { dollar: 0.004, AUD: 0.0038 },
  CHF: { dollar: 0.0034, CHF: 0.0026 },
  CAD: { dollar: 0.0024, CAD: 0.0026 },
  XAU: { dollar: 0.0034, XAU: 0.0085 },
  US500: { shares: 0.0085 },
  BTC: { coins: 0.021 },
};

function legsOf(base: string, quote: string): Leg[] {
  const sum = new Map(Object.entries(values[base] ?? {}));
  for (const [name, weight] of Object.entries(values[quote] ?? {}))
    sum.set(name, (sum.get(name) ?? 0) - weight);
  return [...sum].map(([name, weight]) => ({ seed: seedOf(`stream/${name}`), weight }));
}

type Row = readonly [string, string, number, number, number, number, number];
type Traits = Partial<Pick<Instrument, 'contract' | 'calcMode' | 'isContinuous'>>;

function instrument(row: Row, description: string, traits: Traits = {}): Instrument {
  const [base, quote, digits, level, spread, swapLong, swapShort] = row;
  const legs = legsOf(base, quote);
  return {
    code: base === 'US500' ? base : base + quote,
    description,
    digits,
    scale: 10 ** digits,
    contract: 100_000,
    calcMode: 0,
    base,
    quote,
    level,
    spread,
    daily: Math.hypot(...legs.map(({ weight }) => weight)),
    swapLong,
    swapShort,
    isContinuous: false,
    legs,
    ...traits,
  };
}

// Levels of crosses follow from the majors, so that three pairs always make a circle.
const eur = 1.1234;
const gbp = 1.3145;
const jpy = 149.2;

export const instruments: readonly Instrument[] = [
  instrument(['EUR', 'USD', 5, eur, 8, -6.1, 2.2], 'Euro vs US Dollar'),
  instrument(['GBP', 'USD', 5, gbp, 11, -3.4, -1.9], 'Great Britain Pound vs US Dollar'),
  instrument(['USD', 'JPY', 3, jpy, 10, 9.8, -21.3], 'US Dollar vs Japanese Yen'),
  instrument(['EUR', 'JPY', 3, eur * jpy, 16, 5.2, -14.7], 'Euro vs Japanese Yen'),
  instrument(['GBP', 'JPY', 3, gbp * jpy, 22, 11.9, -27.1], 'Great Britain Pound vs Japanese Yen'),
  instrument(['AUD', 'USD', 5, 0.6612, 10, -1.7, -1.1], 'Australian Dollar vs US Dollar'),
  instrument(['USD', 'CHF', 5, 0.8634, 13, 5.5, -12.4], 'US Dollar vs Swiss Franc'),
  instrument(['EUR', 'GBP', 5, eur / gbp, 12, -5.3, 1.4], 'Euro vs Great Britain Pound'),
  instrument(['USD', 'CAD', 5, 1.3687, 14, 1.2, -6.6], 'US Dollar vs Canadian Dollar'),
  instrument(['XAU', 'USD', 2, 3412.5, 18, -46.2, 21.5], 'Gold vs US Dollar', { contract: 100, calcMode: 4 }),
  instrument(['US500', 'USD', 2, 6120, 45, -98, 31], 'US 500 Index', { contract: 1, calcMode: 3 }),
  instrument(['BTC', 'USD', 2, 92_400, 1800, -1302, 0], 'Bitcoin vs US Dollar', {
    contract: 1,
    calcMode: 4,
    isContinuous: true,
  }),
];

/** Throws where there is none of that name: a mistake of the program. */
export function instrumentOf(code: string): Instrument {
  const found = instruments.find((each) => each.code === code);
  if (!found) throw new Error(`No instrument is called ${code}.`);
  return found;
}
