import { z } from 'zod';
import { fromMinor } from '../../lib/money.js';
import { mostPoints, placesOf } from '../../web/chart.js';
import type { Chosen } from '../../web/chosen.js';
import type { CurveLine } from './curve-line.js';

export const curveShape = {
  kind: z
    .enum(['balance', 'net'])
    .describe('the balance of whole accounts, or what the chosen trades came to'),
  points: z.array(
    z.object({
      at: z.string(),
      value: z.string(),
      equity: z
        .string()
        .nullable()
        .describe('with what floats, as the broker told it; null: not all of the accounts were watched then'),
      drawdown: z.string().describe('below the highest before, which deposits and withdrawals move along'),
    }),
  ),
  equityReason: z.string().nullable().describe('why equity is nowhere known; null: it is somewhere'),
  flows: z.array(z.object({ at: z.string(), amount: z.string() })).describe('deposits and withdrawals'),
};

export function curveJson({ group }: Chosen, { kind, line, unwatched }: CurveLine) {
  const digits = group?.digits ?? 2;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    kind,
    points: placesOf(line, mostPoints).map((at) => {
      const [value, peak, equity] = [line.values[at] ?? 0, line.peaks[at] ?? 0, line.equity?.[at] ?? NaN];
      return {
        at: iso(line.atMs[at] ?? 0),
        value: fromMinor(value, digits),
        equity: Number.isNaN(equity) ? null : fromMinor(equity, digits),
        drawdown: fromMinor(peak - value, digits),
      };
    }),
    equityReason: unwatched,
    flows: line.flows.map(({ atMs, amount }) => ({ at: iso(atMs), amount: fromMinor(amount, digits) })),
  };
}
