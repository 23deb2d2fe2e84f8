import type { Deal } from './deal.js';

/** Made of a row of a list that has no deals: brokers number theirs upwards from 1. */
const isMadeUp = ({ ticket }: Pick<Deal, 'ticket'>): boolean => ticket.startsWith('-');

const cashPosition = '0';

/**
 * The deals that count, of all that are told of some positions, by ticket. A terminal goes before every other source
 * (`live`); of the others the first one told counts, so they come in order of their weight. Deals that were made up for
 * a list's rows give way to true deals of the same position.
 */
export function countingDeals<T extends Deal>(live: readonly T[], told: readonly T[]): Map<string, T> {
  const byTicket = new Map<string, T>();
  for (const deal of [...live, ...told]) if (!byTicket.has(deal.ticket)) byTicket.set(deal.ticket, deal);
  const trueOnes = new Set([...byTicket.values()].filter((deal) => !isMadeUp(deal)).map((d) => d.positionId));
  trueOnes.delete(cashPosition);
  for (const deal of byTicket.values())
    if (isMadeUp(deal) && trueOnes.has(deal.positionId)) byTicket.delete(deal.ticket);
  return byTicket;
}

/** What must change so that the kept deals are the counting ones. */
export interface Settlement<T> {
  gone: string[];
  added: T[];
  changed: T[];
}

const fields = [
  'order',
  'positionId',
  'serverMs',
  'type',
  'entry',
  'reason',
  'magic',
  'symbol',
  'volume',
  'price',
  'profit',
  'swap',
  'commission',
  'fee',
  'comment',
  'source',
] as const;

/** Whether two sources tell the same of a deal, themselves among it. */
const isSame = (a: Deal, b: Deal): boolean => fields.every((field) => a[field] === b[field]);

export function settlement<T extends Deal>(
  kept: readonly T[],
  counting: ReadonlyMap<string, T>,
): Settlement<T> {
  const byTicket = new Map(kept.map((deal) => [deal.ticket, deal]));
  const wanted = [...counting.values()];
  return {
    gone: [...byTicket.keys()].filter((ticket) => !counting.has(ticket)),
    added: wanted.filter(({ ticket }) => !byTicket.has(ticket)),
    changed: wanted.filter((deal) => {
      const held = byTicket.get(deal.ticket);
      return held !== undefined && !isSame(held, deal);
    }),
  };
}
