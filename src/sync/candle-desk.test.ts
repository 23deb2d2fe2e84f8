import t from 'tap';
import { readCandles, type CandleWish } from '../data/candles.js';
import { nobody } from '../data/database.js';
import { barStart, frameMs, type ChartFrame } from '../domain/candles.js';
import { dayMs, hourMs } from '../lib/clock.js';
import { testEngine } from '../testing/engine.js';
import { TerminalError } from '../terminals/call.js';
import { createCandleDesk } from './candle-desk.js';
import { brokerClocks } from './clocks.js';
import { givenAccount } from './market.js';

t.setTimeout(600_000);

const prices = givenAccount({ server: 'Simulated-NewYork', login: '5100121', password: 'inv-5100121' });

const engine = await testEngine(t, { terminals: 1, market: prices });
await engine.until('the terminal is ready', () => engine.terminals.slots[0]?.isFree() === true);
const idle = (): Promise<void> => engine.sync.borrow(() => Promise.resolve());

/** A stretch of last year, which no regular reading reaches. */
const wish = (name: string, frame: ChartFrame, bars: number): CandleWish => {
  const fromMs = barStart(frame, engine.clock.now().getTime() - 300 * dayMs);
  return { name, frame, fromMs, toMs: fromMs + bars * frameMs[frame] };
};
/** So many questions are asked of the terminal while something is done. */
async function asks(method: string, work: () => Promise<unknown>): Promise<number> {
  const count = () => engine.calls.filter((call) => call.method === method).length;
  const before = count();
  await work();
  return count() - before;
}
const kept = (asked: CandleWish) => engine.db.withTenant('app', nobody, (tx) => readCandles(tx, asked));
const comes = (asked: CandleWish): Promise<void> =>
  engine.until('the bars are there', async () => (await kept(asked)).gaps.length === 0);

await t.test(
  'bars that are not kept are asked of the broker once, however often they are wanted',
  async (t) => {
    const asked = wish('EURUSD', 'H1', 100);
    const first = await asks('rates', async () => {
      const said = Array.from({ length: 20 }, () => engine.sync.askCandles(asked));
      t.same(new Set(said), new Set(['coming']), 'the second click, and a crowd');
      await comes(asked);
      await idle();
    });
    t.equal(first, 1);
    const { candles } = await kept(asked);
    t.ok(candles.length > 40, `${candles.length} bars`);
    t.ok(candles.every(({ atMs }) => atMs >= asked.fromMs && atMs <= asked.toMs && atMs % hourMs === 0));
    const later = await asks('rates', async () => {
      engine.sync.askCandles(asked);
      engine.sync.askCandles({ ...asked, fromMs: asked.fromMs + 10 * hourMs });
      await idle();
      await engine.restart();
      engine.sync.askCandles(asked);
      await idle();
    });
    t.equal(later, 0, 'nor later, nor a part of it, nor after a restart');
  },
);

await t.test('only what is missing is asked for, in pieces that a terminal answers', async (t) => {
  const weeks = wish('GBPUSD', 'W1', 40);
  const whole = await asks('rates', async () => {
    engine.sync.askCandles(weeks);
    await comes(weeks);
    await idle();
  });
  t.equal(whole, 2, '280 days are two questions');
  t.ok((await kept(weeks)).candles.length >= 40);
  const more = { ...weeks, fromMs: weeks.fromMs - 5 * frameMs.W1 };
  const rest = await asks('rates', async () => {
    engine.sync.askCandles(more);
    await comes(more);
    await idle();
  });
  t.equal(rest, 1);
});

await t.test(
  'a symbol that the server of prices does not know is asked for once, and remembered',
  async (t) => {
    const asked = wish('PLUTONIUM', 'H1', 100);
    const questions = await asks('symbols', async () => {
      engine.sync.askCandles(asked);
      await engine.until('it is known to be unknown', () => engine.sync.askCandles(asked) === 'unknown');
      await engine.restart();
      engine.sync.askCandles(asked);
      await engine.until('it is remembered', () => engine.sync.askCandles(asked) === 'unknown');
    });
    t.equal(questions, 1, 'also over a restart');
  },
);

await t.test(
  'history that a terminal has yet to load is asked for again before it counts as none',
  async (t) => {
    // A Saturday: there is nothing, however often one asks.
    const saturday = Date.UTC(2025, 8, 6, 6);
    const asked: CandleWish = { name: 'EURUSD', frame: 'H1', fromMs: saturday, toMs: saturday + 8 * hourMs };
    const questions = await asks('rates', async () => {
      engine.sync.askCandles(asked);
      await idle();
      t.same(await kept(asked), { candles: [], gaps: [] });
      engine.sync.askCandles(asked);
      await idle();
    });
    t.equal(questions, 3, 'and then it is remembered that there is none');
  },
);

await t.test(
  'a terminal that does not answer is said to be silent, and asked again after a minute',
  async (t) => {
    const asked = wish('USDJPY', 'H1', 50);
    let isDown = true;
    engine.onCall = ({ method }) => {
      if (isDown && method === 'rates') throw new TerminalError('timeout', 'No answer.');
    };
    engine.sync.askCandles(asked);
    await engine.until('it is silent', () => engine.sync.askCandles(asked) === 'silent');
    isDown = false;
    await engine.until('it is asked again', () => engine.sync.askCandles(asked) === 'coming');
    await comes(asked);
    t.same(engine.errors, []);
  },
);

await t.test('where no prices are read that is said at once, and nobody is asked', async (t) => {
  let asked = 0;
  const desk = createCandleDesk({
    ...{ db: engine.db, clock: engine.clock, clocks: brokerClocks(engine.db) },
    after: () => () => undefined,
    isUsable: () => false,
    enter: () => Promise.resolve(null),
    borrow: () => Promise.reject(new Error(`asked ${(asked += 1)}`)),
    onError: (error) => t.fail(String(error)),
  });
  t.equal(desk.ask(wish('EURUSD', 'D1', 3)), 'off');
  t.equal(asked, 0);
});
