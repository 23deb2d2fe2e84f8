import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { mt5World, type Mt5Faults, type Mt5World } from '../testing/mt5-world.js';
import { needs } from '../testing/needs.js';
import { pythonBridges } from '../testing/python-bridge.js';
import { rawParent } from '../testing/raw-parent.js';
import { scratch } from '../testing/subjects.js';
import { failure, supervised } from '../testing/trial.js';
import { methods, type Method, type Params, type Part } from './protocol.js';

const account = { login: '5100101', server: 'Broker-Live', password: 'only looks' };
const everything = { fromServerMs: 0, toServerMs: 2_000_000_000_000 };

/** Of all terminals of this file. */
const homes: string[] = [];

/** A bridge beside a terminal in this world, and what may be changed there. */
async function bridgeIn(t: Test, world: Mt5World, haste = 20) {
  const folder = await scratch(t);
  const bridges = pythonBridges(folder, world, haste);
  bridges.write(1, world);
  const parent = await rawParent(t, bridges.launch);
  const home = bridges.home(1);
  homes.push(home);
  const journal = (text: string, day = '20200101.log'): void => {
    mkdirSync(join(home, world.logs ?? 'logs'), { recursive: true });
    const line = `RJ\t0\t10:00:00.000\tNetwork\t${text}\r\n`;
    appendFileSync(join(home, world.logs ?? 'logs', day), Buffer.from(line, 'utf16le'));
  };
  const change = (faults: Mt5Faults): void => bridges.write(1, { ...world, faults });
  const ask = async <M extends Method>(method: M, params: Params<M>): Promise<Part<M>[]> => {
    const { parts, error } = await parent.ask(method, params);
    if (error !== null) throw new Error(`${error.kind} ${error.code}: ${error.text}`);
    return parts.map((part) => methods[method].part.parse(part) as Part<M>);
  };
  const refusal = async <M extends Method>(method: M, params: Params<M>): Promise<unknown> => {
    const { error } = await parent.ask(method, params);
    return error && [error.kind, error.code];
  };
  return { parent, journal, change, ask, refusal, home };
}

const bridge = (t: Test, faults: Mt5Faults = {}) => bridgeIn(t, mt5World(faults));

const test = (sentence: string, work: (t: Test) => Promise<void>) =>
  t.test(sentence, needs('python3'), async (inner) => {
    await work(inner);
    for (const home of homes.splice(0)) inner.notOk(existsSync(join(home, 'TRADED')), 'it never trades');
  });

const proofOf = (login: string): string[] => [
  `'${login}': authorized on Broker-Live through Access Server 1`,
  `'${login}': terminal synchronized with A Broker: 1 positions, 1 orders, 9 symbols, 0 spreads`,
  `'${login}': trading has been disabled - investor mode`,
];

void test('without a word of the journal a password is not taken for an investor one', async (t) => {
  const { ask, refusal } = await bridge(t, { unproved: true });
  const [said] = await ask('login', account);
  t.match(said, { tradeAllowed: false, investor: 'unknown' });
  t.same(await refusal('snapshot', {}), ['not-connected', null], 'and nothing is read by it');
});

void test('words from before the login, of another login, or quoted by others prove nothing', async (t) => {
  const { ask, journal, parent } = await bridge(t, { mute: true });
  await parent.until(() => parent.messages.length > 0);
  for (const line of proofOf(account.login)) journal(line);
  const said = ask('login', account);
  await sleep(800);
  for (const line of proofOf('5100102')) journal(line, '20200102.log');
  t.equal((await said)[0]?.investor, 'unknown');
  const quoting = await bridge(t, { unproved: true });
  const heard = quoting.ask('login', account);
  await sleep(800);
  quoting.journal(
    `the news says '${account.login}': trading has been disabled - investor mode`,
    '29990101.log',
  );
  t.equal((await heard)[0]?.investor, 'unknown');
});

void test('a login across midnight is followed from one day of the journal to the next', async (t) => {
  const { ask } = await bridgeIn(t, { ...mt5World({ midnight: true }), logs: 'LOGS' });
  t.equal((await ask('login', account))[0]?.investor, 'yes');
});

void test('a master password is known by the account alone, and by the journal alone', async (t) => {
  const master = { ...account, password: 'may trade' };
  const { refusal, change } = await bridge(t, { unproved: true });
  t.same(await refusal('login', master), ['investor', null]);
  change({ disabled: true });
  t.same(await refusal('login', master), ['investor', null]);
});

