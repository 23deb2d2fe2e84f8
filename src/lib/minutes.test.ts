import fc from 'fast-check';
import t from 'tap';
import { beginningOf, minuteOf, Minutes } from './minutes.js';

const walk = fc.array(fc.integer({ min: -30, max: 60 }), { maxLength: 200 });

void t.test('a window holds what was counted in it, as a list of everything would tell', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 120 }),
      fc.integer({ min: 1, max: 40 }),
      (steps, width) => {
        const minutes = new Minutes<number>(40, 0);
        const all: number[] = [];
        let now = 1_000;
        for (const step of steps) {
          now += step;
          all.push(now);
          minutes.change(now, (count) => count + 1);
        }
        const counted = minutes.until(now, width).reduce((sum, [, count]) => sum + count, 0);
        return counted === all.filter((minute) => minute > now - width).length;
      },
    ),
  );
});

void t.test('however the clock is set, no more is held than twice the stretch', async () => {
  fc.assert(
    fc.property(walk, (steps) => {
      const minutes = new Minutes<number>(20, 0);
      let now = 0;
      return steps.every((step) => {
        minutes.change((now += step), (count) => count + 1);
        return minutes.size < 2 * 20;
      });
    }),
  );
});

void t.test(
  'a clock that is set back a little loses nothing and shows nothing of the time ahead',
  async (t) => {
    const minutes = new Minutes<number>(60, 0);
    minutes.change(100, () => 7);
    minutes.change(98, () => 1);
    t.same(minutes.until(98, 60), [[98, 1]]);
    t.same(
      minutes.until(100, 60),
      [
        [98, 1],
        [100, 7],
      ],
      'and by the time it comes, it is there',
    );
    t.equal(minutes.at(99), null, 'a minute in which nothing was counted is none');
  },
);

void t.test('a minute begins at its first millisecond', async (t) => {
  const at = new Date('2026-03-02T09:00:00.000Z');
  t.equal(minuteOf(at), minuteOf(new Date('2026-03-02T09:00:59.999Z')));
  t.equal(minuteOf(new Date(at.getTime() - 1)), minuteOf(at) - 1);
  t.same(beginningOf(minuteOf(at)), at);
});
