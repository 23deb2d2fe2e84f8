import { saveCandles } from '../data/brokers.js';
import { noteStretch } from '../data/candles.js';
import { nobody, type Database } from '../data/database.js';
import { frameMs, type ChartFrame } from '../domain/candles.js';
import { plainName } from '../domain/instrument.js';
import { toUtc, type ClockRule } from '../domain/server-clock.js';
import { dayMs } from '../lib/clock.js';
import type { Bar, SymbolInfo } from '../terminals/protocol.js';
import type { Slot } from '../terminals/supervisor.js';

/** Longer ranges are asked for in pieces: terminals load history only so far at a time. */
export const longestMs = 183 * dayMs;

/** Bars of one symbol to read and keep; times are the server's. */
export interface Errand {
  server: string;
  rule: ClockRule;
  /** as the broker writes it, and as the cache knows it */
  symbol: string;
  name: string;
  frame: ChartFrame;
  fromServerMs: number;
  toServerMs: number;
  /** the server's clock now: what has not been is not known */
  nowServerMs: number;
}

/** Reads bars into the cache that all share, and notes that they were asked for; returns them. */
export async function readBars(db: Database, slot: Slot, errand: Errand): Promise<readonly Bar[]> {
  const { symbol, frame: timeframe, fromServerMs, toServerMs } = errand;
  const { bars } = await slot.call('rates', { symbol, timeframe, fromServerMs, toServerMs });
  const { name, frame, server, rule } = errand;
  const rows = bars.map(([serverMs, open, high, low, close, volume]) => ({
    ...{ openedAt: new Date(toUtc(rule, serverMs)), open, high, low, close, volume },
  }));
  const fromMs = toUtc(rule, fromServerMs);
  const toMs = Math.max(fromMs, toUtc(rule, Math.min(toServerMs, errand.nowServerMs)));
  await db.withTenant('sync', nobody, async (tx) => {
    await saveCandles(tx, { name, timeframe: frame }, rows);
    await noteStretch(tx, { name, frame, server, fromMs, toMs });
  });
  return bars;
}

/** A stretch of server time in pieces that a terminal answers, the earliest first; each with a bar of the one before. */
export function piecesOf(
  fromMs: number,
  toMs: number,
  frame: ChartFrame,
): { fromMs: number; toMs: number }[] {
  const pieces = [];
  for (let startMs = fromMs; startMs < toMs; startMs += longestMs - frameMs[frame])
    pieces.push({ fromMs: startMs, toMs: Math.min(toMs, startMs + longestMs) });
  return pieces;
}

/** Of what a server lists, the symbol that is meant by a plain name: the very name goes first. */
export const meantBy = (name: string, symbols: readonly SymbolInfo[]): SymbolInfo | undefined =>
  symbols.find((symbol) => symbol.name === name) ?? symbols.find((symbol) => plainName(symbol.name) === name);