void test('an account that can suddenly trade is read no more', async (t) => {
  const { ask, refusal, change, journal } = await bridge(t);
  await ask('login', account);
  change({ enabled: true });
  t.same(await refusal('snapshot', {}), ['investor', null]);
  change({});
  t.same(await refusal('snapshot', {}), ['not-connected', null]);
  await ask('login', account);
  journal(`'${account.login}': trading has been enabled - hedging mode`, '29990101.log');
  t.same(await refusal('history', everything), ['investor', null]);
});

void test('the same login again needs no broker, as long as its connection was never lost', async (t) => {
  const { ask, change, refusal, journal } = await bridge(t);
  await ask('login', account);
  change({ errors: { login: [-10_000, 'Internal'] } });
  t.equal((await ask('login', account))[0]?.investor, 'yes');
  journal(`'${account.login}': connection to Broker-Live lost`, '29990101.log');
  t.same(await refusal('login', account), ['internal', -10_000], 'now it asks');
});

void test('an account with which the terminal was started needs no second login', async (t) => {
  const cold = { ...mt5World({ errors: { login: [-10_000, 'Internal'] } }) };
  const right = await bridgeIn(t, { ...cold, resident: { login: account.login, role: 'investor' } });
  t.equal((await right.ask('login', account))[0]?.investor, 'yes');
  t.equal((await right.ask('snapshot', {})).length, 1);
  const other = { ...account, password: 'nonsense' };
  t.same(await right.refusal('login', other), ['internal', -10_000], 'but any other password does');
  const master = await bridgeIn(t, { ...cold, resident: { login: account.login, role: 'master' } });
  t.same(await master.refusal('login', account), ['investor', null]);
  const wrong = await bridgeIn(t, { ...cold, resident: { login: account.login, role: 'refused' } });
  t.same(await wrong.refusal('login', account), ['auth', -6]);
});

void test('nothing is attached to before the terminal runs, since that would start another one', async (t) => {
  const { refusal } = await bridge(t, { unstarted: true, errors: { initialize: [-1, 'attached'] } });
  t.same(await refusal('login', account), ['timeout', null]);
});

void test('attaching is tried three times, where that can help', async (t) => {
  const away = [-10_004, 'No IPC connection'] as const;
  const patient = await bridge(t, { attach: [away, away] });
  t.equal((await patient.ask('login', account))[0]?.investor, 'yes');
  const never = await bridge(t, { attach: [away, away, away] });
  t.same(await never.refusal('login', account), ['timeout', -10_004]);
  const nowhere = await bridge(t, { attach: [[-10_003, 'IPC initialize failed']] });
  t.same(await nowhere.refusal('login', account), ['internal', -10_003]);
  const nobody = await bridgeIn(t, { ...mt5World(), resident: null });
  t.same(await nobody.refusal('login', account), ['timeout', -10_005], 'a terminal without any account');
});

void test('a package that is older than its terminal says so, attached or not', async (t) => {
  const talking = await bridgeIn(t, { ...mt5World(), package: '5.0.5735', terminal: 5833 });
  t.same(await talking.refusal('login', account), ['version-skew', null]);
  t.same(await talking.refusal('login', account), ['version-skew', null], 'each time');
  const mute = await bridgeIn(t, { ...mt5World(), package: '5.0.5735', terminal: 5833, resident: null });
  t.same(await mute.refusal('login', account), ['version-skew', null]);
  const refusing = await bridge(t, { attach: [[-5, 'Invalid version']] });
  t.same(await refusing.refusal('login', account), ['version-skew', -5]);
});

const readings = [
  [-10_005, 'timeout'],
  [-10_004, 'not-connected'],
  [-6, 'not-connected'],
  [-5, 'version-skew'],
  [-10_002, 'internal'],
  [-1, 'internal'],
] as const;

void test('what a call fails of is told by its kind, and with its number', async (t) => {
  const { ask, refusal, change } = await bridge(t);
  for (const [code, kind] of readings) {
    change({});
    await ask('login', account);
    change({ errors: { positions_get: [code, 'So it failed'] } });
    t.same(await refusal('snapshot', {}), [kind, code]);
  }
  change({ errors: { history_deals_get: [-4, 'Not found'] } });
  t.same(await refusal('history', everything), ['incomplete', -4]);
  change({ errors: { symbol_select: [-10_005, 'IPC timeout'] } });
  t.same(await refusal('symbols', { names: ['EURUSD'] }), ['timeout', -10_005]);
});

void test('a history is waited for until it comes in no more', async (t) => {
  const { ask } = await bridgeIn(t, mt5World({ historyReads: 4 }), 4);
  await ask('login', account);
  const pages = await ask('history', everything);
  t.ok(pages.every(({ complete }) => complete));
  t.equal(pages.flatMap(({ deals }) => deals).length, 501);
});

