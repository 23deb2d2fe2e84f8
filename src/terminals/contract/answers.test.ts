import type { Test } from 'tap';
import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import { rawParent, type RawParent } from '../../testing/raw-parent.js';
import { holds, type Terminal } from '../../testing/subjects.js';
import { enums } from '../enums.js';
import { fitnessOf } from '../fitness.js';
import { maxLineBytes, methods, protocolVersion, type Method, type Part } from '../protocol.js';

const everything = { fromServerMs: 0, toServerMs: 2_000_000_000_000 };
const lately = { fromServerMs: Date.UTC(2026, 6, 1), toServerMs: Date.UTC(2026, 6, 8) };

/** The parts of an answer, each of the agreed shape. */
const parts = <M extends Method>(method: M, { parts: raw }: { parts: unknown[] }): Part<M>[] =>
  raw.map((part) => methods[method].part.parse(part) as Part<M>);

async function loggedIn(t: Test, { launch, account }: Terminal): Promise<RawParent> {
  const parent = await rawParent(t, launch);
  const { error } = await parent.ask('login', account);
  t.equal(error, null);
  return parent;
}

const centsOf = (deals: Part<'history'>['deals']): number =>
  deals
    .flatMap(({ profit, swap, commission, fee }) => [profit, swap, commission, fee])
    .reduce((sum, amount) => sum + Math.round(amount * 100), 0);

holds(
  'says hello first, with its token, its versions and the enumerations we know',
  async (t, { launch }) => {
    const parent = await rawParent(t, launch, 3);
    await parent.until(() => parent.messages.length > 0);
    const [hello] = parent.messages;
    if (hello?.type !== 'hello') throw new Error('It said something else first.');
    t.match(hello, { token: parent.token, slot: 3, protocol: protocolVersion, terminal: null });
    t.ok(hello.bridge.length > 0);
    t.same(fitnessOf(hello), { flaw: null, why: '', missing: [] });
    t.match(hello.enums, enums);
  },
);

holds('beats between calls, and at once when it is asked to', async (t, { launch }) => {
  const parent = await rawParent(t, launch);
  const beats = () => parent.messages.flatMap((each) => (each.type === 'heartbeat' ? [each.seq] : []));
  await parent.until(() => beats().length >= 2);
  const before = beats().length;
  for (let n = 0; n < 50; n += 1) parent.write('{"type":"ping"}\n');
  await parent.until(() => beats().length >= before + 50);
  t.same(
    beats(),
    beats().toSorted((a, b) => a - b),
  );
  t.equal(new Set(beats()).size, beats().length, 'no number twice');
});

holds('passes over what it does not know, so that its parent may learn more words', async (t, { launch }) => {
  const parent = await rawParent(t, launch);
  parent.write('{"type":"compliment","text":"well done"}\n');
  t.equal((await parent.ask('clock', { symbol: 'EURUSD' })).error?.kind, 'not-connected');
});

holds('logs in by an investor password and proves that it is one', async (t, terminal) => {
  const parent = await rawParent(t, terminal.launch);
  const [said] = parts('login', await parent.ask('login', terminal.account));
  const { login, server } = terminal.account;
  t.match(said, { login, server, tradeAllowed: false, investor: 'yes' });
});

holds('refuses a master password, a wrong one, and a server that nobody knows', async (t, terminal) => {
  const parent = await rawParent(t, terminal.launch);
  const refused = async (more: object): Promise<unknown> => {
    const { error, parts: none } = await parent.ask('login', { ...terminal.account, ...more });
    t.same(none, []);
    return [error?.kind, error?.code];
  };
  t.same(await refused({ password: terminal.masterPassword }), ['investor', null]);
  t.same(await refused({ password: 'nonsense' }), ['auth', -6]);
  t.same(await refused({ server: 'Nobody-Live' }), ['server-unknown', -10_005]);
});

holds('reads nothing before a login, and nothing after one that failed', async (t, terminal) => {
  const parent = await rawParent(t, terminal.launch);
  const nothing = async (): Promise<void> => {
    const answers = [
      await parent.ask('snapshot', {}),
      await parent.ask('history', everything),
      await parent.ask('symbols', { names: ['EURUSD'] }),
      await parent.ask('clock', { symbol: 'EURUSD' }),
      await parent.ask('rates', { symbol: 'EURUSD', timeframe: 'H1', ...lately }),
    ];
    t.same(
      answers.map(({ parts: none, error }) => [none.length, error?.kind]),
      answers.map(() => [0, 'not-connected']),
    );
  };
  await nothing();
  t.equal((await parent.ask('login', terminal.account)).error, null);
  t.equal((await parent.ask('snapshot', {})).error, null);
  await parent.ask('login', { ...terminal.account, password: 'nonsense' });
  await nothing();
  await parent.ask('login', { ...terminal.account, password: terminal.masterPassword });
  await nothing();
});

holds('takes no wrong password for an account that it holds already', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  t.equal((await parent.ask('login', terminal.account)).error, null, 'the right one, again');
  const { error } = await parent.ask('login', { ...terminal.account, password: 'nonsense' });
  t.equal(error?.kind, 'auth');
});

holds('shows the account with what it has open, under ids that lose no digit', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const shown = parts('snapshot', await parent.ask('snapshot', {}));
  const { login, server } = terminal.account;
  for (const { account } of shown) t.match(account, { login, server });
  const positions = shown.flatMap((part) => part.positions);
  t.ok(positions.length > 0);
  t.equal(new Set(positions.map(({ ticket }) => ticket)).size, positions.length);
});

