import { known } from '../domain/metatrader/figure.js';
import type { Tally } from '../domain/stats/day-tally.js';
import type { Chosen } from './chosen.js';
import { figureText } from './figure-text.js';
import { decimal, signed, toneOf, type Tone } from './figures.js';
import { shortMoney, shortSigned } from './tint.js';
import { count } from './words.js';

/** In what a day is told: the money it made, or how many times what was risked. */
export type Unit = 'money' | 'r';

export interface TallyText {
  /** null: not known, for `reason` */
  value: string | null;
  /** what fits on a phone */
  short: string | null;
  unit: string;
  tone: Tone;
  reason: string;
}

/** Whose money is told. */
interface Told {
  chosen: Pick<Chosen, 'group'>;
}

/** What the query string of a page asks for. */
export const readUnit = ({ more }: { more: Readonly<Record<string, string>> }): Unit =>
  more['in'] === 'r' ? 'r' : 'money';

/** Minor units, or R; null where no trade had a stop. */
export const valueIn = (unit: Unit, { net, withR, sumR }: Tally): number | null =>
  unit === 'money' ? net : withR === 0 ? null : sumR;

const inR = (value: number): TallyText => {
  // A sum of floats that is nothing must not be told as something.
  const text = decimal(Math.abs(value) < 0.005 ? 0 : value, 2, 2);
  return {
    ...{ value: signed(text), short: shortSigned(Number(text)), unit: 'R' },
    ...{ tone: toneOf(text), reason: '' },
  };
};

/** A value (minor units, or R) as a trader reads it. */
export function textIn(unit: Unit, value: number | null, { chosen }: Told): TallyText {
  if (value === null) return { value: null, short: null, unit: '', tone: '', reason: 'no trade had a stop' };
  if (unit === 'r') return inR(value);
  const { digits = 2, currency = '' } = chosen.group ?? {};
  const text = figureText(known(value), 'money', { digits, currency });
  return { ...text, short: shortMoney(value, digits) };
}

/** `+104.00 USD, 3 trades, 2 won` */
export const tallyWords = (unit: Unit, tally: Tally, told: Told): string => {
  const text = textIn(unit, valueIn(unit, tally), told);
  const sum = text.value === null ? `not known: ${text.reason}` : `${text.value} ${text.unit}`;
  return `${sum}, ${count(tally.n, 'trade')}, ${tally.wins} won`;
};