void test('nothing at all is not the history of an account that has a balance', async (t) => {
  const { ask } = await bridge(t, { emptyHistory: true });
  await ask('login', account);
  t.match(await ask('history', everything), [{ deals: [], dealsTotal: 0, complete: false }]);
  const late = { fromServerMs: 1_900_000_000_000, toServerMs: 2_000_000_000_000 };
  t.match(await ask('history', late), [{ deals: [], complete: true }], 'but may be that of a week');
});

void test('a reading during which the balance moved is made again', async (t) => {
  const once = await bridge(t, { moves: 1 });
  await once.ask('login', account);
  t.equal((await once.ask('snapshot', {})).length, 1);
  const always = await bridge(t, { moves: 99 });
  await always.ask('login', account);
  t.same(await always.refusal('snapshot', {}), ['incomplete', null]);
});

void test('ids and magic numbers arrive with all their digits', async (t) => {
  const { ask } = await bridge(t);
  await ask('login', account);
  const [page] = await ask('history', everything);
  t.match(page?.deals[1], { ticket: '9007199254741003', magic: '18446744073709551615', type: 0 });
  t.match(page?.deals[2], { comment: '[tp 1.1]', external_id: 'é✓', symbol: 'EURUSD' });
  const [snapshot] = await ask('snapshot', {});
  t.match(snapshot?.positions, [{ ticket: '9007199254740998', sl: 1.09, tp: 0 }]);
});

void test('what is no number is told as unknown, and refused', async (t) => {
  const { ask, parent, change } = await bridge(t);
  await ask('login', account);
  change({ shows: { margin_level: 'nan', equity: 'inf' } });
  const { parts, error } = await parent.ask('snapshot', {});
  t.equal(error, null);
  t.match(parts, [{ account: { margin_level: null, equity: null, credit: 0 } }]);
  t.notOk(methods.snapshot.part.safeParse(parts[0]).success);
});

void test('a clock that stands says so', async (t) => {
  const { ask } = await bridge(t, { frozenTick: 1_783_700_000_000 });
  await ask('login', account);
  t.match(await ask('clock', { symbol: 'EURUSD' }), [{ tickServerMs: 1_783_700_000_000, isMoving: false }]);
});

void test('the process ends itself once it has shown an account that nobody asked for', async (t) => {
  for (const faults of [{}, { crossedBy: 'positions_get' }]) {
    const { ask, change, refusal, parent } = await bridge(t);
    await ask('login', account);
    change({ crossed: '5100102', ...faults });
    t.same(await refusal('snapshot', {}), ['internal', null], 'before a reading, or only after it');
    t.equal((await parent.child.exited).code, 1);
  }
});

void test('a call that holds the interpreter ends with its deadline, although nobody is left to kill it', async (t) => {
  const { ask, change, parent, home } = await bridge(t);
  await ask('login', account);
  change({ hangHard: 'positions_get' });
  void parent.ask('snapshot', {}, 500);
  while (!existsSync(join(home, 'HELD'))) await sleep(10);
  parent.socket.end();
  t.same(await parent.child.exited, { code: 1, signal: null });
});

void test('enumerations that mean something else, or are missing, are seen by the parent', async (t) => {
  const bridges = pythonBridges(await scratch(t), mt5World({ enums: { DEAL_TAX: null } }));
  bridges.write(2, mt5World({ enums: { DEAL_ENTRY_OUT: 2 } }));
  const timing = { backoffMs: 1, backoffLeastMs: 1, betweenStartsMs: 1 };
  const here = await supervised(t, { count: 2, launch: bridges.launch, timing });
  await here.until(1, 'ready', 30_000);
  await here.until(2, 'quarantined', 30_000);
  t.match(here.slot(1).view().child, { bridge: 'bridge 1', package: '5.0.6231', terminal: null });
  t.match(here.slot(2).view().lastExit, { why: 'its DEAL_ENTRY_OUT is 2, not 1' });
  t.match(
    here.lines.filter((line) => line.includes('lacks')),
    ['warn The package of terminal 1 lacks: DEAL_TAX.'],
  );
});

void test('a skew takes the slot out of service, for all to see', async (t) => {
  const bridges = pythonBridges(await scratch(t), { ...mt5World(), package: '5.0.5735', terminal: 5833 });
  const here = await supervised(t, { count: 1, launch: bridges.launch });
  await here.until(1, 'ready', 30_000);
  t.match(await failure(here.slot(1).call('login', account)), { kind: 'version-skew' });
  await here.until(1, 'version-skew', 30_000);
  t.equal(here.slot(1).view().restarts, 0);
});
