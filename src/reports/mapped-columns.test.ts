import t from 'tap';
import { reportOf } from '../testing/report-of.js';

const table = `What;When in;How;Many;At;When out;For;Won;Paid
EURUSD;20.03.2026 09:00;Kauf;0,10;1,0800;20.03.2026 10:00;1,0850;1.050,00;2,50
EURUSD;21.03.2026 09:00;Verkauf;0,20;1,0850;21.03.2026 10:00;1,0860;-20,00;2,50
`;
const mapping = {
  symbol: 'What',
  openedAt: 'When in',
  side: 'How',
  volume: 'Many',
  openPrice: 'E',
  closedAt: 'F',
  closePrice: 'For',
  profit: 'Won',
  commission: 'Paid',
};

void t.test('columns can be told by their numbers, below headings or where there are none', async (t) => {
  const numbers = ['symbol', 'openedAt', 'side', 'volume', 'openPrice', 'closedAt', 'closePrice', 'profit'];
  const numbered = Object.fromEntries(numbers.map((field, at) => [field, `#${at + 1}`]));
  const named = await reportOf(t.testdir(), table, { mapping });
  const options = { mapping: { ...numbered, commission: '#9' } };
  const { positions } = await reportOf(t.testdir(), table, { ...options, headingRow: 1 });
  t.same(positions, named.positions);
  const without = table.slice(table.indexOf('\n') + 1);
  const bare = await reportOf(t.testdir(), without, { ...options, headingRow: 0 });
  t.same(
    bare.positions.map(({ row }) => row),
    [1, 2],
  );
  t.match(bare.problems, []);
});

void t.test('a number of a column is no heading, whatever stands in the rows', async (t) => {
  const fields = ['symbol', 'side', 'volume', 'openedAt', 'openPrice', 'closedAt', 'closePrice', 'profit'];
  const numbered = Object.fromEntries(fields.map((field, at) => [field, `#${at + 1}`]));
  const row = (volume: number): string =>
    `EURUSD;buy;${volume};2026-03-20 09:00;1.08;2026-03-20 10:00;1.09;-${volume}`;
  const text = ['What;Way;Many;When;At;Until;For;Won', ...[3, 1, 2, 8].map(row)].join('\n');
  const { positions, problems } = await reportOf(t.testdir(), text, { mapping: numbered });
  t.same(
    positions.map(({ volume }) => volume),
    ['3', '1', '2', '8'],
  );
  t.match(problems, []);
});
