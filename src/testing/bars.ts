import { saveCandles } from '../data/brokers.js';
import { noteStretch } from '../data/candles.js';
import { nobody } from '../data/database.js';
import { frameMs, type ChartFrame } from '../domain/candles.js';
import type { TestApp } from './app.js';

/** `count` bars of EURUSD up to now, all of one stretch. */
export async function keepBars(world: TestApp, frame: ChartFrame, count: number): Promise<void> {
  const [name, lengthMs] = ['EURUSD', frameMs[frame]];
  const endMs = Math.floor(world.clock.now().getTime() / lengthMs) * lengthMs;
  const startMs = endMs - (count - 1) * lengthMs;
  const bars = Array.from({ length: count }, (_, at) => {
    const [open, close] = [at, at + 1].map((x) => Number((1.08 + Math.sin(x / 9) * 0.01).toFixed(5)));
    const [a, b] = [open ?? 0, close ?? 0];
    return {
      ...{ openedAt: new Date(startMs + at * lengthMs), open: a, close: b, volume: 100 + at },
      ...{ high: Math.max(a, b) + 0.0004, low: Math.min(a, b) - 0.0004 },
    };
  });
  await world.db.withTenant('sync', nobody, async (tx) => {
    await saveCandles(tx, { name, timeframe: frame }, bars);
    await noteStretch(tx, {
      ...{ name, frame, server: 'Example-Demo' },
      fromMs: startMs,
      toMs: endMs + lengthMs,
    });
  });
}
