import { open, readFile } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { dealEntry, dealType } from '../domain/deal.js';
import { toMinor } from '../lib/money.js';
import { needsRecording, recordingPath } from '../testing/needs.js';
import { assignPositions } from './assign.js';
import { decimalOf } from './figures-text.js';
import { mt5Python } from './mt5-python.js';
import { readReport } from './read-file.js';
import type { Report, ReportDeal } from './report.js';

interface Expected {
  printed?: Record<string, string>;
  computed: Record<string, unknown> & { deals_by_type?: Record<string, number> };
}

const expectedOf = (file: string): Expected =>
  (JSON.parse(readFileSync(recordingPath('EXPECTED.json'), 'utf8')) as Record<string, Expected>)[file] ?? {
    computed: {},
  };

const read = async (file: string): Promise<Report> => {
  const handle = await open(recordingPath(file));
  try {
    return await readReport(handle.fd);
  } finally {
    await handle.close();
  }
};

/** The names that the recorded results go by, of a value and of what stands in its brackets. */
const names: Record<string, [string, string?]> = {
  net: ['netProfit'],
  gross_profit: ['grossProfit'],
  gross_loss: ['grossLoss'],
  profit_factor: ['profitFactor'],
  expected_payoff: ['expectedPayoff'],
  recovery_factor: ['recoveryFactor'],
  sharpe: ['sharpe'],
  balance_dd_abs: ['balanceDrawdownAbsolute'],
  balance_dd_max: ['balanceDrawdownMaximal', 'balanceDrawdownMaximalPct'],
  balance_dd_rel: ['balanceDrawdownRelativePct', 'balanceDrawdownRelative'],
  trades: ['totalTrades'],
  short_won: ['shortTrades', 'shortWon'],
  long_won: ['longTrades', 'longWon'],
  profit_trades: ['profitTrades'],
  loss_trades: ['lossTrades'],
  largest_profit: ['largestProfit'],
  largest_loss: ['largestLoss'],
  avg_profit: ['averageProfit'],
  avg_loss: ['averageLoss'],
  max_consec_wins: ['maxConsecutiveWins', 'maxConsecutiveWinsMoney'],
  max_consec_losses: ['maxConsecutiveLosses', 'maxConsecutiveLossesMoney'],
};

const numberOf = (text: string | undefined): number | null => {
  const decimal = decimalOf((text ?? '').replace('%', ''));
  return decimal === null ? null : Number(decimal);
};

const checkPrinted = (t: Test, report: Report, printed: Record<string, string>): void => {
  const figures = new Map(report.printed.map(({ name, value }) => [name as string, Number(value)]));
  for (const [key, [before, inside]] of Object.entries(names)) {
    const [, first, second] = /^([^()]*)(?:\((.*)\))?$/.exec(printed[key] ?? '') ?? [];
    t.equal(figures.get(before), numberOf(first), before);
    if (inside !== undefined) t.equal(figures.get(inside), numberOf(second), inside);
  }
};

const isTrade = ({ type }: ReportDeal): boolean => type === dealType.buy || type === dealType.sell;
const isExit = (deal: ReportDeal): boolean => isTrade(deal) && deal.entry !== dealEntry.in;

const typeNames: Record<string, number> = { ...dealType };

const checkCounts = (t: Test, report: Report, { computed }: Expected): void => {
  t.equal(report.deals.length, computed['deals'], 'deals');
  t.equal(report.orders.length, computed['orders'], 'orders');
  t.equal(report.deals.filter(isExit).length, computed['deals_exit'], 'exits');
  for (const [type, count] of Object.entries(computed.deals_by_type ?? {}))
    t.equal(report.deals.filter((deal) => deal.type === typeNames[type]).length, count, type);
  const closed = report.positions.filter(({ closedMs }) => closedMs !== null);
  t.equal(closed.length, computed['closed_positions'] ?? 0, 'positions');
  t.equal(report.positions.length - closed.length, computed['open_positions'], 'open');
};

const minor = (text: string | null): number => toMinor(text ?? '0', 8);
const total = (texts: readonly (string | null)[]): number =>
  texts.reduce((sum, text) => sum + minor(text), 0);

const checkAssigned = (t: Test, report: Report): void => {
  const { deals, problems, counts } = assignPositions(
    report.deals,
    report.orders,
    report.positions,
    report.account.isHedging,
  );
  const byId = new Map<string, ReportDeal[]>();
  for (const deal of deals) byId.set(deal.positionId, [...(byId.get(deal.positionId) ?? []), deal]);
  let equal = 0;
  for (const row of report.positions) {
    const mine = byId.get(row.positionId ?? '') ?? [];
    const isSame =
      total(mine.filter(isExit).map(({ volume }) => volume)) === minor(row.volume) &&
      (['profit', 'swap', 'commission'] as const).every(
        (name) => total(mine.map((deal) => deal[name])) === minor(row[name]),
      );
    if (row.closedMs !== null && isSame) equal += 1;
  }
  t.equal(
    equal,
    report.positions.filter(({ closedMs }) => closedMs !== null).length,
    'every row is the sum of its deals',
  );
  t.equal(counts.orphans, 0, 'no exit is left over');
  t.equal(counts.open, 0, 'nothing is guessed');
  t.comment(`${counts.equal} exits are equal to others; ${problems.length} problems`);
};

