import { sql } from 'kysely';
import {
  chartFrames,
  foldCandles,
  frameMs,
  gapsIn,
  type Candle,
  type ChartFrame,
  type Span,
} from '../domain/candles.js';
import { parseRule, type ClockRule } from '../domain/server-clock.js';
import type { Tx } from './database.js';

/** Bars of one symbol, by its plain name, within a time: both ends are times at which bars open. */
export interface CandleWish extends Span {
  name: string;
  frame: ChartFrame;
}

interface Stretch extends Span {
  frame: string;
  rule: ClockRule;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Bars as they are kept, in order. */
async function keptCandles(tx: Tx, { name, frame, fromMs, toMs }: CandleWish): Promise<Candle[]> {
  const { rows } = await sql<Candle>`
    select (extract(epoch from opened_at) * 1000)::float8 as "atMs", open::float8 as open, high::float8 as high,
      low::float8 as low, close::float8 as close, volume::float8 as volume
    from candles
    where name = ${name} and timeframe = ${frame} and opened_at between ${iso(fromMs)} and ${iso(toMs)}
    order by opened_at`.execute(tx);
  return rows;
}

async function stretchesOf(tx: Tx, { name, fromMs, toMs }: CandleWish): Promise<Stretch[]> {
  const { rows } = await sql<Span & { frame: string; rule: string }>`
    select s.timeframe as frame, (extract(epoch from s.from_at) * 1000)::float8 as "fromMs",
      (extract(epoch from s.to_at) * 1000)::float8 as "toMs", coalesce(b.clock_rule, 'fixed:0') as rule
    from candle_stretches s left join broker_servers b on b.server = s.server
    where s.name = ${name} and s.to_at >= ${iso(fromMs)} and s.from_at <= ${iso(toMs)}
    order by s.from_at`.execute(tx);
  return rows.map((row) => ({ ...row, rule: parseRule(row.rule) }));
}

const within = (a: Span, b: Span): Span => ({
  fromMs: Math.max(a.fromMs, b.fromMs),
  toMs: Math.min(a.toMs, b.toMs),
});

/** Shorter bars than these are not read to make longer ones of them. */
const mostFolded = 20_000;

/** Shorter bars that are known within the gaps of longer ones, the longest of them first. */
function sourcesIn(gaps: readonly Span[], stretches: readonly Stretch[], wanted: ChartFrame): Stretch[] {
  const shorter = chartFrames.filter((frame) => frameMs[frame] < frameMs[wanted]).reverse();
  return shorter.flatMap((frame) =>
    gaps.flatMap((gap) =>
      stretches
        .filter((stretch) => stretch.frame === frame)
        // A bar that opened before the gap may end in it.
        .map((stretch) => ({
          ...stretch,
          ...within(stretch, { fromMs: gap.fromMs - frameMs[wanted], toMs: gap.toMs + frameMs[wanted] }),
        }))
        .filter(({ fromMs, toMs }) => toMs > fromMs && (toMs - fromMs) / frameMs[frame] <= mostFolded),
    ),
  );
}

export interface ReadCandles {
  candles: Candle[];
  /** what of the time nobody has asked the broker for, where it is as long as a bar */
  gaps: Span[];
}

/** Bars in order: those kept, and where these were never asked for, what shorter ones that are kept come to. */
export async function readCandles(tx: Tx, wish: CandleWish): Promise<ReadCandles> {
  const { name, frame } = wish;
  const [kept, stretches] = await Promise.all([keptCandles(tx, wish), stretchesOf(tx, wish)]);
  const isLong = ({ fromMs, toMs }: Span): boolean => toMs - fromMs >= frameMs[frame];
  const own = stretches.filter((stretch) => stretch.frame === frame);
  const gaps = gapsIn(own, wish).filter(isLong);
  const bars = new Map<number, Candle>();
  const made: Span[] = [];
  for (const source of sourcesIn(gaps, stretches, frame)) {
    const shorter = await keptCandles(tx, { ...source, name, frame: source.frame as ChartFrame });
    for (const bar of foldCandles(shorter, { frame, rule: source.rule, known: source }))
      if (!bars.has(bar.atMs) && bar.atMs >= wish.fromMs && bar.atMs <= wish.toMs) bars.set(bar.atMs, bar);
    made.push(source);
  }
  for (const bar of kept) bars.set(bar.atMs, bar);
  const candles = made.length === 0 ? kept : [...bars.values()].sort((a, b) => a.atMs - b.atMs);
  return { candles, gaps: gapsIn([...own, ...made], wish).filter(isLong) };
}

/**
 * The last `count` bars that opened before an instant, in order, as they are kept: of one stretch alone, since behind a
 * hole others would look like its neighbours. `joins`: of the stretch that reaches up to the instant.
 */
export async function candlesBefore(
  tx: Tx,
  {
    name,
    frame,
    beforeMs,
    count,
    joins,
  }: { name: string; frame: ChartFrame; beforeMs: number; count: number; joins: boolean },
): Promise<Candle[]> {
  const reachesMs = joins ? beforeMs - frameMs[frame] : 0;
  const { rows } = await sql<Candle>`
    with ground as (
      select max(from_at) filter (where from_at < ${iso(beforeMs)} and to_at >= ${iso(reachesMs)}) as since,
        count(*) as stretches
      from candle_stretches where name = ${name} and timeframe = ${frame})
    select (extract(epoch from c.opened_at) * 1000)::float8 as "atMs", c.open::float8 as open, c.high::float8 as high,
      c.low::float8 as low, c.close::float8 as close, c.volume::float8 as volume
    from candles c, ground g
    where c.name = ${name} and c.timeframe = ${frame} and c.opened_at < ${iso(beforeMs)}
      and (g.stretches = 0 or c.opened_at >= g.since)
    order by c.opened_at desc limit ${count}`.execute(tx);
  return rows.reverse();
}

/** The broker has been asked for this and has answered. Stretches that touch become one. */
export async function noteStretch(
  tx: Tx,
  { name, frame, fromMs, toMs, server }: CandleWish & { server: string },
): Promise<void> {
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    with gone as (
      delete from candle_stretches
      where name = ${name} and timeframe = ${frame} and from_at <= ${iso(toMs)} and to_at >= ${iso(fromMs)}
      returning from_at, to_at)
    select min(from_at) as from, max(to_at) as to from gone`.execute(tx);
  const [before] = rows;
  await tx
    .insertInto('candle_stretches')
    .values({
      name,
      timeframe: frame,
      from_at: new Date(Math.min(fromMs, before?.from?.getTime() ?? fromMs)),
      to_at: new Date(Math.max(toMs, before?.to?.getTime() ?? toMs)),
      server,
    })
    .execute();
}

/** A server did not know this symbol when it was asked, and has told nothing else since. */
export const noteUnknownSymbol = async (
  tx: Tx,
  { server, name, at }: { server: string; name: string; at: Date },
): Promise<void> => {
  await tx
    .insertInto('unknown_symbols')
    .values({ server, name, asked_at: at })
    .onConflict((conflict) => conflict.columns(['server', 'name']).doUpdateSet({ asked_at: at }))
    .execute();
};

export const isUnknownSymbol = async (
  tx: Tx,
  { server, name, since }: { server: string; name: string; since: Date },
): Promise<boolean> => {
  const row = await tx
    .selectFrom('unknown_symbols')
    .where('server', '=', server)
    .where('name', '=', name)
    .where('asked_at', '>=', since)
    .select('name')
    .executeTakeFirst();
  return row !== undefined;
};

/** Under which symbols a server is known to deal in these plain names. */
export const symbolsNamed = async (tx: Tx, server: string, names: readonly string[]): Promise<string[]> => {
  const rows = await tx
    .selectFrom('instruments')
    .where('server', '=', server)
    .where(sql<boolean>`name = any(${[...names]}::text[])`)
    .select('symbol')
    .orderBy('symbol')
    .execute();
  return rows.map(({ symbol }) => symbol);
};
