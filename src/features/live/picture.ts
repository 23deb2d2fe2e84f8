import type { AccountRow } from '../../data/accounts.js';
import type { WrittenReading } from '../../data/readings.js';
import type { Happening, Picture } from '../../web/live.js';

const isOlder = ({ figures }: WrittenReading, { light_synced_at: known }: AccountRow): boolean =>
  known !== null && (figures.light_synced_at ?? known) < known;

/** The account's own figures and positions in the place of those before. */
const withReading = (
  picture: Picture,
  account: AccountRow,
  { figures, positions }: WrittenReading,
): Picture => ({
  accounts: picture.accounts.map((one) => (one === account ? { ...one, ...figures } : one)),
  positions: [...picture.positions.filter((one) => one.account_id !== account.id), ...positions],
});

/** The picture after these events; null where they do not say what has changed, so that it must be asked for. */
export function pictureAfter(before: Picture, events: readonly Happening[]): Picture | null {
  let picture = before;
  for (const { accountId, reading } of events) {
    const account = picture.accounts.find(({ id }) => id === accountId);
    if (account === undefined || reading === undefined) return null;
    if (!isOlder(reading, account)) picture = withReading(picture, account, reading);
  }
  return picture;
}
