import type { BacktestRow } from '../data/backtests.js';
import { metatraderFigures, type MetatraderFigure } from '../domain/metatrader/figure.js';

/** A figure of a test, as decimal text; null: it cannot be known, for a reason. */
export interface TestFigure {
  value: string | null;
  reason: string;
  /** ours cannot be reckoned, so it is the report's word */
  isPrinted: boolean;
}

type OfRow = Pick<BacktestRow, 'figures' | 'totals'>;

/** Ours, or what the report prints where ours takes what no report lists: the equity of each bar. */
export function figureOf({ figures, totals }: OfRow, name: MetatraderFigure): TestFigure {
  const ours = figures.find((figure) => figure.name === name);
  if (ours !== undefined && ours.value !== null) return { value: ours.value, reason: '', isPrinted: false };
  const printed = totals.find((total) => total.name === name);
  const reason = ours?.reason ?? 'not in the report';
  return printed === undefined || printed.equal === true
    ? { value: null, reason, isPrinted: false }
    : { value: printed.reported, reason: '', isPrinted: true };
}

/** The figures of a test by their names: money as decimal text, all else as numbers. Null: an optimisation has none. */
export function metatraderJson(row: OfRow): Record<MetatraderFigure, string | number | null> | null {
  if (row.figures.length === 0) return null;
  const names = Object.keys(metatraderFigures) as MetatraderFigure[];
  return Object.fromEntries(
    names.map((name) => {
      const { value } = figureOf(row, name);
      return [name, value === null || metatraderFigures[name] === 'money' ? value : Number(value)];
    }),
  ) as Record<MetatraderFigure, string | number | null>;
}
