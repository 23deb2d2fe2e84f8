import pLimit from 'p-limit';
import { Fault } from '../lib/fault.js';
import { UnclearReport, type ReportJob, type ReportPart, type ReportReader } from '../reports/reading.js';
import type { ReportLine } from '../reports/report-lines.js';
import { lineReader } from '../terminals/lines.js';
import type { Surroundings } from './child-wall.js';
import { reportLineIn } from './report-schema.js';
import { readerCommand } from './report-wall.js';
import { startChild, watch, type ChildLimits } from './workers-child.js';

const megabyte = 1024 * 1024;
const mostLineBytes = megabyte;

const standardLimits: ChildLimits = { timeMs: 60_000, bytes: 300 * megabyte };
/** more than any file of 256 MB can list */
const mostRows = 2_000_000;

const faults = {
  time: ['report_too_slow', 'This report takes longer than a minute to read. Export a shorter period.'],
  memory: ['report_too_large', 'This report takes too much memory to read. Export a shorter period.'],
  nonsense: ['report_unreadable', 'This report cannot be read. Export it again, as HTML or XLSX.'],
  ended: ['report_cancelled', 'The reading of this report was ended.'],
} as const;

const fault = (why: keyof typeof faults, cause?: unknown): Fault =>
  new Fault(422, faults[why][0], faults[why][1], { cause });

/** Why a reader ended by itself before it was done. */
const brokenOff = (says: string): Fault =>
  fault(/heap out of memory|heap limit|SIGABRT/i.test(says) ? 'memory' : 'nonsense', new Error(says));

function lineOf(text: string): ReportLine {
  try {
    return reportLineIn(JSON.parse(text));
  } catch (error) {
    throw fault('nonsense', error);
  }
}

/** Lines as they come; the next bytes are read once the last line has been taken. */
async function* linesOf(output: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const lines: string[] = [];
  const state = { isTooLong: false };
  const feed = lineReader(
    mostLineBytes,
    (line) => void lines.push(line),
    () => (state.isTooLong = true),
  );
  for await (const chunk of output) {
    feed(chunk);
    yield* lines.splice(0);
    if (state.isTooLong) throw fault('nonsense', new Error('A line of the reader is longer than 1 MB.'));
  }
}

/** Lets parts through in their order: one head, then rows, not without end. */
function inOrder(): (part: ReportPart) => void {
  let [heads, rows] = [0, 0];
  return (part) => {
    if (part.kind === 'head') heads += 1;
    else rows += part.rows.length;
    if (heads !== 1 || (part.kind === 'head' && rows > 0))
      throw fault('nonsense', new Error(`${part.kind} out of turn`));
    if (rows > mostRows) throw fault('memory');
  };
}

type Give = (part: ReportPart) => Promise<void>;

/** Takes one line; true where it was the last. */
async function take(line: ReportLine, job: ReportJob, give: Give): Promise<boolean> {
  if (line.kind === 'done') return true;
  if (line.kind === 'progress') job.onProgress?.(line.bytesRead, line.bytes);
  else if (line.kind !== 'refused') await give(line);
  else if (line.question === null) throw new Fault(422, 'report_refused', line.message);
  else throw new UnclearReport(line.message, line.question);
  return false;
}

async function read(job: ReportJob, surroundings: Surroundings, limits: ChildLimits): Promise<void> {
  if (job.signal?.aborted === true) throw fault('ended');
  const { child, exited, output, words } = startChild(
    readerCommand(surroundings, JSON.stringify(job.options)),
    job.fd,
  );
  const state: { killed: Fault | null } = { killed: null };
  const kill = (why: Fault): void => {
    state.killed ??= why;
    child.kill('SIGKILL');
  };
  const abort = (): void => kill(fault('ended'));
  job.signal?.addEventListener('abort', abort);
  const guard = watch(child.pid ?? 0, limits, (why) => kill(fault(why)));
  try {
    let isDone = false;
    const check = inOrder();
    const give: Give = (part) => {
      check(part);
      return guard.during(job.onPart(part));
    };
    for await (const line of linesOf(output)) isDone = await take(lineOf(line), job, give);
    const end = await exited;
    if (state.killed !== null || !isDone) throw state.killed ?? brokenOff(`The reader ${end}: ${words()}`);
  } finally {
    guard.end();
    job.signal?.removeEventListener('abort', abort);
    child.kill('SIGKILL');
    await exited;
  }
}

export function createReportReader(surroundings: Surroundings, limits = standardLimits): ReportReader {
  const turns = pLimit(1);
  return {
    read: (job) => turns(() => read(job, surroundings, limits)),
    count: () => turns.activeCount + turns.pendingCount,
  };
}
