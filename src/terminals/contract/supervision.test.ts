import type { Test } from 'tap';
import { holds, type Terminal } from '../../testing/subjects.js';
import { failure, supervised, type Supervised } from '../../testing/trial.js';
import { deadlinesMs } from '../protocol.js';
import type { SlotView } from '../slot.js';

/** A terminal that is to come back does so at once. */
const timing = {
  ...{ backoffMs: 1, backoffLeastMs: 1, betweenStartsMs: 1 },
  callMs: { ...deadlinesMs, snapshot: 3_000 },
};

const isBackAfter = (pid: number) => (view: SlotView) => view.state === 'ready' && view.child?.pid !== pid;

async function two(t: Test, { launch, account }: Terminal): Promise<Supervised> {
  const here = await supervised(t, { count: 2, launch, timing });
  for (const n of [1, 2]) {
    await here.until(n, 'ready', 30_000);
    await here.slot(n).call('login', account);
  }
  return here;
}

holds('serves two slots, each for itself', async (t, terminal) => {
  const here = await two(t, terminal);
  await here.slot(1).call('login', terminal.other);
  const [one, other] = await Promise.all([1, 2].map((n) => here.slot(n).call('snapshot', {})));
  t.equal(one?.account.login, terminal.other.login);
  t.equal(other?.account.login, terminal.account.login);
  const { login, server } = terminal.account;
  t.same(here.slot(2).view().account, { login, server });
  t.match(here.slot(1).view(), { restarts: 0, garbage: { messages: 0, overLong: 0 } });
});

holds('is killed by the deadline of a call that never returns, and nobody else is', async (t, terminal) => {
  const here = await two(t, terminal);
  const [victim, neighbour] = [here.pid(1), here.pid(2)];
  terminal.misbehave(1, 'hang');
  const startMs = performance.now();
  t.match(await failure(here.slot(1).call('snapshot', {})), { kind: 'timeout' });
  t.ok(performance.now() - startMs >= timing.callMs.snapshot - 1);
  terminal.misbehave(1, null);
  await here.until(1, isBackAfter(victim), 30_000);
  t.match(here.slot(1).view(), { account: null, restarts: 1, lastExit: { signal: 'SIGKILL' } });
  t.equal(here.pid(2), neighbour);
  t.equal((await here.slot(2).call('snapshot', {})).account.login, terminal.account.login);
  await here.slot(1).call('login', terminal.account);
});

holds(
  'is ended when it shows an account that nobody asked for, and none of it is used',
  async (t, terminal) => {
    const here = await two(t, terminal);
    const before = here.pid(1);
    terminal.misbehave(1, 'crossed');
    const { kind } = await failure(here.slot(1).call('snapshot', {}));
    t.ok(['gone', 'internal'].includes(kind), kind);
    terminal.misbehave(1, null);
    await here.until(1, isBackAfter(before), 30_000);
    t.equal(here.slot(1).view().account, null);
  },
);

holds('starts anew after a login that was refused, whatever the reason', async (t, terminal) => {
  const here = await two(t, terminal);
  const refusals = [
    ['auth', { password: 'nonsense' }],
    ['investor', { password: terminal.masterPassword }],
    ['server-unknown', { server: 'Nobody-Live' }],
  ] as const;
  for (const [kind, more] of refusals) {
    const before = here.pid(1);
    t.match(await failure(here.slot(1).call('login', { ...terminal.account, ...more })), { kind });
    await here.until(1, isBackAfter(before), 30_000);
    t.equal(here.slot(1).view().account, null);
  }
  t.equal((await here.slot(1).call('login', terminal.account)).investor, 'yes');
  t.equal(here.slot(1).view().restarts, refusals.length);
});

holds('ends politely with its supervision, in a call or not', async (t, terminal) => {
  const here = await two(t, terminal);
  const range = { fromServerMs: 0, toServerMs: 2_000_000_000_000 };
  const last = here.slot(1).call('history', range);
  await here.terminals.stop();
  t.ok((await last).deals.length > 0, 'the call under way is finished');
  for (const n of [1, 2])
    t.match(here.slot(n).view().lastExit, { code: 0, signal: null, why: 'it was asked to end' });
});
