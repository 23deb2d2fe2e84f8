import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import { retryAfterMs, rules, step, type AlarmKind, type AlarmState, type Verdict } from './alarm.js';

const start = Date.parse('2026-03-02T09:00:00Z');
const at = (ms: number): Date => new Date(start + ms);
const letters: Record<string, Verdict> = { b: 'bad', g: 'good', '?': 'unknown', '-': 'off' };

/** What is told of a story, a minute a letter; `.` where nothing is. In capitals nobody can be told. */
function told(kind: AlarmKind, story: string, everyMs = minuteMs): string {
  let state: AlarmState | null = null;
  let out = '';
  Array.from(story).forEach((letter, i) => {
    const verdict = letters[letter.toLowerCase()] ?? 'unknown';
    const seen = { kind, subject: '', verdict, what: /\d/.test(letter) ? letter : '', says: '' };
    const isVersion = seen.what !== '';
    const canTell = letter === letter.toLowerCase();
    const next = step(state, isVersion ? { ...seen, verdict: 'bad' } : seen, at(i * everyMs), canTell);
    state = next.state;
    out += next.tell === null ? '.' : { begin: 'B', reminder: 'R', end: 'E' }[next.tell];
  });
  return out;
}

void t.test('an alarm begins once, is told daily at most, and ends once', async (t) => {
  const rows: [kind: AlarmKind, everyMs: number, story: string, told: string][] = [
    ['quarantine', minuteMs, 'ggbbbbggg', '..B.....E'],
    ['quarantine', minuteMs, 'bbggbbggg', 'B.......E'],
    ['quarantine', minuteMs, 'bb??bbggg', 'B.......E'],
    ['quarantine', minuteMs, 'bg???g', 'B....E'],
    ['quarantine', minuteMs, 'bbb---g', 'B......'],
    ['quarantine', minuteMs, 'b-b', 'B.B'],
    ['sync', minuteMs, 'bbggggbggggggg', 'B...........E.'],
    ['disk', minuteMs, 'bbgbbgg', '.......'],
    ['disk', minuteMs, 'bbbbgggggggggggg', '..B...........E.'],
    ['backup', hourMs, 'gbgbg', '.BEBE'],
    ['backup', 12 * hourMs, 'bbbbbg', 'B.R.RE'],
    ['backup', 12 * hourMs, 'bb????bg', 'B.....RE'],
    ['certificate', dayMs, 'bbbg', 'BRRE'],
    ['update', dayMs, '111g', 'B..E'],
    ['update', dayMs, '11?22g', 'B..B.E'],
    // Nobody could be told: what begins is told as soon as somebody can be, and an end that nobody waits for is none.
    ['backup', hourMs, 'BBbg', '..BE'],
    ['backup', hourMs, 'BBG', '...'],
    ['backup', hourMs, 'bBG', 'B..'],
    ['backup', 12 * hourMs, 'bBBBb', 'B...R'],
  ];
  for (const [kind, everyMs, story, expected] of rows)
    t.equal(told(kind, story, everyMs), expected, `${kind} ${story}`);
});

const verdict = fc.constantFrom<Verdict>('bad', 'good', 'unknown', 'off');
const kind = fc.constantFrom<AlarmKind>('quarantine', 'sync', 'disk', 'backup', 'certificate', 'update');

void t.test('whatever happens, beginnings and ends alternate and no reminder is early', async () => {
  fc.assert(
    fc.property(kind, fc.array(fc.tuple(verdict, fc.nat(30 * 60)), { maxLength: 80 }), (kind, story) => {
      let state: AlarmState | null = null;
      let [nowMs, lastToldMs, isOn] = [0, -Infinity, false];
      for (const [verdict, minutes] of story) {
        nowMs += minutes * minuteMs;
        const seen = { kind, subject: '', verdict, what: '', says: '' };
        const next = step(state, seen, at(nowMs), true);
        const wasOn: boolean = isOn;
        if (next.tell === 'begin' && wasOn) return false;
        if (next.tell !== null && next.tell !== 'begin' && !wasOn) return false;
        if (next.tell === 'reminder' && nowMs - lastToldMs < (rules[kind].remindsEveryMs ?? Infinity))
          return false;
        if (next.tell !== null) lastToldMs = nowMs;
        isOn = next.tell === 'begin' || (wasOn && next.tell !== 'end' && next.state !== null);
        if (step(next.state, seen, at(nowMs), true).tell !== null && verdict === 'bad') return false;
        state = next.state;
      }
      return true;
    }),
  );
});

void t.test(
  'a message that does not get through is tried ever more rarely, at least every hour',
  async (t) => {
    t.same(
      [1, 2, 3, 7, 50].map((tries) => retryAfterMs(tries) / minuteMs),
      [1, 2, 4, 60, 60],
    );
  },
);
