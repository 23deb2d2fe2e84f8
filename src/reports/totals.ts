import {
  type Figure,
  type Figures,
  metatraderFigures,
  type MetatraderFigure,
  needsEquity,
} from '../domain/metatrader/figure.js';
import { fromMinor, toMinor } from '../lib/money.js';
import type { PrintedFigure } from './report.js';

/** A figure of the report beside ours. */
export interface ComparedTotal {
  name: MetatraderFigure;
  /** as printed */
  reported: string;
  /** ours with as many decimals; null: it cannot be known, or there is none */
  computed: string | null;
  /** null: the two cannot be compared; `reason` says why */
  equal: boolean | null;
  /** a part of a sentence, without its full stop */
  reason: string | null;
}

/** A figure of ours, as decimal text; null: it cannot be known, and `reason` says why. */
export interface ReckonedFigure {
  name: MetatraderFigure;
  value: string | null;
  reason: string | null;
}

const decimal = /^[+-]?\d{1,15}(?:\.(\d*))?$/;
const mostPlaces = 6;
/** a double holds 15 digits of a decimal */
const mostDigits = 15;

/** MetaTrader prints 2, 4 or 6 decimals, or none; any other number of them has lost its zeros in a spreadsheet. */
const placesOf = (printed: string): number => {
  const places = decimal.exec(printed)?.[1]?.length ?? 0;
  return [0, 2, 4].includes(places) ? places : mostPlaces;
};

const digitsBefore = (value: number): number => Math.trunc(Math.abs(value)).toString().length;

/** Halves away from zero in the decimal text of the value, as MetaTrader rounds; with fewer decimals where they are many. */
const fixed = (value: number | string, places: number): string => fromMinor(toMinor(value, places), places);

const unitOf = (name: MetatraderFigure, digits: number): number =>
  metatraderFigures[name] === 'money' ? 10 ** digits : 1;

/** MetaTrader 4 prints what was lost without a sign. */
const asPrinted = ({ name, value }: PrintedFigure, ours: number): number =>
  name === 'grossLoss' && !value.startsWith('-') ? Math.abs(ours) : ours;

/** The correlation is MetaTrader's to two decimals only: what it adds to the published formula is not known. */
const correlationPlaces = 2;

const whereNone = ({ name, value }: PrintedFigure, reason: string): ComparedTotal => {
  const equal = reason !== needsEquity && Number(value) === 0 ? true : null;
  return { name, reported: value, computed: null, equal, reason };
};

const compared = (printed: PrintedFigure, figure: Figure, digits: number): ComparedTotal => {
  const { name, value: reported } = printed;
  if (figure.value === null) return whereNone(printed, figure.reason);
  const ours = asPrinted(printed, figure.value / unitOf(name, digits));
  const isReadable = decimal.test(reported) && digitsBefore(ours) <= mostDigits;
  if (!isReadable)
    return { name, reported, computed: null, equal: null, reason: 'the report has no plain number there' };
  const places = Math.min(
    placesOf(reported),
    mostDigits - Math.max(digitsBefore(ours), digitsBefore(Number(reported))),
  );
  const by = name === 'lrCorrelation' ? Math.min(places, correlationPlaces) : places;
  const equal = fixed(ours, by) === fixed(reported, by);
  return { name, reported, computed: fixed(ours, places), equal, reason: null };
};

/**
 * What a report prints beside what its deals come to (money in minor units of a currency with that many decimals), at
 * the precision that is printed, in the report's order. Where ours does not exist (no losses, say) and a zero is
 * printed the two are equal: MetaTrader prints 0 for none. Throws nothing.
 */
export const comparedTotals = (
  printed: readonly PrintedFigure[],
  computed: Figures,
  digits: number,
): ComparedTotal[] => printed.map((figure) => compared(figure, computed[figure.name], digits));

/** A mean of money has parts of its smallest unit; all else that is no whole number is told to as many places. */
const textOf = (name: MetatraderFigure, value: number, digits: number): string => {
  const ours = value / unitOf(name, digits);
  const isMoney = metatraderFigures[name] === 'money';
  const least =
    isMoney && Number.isInteger(value) ? digits : isMoney ? Math.max(digits, mostPlaces) : mostPlaces;
  const places = metatraderFigures[name] === 'count' ? 0 : least;
  return fixed(ours, Math.max(0, Math.min(places, mostDigits - digitsBefore(ours))));
};

/** Every figure that deals come to (money in minor units of a currency with that many decimals), as decimal text. */
export const reckonedFigures = (figures: Figures, digits: number): ReckonedFigure[] =>
  (Object.keys(metatraderFigures) as MetatraderFigure[]).map((name) => {
    const { value, reason } = figures[name];
    return { name, value: value === null ? null : textOf(name, value, digits), reason };
  });
