import { readFileSync } from 'node:fs';
import t from 'tap';
import { needsRecording, recordingPath } from '../testing/needs.js';
import { reportAt } from '../testing/report-of.js';
import { canonical, difference, signOf, sumOf } from './decimal-text.js';
import { decimalOf } from './figures-text.js';
import type { Report, ReportPosition } from './report.js';
import { syntheticDeals } from './synthetic.js';

const netOf = ({ profit, swap, commission, fee }: ReportPosition): string =>
  sumOf([profit, swap, commission, fee]);
const closedIn = ({ positions }: Report): ReportPosition[] =>
  positions.filter(({ closedMs }) => closedMs !== null);
const netIn = (report: Report): string => canonical(sumOf(closedIn(report).map(netOf)));
const cashIn = ({ cash }: Report): string => canonical(sumOf(cash.map(({ amount }) => amount)));
const printedIn = ({ printed }: Report): Record<string, string> =>
  Object.fromEntries(printed.map(({ name, value }) => [name, value]));

const recorded = (name: string): Promise<Report> => reportAt(recordingPath(`mt4/${name}`));

interface Expected {
  printed: Record<string, string>;
  computed: Record<string, number>;
}

const knownOf = (name: string): Expected | undefined =>
  (JSON.parse(readFileSync(recordingPath('EXPECTED.json'), 'utf8')) as Record<string, Expected>)[
    `mt4/${name}`
  ];
const figureText = (name: string, label: string): string | undefined => knownOf(name)?.printed[label];

/** What is known of a recording: what it prints, and what was counted in it. */
const expectedOf = (
  name: string,
): { figure: (label: string) => string; count: (label: string) => number } => {
  const known = knownOf(name);
  return {
    figure: (label) => canonical(decimalOf(known?.printed[label] ?? '') ?? '0'),
    count: (label) => known?.computed[label] ?? Number.NaN,
  };
};

const statements = [
  'oanda-statement.htm',
  'jpy-detailed-1-2019-05-26.htm',
  'jpy-detailed-2-2019-06-13.htm',
] as const;

for (const name of statements)
  void t.test(`the recorded statement ${name}`, needsRecording(`mt4/${name}`), async (t) => {
    const [report, { figure, count }] = [await recorded(name), expectedOf(name)];
    const printed = printedIn(report);
    t.strictSame(report.problems, []);
    t.equal(closedIn(report).length, count('closed_trades'));
    t.equal(report.positions.length - closedIn(report).length, count('open'));
    t.equal(report.orders.length, count('cancelled_or_other') + count('working'));
    t.equal(report.cash.length, count('balance_ops'));
    t.equal(Number(cashIn(report)), count('balance_sum'));
    t.equal(cashIn(report), figure('Deposit/Withdrawal'));
    t.equal(netIn(report), figure('Closed Trade P/L'));
    t.equal(canonical(printed['netProfit'] ?? ''), netIn(report));
    t.equal(canonical(sumOf([cashIn(report), netIn(report)])), figure('Balance'));
    t.equal(canonical(printed['balance'] ?? ''), figure('Balance'));
    t.notOk('balanceDrawdownMaximal' in printed, 'more was deposited later');
  });

/** From the first deposit on, over closed trades alone, as MetaTrader 4 does it. */
const drawdownOf = (report: Report): string => {
  const closed = closedIn(report).sort((a, b) => (a.closedMs ?? 0) - (b.closedMs ?? 0));
  let [balance, peak, deepest] = [report.cash[0]?.amount ?? '0', report.cash[0]?.amount ?? '0', '0'];
  for (const position of closed) {
    balance = sumOf([balance, netOf(position)]);
    if (signOf(difference(balance, peak)) > 0) peak = balance;
    const depth = difference(peak, balance);
    if (signOf(difference(depth, deepest)) > 0) deepest = depth;
  }
  return deepest;
};

for (const name of statements.slice(1))
  void t.test(`the details of ${name}`, needsRecording(`mt4/${name}`), async (t) => {
    const [report, { figure }] = [await recorded(name), expectedOf(name)];
    const printed = printedIn(report);
    t.equal(report.account.currency, 'JPY');
    t.equal(printed['totalTrades'], String(closedIn(report).length));
    const nets = closedIn(report).map(netOf);
    const [won, lost] = [nets.filter((net) => signOf(net) > 0), nets.filter((net) => signOf(net) < 0)];
    t.equal(sumOf(won), figure('Gross Profit'));
    t.equal(printed['grossProfit'], sumOf(won));
    t.equal(printed['grossLoss'], sumOf(lost), 'with its sign');
    const [drawdown = ''] = (figureText(name, 'Maximal Drawdown') ?? '').split('(');
    t.equal(drawdownOf(report), decimalOf(drawdown));
  });

void t.test(
  'a later statement has all of an earlier one',
  needsRecording(`mt4/${statements[2]}`),
  async (t) => {
    const [first, second] = [await recorded(statements[1]), await recorded(statements[2])];
    const tickets = ({ positions, cash }: Report): string[] =>
      syntheticDeals(positions, cash).map(({ ticket }) => ticket);
    const later = new Set(tickets(second));
    t.strictSame(
      tickets(first).filter((ticket) => !later.has(ticket)),
      [],
      'also of what was open then',
    );
    const numbers = new Set(second.positions.map(({ positionId }) => positionId));
    t.ok(first.positions.every(({ positionId }) => numbers.has(positionId)));
  },
);

void t.test('a recorded test', needsRecording('mt4/strategytester-usdjpy-macd.htm'), async (t) => {
  const name = 'strategytester-usdjpy-macd.htm';
  const [report, { figure, count }] = [await recorded(name), expectedOf(name)];
  t.equal(closedIn(report).length, count('closed'));
  t.equal(report.positions.length, count('closed'));
  t.equal(netIn(report), figure('Total net profit'), 'by the steps of the balance');
  t.strictSame(report.problems, []);
  t.match(report.tester, { expert: /./, symbol: /^[A-Z]{6}$/, deposit: '10000.00' });
  const printed = printedIn(report);
  t.equal(canonical(printed['netProfit'] ?? ''), figure('Total net profit'));
  t.equal(canonical(printed['grossLoss'] ?? ''), figure('Gross loss'));
  t.equal(printed['totalTrades'], figure('Total trades'));
  t.equal(canonical(printed['profitFactor'] ?? ''), figure('Profit factor'));
});
