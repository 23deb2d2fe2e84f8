import { ageOf } from '../../web/account-state.js';
import { ageLevel, amount, digitsOf, lots, pips, signed, span, toneOf } from '../../web/figures.js';
import type { Picture } from '../../web/live.js';
import type { TradePlace } from './trade-queries.js';

const money = (text: string, digits: number) => ({ text: signed(text, digits), tone: toneOf(text) });
const price = (text: string, digits: number | null): string | null =>
  amount(digits === null ? text : Number(text).toFixed(digits), digits ?? 0);

/** What an open trade's position is worth by the last reading, with its age; where there is none, what became of it. */
export function openView(place: TradePlace, { accounts, positions }: Picture, now: Date) {
  const { id, account_id: accountId, position_id: positionId, is_closed: isClosed } = place;
  const account = accounts.find((one) => one.id === accountId);
  const position = positions.find((one) => one.account_id === accountId && one.position_id === positionId);
  const at = account?.light_synced_at ?? null;
  const age = at === null ? null : ageOf(at, now);
  const common = {
    href: `/trades/${id}/now`,
    pageHref: `/trades/${id}`,
    age: age === null || at === null ? null : { text: span(age), level: ageLevel(age), at: at.getTime() },
  };
  if (account === undefined || position === undefined || isClosed)
    return { ...common, isClosed, position: null };
  return {
    ...{ ...common, isClosed },
    position: {
      price: price(position.current_price, position.digits),
      floating: money(position.profit, digitsOf(account)),
      currency: account.currency ?? '',
      pips: { text: pips(position.pips), tone: toneOf(position.pips) },
      swap: money(position.swap, digitsOf(account)),
      lots: lots(position.volume),
    },
  };
}
