import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { needsRecording, recordingPath } from '../testing/needs.js';
import { finish } from './finish.js';
import { mt4Statement } from './mt4-statement.js';
import { mt4Tester } from './mt4-tester.js';
import { mt5History } from './mt5-history.js';
import { mt5Tester } from './mt5-tester.js';
import { readReport } from './read-file.js';
import type { Report } from './report.js';
import type { ComparedTotal } from './totals.js';

const formats = { rows: [mt4Statement, mt4Tester, mt5Tester, mt5History], json: [], mapped: null };

const reportAt = async (path: string): Promise<Report> => {
  const fd = openSync(path, 'r');
  try {
    return await readReport(fd, { formats });
  } finally {
    closeSync(fd);
  }
};

const histories = [
  'ftmo-en-hedge-partials-closeby.html',
  'metaquotes-demo-en-eur-658pos.html',
  'darwinex-demo-en.xlsx',
  'xm-tiny-anonymised.xlsx',
  'xm-credit-bonus.xlsx',
  'ftmo-fr-58pos.xlsx',
  'ftmo-fr-chainB-1-0525.xlsx',
  'ftmo-fr-chainB-2-0609.xlsx',
  'ftmo-fr-2134pos-85open.xlsx',
];

/** Figures that nobody can compute from the deals, by the report that prints them. */
const testers: Readonly<Record<string, readonly string[]>> = {
  'exness-gbpusd-h1-179.html': ['recoveryFactor', 'sharpe'],
  'metaquotes-xau-3trades.html': ['lrCorrelation', 'recoveryFactor', 'sharpe'],
  'metaquotes-eurusd-868.html': ['recoveryFactor', 'sharpe'],
  'vantage-xau-909.xlsx': ['recoveryFactor', 'sharpe'],
};

const namesOf = (totals: readonly ComparedTotal[]): string[] => totals.map(({ name }) => name).sort();

void t.test('a history report prints what its deals come to', needsRecording('mt5-history'), async (t) => {
  for (const file of histories) {
    const { totals, windowReason } = finish(await reportAt(join(recordingPath('mt5-history'), file)));
    t.equal(totals.length, 34, `${file}: figures that it prints`);
    t.same(
      totals.filter(({ equal }) => equal !== true),
      [],
      `${file}: figures that differ`,
    );
    t.equal(windowReason, null);
  }
});

void t.test('so does a tester, but for what it makes of equity', needsRecording('mt5-tester'), async (t) => {
  for (const [file, open] of Object.entries(testers)) {
    const { totals, windowReason } = finish(await reportAt(join(recordingPath('mt5-tester'), file)));
    t.equal(totals.length, 38, `${file}: figures that it prints`);
    t.same(
      totals.filter(({ equal }) => equal === false),
      [],
      `${file}: figures that differ`,
    );
    t.same(
      namesOf(totals.filter(({ equal }) => equal === null)),
      open,
      `${file}: figures that cannot be compared`,
    );
    t.equal(windowReason, null);
  }
});

void t.test('so does a statement of MetaTrader 4', needsRecording('mt4'), async (t) => {
  for (const file of [
    'jpy-detailed-1-2019-05-26.htm',
    'jpy-detailed-2-2019-06-13.htm',
    'oanda-statement.htm',
  ]) {
    const { totals } = finish(await reportAt(join(recordingPath('mt4'), file)));
    t.ok(totals.length >= 2, `${file}: figures that it prints`);
    t.same(
      totals.filter(({ equal }) => equal !== true),
      [],
      `${file}: figures that differ`,
    );
  }
});

void t.test('its tester counts parts of a cent, and agrees on the rest', needsRecording('mt4'), async (t) => {
  const { totals } = finish(await reportAt(join(recordingPath('mt4'), 'strategytester-usdjpy-macd.htm')));
  t.same(
    totals.filter(({ equal }) => equal === false),
    [],
  );
  const equal = namesOf(totals.filter((total) => total.equal === true));
  for (const name of ['netProfit', 'totalTrades', 'shortTrades', 'longTrades', 'expectedPayoff'])
    t.ok(equal.includes(name), name);
});
