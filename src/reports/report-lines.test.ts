import fc from 'fast-check';
import t from 'tap';
import { reportLineIn } from '../app/report-schema.js';
import { finish, type FinishedDeal, type FinishedReport } from './finish.js';
import { reportLines, type ReportRows } from './report-lines.js';
import { emptyReport } from './report.js';

const deal = (ticket: number, comment: string): FinishedDeal => ({
  ...{ row: ticket, ticket: String(ticket), order: '0', positionId: '9', timeMs: 1_700_000_000_000 },
  ...{ type: 0, entry: 1, reason: 4, magic: '77', symbol: 'XAUUSD', volume: '0.10', price: '2300.5' },
  ...{ profit: '-0.50', swap: '0.00', commission: '-0.07', fee: '0', comment, isSynthetic: false },
});

const optimisation = { title: 'Robot', columns: ['Pass', 'Profit'], rows: [['1', '5.00']] };
const empty = finish(emptyReport('mt5-history'));

void t.test('a report comes back out of its lines, none of which is long', async () => {
  const comments = fc.array(fc.string({ maxLength: 3_000, unit: 'grapheme' }), { maxLength: 60 });
  fc.assert(
    fc.property(comments, fc.integer({ min: 1, max: 30 }), (texts, times) => {
      const deals = Array.from({ length: times }, () => texts).flatMap((all) =>
        all.map((text, at) => deal(at, text)),
      );
      const report: FinishedReport = { ...empty, deals, optimisation };
      const lines = [...reportLines(report)].map((line) => reportLineIn(JSON.parse(line)));
      const rows = (kind: ReportRows['kind']): unknown[] =>
        lines.flatMap<unknown>((line) => (line.kind === kind && 'rows' in line ? line.rows : []));
      return (
        JSON.stringify(rows('deals')) === JSON.stringify(deals) &&
        rows('passes').length === 1 &&
        [...reportLines(report)].every((line) => Buffer.byteLength(line) < 1024 * 1024) &&
        lines.at(0)?.kind === 'head' &&
        lines.at(-1)?.kind === 'done'
      );
    }),
    { numRuns: 30 },
  );
});

void t.test('a row that is longer than any line is refused', async (t) => {
  const report = { ...empty, deals: [deal(1, 'x'.repeat(900_000))] };
  t.throws(() => [...reportLines(report)], /longer than any that MetaTrader writes/);
});
