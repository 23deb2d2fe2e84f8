import fc from 'fast-check';
import t from 'tap';
import { z } from 'zod';
import type { FinishedDeal } from '../reports/finish.js';
import { dealCells, orderCells } from '../reports/report-lines.js';
import type { ReportOrder } from '../reports/report.js';
import * as limits from '../reports/row-limits.js';
import { reportLineIn } from './report-schema.js';

const deal: FinishedDeal = {
  ...{ row: 1, ticket: '7', order: '0', positionId: '0', timeMs: 1_700_000_000_000, type: 0, entry: 0 },
  ...{ reason: null, magic: '-7', symbol: 'EURUSD', volume: '0.10', price: '1.1', profit: '-0.50' },
  ...{ swap: '0', commission: '0', fee: '0', comment: '', isSynthetic: false },
};
const order: ReportOrder = {
  ...{ row: 1, ticket: '7', positionId: null, positionById: null, timeMs: 1, type: 8, state: 4 },
  ...{ magic: null, symbol: 'EURUSD', volume: '1', price: null, stopLoss: null, takeProfit: null },
  comment: '',
};

/** What is read of a line; null where it is not believed. */
function readOf(said: unknown): unknown {
  try {
    return reportLineIn(said);
  } catch {
    return null;
  }
}
const accepts = (said: unknown): boolean => readOf(said) !== null;
const cellsOf = {
  deals: (changed: object) => dealCells({ ...deal, ...changed }),
  orders: (changed: object) => orderCells({ ...order, ...changed }),
};
const isTaken = (kind: 'deals' | 'orders', changed: object): boolean =>
  accepts({ kind, rows: [cellsOf[kind](changed)] });

void t.test('what a reader says is believed only where it has the shape of a report', async (t) => {
  const cells = dealCells(deal);
  t.same(readOf({ kind: 'deals', rows: [cells] }), { kind: 'deals', rows: [deal] });
  t.same(readOf({ kind: 'orders', rows: [orderCells(order)] }), { kind: 'orders', rows: [order] });
  t.notOk(isTaken('deals', { profit: '1e5' }));
  t.notOk(isTaken('deals', { timeMs: 1e300 }));
  t.notOk(accepts({ kind: 'deals', rows: Array.from({ length: 501 }, () => cells) }));
  t.notOk(accepts({ kind: 'deals', rows: [deal] }), 'with names');
  t.notOk(accepts({ kind: 'deals', rows: [cells.slice(1)] }), 'a cell short');
  t.notOk(accepts({ kind: 'deals', rows: [[...cells, 1]] }), 'a cell over');
  t.notOk(accepts({ kind: 'orders', rows: [cells] }), 'of the other list');
  for (const rows of [{}, null, 'rows', 7]) t.notOk(accepts({ kind: 'deals', rows }));
  for (const said of [{ kind: 'shout' }, { kind: 'deals' }, null, [], 'deals']) t.notOk(accepts(said));
});

void t.test('numbers that the database has no room for are refused in words', async (t) => {
  const [least, most] = ['-9223372036854775808', '9223372036854775807'];
  t.ok(isTaken('deals', { ticket: least, order: most, type: 32_767, entry: -32_767, row: 2_147_483_647 }));
  t.ok(isTaken('orders', { ticket: most, positionId: most, type: 32_767, state: 32_767 }));
  for (const field of ['type', 'entry', 'reason']) t.notOk(isTaken('deals', { [field]: 32_768 }), field);
  for (const field of ['type', 'state']) t.notOk(isTaken('orders', { [field]: -40_000 }), field);
  for (const field of ['ticket', 'order', 'positionId']) {
    t.notOk(isTaken('deals', { [field]: '9223372036854775808' }), field);
    t.notOk(isTaken('deals', { [field]: '-9223372036854775809' }), field);
  }
  for (const field of ['ticket', 'positionId', 'positionById'])
    t.notOk(isTaken('orders', { [field]: '9999999999999999999' }), field);
  t.notOk(isTaken('deals', { row: 2_147_483_648 }));
  t.notOk(isTaken('deals', { magic: '123456789012345678901' }));
});

const short = z.string().max(limits.mostNameCharacters);
const decimal = z.string().refine(limits.isDecimal);
const small = z.int().min(-limits.mostSmall).max(limits.mostSmall);
const bigint = z.string().refine(limits.isBigint);
const both = {
  row: z.int().min(0).max(limits.mostRow),
  ticket: bigint,
  timeMs: z.int().min(-limits.mostMs).max(limits.mostMs),
  type: small,
  magic: z.string().refine(limits.isMagic).nullable(),
  symbol: short,
  volume: decimal,
  comment: z.string().max(limits.mostCommentCharacters),
};
/** The same in words that say it once for each field. */
const shapes = {
  deals: z.object({
    ...both,
    ...{ order: bigint, positionId: bigint, entry: small, reason: small.nullable(), price: decimal },
    ...{ profit: decimal, swap: decimal, commission: decimal, fee: decimal, isSynthetic: z.boolean() },
  }),
  orders: z.object({
    ...both,
    ...{ positionId: bigint.nullable(), positionById: bigint.nullable(), state: small.nullable() },
    ...{ price: decimal.nullable(), stopLoss: decimal.nullable(), takeProfit: decimal.nullable() },
  }),
};

const cell = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    '0',
    '-0.5',
    '1e5',
    ' 1',
    '1,5',
    'x'.repeat(1_001),
    [],
    {},
    undefined,
  ),
  fc.constantFrom<unknown>(0, -1, 1.5, 32_767, 32_768, -32_768, 2 ** 31, 8.64e15, 8.65e15, 1e300),
  fc.constantFrom(
    '9223372036854775807',
    '9223372036854775808',
    '1'.repeat(30),
    '1'.repeat(31),
    '1'.repeat(20),
  ),
  fc.constantFrom('x'.repeat(65_536), 'x'.repeat(65_537), `0.${'1'.repeat(30)}`, `0.${'1'.repeat(31)}`, '-'),
  fc.jsonValue(),
);

void t.test('of a row just that is believed which a schema would believe', async () => {
  for (const [kind, row] of [
    ['deals', deal],
    ['orders', order],
  ] as const)
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(row)), cell, { maxKeys: 3 }), (changed) => {
        const wanted = JSON.parse(
          JSON.stringify({ ...row, ...changed }, (_, one: unknown) => one ?? null),
        ) as unknown;
        const read = readOf(JSON.parse(JSON.stringify({ kind, rows: [cellsOf[kind](changed)] })));
        const { success, data } = shapes[kind].safeParse(wanted);
        return success
          ? JSON.stringify(read) === JSON.stringify({ kind, rows: [{ ...row, ...data }] })
          : read === null;
      }),
      { numRuns: 1_000 },
    );
});
