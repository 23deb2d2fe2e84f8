import { secondMs } from '../lib/clock.js';
import type { AccountFacts, LentFacts, LoginFacts, SwitchTimes } from './lent.js';
import type { ClockFacts } from './clock.js';
import type { PullFacts } from './pull.js';
import { failed, named, notRun, passed, upgrade, type Row } from './row.js';

/** Within this a terminal is to have started and answered. */
const answerMs = 60 * secondMs;

const seconds = (ms: number): string => `${(ms / secondMs).toFixed(1)} s`;
/** Enough to tell accounts apart. */
const short = (id: string): string => id.slice(0, 8);

const names = {
  answers: named('terminal answers', 'D1'),
  market: named('market account'),
  investor: named('investor proof', 'D3'),
  same: named('switch in a server', 'D5'),
  other: named('switch across servers', 'D5'),
  history: named('history to the cent', 'D6'),
  clock: named('server clock', 'D9'),
};

const giveOne =
  'Run: rawjournal doctor --accounts ID (an account that was connected; rawjournal sync --all --wait prints ids)';

type Out = LoginFacts & { is: 'out' };

/** Somebody was asked and said no: then the terminal has answered. */
const isAnswer = ({ kind }: Out): boolean =>
  ['auth', 'investor', 'refused-master', 'not-connected'].includes(kind);

const cures: Partial<Record<Out['kind'], string>> = {
  auth: 'Enter the account’s investor password anew. Brokers lock accounts: do not repeat this.',
  investor: 'Give the investor password; this one was not used.',
  'refused-master': 'Give the account its investor password; the one that could trade is deleted.',
  'server-unknown': 'Teach the server: rawjournal servers add FILE',
  'not-usable': 'See the account’s own page.',
  'version-skew': upgrade,
};
const cureOf = ({ kind }: Out): string =>
  cures[kind] ?? 'See terminal.log in the slot’s folder, and try again.';

function answersRow({ startMs, cold }: LentFacts): Row {
  const started = `started in ${seconds(startMs)}`;
  if (cold === null) return notRun(names.answers, `${started}; nobody was there to log in`, giveOne);
  if (cold.is === 'out')
    return isAnswer(cold)
      ? passed(names.answers, `${started}, and answered: ${cold.why}`)
      : failed(names.answers, `${started}, then: ${cold.why}`, cureOf(cold));
  const says = `${started}, first login in ${seconds(cold.tookMs)}`;
  if (startMs + cold.tookMs <= answerMs) return passed(names.answers, says);
  return failed(
    names.answers,
    says,
    'Compare the versions above; a machine with more to give may be faster.',
  );
}

function marketRow({ market }: LentFacts): Row {
  if (market === null)
    return notRun(
      names.market,
      'none is set',
      'Open a demo account at a broker and set it: prices come by it.',
    );
  if (market.is === 'in') return passed(names.market, `${market.server}, in ${seconds(market.tookMs)}`);
  return failed(names.market, `${market.server}: ${market.why}`, cureOf(market));
}

