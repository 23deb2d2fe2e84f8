import { span } from '../../web/figures.js';
import { capacityWords, type EngineFacts, type QueueFacts } from '../../web/queue-words.js';
import { isServing, judged, terminalLine, type TerminalFacts } from '../../web/terminal-words.js';
import type { Check } from './status.js';

/** Readings this late are worth a word: a full round should have come and gone twice. */
const lateS = 30;

export interface Ground {
  isSimulated: boolean;
  /** what the terminals stand on */
  findings: readonly Check[];
}

/** What is to be said of the queue and of the terminals. Nothing is down without them: pages serve. */
export function engineChecks(
  { terminals, queue }: EngineFacts,
  { isSimulated, findings }: Ground,
  nowMs: number,
): Check[] {
  if (terminals === null || queue === null) return [none];
  if (findings.some(({ level }) => level === 'red')) return [...findings, groundless];
  return [
    ...findings,
    queueCheck(queue),
    { name: 'capacity', ...capacityWords(queue) },
    terminalsCheck(terminals, isSimulated),
    ...terminals.map((terminal) => terminalCheck(terminal, nowMs)),
  ];
}

const none: Check = {
  name: 'terminals',
  level: 'amber',
  says: 'none are run; no account is read',
  fix: 'Take TERMINALS=none out of the settings to have accounts read.',
};

const groundless: Check = {
  name: 'terminals',
  level: 'red',
  says: 'none is started; no account is read',
  fix: 'Mend what is red above, then start RawJournal anew.',
};

function queueCheck({ accounts, waiting, oldestDueS }: QueueFacts): Check {
  const due = oldestDueS === null ? '' : `, the oldest due for ${span(oldestDueS)}`;
  const says = `${accounts} account${accounts === 1 ? '' : 's'} read now, ${waiting} waiting${due}`;
  const isLate = oldestDueS !== null && oldestDueS >= lateS;
  const fix = 'See capacity and terminals below: too few serve for what is read.';
  return { name: 'queue', level: isLate ? 'amber' : 'green', says, fix: isLate ? fix : null };
}

const trial =
  'This is a trial, its brokers are invented: for real ones run wine/provision.sh and set TERMINALS=wine.';

function terminalsCheck(terminals: readonly TerminalFacts[], isSimulated: boolean): Check {
  const name = 'terminals';
  const readers = terminals.filter(({ role }) => role === 'accounts');
  const serving = terminals.filter(isServing).length;
  const says = `${serving} of ${terminals.length} ready${isSimulated ? ', simulated' : ''}`;
  if (readers.some(isServing))
    return { name, level: isSimulated ? 'amber' : 'green', says, fix: isSimulated ? trial : null };
  if (readers.some(({ state }) => state === 'starting'))
    return { name, level: 'amber', says, fix: 'Wait: a start takes up to two minutes.' };
  return {
    name,
    level: 'red',
    says: `none that reads accounts is ready (${says})`,
    fix: 'No account is read. See each terminal below; rawjournal terminal restart N starts one anew.',
  };
}

function terminalCheck(terminal: TerminalFacts, nowMs: number): Check {
  const { level, fix } = judged(terminal, nowMs);
  return { name: `terminal ${terminal.number}`, level, says: terminalLine(terminal, nowMs), fix };
}
