import { writeSync } from 'node:fs';
import { finish, type FinishedDeal } from '../reports/finish.js';
import { dealCells, progressLine, reportLines } from '../reports/report-lines.js';
import { emptyReport } from '../reports/report.js';

/** Stands in the place of the reader of reports, and does what `mapping.does` of its options says. */
export type Mischief =
  | 'report'
  | 'garbage'
  | 'wrong-shape'
  | 'wide-type'
  | 'wide-ticket'
  | 'long-line'
  | 'two-heads'
  | 'leave'
  | 'crash'
  | 'hang'
  | 'grow'
  | 'grow-heap'
  | 'flood';

const say = (text: string): void => {
  for (let left = Buffer.from(text); left.length > 0;) left = left.subarray(writeSync(1, left));
};

const deal = (ticket: number): FinishedDeal => ({
  ...{ row: ticket, ticket: String(ticket), order: '0', positionId: '0', timeMs: 1_700_000_000_000 },
  ...{ type: 0, entry: 0, reason: null, magic: null, symbol: 'EURUSD', volume: '0.10', price: '1.1' },
  ...{ profit: '-0.50', swap: '0', commission: '0', fee: '0', comment: '', isSynthetic: false },
});

const report = {
  ...finish(emptyReport('mt5-history')),
  deals: Array.from({ length: 1_000 }, (_, at) => deal(at + 1)),
  problems: [{ row: null, reason: 'It is invented.' }],
};

const lines = [...reportLines(report)];
const last = lines.pop() ?? '';

const sayDeal = (one: FinishedDeal): void =>
  say(`${lines[0] ?? ''}${JSON.stringify({ kind: 'deals', rows: [dealCells(one)] })}\n`);

const deeds: Record<Mischief, () => void> = {
  report: () => {
    say(progressLine(7, 8));
    for (const line of [...lines, last]) say(line);
  },
  garbage: () => say('{"kind":\n'),
  'wrong-shape': () => say('{"kind":"deals","rows":[{"ticket":1}]}\n'),
  'wide-type': () => sayDeal({ ...deal(1), type: 40_000 }),
  'wide-ticket': () => sayDeal({ ...deal(1), ticket: '9223372036854775808' }),
  'long-line': () => say(`"${'x'.repeat(2 * 1024 * 1024)}`),
  'two-heads': () => say(`${lines[0] ?? ''}${lines.join('')}${last}`),
  leave: () => say(lines.join('')),
  crash: () => {
    throw new Error('It broke.');
  },
  hang: () => void setInterval(() => undefined, 1_000),
  grow: () => {
    const held: Buffer[] = [];
    setInterval(() => held.push(Buffer.alloc(32 * 1024 * 1024, 1)), 50);
  },
  'grow-heap': () => {
    const held: number[][] = [];
    for (;;) held.push(Array.from({ length: 100_000 }, (_, at) => at + held.length));
  },
  flood: () => {
    say(lines[0] ?? '');
    for (;;) say(lines[1] ?? '');
  },
};

const { mapping } = JSON.parse(process.argv[2] ?? '{}') as { mapping: { does: Mischief } };
deeds[mapping.does]();
