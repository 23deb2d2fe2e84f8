import t from 'tap';
import type { FeedEvent } from '../../sync/feed.js';
import { accountRow, positionRow, readingOf } from '../../testing/picture.js';
import { pictureAfter } from './picture.js';

const picture = {
  accounts: [accountRow('a', 10), accountRow('b', 10)],
  positions: [positionRow('a', '1'), positionRow('b', '2')],
};
const heldAfter = (...events: FeedEvent[]): string[] | undefined =>
  pictureAfter(picture, events)?.positions.map((one) => `${one.account_id}${one.position_id}`);
const equityAfter = (...events: FeedEvent[]): (string | null)[] | undefined =>
  pictureAfter(picture, events)?.accounts.map(({ equity }) => equity);

void t.test('a reading changes its own account, and what is open in it', async (t) => {
  const read = readingOf('a', 25, { equity: '900.00', positions: [positionRow('a', '3')] });
  t.same(equityAfter(read), ['900.00', '1000.00']);
  t.same(heldAfter(read), ['b2', 'a3']);
  t.same(heldAfter(readingOf('a', 25)), ['b2'], 'nothing is open any more');
  t.same(equityAfter(read, readingOf('b', 26, { equity: '800.00' })), ['900.00', '800.00']);
});

void t.test('what its owner has chosen meanwhile stays as it is', async (t) => {
  const renamed = { ...picture, accounts: [{ ...accountRow('a', 10), label: 'Swing' }] };
  t.equal(pictureAfter(renamed, [readingOf('a', 25)])?.accounts[0]?.label, 'Swing');
});

void t.test('a reading that is older than what is known changes nothing', async (t) => {
  t.same(equityAfter(readingOf('a', 9, { equity: '1.00' })), ['1000.00', '1000.00']);
  t.same(heldAfter(readingOf('a', 9)), ['a1', 'b2']);
  t.same(equityAfter(readingOf('a', 10, { equity: '900.00' })), ['900.00', '1000.00']);
});

void t.test('whatever readings do not say must be asked for', async (t) => {
  const others: FeedEvent[] = [
    { type: 'SYNC_STATUS', accountId: 'a' },
    { type: 'NEW_TRADE', accountId: 'a', tradeId: 'seven' },
    { type: 'CANDLE_UPDATE', accountId: null, names: ['EURUSD'] },
    { type: 'MARKET_STATE', accountId: null },
    { type: 'BALANCE_UPDATE', accountId: 'a' },
    readingOf('stranger', 25, { positions: [positionRow('stranger', '9')] }),
  ];
  for (const event of others) {
    t.equal(pictureAfter(picture, [event]), null, event.type);
    t.equal(pictureAfter(picture, [readingOf('a', 25), event]), null, `${event.type} with a reading`);
  }
});
