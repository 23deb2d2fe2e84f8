import { setTimeout as sleep } from 'node:timers/promises';
import { Parser } from 'htmlparser2';
import { issueToken } from '../data/tokens.js';
import type { Row } from '../reports/rows.js';
import type { ReportDeal, ReportOrder, ReportPosition } from '../reports/report.js';
import { htmlReport, utf16, type HtmlRow } from '../testing/html-report.js';
import { historyRows, languages } from '../testing/mt5-report.js';
import { withProgram, type Installation } from './installation.js';
import { addPeople } from './people.js';
import { memoryOf } from './stats.js';

const trips = 50_000;
const startMs = Date.UTC(2025, 0, 6);
const aim = { seconds: 10, mb: 300 };

/** The `at`th of many round trips: two deals, two orders and a row of the positions. */
function trip(at: number): { deals: ReportDeal[]; orders: ReportOrder[]; position: ReportPosition } {
  const [first, openedMs] = [1_000_000 + 2 * at, startMs + at * 600_000];
  const [profit, symbol] = [(at % 7) - 3, ['EURUSD', 'GBPUSD', 'USDJPY'][at % 3] ?? ''];
  const at0 = {
    symbol,
    volume: '0.10',
    swap: '0.00',
    commission: '-0.35',
    fee: '0.00',
    comment: '',
    magic: null,
  };
  const sides = [0, 1] as const;
  return {
    deals: sides.map((entry) => ({
      ...{
        ...at0,
        row: 0,
        ticket: String(first + entry),
        order: String(first + entry),
        positionId: null,
        reason: null,
      },
      ...{
        timeMs: openedMs + entry * 300_000,
        type: entry,
        entry,
        price: entry === 0 ? '1.08000' : '1.08100',
      },
      profit: entry === 0 ? '0.00' : `${profit}.00`,
    })),
    orders: sides.map((type) => ({
      ...{
        row: 0,
        ticket: String(first + type),
        positionId: null,
        positionById: null,
        timeMs: openedMs + type * 300_000,
      },
      ...{ type, state: null, magic: null, symbol, volume: '0.10', price: '1.08000', stopLoss: '1.07000' },
      ...{ takeProfit: null, comment: '' },
    })),
    position: {
      ...{ ...at0, row: 0, positionId: String(first), side: 'buy', openedMs, openPrice: '1.08000' },
      ...{ closedMs: openedMs + 300_000, closePrice: '1.08100', stopLoss: null, takeProfit: null, net: null },
      ...{ profit: `${profit}.00`, commission: '-0.70', closeReason: null },
    },
  };
}

/** Cells with the width that brings each below its heading. */
const htmlRow = ({ cells }: Row): HtmlRow =>
  cells.map(({ column, text, isHeading }, at) => ({
    text,
    span: (cells[at + 1]?.column ?? column + 1) - column,
    isHeading: isHeading === true,
  }));

function report(): Buffer {
  const all = Array.from({ length: trips }, (_, at) => trip(at));
  const content = {
    deals: all.flatMap(({ deals }) => deals),
    orders: all.flatMap(({ orders }) => orders),
    positions: all.map(({ position }) => position),
  };
  const rows = historyRows(content, languages.english, 'page', startMs + trips * 600_000);
  return utf16(htmlReport('51: Trade History Report', rows.map(htmlRow)));
}

/** What nobody who reads the file can undercut: its bytes as text, taken apart into tags and texts that go nowhere. */
function plainParse(bytes: Buffer): number {
  const start = performance.now();
  let count = 0;
  const parser = new Parser({ onopentag: () => (count += 1), ontext: () => (count += 1) });
  const decoder = new TextDecoder('utf-16le');
  const piece = 1024 * 1024;
  for (let at = 0; at < bytes.length; at += piece)
    parser.write(decoder.decode(bytes.subarray(at, at + piece), { stream: true }));
  parser.end();
  return (performance.now() - start) / 1_000;
}

interface Answer {
  id: string;
  state: string;
  counts: { new: number } | null;
  failure: string | null;
}

async function imported({ url, db, program }: Installation, bytes: Buffer): Promise<string> {
  const [user] = await addPeople(db, 1);
  if (user === undefined) throw new Error('There is nobody.');
  const { userId } = user;
  const token = await db.withTenant('app', userId, (tx) =>
    issueToken(tx, { userId, name: 'bench', scope: 'write', at: new Date() }),
  );
  const headers = { authorization: `Bearer ${token}` };
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const reply = await fetch(`${url}/api/v1/imports${path}`, { headers, ...init });
    if (!reply.ok) throw new Error(`${reply.status} ${(await reply.text()).slice(0, 300)}`);
    return (await reply.json()) as Answer;
  };
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)]), 'report.html');
  const memory = memoryOf(program.pid);
  const start = performance.now();
  const { id } = await ask('', { method: 'POST', body });
  let now = await ask(`/${id}`);
  for (; now.state === 'running'; now = await ask(`/${id}`)) await sleep(250);
  const mostMb = memory.stop().mostMb;
  if (now.state !== 'ready') throw new Error(now.failure ?? now.state);
  const readS = (performance.now() - start) / 1_000;
  const saving = memoryOf(program.pid);
  const json = { ...headers, 'content-type': 'application/json' };
  const saved = await ask(`/${id}/confirmation`, { method: 'PUT', headers: json, body: '{}' });
  const savingMb = saving.stop().mostMb;
  if (saved.state !== 'saved') throw new Error(JSON.stringify(saved).slice(0, 300));
  const allS = (performance.now() - start) / 1_000;
  return (
    `${now.counts?.new ?? 0} rows; read and looked at in ${readS.toFixed(1)} s, saved in ${(allS - readS).toFixed(1)} s, ` +
    `${allS.toFixed(1)} s in all (aim: ${aim.seconds}); resident memory of the program ${Math.max(mostMb, savingMb).toFixed(0)} MB ` +
    `at most (aim: ${aim.mb}), the reader’s own is held to 300 MB`
  );
}

/** A report of 100,000 deals through the real program, beside plain parsing of the same bytes. */
export async function importing(): Promise<void> {
  const bytes = report();
  const plainS = Math.min(plainParse(bytes), plainParse(bytes));
  const start = performance.now();
  const line = await withProgram({ TERMINALS: 'none' }, (installation) => imported(installation, bytes));
  const said = /([\d.]+) s in all/.exec(line)?.[1];
  process.stdout.write(
    `import: ${2 * trips} deals, ${(bytes.length / 2 ** 20).toFixed(0)} MB of HTML: ${line}; plain parsing of the same bytes ` +
      `${plainS.toFixed(2)} s, ratio ${(Number(said) / plainS).toFixed(1)} (${((performance.now() - start) / 1_000).toFixed(0)} s with start and stop)\n`,
  );
}
