import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { credentials, failure, haste, isAlive, trial, type Trial } from '../testing/trial.js';
import { mostLogBytes } from './launch.js';

const seconds = (n: number): number => (n * 1_000) / haste;
const megabyte = 1024 * 1024;
const noise = (text: string, to: 'parent' | 'log' = 'parent') => ({ bytesPerS: megabyte, text, to });

/** How much this process grows while something goes on, in bytes. */
async function growth(ms: number): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  for (let n = 0; n < 20; n += 1) {
    await sleep(ms / 20);
    most = Math.max(most, process.memoryUsage().rss);
  }
  return most - before;
}

const garbageOf = ({ slot }: Trial, number: number) => slot(number).view().garbage;
/** No waits: a child that is cut off comes back at once and goes on. */
const tireless = { backoffLeastMs: 1, backoffMs: 1, betweenStartsMs: 1, crashWindowMs: 1 };

await t.test(
  '1 MB/s of garbage without a line feed is cut off, again and again, in flat memory',
  async (t) => {
    const here = await trial(t, [{ noise: noise('\u0000\u00ff{"deals":[') }, {}], { timing: tireless });
    await here.until(2, 'ready');
    await here.until(1, ({ restarts }) => restarts >= 2);
    const grown = await growth(5_000);
    t.ok(grown < 20 * megabyte);
    const { restarts, garbage, lastExit } = here.slot(1).view();
    t.comment(`+${(grown / megabyte).toFixed(1)} MB in 5 s, ${restarts} restarts`);
    t.ok(garbage.overLong >= restarts - 1);
    t.equal(lastExit?.why, 'it sent an over-long line');
    t.equal(here.slot(2).view().restarts, 0);
    t.ok(here.slot(2).isFree());
  },
);

await t.test('garbage before the hello closes the connection unheard', async (t) => {
  const script = { noise: noise('abc'), isNoisyFirst: true };
  const here = await trial(t, [script], { timing: tireless });
  await here.until(1, ({ restarts }) => restarts >= 2);
  t.ok(here.terminals.refused() >= 2);
  t.equal(garbageOf(here, 1).overLong, 0);
});

await t.test('nonsense in lines is counted and the thousandth line is the last', async (t) => {
  const here = await trial(t, [{ noise: noise(`${'nonsense '.repeat(100)}\n`) }], { timing: tireless });
  await here.until(1, ({ lastExit }) => lastExit !== null);
  t.equal(here.slot(1).view().lastExit?.why, 'it talked nonsense');
  t.ok(garbageOf(here, 1).messages >= 1_000);
});

await t.test('deals that nobody asked for are counted and go nowhere', async (t) => {
  const deals = { type: 'reply', id: 5, part: 0, last: true, result: { deals: [{ ticket: '1' }] } };
  const here = await trial(t, [{ noise: { ...noise(`${JSON.stringify(deals)}\n`), bytesPerS: 10_000 } }]);
  await here.until(1, ({ garbage }) => garbage.strays > 50);
  t.equal(here.slot(1).view().restarts, 0);
  t.match(
    await here.slot(1).call('login', credentials),
    { login: '1001' },
    'and it can still be worked with',
  );
});

await t.test('an answer under the number of another call is not taken for this one', async (t) => {
  const here = await trial(t, [{ calls: { clock: { isStray: true } } }]);
  await here.until(1, 'ready');
  t.match(await failure(here.slot(1).call('clock', { symbol: 'EURUSD' })), { kind: 'timeout' });
  t.equal(garbageOf(here, 1).strays, 1);
});

await t.test(
  'a result that is not what the method promises fails the call and not the terminal',
  async (t) => {
    const here = await trial(t, [{ calls: { rates: { parts: [{ bars: [['now', 1, 2]] }] } } }]);
    await here.until(1, 'ready');
    const call = here.slot(1).call('rates', { symbol: 'A', timeframe: 'H1', fromServerMs: 0, toServerMs: 1 });
    t.match(await failure(call), { kind: 'internal' });
    t.ok(here.slot(1).isFree());
  },
);

await t.test('text that no database can keep fails the call too', async (t) => {
  const info = {
    ...{ name: 'A\0', description: '', digits: 5, point: 1, trade_contract_size: 1, trade_tick_size: 1 },
    ...{ trade_tick_value: 1, trade_calc_mode: 0, currency_base: '', currency_profit: '', bid: 1, ask: 1 },
    time_msc: 0,
  };
  const symbols = [info, { ...info, name: 'A' }].map((one) => ({ parts: [{ symbols: [one] }] }));
  const here = await trial(
    t,
    symbols.map((act) => ({ calls: { symbols: act } })),
  );
  for (const n of [1, 2]) await here.until(n, 'ready');
  t.match(await failure(here.slot(1).call('symbols', { names: ['A'] })), { kind: 'internal' });
  t.match(await here.slot(2).call('symbols', { names: ['A'] }), { symbols: [{ name: 'A' }] });
});

