import fc from 'fast-check';
import { test } from 'tap';
import {
  closed,
  graceMs,
  heard,
  nextChangeMs,
  opened,
  pingEveryMs,
  type Present,
  type PresenceState,
  silentAfterMs,
  socketsToTouch,
  stateOf,
  swept,
} from './presence.js';

const nobody: Present = new Map();
const stateAt = (present: Present, nowMs: number, userId = 'ann'): PresenceState =>
  stateOf(present.get(userId), nowMs);

interface Event {
  kind: 'open' | 'hear' | 'close' | 'sweep';
  userId: string;
  socketId: string;
  atMs: number;
}

/** Sockets of two users; the ids of one user are never those of the other. */
const history = fc
  .array(
    fc.record({
      kind: fc.constantFrom('open', 'hear', 'hear', 'close', 'sweep'),
      userId: fc.constantFrom('ann', 'bob'),
      number: fc.nat({ max: 2 }),
      afterMs: fc.oneof(
        fc.nat({ max: 40_000 }),
        fc.nat({ max: 400_000 }),
        fc.constantFrom(0, silentAfterMs, graceMs),
      ),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let [atMs, opens] = [1_000, 0];
    return steps.map(({ kind, userId, number, afterMs }): Event => {
      atMs += afterMs;
      if (kind === 'open') opens += 1;
      // an id is never used twice: the latest ones of a user are heard and closed, also some that never were
      return { kind, userId, socketId: `${userId}-${kind === 'open' ? opens : opens - number}`, atMs };
    });
  });

const apply = (present: Present, { kind, userId, socketId, atMs }: Event): Present => {
  if (kind === 'open') return opened(present, userId, socketId, atMs);
  if (kind === 'hear') return heard(present, userId, socketId, atMs);
  return kind === 'close' ? closed(present, userId, socketId, atMs) : swept(present, atMs);
};

/** The rule, told from the whole history instead of from a state. */
const told = (events: readonly Event[], userId: string, nowMs: number): PresenceState => {
  const ends = new Map<string, number>();
  for (const event of events) {
    if (event.userId !== userId || event.kind === 'sweep') continue;
    const endMs = ends.get(event.socketId);
    const isOpen = endMs !== undefined && event.atMs < endMs;
    if (event.kind === 'open' || (event.kind === 'hear' && isOpen))
      ends.set(event.socketId, event.atMs + silentAfterMs);
    if (event.kind === 'close' && isOpen) ends.set(event.socketId, event.atMs);
  }
  const lastMs = Math.max(-Infinity, ...ends.values());
  if (nowMs < lastMs) return 'online';
  return nowMs < lastMs + graceMs ? 'grace' : 'offline';
};

void test('The figures are the agreed ones', (t) => {
  t.same([pingEveryMs, silentAfterMs, graceMs], [25_000, 60_000, 300_000]);
  t.end();
});

void test('A user is online with a socket, in grace for five minutes after the last one, then offline', (t) => {
  const open = opened(opened(nobody, 'ann', 'a', 0), 'ann', 'b', 1_000);
  const one = closed(open, 'ann', 'a', 2_000);
  t.equal(stateAt(one, 2_000), 'online');
  const none = closed(one, 'ann', 'b', 3_000);
  t.equal(stateAt(none, 3_000), 'grace');
  t.equal(stateAt(none, 302_999), 'grace');
  t.equal(stateAt(none, 303_000), 'offline');
  t.equal(stateAt(none, 3_000, 'bob'), 'offline', 'nobody else is');
  t.end();
});

void test('A socket opened in grace ends the grace, and the next one is a whole one', (t) => {
  const grace = closed(opened(nobody, 'ann', 'a', 0), 'ann', 'a', 1_000);
  const back = opened(grace, 'ann', 'b', 300_000);
  t.equal(stateAt(back, 301_500), 'online');
  t.equal(stateAt(closed(back, 'ann', 'b', 302_000), 601_999), 'grace');
  t.end();
});

void test('A socket silent for 60 s counts as closed from then on, and no late word opens it again', (t) => {
  const open = heard(opened(nobody, 'ann', 'a', 0), 'ann', 'a', 10_000);
  t.equal(stateAt(open, 69_999), 'online');
  t.equal(stateAt(open, 70_000), 'grace');
  t.equal(stateAt(heard(open, 'ann', 'a', 70_000), 80_000), 'grace');
  t.equal(stateAt(closed(open, 'ann', 'a', 200_000), 370_000), 'offline', 'the grace began at 70 s');
  t.end();
});

void test('Whatever happens in whatever order, the state is what the history tells', (t) => {
  fc.assert(
    fc.property(history, fc.nat({ max: 800_000 }), (events, laterMs) => {
      const present = events.reduce(apply, nobody);
      const nowMs = (events.at(-1)?.atMs ?? 0) + laterMs;
      return ['ann', 'bob'].every(
        (userId) => stateAt(present, nowMs, userId) === told(events, userId, nowMs),
      );
    }),
    { numRuns: 3_000 },
  );
  t.end();
});

void test('Sweeping, closing twice, and late words change nobody’s state, now or later', (t) => {
  fc.assert(
    fc.property(history, fc.nat({ max: 800_000 }), (events, laterMs) => {
      const present = events.reduce(apply, nobody);
      const nowMs = events.at(-1)?.atMs ?? 0;
      const again = events
        .filter(({ kind }) => kind === 'close')
        .reduce(
          (state, { userId, socketId }) =>
            heard(closed(state, userId, socketId, nowMs), userId, socketId, nowMs),
          present,
        );
      const wasClosed = (id: string): boolean =>
        events.some(({ kind, socketId }) => kind === 'close' && socketId === id);
      // closing is harmless only where it had closed before
      const stillOpen = [...present.values()].some(({ sockets }) => [...sockets.keys()].some(wasClosed));
      return ['ann', 'bob'].every((userId) => {
        const stateThen = stateAt(present, nowMs + laterMs, userId);
        const sweptThen = stateAt(swept(swept(present, nowMs), nowMs), nowMs + laterMs, userId);
        return (
          sweptThen === stateThen && (stillOpen || stateAt(again, nowMs + laterMs, userId) === stateThen)
        );
      });
    }),
    { numRuns: 2_000 },
  );
  t.end();
});

void test('Between two announced changes nobody’s state changes, and after the last one nobody is left', (t) => {
  fc.assert(
    fc.property(history, fc.double({ min: 0, max: 1, noNaN: true }), (events, part) => {
      let present = events.reduce(apply, nobody);
      let nowMs = events.at(-1)?.atMs ?? 0;
      for (let wakes = 0; wakes < 200; wakes += 1) {
        const nextMs = nextChangeMs(present, nowMs);
        if (nextMs === null) return swept(present, nowMs).size === 0;
        const betweenMs = Math.floor(nowMs + (nextMs - 1 - nowMs) * part);
        if (['ann', 'bob'].some((id) => stateAt(present, nowMs, id) !== stateAt(present, betweenMs, id)))
          return false;
        present = part < 0.5 ? swept(present, nextMs) : present;
        nowMs = nextMs;
      }
      return false;
    }),
  );
  t.end();
});

void test('A socket is pinged from 25 s of silence on, and closed from 60 s on', (t) => {
  const open = opened(opened(nobody, 'ann', 'a', 0), 'bob', 'b', 10_000);
  t.same(socketsToTouch(open, 24_999), { ping: [], close: [] });
  t.same(socketsToTouch(open, 25_000), { ping: ['a'], close: [] });
  t.same(socketsToTouch(open, 60_000), { ping: ['b'], close: ['a'] });
  t.end();
});
