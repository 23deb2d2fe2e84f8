import { compareTickets, dealEntry, dealType } from '../deal.js';

/** What the figures need of a deal. */
export interface FigureDeal {
  /** decimal digits */
  ticket: string;
  /** the server's wall clock */
  timeMs: number;
  /** MetaTrader's numbers */
  type: number;
  entry: number;
  /** what it did to the balance, in minor units */
  net: number;
}

/** What a deal is to the figures. An exit that buys closed a short. */
export const role = { flow: 0, withdrawal: 1, entry: 2, exitShort: 3, exitLong: 4 } as const;

/** Deals of one account in their order, a column a field; money in minor units. */
export interface DealColumns {
  roles: Uint8Array;
  nets: Float64Array;
}

const cashTypes: readonly number[] = [dealType.balance, dealType.credit];

export const roleOf = ({ type, entry, net }: Pick<FigureDeal, 'type' | 'entry' | 'net'>): number => {
  if (type === dealType.buy) return entry === dealEntry.in ? role.entry : role.exitShort;
  if (type === dealType.sell) return entry === dealEntry.in ? role.entry : role.exitLong;
  return net < 0 && cashTypes.includes(type) ? role.withdrawal : role.flow;
};

const compare = (a: FigureDeal, b: FigureDeal): number =>
  a.timeMs - b.timeMs || compareTickets(a.ticket, b.ticket);

const isOrdered = (deals: readonly FigureDeal[]): boolean =>
  deals.every((deal, at) => {
    const before = deals[at - 1];
    return before === undefined || compare(before, deal) <= 0;
  });

/** The deals by time, then ticket, whatever order they come in. */
export const columnsOf = (deals: readonly FigureDeal[]): DealColumns => {
  const ordered = isOrdered(deals) ? deals : [...deals].sort(compare);
  const roles = new Uint8Array(ordered.length);
  const nets = new Float64Array(ordered.length);
  ordered.forEach((deal, at) => {
    roles[at] = roleOf(deal);
    nets[at] = deal.net;
  });
  return { roles, nets };
};
