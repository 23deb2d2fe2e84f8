import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { credentials, failure, haste, isAlive, trial } from '../testing/trial.js';
import type { SlotView } from './slot.js';

const range = { fromServerMs: 0, toServerMs: 1_800_000_000_000 };
const bars = { symbol: 'EURUSD', timeframe: 'H1', ...range } as const;
/** unscaled seconds in the test's ms */
const seconds = (n: number): number => (n * 1_000) / haste;
const isBackAfter = (pid: number) => (view: SlotView) => view.state === 'ready' && view.child?.pid !== pid;

const account = {
  ...{ login: '1001', server: 'Broker-Demo', name: 'A', company: 'B', currency: 'EUR', currency_digits: 2 },
  ...{ trade_mode: 0, margin_mode: 2, leverage: 100, balance: 1000, credit: 0, profit: 0, equity: 1000 },
  ...{ margin: 0, margin_free: 1000, margin_level: 0 },
};

const deal = (ticket: string) => ({
  ...{ ticket, order: '1', time_msc: 1_700_000_000_000, type: 0, entry: 0, magic: '0', position_id: '1' },
  ...{ reason: 0, volume: 1, price: 1, commission: 0, swap: 0, profit: 0, fee: 0, symbol: 'EURUSD' },
  ...{ comment: '', external_id: '' },
});

await t.test('four terminals get ready, log in, answer, and leave no process', async (t) => {
  const at = performance.now();
  const { terminals, slot, pid, until } = await trial(t, [{}, {}, {}, {}]);
  for (const n of [1, 2, 3, 4]) await until(n, 'ready');
  t.comment(`four ready after ${Math.round(performance.now() - at)} ms`);
  const reply = await slot(1).call('login', credentials);
  t.match(reply, { login: '1001', server: 'Broker-Demo', investor: 'yes' });
  t.same(slot(1).view().account, { login: '1001', server: 'Broker-Demo' });
  t.equal((await slot(1).call('snapshot', {})).account.balance, 1000);
  t.equal((await slot(1).call('rates', bars)).bars.length, 1);
  t.equal(slot(1).view().switchMs.other.n, 1);
  await slot(1).call('login', { ...credentials, login: '1002' });
  t.equal(slot(1).view().switchMs.same.n, 1);
  const pids = [1, 2, 3, 4].map(pid);
  const stopAt = performance.now();
  await terminals.stop();
  t.comment(`stopped after ${Math.round(performance.now() - stopAt)} ms`);
  t.same(pids.filter(isAlive), []);
  t.match(slot(1).view(), {
    state: 'stopped',
    restarts: 0,
    lastExit: { code: 0, why: 'it was asked to end' },
  });
  t.match(await failure(slot(1).call('snapshot', {})), { kind: 'busy' });
  terminals.restart(1);
  t.equal(slot(1).view().state, 'stopped', 'nothing starts afterwards, whoever asks');
});

await t.test('one call at a time: a second one is refused and sends nothing', async (t) => {
  const { slot, until } = await trial(t, [{ calls: { clock: { afterMs: 100 } } }]);
  await until(1, 'ready');
  const first = slot(1).call('clock', { symbol: 'EURUSD' });
  t.notOk(slot(1).isFree());
  t.match(await failure(slot(1).call('symbols', { names: [] })), { kind: 'busy' });
  t.ok((await first).isMoving);
  t.ok(slot(1).isFree());
});

await t.test('nobody is asked for the data of an account before a login', async (t) => {
  const { slot, until } = await trial(t, [{}]);
  await until(1, 'ready');
  t.match(await failure(slot(1).call('snapshot', {})), { kind: 'not-connected' });
  t.equal(slot(1).view().state, 'ready');
});

