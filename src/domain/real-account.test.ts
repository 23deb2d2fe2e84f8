import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { toMinor } from '../lib/money.js';
import { needsRecording, recordingPath } from '../testing/needs.js';
import type { Deal, Order } from './deal.js';
import { nextVerdict, reasonOf, reconcile, sumsOf } from './ledger.js';
import { tradesOf } from './trade.js';

const account = 'mt5-api/cent-account';
const digits = 2;

type Row = Record<string, string | number>;

const rowsOf = (file: string): Row[] =>
  JSON.parse(readFileSync(join(recordingPath(account), file), 'utf8')) as Row[];

const text = (row: Row, field: string): string => String(row[field] ?? '');
const number = (row: Row, field: string): number => Number(row[field]);
const level = (row: Row, field: string): number | null => number(row, field) || null;

const dealOf = (row: Row): Deal => ({
  ticket: text(row, 'ticket'),
  order: text(row, 'order'),
  positionId: text(row, 'position_id'),
  serverMs: number(row, 'time_msc'),
  type: number(row, 'type'),
  entry: number(row, 'entry'),
  reason: number(row, 'reason'),
  magic: text(row, 'magic'),
  symbol: text(row, 'symbol'),
  volume: number(row, 'volume'),
  price: number(row, 'price'),
  profit: toMinor(number(row, 'profit'), digits),
  swap: toMinor(number(row, 'swap'), digits),
  commission: toMinor(number(row, 'commission'), digits),
  fee: toMinor(number(row, 'fee'), digits),
  comment: text(row, 'comment'),
});

const orderOf = (row: Row): Order => ({
  ticket: text(row, 'ticket'),
  positionId: text(row, 'position_id'),
  positionById: text(row, 'position_by_id'),
  type: number(row, 'type'),
  stopLoss: level(row, 'sl'),
  takeProfit: level(row, 'tp'),
});

void t.test('a real account of 140 deals', needsRecording(account), async (t) => {
  const deals = rowsOf('deals.json').map(dealOf);
  const orders = new Map(rowsOf('orders.json').map((row) => [text(row, 'ticket'), orderOf(row)]));
  const trades = tradesOf(deals, orders);

  await t.test('is 68 closed positions with nothing to review', async (t) => {
    t.equal(deals.length, 140);
    t.equal(trades.length, 68);
    t.equal(new Set(trades.map(({ positionId }) => positionId)).size, 68);
    t.ok(
      trades.every(
        ({ closedMs, openVolume, flags }) => closedMs !== null && openVolume === 0 && flags.length === 0,
      ),
    );
    t.equal(
      trades.filter(({ stopLoss }) => stopLoss === null).length,
      62,
      'most stops were set after the entry',
    );
  });

  await t.test('lacks 14.50 that the broker archived', async (t) => {
    const found = reconcile(sumsOf(deals), {
      balance: 604_722,
      credit: 0,
      digits,
      currency: 'USC',
      unlisted: 0,
    });
    t.match(found, {
      tradesNet: 6372,
      cash: 599_800,
      ledger: 606_172,
      broker: 604_722,
      difference: 1450,
      lost: 0,
    });
    const { verdict } = nextVerdict(null, found, 0);
    t.equal(verdict, 'archived');
    t.equal(
      reasonOf(found, verdict),
      'The broker\'s balance lacks 14.50 USC of the deals it has listed; it entered "Archived deals" on 2026-07-11, ' +
        'which explains it.',
    );
  });
});