/** The recordings of a folder that have recorded results; the folder's own name, to be skipped by, without it. */
const recordingsOf = (folder: string): string[] =>
  existsSync(recordingPath(folder))
    ? readdirSync(recordingPath(folder))
        .map((name) => join(folder, name))
        .filter((file) => Object.keys(expectedOf(file).computed).length > 0)
    : [folder];

for (const file of recordingsOf('mt5-history'))
  void t.test(file, needsRecording(file), async (t) => {
    const report = await read(file);
    const expected = expectedOf(file);
    const printed = expected.printed ?? {};
    t.equal(report.format, 'mt5-history');
    checkCounts(t, report, expected);
    checkPrinted(t, report, printed);
    const { login, currency, server, mode } = report.account;
    t.equal(`${login} (${currency}, ${server}, ${mode}, Hedge)`, printed['account']);
    t.equal(
      new Date(report.madeMs ?? 0).toISOString().slice(0, 16),
      (printed['date'] ?? '').replace(/\./g, '-').replace(' ', 'T'),
    );
    t.equal(report.account.isHedging, true);
    const credit = total(
      report.deals.filter(({ type }) => type === dealType.credit).map(({ profit }) => profit),
    );
    const balance = report.printed.find(({ name }) => name === 'balance')?.value ?? null;
    t.equal(minor(balance) + credit, minor(String(expected.computed['last_balance'])));
    t.same(report.problems, []);
    checkAssigned(t, report);
  });

const textsOf = (folder: string, ending: string): string[] =>
  readdirSync(recordingPath(folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

void t.test('files that call themselves CSV', needsRecording('mt5-history'), async (t) => {
  for (const file of textsOf('mt5-history', '.csv')) {
    const report = await read(file);
    const content = await readFile(recordingPath(file));
    t.equal(report.format, 'mt5-history');
    if (content.subarray(0, 2).toString() === 'PK')
      t.ok(report.deals.length > 0, 'a spreadsheet under a wrong name');
    else {
      t.equal(report.positions.length, content.toString().trim().split('\n').length - 1, 'pasted positions');
      t.equal(report.problems.length, 1, 'only that there are no deals');
    }
  }
});

for (const file of recordingsOf('mt5-open-positions'))
  void t.test(`open positions of ${file}`, needsRecording('mt5-open-positions'), async (t) => {
    const report = await read(file);
    t.equal(report.format, 'mt5-open');
    t.equal(report.positions.length, expectedOf(file).computed['open_positions']);
    t.equal(report.problems.length, 1);
  });

for (const file of recordingsOf('mt5-tester'))
  void t.test(`tester report ${file}`, needsRecording('mt5-tester'), async (t) => {
    const report = await read(file);
    const expected = expectedOf(file);
    t.equal(report.format, 'mt5-tester');
    checkCounts(t, report, expected);
    checkPrinted(t, report, expected.printed ?? {});
    t.ok(report.tester?.expert !== '' && (report.tester?.inputs.length ?? 0) > 0);
    t.match(report.tester, { leverage: /^1:\d+$/, deposit: /^[\d.]+$/ });
    t.same(report.problems, []);
    const { counts } = assignPositions(report.deals, report.orders, report.positions, null);
    t.equal(counts.orphans, 0);
    t.comment(`${counts.open} of ${report.deals.filter(isExit).length} exits are in doubt`);
  });

void t.test('an optimisation', needsRecording('mt5-tester'), async (t) => {
  const [file = ''] = textsOf('mt5-tester', '.xml');
  const report = await read(file);
  t.equal(report.format, 'mt5-optimiser');
  t.equal(report.optimisation?.rows.length, 35);
  t.equal(report.optimisation?.columns.length, 11);
  t.ok(report.optimisation?.rows.every((row) => row.length === 11 && /^\d+$/.test(row[1] ?? '')));
});

void t.test('the lists of a cent account', needsRecording('mt5-api/cent-account'), async (t) => {
  const text = (name: string): string =>
    readFileSync(recordingPath(`mt5-api/cent-account/${name}.json`), 'utf8');
  const parts = ['deals', 'orders', 'positions', 'account'].map((name) => `"${name}":${text(name)}`);
  const report = mt5Python.read(JSON.parse(`{${parts.join(',')}}`), {});
  t.equal(report.deals.length, 140);
  t.equal(report.orders.length, 97);
  t.equal(report.positions.length, 0);
  t.match(report.account, { currency: 'USC', isHedging: true, mode: 'real' });
  t.same(report.problems, []);
  const alone = await read('mt5-api/cent-account/deals.json');
  t.same(alone.deals, report.deals);
  const given = assignPositions(report.deals, report.orders, report.positions, true);
  t.same(given.deals, report.deals, 'ids that are known stay');
  const bare = report.deals.map((deal) => ({ ...deal, positionId: null }));
  const found = assignPositions(bare, report.orders, [], true);
  const wrong = found.deals.filter(({ positionId }, at) => positionId !== report.deals[at]?.positionId);
  t.equal(wrong.length, 0, 'prices alone find all of them');
});
