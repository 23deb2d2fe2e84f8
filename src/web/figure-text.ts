import type { Figure } from '../domain/metatrader/figure.js';
import { fromMinor } from '../lib/money.js';
import { amount, decimal, signed, span, toneOf, type Tone } from './figures.js';

export type FigureKind = 'money' | 'share' | 'percent' | 'ratio' | 'count' | 'seconds';

/** A figure as a trader reads it. */
export interface FigureText {
  /** null: unknown, for `reason` */
  value: string | null;
  unit: string;
  tone: Tone;
  reason: string;
}

const rounded = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));
/** Of very large ratios nobody reads the decimals. */
const places = (value: number): number => (Math.abs(value) >= 1000 ? 0 : 2);
const plain = (value: number, digits: number): string => amount(decimal(value, digits, digits), digits) ?? '';

/** `+1 204.50` for money that was made or lost, `58.1 %` for a share; money is in minor units of so many `digits`. */
export function figureText(
  figure: Figure,
  kind: FigureKind,
  { digits, currency, isSigned = true }: { digits: number; currency: string; isSigned?: boolean },
): FigureText {
  const { value } = figure;
  if (value === null) return { value: null, unit: '', tone: '', reason: figure.reason };
  const of = (text: string, unit = '', tone: Tone = ''): FigureText => ({
    value: text,
    unit,
    tone,
    reason: '',
  });
  if (kind === 'money') {
    const text = fromMinor(rounded(value), digits);
    return of((isSigned ? signed : amount)(text, digits) ?? '', currency, isSigned ? toneOf(text) : '');
  }
  if (kind === 'share') return of(plain(100 * value, 1), '%');
  if (kind === 'percent') return of(plain(value, 2), '%');
  if (kind === 'count') return of(plain(value, 0));
  return kind === 'seconds' ? of(span(value)) : of(plain(value, places(value)));
}