await t.test('a wrong token is turned away, and the loop of crashes ends in quarantine', async (t) => {
  const here = await trial(t, [{ hello: 'wrong token' }]);
  const tookMs = await here.until(1, 'quarantined', 30_000);
  t.comment(`quarantined after ${Math.round(tookMs)} ms, ${haste} times faster`);
  const { restarts, garbage, until } = here.slot(1).view();
  t.equal(restarts, 4, 'five starts in all');
  t.equal(here.terminals.refused(), 5);
  t.same(garbage, { messages: 0, overLong: 0, strays: 0 });
  t.ok((until?.getTime() ?? 0) > Date.now() + seconds(29 * 60));
  t.equal(here.lines.filter((line) => line.startsWith('error')).length, 1, 'one alarm');
  here.scripts[0] = {};
  here.terminals.restart(1);
  await here.until(1, 'ready');
  t.pass('an administrator starts it at once');
});

await t.test(
  'a child that never says hello is closed after 10 s and ended after 120 s at most',
  async (t) => {
    const here = await trial(t, [{ hello: 'never' }]);
    const tookMs = await here.until(1, ({ lastExit }) => lastExit !== null);
    t.ok(tookMs >= seconds(10) && tookMs < seconds(120) + 1_000);
    t.equal(here.terminals.refused(), 1);
  },
);

await t.test('stopping takes 10 s with a frozen terminal, and hardly any time with others', async (t) => {
  const here = await trial(t, [
    {},
    {},
    { ignoresShutdown: true },
    { calls: { clock: { afterMs: seconds(5) } } },
  ]);
  for (const n of [1, 2, 3, 4]) await here.until(n, 'ready');
  const pids = [1, 2, 3, 4].map(here.pid);
  process.kill(here.pid(2), 'SIGSTOP');
  const last = here.slot(4).call('clock', { symbol: 'EURUSD' });
  const at = performance.now();
  const stopping = here.terminals.stop();
  await here.until(1, 'stopped');
  t.ok(performance.now() - at < seconds(10));
  t.ok((await last).isMoving, 'the call in flight may finish');
  await stopping;
  const tookMs = performance.now() - at;
  t.comment(`stopped after ${Math.round(tookMs)} ms, ${haste} times faster`);
  t.ok(tookMs < seconds(25));
  t.same(pids.filter(isAlive), []);
});

await t.test('planned ends come one after the other, between calls, and are no crashes', async (t) => {
  const away = new Set<number>();
  let mostAway = 0;
  const timing = { recycleLeastMs: 300, recycleMostMs: 600, betweenRecyclesMs: 100, recycleRetryMs: 20 };
  const here: Trial = await trial(t, [{}, {}, {}], {
    timing,
    onChange: (n) => {
      const { state, restarts } = here.slot(n).view();
      const isAway = state === 'draining' || (state === 'starting' && restarts > 0);
      if (isAway) away.add(n);
      else away.delete(n);
      mostAway = Math.max(mostAway, away.size);
    },
    isIdle: true,
  });
  await here.terminals.start();
  for (const n of [1, 2, 3]) await here.until(n, ({ restarts }) => restarts >= 2);
  t.equal(mostAway, 1, 'never two at once');
  t.match(here.slot(1).view().lastExit, { code: 0, why: 'it was asked to end' });
});

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

await t.test('a password is nowhere but in its own message', async (t) => {
  const password = 'CANARY-7f3a9c';
  const error = { kind: 'internal', code: 1, text: 'I was given $password' };
  const here = await trial(t, [
    {},
    { calls: { login: { error } } },
    { calls: { login: { isSilent: true } } },
  ]);
  for (const n of [1, 2, 3]) await here.until(n, 'ready');
  await here.slot(1).call('login', { ...credentials, password });
  const errors = await Promise.all(
    [2, 3].map((n) => failure(here.slot(n).call('login', { ...credentials, password }))),
  );
  const views = here.terminals.slots.map((slot) => slot.view());
  const told = errors.map((one) => [one.message, one.text, one.stack, JSON.stringify(one)]);
  const kept = files(here.folder).map((path) => readFileSync(path, 'utf8'));
  t.ok(kept.length >= 6);
  t.notMatch(JSON.stringify([views, told, here.lines, kept]), /CANARY/);
});

await t.test('what a slot keeps is for nobody else, and its log is cut', async (t) => {
  const here = await trial(t, [{ noise: noise('words of a program\n', 'log') }]);
  await here.until(1, 'ready');
  const slotFolder = join(here.folder, 'slot-1');
  t.equal(statSync(slotFolder).mode & 0o777, 0o700);
  for (const file of files(slotFolder)) t.equal(statSync(file).mode & 0o077, 0, file);
  await sleep(3_000);
  t.ok(statSync(join(slotFolder, 'terminal.log')).size < 2 * mostLogBytes);
  t.equal(here.slot(1).view().restarts, 0);
  t.ok((here.slot(1).view().rssBytes ?? 0) > 10 * megabyte, 'its memory is measured');
});
