import { span } from '../../web/figures.js';
import { capacityWords, type EngineFacts } from '../../web/queue-words.js';
import {
  agoOf,
  exitWords,
  garbageCount,
  judged,
  megabytes,
  switchWords,
  type TerminalFacts,
} from '../../web/terminal-words.js';

const tones = { green: 'good', amber: 'warn', red: 'bad' } as const;

/** One row of the table; null is unknown, or has not happened. */
function row(terminal: TerminalFacts, nowMs: number) {
  const { number, role, account, since, restarts, rssBytes, switchMs } = terminal;
  const { level, word, detail, fix } = judged(terminal, nowMs);
  return {
    number: String(number),
    role: role === 'market' ? 'prices' : 'accounts',
    state: { text: word, tone: tones[level] },
    detail,
    fix,
    account: account === null ? null : account.login,
    server: account === null ? null : account.server,
    since: agoOf(since, nowMs),
    restarts: String(restarts),
    memory: megabytes(rssBytes),
    same: switchWords(switchMs.same),
    other: switchWords(switchMs.other),
    exit: exitWords(terminal, nowMs),
    garbage: String(garbageCount(terminal)),
  };
}

export const terminalsView = ({ terminals }: EngineFacts, nowMs: number) => ({
  terminals: terminals?.map((terminal) => row(terminal, nowMs)) ?? null,
});

const text = (value: number | null): string | null => (value === null ? null : String(value));

/** Four cards: who is there, what is read for them, what waits, and what would fit. */
export function queueView({ users, queue }: EngineFacts) {
  const grace = users.grace ?? 0;
  const capacity = queue === null ? null : capacityWords(queue);
  const late = queue?.oldestDueS ?? null;
  return {
    cards: [
      {
        label: 'Users online',
        value: text(users.online),
        note: `${users.registered ?? 0} registered${grace === 0 ? '' : `, ${grace} in grace`}`,
      },
      {
        label: 'Accounts read',
        value: text(queue?.accounts ?? null),
        note: queue === null ? 'no terminals are run' : `${queue.reading} in a terminal now`,
      },
      {
        label: 'Waiting',
        value: text(queue?.waiting ?? null),
        note: late === null ? 'nobody is late' : `the oldest due for ${span(late)}`,
      },
      {
        label: 'Fit in 15 s',
        value: text(queue?.capacity ?? null),
        note: queue?.isMeasured === true ? 'at measured switch times' : 'at assumed switch times',
      },
    ],
    exceeded: capacity?.fix == null ? null : { says: `Capacity ${capacity.says}.`, fix: capacity.fix },
  };
}
