import t from 'tap';
import { openCall, TerminalError, type CallMethod } from './call.js';

const megabyte = 1024 * 1024;
const account = {
  ...{ login: '1001', server: 'Broker-Demo', name: 'A', company: 'B', currency: 'EUR', currency_digits: 2 },
  ...{ trade_mode: 0, margin_mode: 2, leverage: 100, balance: 1000, credit: 0, profit: 0, equity: 1000 },
  ...{ margin: 0, margin_free: 1000, margin_level: 0 },
};
const counts = { dealsTotal: 0, ordersTotal: 0, complete: true };

const results: readonly [CallMethod, object, number][] = [
  ['history', { deals: [], orders: [], ...counts, account }, 128],
  ['snapshot', { account, positions: [], orders: [] }, 16],
  ['rates', { bars: [] }, 16],
  ['symbols', { symbols: [] }, 16],
];

void t.test('a terminal that never comes to an end is not listened to for ever', async (t) => {
  for (const [method, result, most] of results) {
    const { pending } = openCall({ id: 1, method }, () => undefined, { onPart: () => undefined });
    const take = (part: number): boolean => pending.take({ part, last: false, result }, megabyte);
    for (let part = 0; part < most; part += 1) t.notOk(take(part));
    t.throws(() => take(most), TerminalError, `${method}, after ${most} MB`);
  }
});
