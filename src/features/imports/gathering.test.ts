import t from 'tap';
import { gather } from './gathering.js';

void t.test('rows are written in their order, in pieces of some size, and all of them', async (t) => {
  const written: number[][] = [];
  const rows = gather<number>((some) => Promise.resolve(void written.push(some)), 3);
  for (const some of [[1, 2], [3, 4], [5], [6], [7, 8]]) await rows.add(some);
  await rows.end();
  await rows.end();
  t.same(written, [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
});

void t.test('one piece is written while the next comes, and no more than one', async (t) => {
  const ends: (() => void)[] = [];
  const rows = gather<number>(() => new Promise((resolve) => ends.push(resolve)), 1);
  await rows.add([1]);
  const second = rows.add([2]);
  t.equal(ends.length, 1, 'the second waits for the first');
  ends[0]?.();
  await second;
  t.equal(ends.length, 2);
  ends[1]?.();
  await rows.end();
});

void t.test('a failure is heard at the next chance, and nothing goes on behind it', async (t) => {
  let [calls, isOver] = [0, false];
  const rows = gather<number>(async () => {
    calls += 1;
    await Promise.resolve();
    isOver = true;
    throw new Error('full');
  }, 1);
  await rows.add([1]);
  await t.rejects(rows.add([2]), { message: 'full' });
  await rows.settled();
  t.ok(isOver);
  t.equal(calls, 1);
});
