import { dealEntry, dealType } from '../domain/deal.js';
import type { Leg } from './assign-legs.js';
import type { ReportPosition } from './report.js';

interface Standing {
  id: string;
  /** bought less sold */
  units: number;
}

const signed = ({ deal, units }: Leg): number => (deal.type === dealType.buy ? units : -units);

const ownIdOf = ({ deal }: Leg): string => (deal.order === '0' ? deal.ticket : deal.order);

const rowsBySymbol = (positions: readonly ReportPosition[]): Map<string, ReportPosition[]> => {
  const bySymbol = new Map<string, ReportPosition[]>();
  for (const row of positions) {
    const rows = bySymbol.get(row.symbol);
    if (rows === undefined) bySymbol.set(row.symbol, [row]);
    else rows.push(row);
  }
  for (const rows of bySymbol.values()) rows.sort((a, b) => a.openedMs - b.openedMs);
  return bySymbol;
};

/** The listed position that stood at that time, begun before it where the file does not have its beginning. */
const listedAt = (rows: readonly ReportPosition[], leg: Leg, isExit: boolean): string | null => {
  const { timeMs } = leg.deal;
  const row = rows.find(
    ({ openedMs, closedMs }) =>
      (isExit ? openedMs <= timeMs : openedMs < timeMs) && (closedMs ?? Infinity) >= timeMs,
  );
  return row?.positionId ?? null;
};

const isExitOf = ({ deal }: Leg): boolean => deal.entry === dealEntry.out || deal.entry === dealEntry.outBy;

/** The id of a position that begins with a deal; of an exit without one, which is an orphan, its order's. */
const idOf = (leg: Leg, rows: readonly ReportPosition[], ids: ReadonlySet<string>): string => {
  const own = ownIdOf(leg);
  if (leg.positionId !== null) return leg.positionId;
  return !isExitOf(leg) && ids.has(own) ? own : (listedAt(rows, leg, isExitOf(leg)) ?? own);
};

/**
 * Where an account has one position a symbol, deals belong to the one that stands; one from flat begins the next, and
 * one that turns it around goes on with its id. `legs` come in the order of time. Returns the exits without entries.
 */
export const assignNetting = (legs: readonly Leg[], positions: readonly ReportPosition[]): Leg[] => {
  const rows = rowsBySymbol(positions);
  const ids = new Set(positions.map(({ positionId }) => positionId ?? ''));
  const standing = new Map<string, Standing>();
  const orphans: Leg[] = [];
  for (const leg of legs) {
    const { symbol } = leg.deal;
    const known = standing.get(symbol);
    const isFlat = known === undefined || known.units === 0;
    const id = isFlat ? idOf(leg, rows.get(symbol) ?? [], ids) : (leg.positionId ?? known.id);
    leg.positionId = id;
    const isOrphan = isFlat && isExitOf(leg);
    if (isOrphan) orphans.push(leg);
    else standing.set(symbol, { id, units: (isFlat ? 0 : known.units) + signed(leg) });
  }
  return orphans;
};
