import { dayMs } from './clock.js';

/** A stretch of time in one zone: `offsets[i]` holds before `changes[i]` (UTC ms), the last offset to its end. */
interface Stretch {
  changes: number[];
  offsets: number[];
}

interface Zone {
  format: Intl.DateTimeFormat;
  stretches: Map<number, Stretch>;
}

const stepMs = 7 * dayMs;
const stretchMs = 52 * stepMs;
const zones = new Map<string, Zone>();

const newZone = (name: string): Zone => ({
  format: new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }),
  stretches: new Map(),
});

const zoneOf = (name: string): Zone => {
  const known = zones.get(name);
  if (known !== undefined) return known;
  // Newer runtimes take "+02:00" for a zone, older ones do not.
  if (!/^[A-Z]/i.test(name)) throw new RangeError(`Not a time zone: ${name.slice(0, 40)}`);
  const zone = newZone(name);
  zones.set(name, zone);
  return zone;
};

/** What the clock on the wall shows, less the time: asks Intl, which takes microseconds. */
const ask = ({ format }: Zone, utcMs: number): number => {
  const wholeMs = Math.floor(utcMs / 1000) * 1000;
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (
    format.format(wholeMs).match(/\d+/g) ?? []
  ).map(Number);
  return (Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs) / 1000;
};

/** The first whole second in (fromMs, toMs] that no longer has the offset of `fromMs`. */
const changeWithin = (zone: Zone, fromMs: number, toMs: number): number => {
  const before = ask(zone, fromMs);
  let [low, high] = [fromMs / 1000, toMs / 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (ask(zone, middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
};

// Looks once a week. Zones have changed twice within a month (Ramadan), never there and back within a week.
const survey = (zone: Zone, index: number): Stretch => {
  const startMs = index * stretchMs;
  const stretch: Stretch = { changes: [], offsets: [ask(zone, startMs)] };
  for (let atMs = startMs; atMs < startMs + stretchMs; atMs += stepMs) {
    const after = ask(zone, atMs + stepMs);
    if (after === stretch.offsets.at(-1)) continue;
    stretch.changes.push(changeWithin(zone, atMs, atMs + stepMs));
    stretch.offsets.push(after);
  }
  return stretch;
};

const stretchAt = (zone: Zone, utcMs: number): Stretch => {
  const index = Math.floor(utcMs / stretchMs);
  const known = zone.stretches.get(index);
  if (known !== undefined) return known;
  const stretch = survey(zone, index);
  zone.stretches.set(index, stretch);
  return stretch;
};

/** Whether this machine knows an IANA zone of that name. */
export const isZone = (name: string): boolean => {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
};

/**
 * Seconds that the clocks of an IANA zone are ahead of UTC at an instant (UTC, ms), from the year 100 on. The first
 * call for a zone and year takes a fraction of a millisecond, later ones are a look into a short table.
 * Throws a RangeError for an unknown zone and for what is no instant.
 */
export const offsetSeconds = (zone: string, utcMs: number): number => {
  const { changes, offsets } = stretchAt(zoneOf(zone), utcMs);
  let passed = 0;
  while (passed < changes.length && utcMs >= (changes[passed] ?? Infinity)) passed += 1;
  return offsets[passed] ?? 0;
};

/** An offset (seconds) and the time (UTC, ms) in which it surely holds: from `fromMs` on, and no longer at `toMs`. */
export interface Offset {
  seconds: number;
  fromMs: number;
  toMs: number;
}

/** As `offsetSeconds`, with how long it holds, for whoever turns many times into those of a zone. */
export const offsetAround = (zone: string, utcMs: number): Offset => {
  const { changes, offsets } = stretchAt(zoneOf(zone), utcMs);
  const startMs = Math.floor(utcMs / stretchMs) * stretchMs;
  let passed = 0;
  while (passed < changes.length && utcMs >= (changes[passed] ?? Infinity)) passed += 1;
  return {
    seconds: offsets[passed] ?? 0,
    fromMs: changes[passed - 1] ?? startMs,
    toMs: changes[passed] ?? startMs + stretchMs,
  };
};

/** The wall clock of a zone at an instant, encoded as if it were UTC, in ms. Throws as `offsetSeconds` does. */
export const toWall = (zone: string, utcMs: number): number => utcMs + offsetSeconds(zone, utcMs) * 1000;

/**
 * The instant (UTC, ms) at which a zone's wall clock (ms, encoded as if it were UTC) showed that time. Of a time shown
 * twice it is the first; a time that was skipped counts on from before the gap, as if the clock had been moved late.
 * Throws as `offsetSeconds` does.
 */
export const fromWall = (zone: string, wallMs: number): number => {
  const before = offsetSeconds(zone, wallMs - dayMs);
  const early = wallMs - before * 1000;
  const after = offsetSeconds(zone, wallMs + dayMs);
  if (after === before || offsetSeconds(zone, early) === before) return early;
  const late = wallMs - after * 1000;
  return offsetSeconds(zone, late) === after ? late : early;
};
