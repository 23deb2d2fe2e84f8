import t from 'tap';
import { dealEntry, dealType } from '../domain/deal.js';
import { step } from '../testing/assigned.js';
import { hedgedOf } from '../testing/hedging.js';
import { assignPositions } from './assign.js';
import type { ReportDeal } from './report.js';

interface Net {
  entry: number;
  isBuy: boolean;
  lots: string;
}

const [anyDeal] = hedgedOf([step('open')]).deals as [ReportDeal];

const netted = (...list: Net[]): ReportDeal[] =>
  list.map(({ entry, isBuy, lots }, at) => ({
    ...anyDeal,
    row: at + 1,
    ticket: String(500 + at),
    order: String(100 + at),
    positionId: null,
    timeMs: 1000 * at,
    type: isBuy ? dealType.buy : dealType.sell,
    entry,
    volume: lots,
  }));

void t.test(
  'with one position a symbol, deals follow one another and reversals keep its number',
  async (t) => {
    const deals = netted(
      { entry: dealEntry.out, isBuy: false, lots: '0.5' },
      { entry: dealEntry.in, isBuy: true, lots: '1' },
      { entry: dealEntry.in, isBuy: true, lots: '1' },
      { entry: dealEntry.inOut, isBuy: false, lots: '3' },
      { entry: dealEntry.out, isBuy: true, lots: '1' },
      { entry: dealEntry.in, isBuy: false, lots: '1' },
    );
    const { deals: found, counts } = assignPositions(deals, [], [], false);
    t.same(
      found.map(({ positionId }) => positionId),
      ['100', '101', '101', '101', '101', '105'],
    );
    t.equal(counts.orphans, 1);
    t.same(
      assignPositions(deals, [], [], true).deals,
      found,
      'a deal that reverses tells the kind of account',
    );
    t.same(assignPositions(deals, [], [], null).deals, found);
  },
);

void t.test('an account that does not say its kind is known by what only one kind can do', async (t) => {
  const [buy, more] = [
    { entry: dealEntry.in, isBuy: true, lots: '1' },
    { entry: dealEntry.in, isBuy: true, lots: '2' },
  ];
  const idsOf = (...list: Net[]): string[] =>
    assignPositions(netted(...list), [], [], null).deals.map(({ positionId }) => positionId);
  t.same(idsOf(buy, more, { entry: dealEntry.out, isBuy: false, lots: '3' }), ['100', '100', '100']);
  t.same(idsOf(buy, { ...more, isBuy: false }, { entry: dealEntry.out, isBuy: true, lots: '2' }), [
    '100',
    '101',
    '101',
  ]);
  t.same(idsOf(buy, more), ['100', '101']);
});

void t.test('a window of an account with one position a symbol names it by its row', async (t) => {
  const deals = netted(
    { entry: dealEntry.in, isBuy: true, lots: '1' },
    { entry: dealEntry.out, isBuy: false, lots: '2' },
  );
  const [closed] = hedgedOf([step('open'), step('close')]).positions;
  const row = closed === undefined ? [] : [{ ...closed, positionId: '55', openedMs: -5000, closedMs: 1000 }];
  const { deals: found } = assignPositions(deals, [], row, false);
  t.same(
    found.map(({ positionId }) => positionId),
    ['55', '55'],
  );
});