await t.test('kill -9: its call fails at once, it is back soon, and the others notice nothing', async (t) => {
  const slow = { calls: { clock: { afterMs: 1_000 } } };
  const { slot, pid, until } = await trial(t, [slow, slow]);
  await Promise.all([until(1, 'ready'), until(2, 'ready')]);
  const [mine, other] = [1, 2].map((n) => slot(n).call('clock', { symbol: 'EURUSD' }));
  const [victim, neighbour] = [pid(1), pid(2)];
  await sleep(50);
  const at = performance.now();
  process.kill(victim, 'SIGKILL');
  t.match(await failure(mine ?? Promise.resolve()), { kind: 'gone' });
  const seenMs = performance.now() - at;
  t.ok(seenMs < 2_000, 'seen within 2 s, unscaled');
  const backMs = seenMs + (await until(1, isBackAfter(victim)));
  t.ok(backMs < seconds(60) + 2_000);
  t.comment(`seen after ${Math.round(seenMs)} ms, ready after ${Math.round(backMs)} ms`);
  t.ok((await other)?.isMoving);
  t.equal(pid(2), neighbour);
  t.match(slot(1).view(), { restarts: 1, account: null });
});

await t.test('a frozen terminal is suspect, then killed within 35 s, and another one is ready', async (t) => {
  const { slot, pid, until } = await trial(t, [{}]);
  await until(1, 'ready');
  const frozen = pid(1);
  process.kill(frozen, 'SIGSTOP');
  const suspectMs = await until(1, ({ suspect }) => suspect);
  t.notOk(slot(1).isFree());
  const killedMs = suspectMs + (await until(1, ({ lastExit }) => lastExit !== null));
  t.ok(killedMs <= seconds(35));
  t.match(slot(1).view().lastExit, { signal: 'SIGKILL', why: 'it fell silent' });
  t.notOk(isAlive(frozen));
  await until(1, isBackAfter(frozen));
  t.comment(
    `suspect after ${Math.round(suspectMs)}, killed after ${Math.round(killedMs)} ms, ${haste} times faster`,
  );
});

await t.test('a silent terminal that answers when asked lives on', async (t) => {
  const { slot, pid, until } = await trial(t, [{ heartbeatMs: null, answersPing: true }]);
  await until(1, 'ready');
  const first = pid(1);
  await sleep(seconds(80));
  t.equal(pid(1), first);
  t.equal(slot(1).view().restarts, 0);
});

await t.test(
  'a parent that was busy for a minute does not take it for silence of its terminals',
  async (t) => {
    const { slot, until } = await trial(t, [{}, {}]);
    await Promise.all([until(1, 'ready'), until(2, 'ready')]);
    const at = performance.now();
    while (performance.now() - at < seconds(60));
    await sleep(seconds(10));
    t.same(
      [1, 2].map((n) => slot(n).view().lastExit),
      [null, null],
    );
  },
);

await t.test('a login of 90 s without a heartbeat is waited for, one of 130 s is not', async (t) => {
  const slow = (s: number) => ({ heartbeatMs: null, calls: { login: { afterMs: seconds(s) } } });
  const { slot, until } = await trial(t, [slow(90), slow(130)]);
  await Promise.all([until(1, 'ready'), until(2, 'ready')]);
  const at = performance.now();
  const late = slot(2).call('login', credentials);
  const refused = failure(late);
  await slot(1).call('login', credentials);
  t.ok(performance.now() - at >= seconds(90) - 1);
  t.equal(slot(1).view().restarts, 0);
  t.match(await refused, { kind: 'timeout', text: /login took too long/ });
  const tookMs = performance.now() - at;
  t.ok(tookMs >= seconds(120) && tookMs < seconds(130));
});