function investorRow({ accounts, same, other }: LentFacts): Row {
  const proved = accounts.filter(({ login }) => login.is === 'in').length;
  if (proved === 0) return notRun(names.investor, 'no account got in', giveOne);
  const logins = proved + (same?.tookMs.length ?? 0) + (other?.tookMs.length ?? 0);
  return passed(
    names.investor,
    `each of ${logins} logins of ${proved} account${proved === 1 ? '' : 's'} was proved to be read-only`,
  );
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function switchRow(name: Row['name'], times: SwitchTimes | null, needs: string): Row {
  const named5 = named(name, 'D5');
  if (times === null) return notRun(named5, needs, 'Name such accounts: rawjournal doctor --accounts ID,ID');
  const { tookMs, failure } = times;
  const all = tookMs.map(seconds).join(', ');
  const says =
    tookMs.length === 0 ? 'none' : `median ${seconds(median(tookMs))} of ${tookMs.length} (${all})`;
  if (failure === null) return passed(named5, says);
  return failed(named5, `${says}; then: ${failure}`, 'See terminal.log in the slot’s folder, and try again.');
}

const tally = ({ deals, deposits, swaps, commissions, tookMs }: PullFacts): string =>
  `${deals} deals in ${seconds(tookMs)}, ${deposits} deposits, ${swaps} with swap, ${commissions} with commission`;

function historyRow(id: string, pull: PullFacts): Row {
  const says = `${short(id)}: ${tally(pull)}`;
  if (!pull.isWhole)
    return failed(
      names.history,
      `${says}; P2: the trades miss ${pull.lost}`,
      'This is a fault of RawJournal: tell the project.',
    );
  if (!pull.isComplete)
    return failed(
      names.history,
      `${says}; the terminal had not loaded all of it`,
      'Run this again; then restart the terminal.',
    );
  if (pull.isEqual) return passed(names.history, `${says}; P1 and P2 hold at ${pull.balance}`);
  const gap = `${says}; P1: the deals differ from the balance by ${pull.difference}`;
  if (pull.isNamed) return passed(names.history, `${gap}, a gap that the account’s page names; P2 holds`);
  return failed(
    names.history,
    gap,
    'Run this again in some minutes; a gap that stays is named on the account’s page.',
  );
}

const sign = (offsetS: number): string => {
  const minutes = Math.abs(Math.round(offsetS / 60));
  const clock = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${offsetS < 0 ? '−' : '+'}${clock}`;
};

function clockRow(server: string, { symbol, offsetS, rule, state, isFitting }: ClockFacts): Row {
  if (symbol === null || offsetS === null)
    return notRun(names.clock, `${server}: no price moved`, 'Run this again while the market is open.');
  const says = `${server}: UTC${sign(offsetS)} by ${symbol}`;
  if (isFitting && state !== 'contradicted') return passed(names.clock, `${says}, as ${rule} says`);
  if (state === 'assumed')
    return notRun(
      names.clock,
      `${says}; no rule is known yet`,
      'Have the account read, then run this again: rawjournal sync --account ID --wait',
    );
  return failed(
    names.clock,
    `${says}, but the rule kept is ${rule}`,
    'Times of this server are not to be trusted yet: tell the project.',
  );
}

const accountRow = ({ id, server, login }: AccountFacts): Row[] =>
  login.is === 'in'
    ? []
    : [failed(named(`account ${short(id)}`), [server, login.why].filter(Boolean).join(': '), cureOf(login))];

function historyRows(accounts: readonly AccountFacts[]): Row[] {
  const rows = accounts.flatMap(({ id, pull }) => (pull === null ? [] : [historyRow(id, pull)]));
  return rows.length > 0 ? rows : [notRun(names.history, 'no account got in', giveOne)];
}

function clockRows(accounts: readonly AccountFacts[]): Row[] {
  const rows = accounts.flatMap(({ server, clock }) => (clock === null ? [] : [clockRow(server, clock)]));
  return rows.length > 0 ? rows : [notRun(names.clock, 'no account got in', giveOne)];
}

/** An account whose password could trade was refused, and its password is gone: that is the proof. */
function masterRow(accounts: readonly AccountFacts[]): Row | null {
  const refused = accounts.find(({ login }) => login.is === 'out' && login.kind === 'refused-master');
  if (refused === undefined) return null;
  return passed(masterName, `${short(refused.id)} was refused, and its password deleted`);
}

export const masterName = named('master password', 'D4');

export function lentRows(facts: LentFacts): Row[] {
  const { accounts, same, other } = facts;
  const master = masterRow(accounts);
  return [
    answersRow(facts),
    marketRow(facts),
    ...accounts.flatMap(accountRow),
    investorRow(facts),
    ...(master === null ? [] : [master]),
    switchRow(names.same.name, same, 'it takes two accounts at one server'),
    switchRow(names.other.name, other, 'it takes two accounts at two servers'),
    ...historyRows(accounts),
    ...clockRows(accounts),
  ];
}

/** Where no terminal could be borrowed, and why. */
export const rowsWithoutLoan = (why: string, todo: string): Row[] =>
  Object.values(names).map((name) => notRun(name, why, todo));

/** Where one could, and does not answer. */
export const rowsOfDeadLoan = (why: string): Row[] => [
  failed(names.answers, why, 'See terminal.log in the slot’s folder, and what failed above.'),
  ...rowsWithoutLoan('the terminal does not answer', 'Mend D1 first.').filter(({ id }) => id !== 'D1'),
];
