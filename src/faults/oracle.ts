import { createHash } from 'node:crypto';
import { dealsOf } from '../data/deals.js';
import { reconciliationOf } from '../data/reconciliations.js';
import type { Deal } from '../domain/deal.js';
import { toMinor } from '../lib/money.js';
import type { HistoryDeal } from '../terminals/protocol.js';
import { accountAt } from '../terminals/simulator/world.js';
import type { Rig, Watched } from './rig.js';

/** What must be known of an installation to look into its books. */
export type Books = Pick<Rig, 'db' | 'epochMs' | 'account' | 'read'> & { clock: Pick<Rig['clock'], 'now'> };

/** What of an account's deals is wrong, against the broker's own books. */
export interface Findings {
  /** missing, or another than the broker has it */
  lost: number;
  /** deals the broker never had, and sums that do not meet its balance */
  doubled: number;
}

const asText = (deal: Deal): string =>
  [deal.positionId, deal.serverMs, deal.type, deal.entry, deal.volume, deal.price]
    .concat([deal.profit, deal.swap, deal.commission, deal.fee])
    .join(' ');

const asListed = (deal: HistoryDeal, digits: number): string =>
  [deal.position_id, deal.time_msc, deal.type, deal.entry, deal.volume, deal.price]
    .concat([deal.profit, deal.swap, deal.commission, deal.fee].map((money) => toMinor(money, digits)))
    .join(' ');

const storedDeals = ({ db }: Books, owner: Watched, digits: number): Promise<Deal[]> =>
  db.withTenant('sync', owner.userId, (tx) => dealsOf(tx, owner, { digits }));

/** Reads the account once more, whole, and compares every deal with the simulated broker's. */
export async function compared(rig: Books, owner: Watched): Promise<Findings> {
  const fromMs = rig.clock.now().getTime();
  await rig.read(owner);
  const digits = (await rig.account(owner)).currency_digits ?? 2;
  const stored = await storedDeals(rig, owner, digits);
  const broker = accountAt(owner.server, owner.login, rig.epochMs);
  const due = broker.historyAt(fromMs).deals;
  const all = new Set(broker.historyAt(rig.clock.now().getTime()).deals.map(({ ticket }) => ticket));
  const held = new Map(stored.map((deal) => [deal.ticket, asText(deal)]));
  const lost = due.filter((deal) => held.get(deal.ticket) !== asListed(deal, digits)).length;
  const strange = stored.filter(({ ticket }) => !all.has(ticket)).length + stored.length - held.size;
  const row = await rig.db.withTenant('sync', owner.userId, (tx) => reconciliationOf(tx, owner));
  const isEqual = row?.verdict === 'equal' && row.unlisted === 0;
  return { lost, doubled: strange + (isEqual ? 0 : 1) };
}

/** A mark of the deals an account had at a moment, to be asked again later. */
export async function marked(rig: Books, owner: Watched): Promise<() => Promise<boolean>> {
  const known = new Set((await storedDeals(rig, owner, 8)).map(({ ticket }) => ticket));
  const hash = async (): Promise<string> => {
    const deals = (await storedDeals(rig, owner, 8)).filter(({ ticket }) => known.has(ticket));
    const lines = deals.map((deal) => `${deal.ticket} ${asText(deal)} ${deal.comment}`).sort();
    return createHash('sha256').update(lines.join('\n')).digest('hex');
  };
  const before = await hash();
  return async () => (await hash()) === before;
}
