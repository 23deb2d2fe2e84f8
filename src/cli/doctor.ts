import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { readVersion, systemClock } from '../app/compose.js';
import { readEnvironment, type Config } from '../app/config.js';
import { askControl } from '../app/control.js';
import type { Loan } from '../app/doctor-routes.js';
import { postmanOf } from '../app/mail.js';
import { controlSocket, stateFolders } from '../app/state.js';
import { keepReport, lastReport } from '../doctor/archive.js';
import { brokerRow, brokers, brokersNotAsked, brokerVerdicts } from '../doctor/brokers.js';
import { byHandRows } from '../doctor/by-hand.js';
import { lentRows, rowsOfDeadLoan, rowsWithoutLoan } from '../doctor/lent-rows.js';
import { mailRow, rowWithoutMail } from '../doctor/mail-row.js';
import { memoryRow, rowsWithoutWine, wineRows } from '../doctor/machine-rows.js';
import type { ToolServerFacts } from '../doctor/lent.js';
import { machineLine, memoryFacts, toolServerPort, wineFacts, type WineFacts } from '../doctor/machine.js';
import { asText, exitCode, type Report, type Row } from '../doctor/row.js';
import { rowsWithoutProgram, runningRows } from '../doctor/running-rows.js';
import type { RunningFacts } from '../doctor/running.js';
import { Fault } from '../lib/fault.js';
import { minuteMs } from '../lib/clock.js';
import type { ServerVerdict } from '../terminals/check-server.js';
import { templateOf } from '../terminals/installed.js';
import { listenersOn } from '../terminals/listening.js';
import { askRunning, print, root } from './installation.js';

interface Options {
  json: boolean;
  accounts: string[];
  quick: boolean;
  brokers: boolean;
  last: boolean;
}

const idsIn = (text: string): string[] => {
  const ids = text.split(',').map((id) => id.trim());
  if (ids.every((id) => z.uuid().safeParse(id).success)) return ids;
  throw new InvalidArgumentError('Accounts are named by their ids, separated by commas.');
};

/** What takes minutes is said while it does; the report alone goes to standard output. */
const say = (line: string): boolean => process.stderr.write(`doctor: ${line}\n`);

/** Whether terminals run under Wine, or are to: whoever has a template and has not started yet means it. */
function isUnderWine(running: RunningFacts | null, config: Config, stateFolder: string): boolean {
  if (running !== null) return running.terminals === 'wine';
  return config.terminals === 'wine' || existsSync(templateOf(stateFolder));
}

function wineOf(running: RunningFacts | null, config: Config, stateFolder: string): WineFacts | null {
  if (!isUnderWine(running, config, stateFolder)) return null;
  const { containment, launcher } = running ?? { containment: config.containment, launcher: config.wine };
  return wineFacts(stateFolder, { containment, launcher });
}

const withoutWine = (running: RunningFacts | null, config: Config): Row[] =>
  rowsWithoutWine((running ?? config).terminals === 'none' ? 'terminals are off' : 'terminals are simulated');

const ownLook = (running: RunningFacts | null): ToolServerFacts => ({
  openAt: listenersOn(toolServerPort),
  isUp: running?.slots.some(({ metaTraders }) => metaTraders > 0) ?? false,
});

const start = 'Start RawJournal: npm start';

interface Borrowed {
  rows: Row[];
  looks: ToolServerFacts[];
}

const notBorrowed = (why: string, todo: string): Borrowed => ({
  rows: rowsWithoutLoan(why, todo),
  looks: [],
});

async function borrow(running: RunningFacts | null, { quick, accounts }: Options): Promise<Borrowed> {
  if (running === null) return notBorrowed('RawJournal does not run here', start);
  if (quick) return notBorrowed('--quick', 'Run this without --quick.');
  say('borrowing the terminal of prices; with accounts this takes some minutes');
  try {
    const loan = await askRunning<Loan>({
      route: 'POST /doctor/examinations',
      body: { accounts },
      patienceMs: 60 * minuteMs,
    });
    return 'facts' in loan
      ? { rows: lentRows(loan.facts), looks: [loan.facts.toolServer] }
      : { rows: rowsOfDeadLoan(loan.obstacle), looks: [] };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'refused') throw error;
    return notBorrowed(error.message, 'See the terminals above.');
  }
}

async function checkServer(server: string): Promise<ServerVerdict> {
  say(`asking ${server}`);
  const body = { server };
  return askRunning<ServerVerdict>({ route: 'POST /servers/checks', body, patienceMs: 6 * minuteMs }).catch(
    (error: unknown) => {
      if (error instanceof Fault) return { server, is: 'unclear', why: error.message };
      throw error;
    },
  );
}

async function brokerRows(running: RunningFacts | null, { brokers: isAsked }: Options): Promise<Row[]> {
  if (running === null) return [brokersNotAsked('RawJournal does not run here', `${start}.`)];
  if (running.terminals !== 'wine')
    return [brokersNotAsked('there is no real terminal', 'Set TERMINALS=wine and use --brokers.')];
  if (!isAsked) return [brokersNotAsked('each costs a refused login and a start', 'Use --brokers.')];
  const rows: Row[] = [];
  for (const { name, servers } of brokers)
    rows.push(brokerRow(name, await brokerVerdicts(servers, checkServer)));
  return rows;
}

async function examined(options: Options): Promise<Row[]> {
  const config = readEnvironment(root);
  const folders = await stateFolders(config.stateDir);
  const stateFolder = await realpath(folders.root);
  // Before the loan, which starts one of them anew.
  const running = await askControl<RunningFacts>(controlSocket(folders), { route: 'GET /doctor/slots' });
  const wine = wineOf(running, config, stateFolder);
  const look = ownLook(running);
  const loan = await borrow(running, options);
  const rows = [
    memoryRow(memoryFacts()),
    config.mail === null ? rowWithoutMail() : mailRow(await postmanOf(config.mail, folders).check()),
    ...(wine === null ? withoutWine(running, config) : wineRows(wine, [look, ...loan.looks])),
    ...(running === null
      ? rowsWithoutProgram()
      : runningRows(running, wine?.prefixes.map(({ terminal }) => terminal) ?? [])),
    ...loan.rows,
    ...(await brokerRows(running, options)),
  ];
  return [...rows, ...byHandRows(rows)];
}

async function doctor(options: Options): Promise<void> {
  const { root: stateFolder } = await stateFolders(readEnvironment(root).stateDir);
  const report: Report | null = options.last
    ? await lastReport(stateFolder)
    : {
        version: await readVersion(root),
        at: systemClock.now().toISOString(),
        machine: machineLine(),
        rows: await examined(options),
      };
  if (report === null) throw new Fault(404, 'not_found', 'There is no report yet. Run: rawjournal doctor');
  if (!options.last) await keepReport(stateFolder, report);
  print(options.json ? JSON.stringify(report, null, 2) : asText(report));
  process.exitCode = exitCode(report);
}

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'check what real terminals need, one line each: pass, fail, or not run; exit 0 when nothing failed',
    )
    .option(
      '--accounts <ids>',
      'log in to these connected accounts: proof, switches, history, clock',
      idsIn,
      [],
    )
    .option('--brokers', 'ask which well-known brokers the terminals know: some minutes', false)
    .option('--quick', 'borrow no terminal', false)
    .option('--last', 'show the last report again', false)
    .option('--json', 'as JSON', false)
    .action(doctor);