await t.test('each other method has its 30 s, and progress helps history only', async (t) => {
  const silent = { isSilent: true };
  const stuck = { isSilent: true, progressMs: seconds(5), isStuck: true };
  const busy = { isSilent: true, progressMs: seconds(5) };
  const calls = { snapshot: silent, symbols: silent, clock: silent, rates: busy, history: stuck };
  const { slot, until } = await trial(
    t,
    Array.from({ length: 5 }, () => ({ calls })),
  );
  await Promise.all([1, 2, 3, 4, 5].map((n) => until(n, 'ready')));
  await Promise.all([1, 5].map((n) => slot(n).call('login', credentials)));
  const at = performance.now();
  const pending: Promise<unknown>[] = [
    slot(1).call('snapshot', {}),
    slot(2).call('symbols', { names: ['EURUSD'] }),
    slot(3).call('clock', { symbol: 'EURUSD' }),
    slot(4).call('rates', bars),
    slot(5).call('history', range),
  ];
  const times = await Promise.all(
    pending.map(async (call) => {
      t.match(await failure(call), { kind: 'timeout' });
      return performance.now() - at;
    }),
  );
  t.ok(times.every((ms) => ms >= seconds(30) - 1 && ms < seconds(60)));
  t.comment(`after ${times.map(Math.round).join(', ')} ms`);
});

await t.test('a history in slow parts lives on as long as it moves, and its parts are joined', async (t) => {
  const part = (ticket: string, complete: boolean) => ({
    deals: [deal(ticket)],
    ...{ orders: [], dealsTotal: 4, ordersTotal: 0, complete, account },
  });
  const parts = [part('1', false), part('2', false), part('3', false), part('4', true)];
  const history = { parts, afterMs: seconds(20), betweenMs: seconds(20) };
  const { slot, until } = await trial(t, [{ calls: { history } }]);
  await until(1, 'ready');
  await slot(1).call('login', credentials);
  const at = performance.now();
  const whole = await slot(1).call('history', range);
  t.ok(performance.now() - at >= seconds(80) - 2);
  t.same(
    whole.deals.map(({ ticket }) => ticket),
    ['1', '2', '3', '4'],
  );
  t.ok(whole.complete);
  const seen: string[] = [];
  const last = await slot(1).call('history', range, {
    onPart: ({ deals }) => seen.push(...deals.map(({ ticket }) => ticket)),
  });
  t.same(seen, ['1', '2', '3', '4']);
  t.equal(last.deals.length, 1, 'with onPart nothing is kept');
});

await t.test("a terminal's refusal is told with its kind and code, and an exit fails the call", async (t) => {
  const error = { kind: 'internal', code: -4, text: 'Not found' };
  const { slot, until } = await trial(t, [{ calls: { rates: { error }, symbols: { exitCode: 3 } } }]);
  await until(1, 'ready');
  t.match(await failure(slot(1).call('rates', bars)), { ...error });
  t.match(await failure(slot(1).call('symbols', { names: [] })), { kind: 'gone' });
  await until(1, ({ lastExit }) => lastExit !== null);
  t.equal(slot(1).view().lastExit?.code, 3);
});

for (const kind of ['auth', 'investor', 'server-unknown', 'timeout'] as const) {
  await t.test(`a login that ends with "${kind}" restarts the terminal and counts as no crash`, async (t) => {
    const error = { kind, code: -6, text: 'No' };
    const { slot, pid, until } = await trial(t, [{ calls: { login: { error } } }]);
    for (let n = 0; n < 6; n += 1) {
      await until(1, 'ready');
      const before = pid(1);
      t.match(await failure(slot(1).call('login', credentials)), { kind, code: -6 });
      await until(1, isBackAfter(before));
    }
    t.equal(slot(1).view().restarts, 6);
  });
}

await t.test('results of another account end the terminal that sent them', async (t) => {
  const parts = [{ account: { ...account, login: '6666' }, positions: [], orders: [] }];
  const { slot, until } = await trial(t, [{ calls: { snapshot: { parts } } }]);
  await until(1, 'ready');
  await slot(1).call('login', credentials);
  t.match(await failure(slot(1).call('snapshot', {})), { kind: 'gone', text: /another account/ });
  await until(1, ({ lastExit }) => lastExit !== null);
  t.equal(slot(1).view().account, null);
});
