import { difference, isZero, negated, productOf, shares, signOf, sumOf } from '../decimal-text.js';
import { anyTime, dateOrderOf } from './any-time.js';
import { pointValueOf } from './futures.js';
import { markOf, numberOf } from './list-numbers.js';
import { sideOfText } from './side-text.js';
import { type ListRecord, textOf } from './trade-field.js';

/** A fill, or what is left of it. */
interface Fill {
  record: ListRecord;
  side: 'buy' | 'sell';
  volume: string;
  price: string;
  atMs: number;
  /** a result before costs, where the file gives one */
  profit: string | null;
  /** what was paid, above zero */
  fee: string;
}

const fillsOf = (records: readonly ListRecord[], isRate: boolean): [Fill[], ListRecord[]] => {
  const mark = markOf(records);
  const order = dateOrderOf(records.map((record) => textOf(record, 'openedAt')));
  const unread: ListRecord[] = [];
  const fills = records.flatMap((record): Fill[] => {
    const [volume, price] = [numberOf(record, 'volume', mark), numberOf(record, 'openPrice', mark)];
    const side = sideOfText(textOf(record, 'side'));
    const at = anyTime(textOf(record, 'openedAt'), order === 'dmy' ? 'dmy' : 'mdy');
    if (typeof volume !== 'string' || typeof price !== 'string' || side === null || at === null) {
      unread.push(record);
      return [];
    }
    if (signOf(volume) <= 0) return [];
    const fee = numberOf(record, 'fee', mark) ?? '0';
    const profit = numberOf(record, 'profit', mark) ?? null;
    return [{ record, side, volume, price, atMs: at.ms, profit, fee: isRate ? productOf(fee, volume) : fee }];
  });
  return [fills.sort((a, b) => a.atMs - b.atMs), unread];
};

const isSmaller = (a: string, b: string): boolean => signOf(difference(a, b)) < 0;

interface Piece {
  entry: Fill;
  exit: Fill;
  volume: string;
  fee: string;
}

/** The share of a fill that a part of its volume has, taken off the fill. */
const taken = (fill: Fill, volume: string): string => {
  const rest = difference(fill.volume, volume);
  if (isZero(rest)) return fill.fee;
  const [part = '0', left = '0'] = shares(fill.fee, [volume, rest]);
  fill.volume = rest;
  fill.fee = left;
  return part;
};

/** What closes what: the earliest that is open first. */
const piecesOf = (fills: readonly Fill[]): { pieces: Piece[]; open: Fill[] } => {
  const pieces: Piece[] = [];
  const open: Fill[] = [];
  for (const fill of fills) {
    let rest: Fill | null = { ...fill };
    for (
      let entry = open[0];
      rest !== null && entry !== undefined && entry.side !== rest.side;
      entry = open[0]
    ) {
      const volume: string = isSmaller(entry.volume, rest.volume) ? entry.volume : rest.volume;
      const [endsEntry, endsExit] = [volume === entry.volume, isZero(difference(rest.volume, volume))];
      const fee = sumOf([taken(entry, volume), taken(rest, volume)]);
      pieces.push({ entry, exit: fill, volume, fee });
      if (endsEntry) open.shift();
      if (endsExit) rest = null;
    }
    if (rest !== null) open.push(rest);
  }
  return { pieces, open };
};

/** The result of an exit over its pieces, which together have it again. */
const profitsOf = (pieces: readonly Piece[]): Map<Piece, string> => {
  const byExit = new Map<Fill, Piece[]>();
  for (const piece of pieces) byExit.set(piece.exit, [...(byExit.get(piece.exit) ?? []), piece]);
  const profits = new Map<Piece, string>();
  for (const [exit, own] of byExit) {
    const volumes = own.map(({ volume }) => volume);
    const parts = exit.profit === null ? [] : shares(exit.profit, volumes);
    own.forEach((piece, index) => profits.set(piece, parts[index] ?? computed(piece)));
  }
  return profits;
};

/** Where a list of orders has no results: by the contract's value of a point, as its exchange defines it. */
const computed = ({ entry, exit, volume }: Piece): string => {
  const point = pointValueOf(textOf(entry.record, 'symbol'));
  if (point === null) return '';
  const gained = difference(exit.price, entry.price);
  return productOf(productOf(entry.side === 'buy' ? gained : negated(gained), volume), point);
};

const recordOf = ({ entry, exit, volume, fee }: Piece, profit: string): ListRecord => ({
  row: exit.record.row,
  texts: {
    id: entry.record.texts.id ?? [],
    symbol: entry.record.texts.symbol ?? [],
    side: [entry.side],
    volume: [volume],
    openedAt: entry.record.texts.openedAt ?? [],
    openPrice: entry.record.texts.openPrice ?? [],
    closedAt: exit.record.texts.openedAt ?? [],
    closePrice: exit.record.texts.openPrice ?? [],
    profit: [profit],
    fee: [fee],
    comment: entry.record.texts.comment ?? [],
  },
});

const groupsBy = (fills: readonly Fill[], keyOf: (record: ListRecord) => string): Fill[][] => {
  const groups = new Map<string, Fill[]>();
  for (const fill of fills) {
    const key = keyOf(fill.record);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [fill]);
    else known.push(fill);
  }
  return [...groups.values()];
};

const trades = (
  records: ListRecord[],
  isRate: boolean,
  keyOf: (record: ListRecord) => string,
): ListRecord[] => {
  const [fills, unread] = fillsOf(records, isRate);
  const closed = groupsBy(fills, keyOf).flatMap((group) => {
    const { pieces, open } = piecesOf(group);
    const profits = profitsOf(pieces);
    const stillOpen = open.map(({ record, volume }) => ({
      ...record,
      texts: { ...record.texts, volume: [volume] },
    }));
    return [...pieces.map((piece) => recordOf(piece, profits.get(piece) ?? '')), ...stillOpen];
  });
  return [...closed, ...unread].sort((a, b) => a.row - b.row);
};

const accountOf = (record: ListRecord): string => textOf(record, 'login');

/** Fills that name their position, as round trips: within a position, the earliest that is open is closed first. */
export const positionFills = (records: ListRecord[]): ListRecord[] =>
  trades(records, false, (record) => JSON.stringify([accountOf(record), textOf(record, 'id')]));

/** Filled orders, as round trips of each account and symbol; their costs are a rate for each contract. */
export const completedOrders = (records: ListRecord[]): ListRecord[] =>
  trades(
    records.filter((record) => !/cancel|reject/i.test(textOf(record, 'kind'))),
    true,
    (record) => JSON.stringify([accountOf(record), textOf(record, 'symbol')]),
  );