holds(
  'tells a history whole, in lines that are short enough, and adding up to the balance',
  async (t, terminal) => {
    const parent = await loggedIn(t, terminal);
    const answer = await parent.ask('history', everything);
    const pages = parts('history', answer);
    const deals = pages.flatMap((page) => page.deals);
    const orders = pages.flatMap((page) => page.orders);
    t.ok(pages.length > 1 && answer.progress >= pages.length, `${pages.length} pages`);
    t.ok(Math.max(...parent.lengths) <= maxLineBytes, `longest line: ${Math.max(...parent.lengths)}`);
    t.ok(pages.every(({ complete }) => complete));
    t.ok(pages.every((page) => page.dealsTotal === deals.length && page.ordersTotal === orders.length));
    t.same(
      deals,
      deals.toSorted((a, b) => a.time_msc - b.time_msc || Number(BigInt(a.ticket) - BigInt(b.ticket))),
    );
    t.equal(new Set(deals.map(({ ticket }) => ticket)).size, deals.length);
    t.equal(centsOf(deals), Math.round((pages[0]?.account.balance ?? 0) * 100));
  },
);

holds('tells of a history only what was asked for', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const whole = parts('history', await parent.ask('history', everything)).flatMap(({ deals }) => deals);
  const [from, to] = [whole[10]?.time_msc ?? 0, whole[20]?.time_msc ?? 0];
  const range = { fromServerMs: from, toServerMs: to };
  const some = parts('history', await parent.ask('history', range)).flatMap(({ deals }) => deals);
  t.same(
    some,
    whole.filter(({ time_msc: at }) => at >= from && at <= to),
  );
});

holds('does not call a history complete that is not', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  terminal.misbehave(1, 'partHistory');
  const [page] = parts('history', await parent.ask('history', everything));
  t.equal(page?.complete, false);
  terminal.misbehave(1, null);
  const [next] = parts('history', await parent.ask('history', everything));
  t.equal(next?.complete, true);
});

holds('tells bars on their grid, in order and within the range', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const lengths = { M1: minuteMs, M30: 30 * minuteMs, H1: hourMs, H4: 4 * hourMs, D1: dayMs } as const;
  for (const [timeframe, ms] of Object.entries(lengths)) {
    const range = { symbol: 'EURUSD', timeframe: timeframe as keyof typeof lengths, ...lately };
    const bars = parts('rates', await parent.ask('rates', range)).flatMap((part) => part.bars);
    const times = bars.map(([at]) => at);
    t.ok(bars.length >= 5, `${bars.length} bars of ${timeframe}`);
    t.ok(times.every((at, index) => at % ms === 0 && at > (times[index - 1] ?? 0)));
    t.ok(times.every((at) => at >= lately.fromServerMs && at <= lately.toServerMs));
    t.ok(
      bars.every(
        ([, open, high, low, close]) => high >= Math.max(open, close) && low <= Math.min(open, close),
      ),
    );
  }
});

holds('knows the symbols of its broker, and says nothing of others', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const answer = await parent.ask('symbols', { names: ['PLUTONIUM', 'EURUSD'] });
  const found = parts('symbols', answer).flatMap(({ symbols }) => symbols);
  t.match(found, [{ name: 'EURUSD', digits: 5, currency_profit: 'USD', trade_contract_size: 100_000 }]);
  const unknown = await parent.ask('rates', { symbol: 'PLUTONIUM', timeframe: 'H1', ...lately });
  t.match(unknown.error, { kind: 'internal', code: -4 });
});

holds("tells its server's clock by a tick that moves", async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const [clock] = parts('clock', await parent.ask('clock', { symbol: 'EURUSD' }));
  t.equal(clock?.isMoving, true);
  const offsetMs = (clock?.tickServerMs ?? 0) - (clock?.utcMs ?? 0);
  t.equal(Math.round(offsetMs / 900_000) / 4, 3, 'hours ahead');
  t.match((await parent.ask('clock', { symbol: 'PLUTONIUM' })).error, { kind: 'internal', code: -4 });
});

holds('changes to another account, and shows nothing of the one before', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  t.equal((await parent.ask('login', terminal.other)).error, null);
  const [{ account } = { account: null }] = parts('snapshot', await parent.ask('snapshot', {}));
  t.equal(account?.login, terminal.other.login);
  const [page] = parts('history', await parent.ask('history', everything));
  t.equal(page?.account.login, terminal.other.login);
});

holds('says that its broker is away', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  terminal.misbehave(1, 'offline');
  t.equal((await parent.ask('snapshot', {})).error?.kind, 'not-connected');
  t.equal((await parent.ask('login', terminal.account)).error?.kind, 'not-connected');
  terminal.misbehave(1, null);
  t.equal((await parent.ask('login', terminal.account)).error, null);
});

holds('answers calls one after the other, in the order in which they came', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const range = { symbol: 'EURUSD', timeframe: 'M1', ...lately } as const;
  await Promise.all([
    parent.ask('history', everything),
    parent.ask('snapshot', {}),
    parent.ask('rates', range),
    parent.ask('clock', { symbol: 'PLUTONIUM' }),
  ]);
  const ids = parent.messages.flatMap((each) =>
    each.type === 'reply' || each.type === 'error' ? [each.id] : [],
  );
  t.same(new Set(ids), new Set([1, 2, 3, 4, 5]));
  t.same(
    ids,
    ids.toSorted((a, b) => a - b),
  );
});

holds('refuses a call that makes no sense, and goes on', async (t, terminal) => {
  const parent = await loggedIn(t, terminal);
  const { error } = await parent.ask('rates', { symbol: 'EURUSD' } as never);
  t.equal(error?.kind, 'internal');
  t.equal((await parent.ask('snapshot', {})).error, null);
});
