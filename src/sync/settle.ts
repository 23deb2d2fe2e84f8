import { batches, oneAhead } from '../data/batch.js';
import { dealsOf, hasDeals, writeTold, type DealToStore, type OwnedAccount } from '../data/deals.js';
import type { Tx } from '../data/database.js';
import { soleBatch, toldBy, toldDeals } from '../data/import-rows.js';
import { ordersOf } from '../data/orders.js';
import { countingDeals, settlement } from '../domain/counting.js';
import type { Deal } from '../domain/deal.js';
import { toUtc } from '../domain/server-clock.js';
import { rebuildTrades, type Ground } from './rebuild.js';

const byPosition = (deals: Iterable<Deal>): Map<string, Deal[]> => {
  const positions = new Map<string, Deal[]>();
  for (const deal of deals) {
    const others = positions.get(deal.positionId);
    if (others === undefined) positions.set(deal.positionId, [deal]);
    else others.push(deal);
  }
  return positions;
};

/** What has to be looked at besides the batches of an account. */
interface Sources {
  /** its only saved batch */
  sole: string | null;
  /** it holds no deal yet, so that each is new */
  isEmpty: boolean;
}

interface Circumstances {
  ground: Ground;
  at: Date;
}

/** The deals that count of these positions, and those that the account holds of them. */
async function standing(
  tx: Tx,
  owner: OwnedAccount,
  { positions, digits }: { positions: ReadonlySet<string>; digits: number },
  { sole, isEmpty }: Sources,
) {
  const about = { digits, positions };
  const told =
    sole === null
      ? await toldDeals(tx, owner, about)
      : await toldBy(tx, { userId: owner.userId, importId: sole }, about);
  const tickets = told.map(({ ticket }) => ticket);
  const kept = isEmpty ? [] : await dealsOf(tx, owner, { ...about, tickets });
  const live = kept.filter(({ source }) => source === 'live');
  return { kept, counting: countingDeals(live, told) };
}

async function writeSome(
  tx: Tx,
  owner: OwnedAccount,
  { positions, kept, counting }: Awaited<ReturnType<typeof standing>> & { positions: ReadonlySet<string> },
  { ground, at }: Circumstances,
): Promise<void> {
  const { digits, rule } = ground;
  const toStore = (deal: Deal): DealToStore => ({
    ...deal,
    externalId: '',
    doneMs: toUtc(rule, deal.serverMs),
  });
  const { gone, added, changed } = settlement(kept, counting);
  const changes = { gone, added: added.map(toStore), changed: changed.map(toStore) };
  await writeTold(tx, owner, changes, { at, digits });
  const orders = await ordersOf(tx, owner, new Set([...counting.values()].map(({ order }) => order)));
  const whole = { deals: byPosition(counting.values()), orders };
  await rebuildTrades(tx, owner, { positions, whole }, ground);
}

/**
 * Makes the deals of these positions, and their trades, anew from all that terminal and saved batches tell of them: after
 * a batch was saved, changed or taken back. Doing it again changes nothing. The caller holds the account's history
 * (`beginHistory`); '0' stands for its cash ledger.
 */
export async function settlePositions(
  tx: Tx,
  owner: OwnedAccount,
  positions: ReadonlySet<string>,
  circumstances: Circumstances,
): Promise<void> {
  const { digits } = circumstances.ground;
  const sources = { sole: await soleBatch(tx, owner), isEmpty: !(await hasDeals(tx, owner)) };
  await oneAhead(async (begin) => {
    for (const batch of batches(positions)) {
      const some = new Set(batch);
      const stands = await standing(tx, owner, { positions: some, digits }, sources);
      await begin(() => writeSome(tx, owner, { positions: some, ...stands }, circumstances));
      // A deal that stood in one position and belongs to another is seen by both, one after the other.
      if (!sources.isEmpty) await begin(() => Promise.resolve());
    }
  });
}
