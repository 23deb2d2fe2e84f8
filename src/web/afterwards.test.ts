import t from 'tap';
import { createAfterwards } from './afterwards.js';

void t.test('work begins after the caller has gone on, and is waited for by whoever asks', async (t) => {
  const done: string[] = [];
  const afterwards = createAfterwards({ error: () => undefined });
  await afterwards.settled();
  afterwards.start(async () => {
    done.push('first');
    afterwards.start(async () => done.push('what it started'));
  });
  await Promise.resolve();
  t.same(done, [], 'not at once');
  await afterwards.settled();
  t.same(done, ['first', 'what it started']);
});

void t.test('what fails is logged and keeps nothing else from being done', async (t) => {
  const logged: object[] = [];
  const done: string[] = [];
  const afterwards = createAfterwards({ error: (line) => void logged.push(line) });
  const failure = new Error('no');
  afterwards.start(() => Promise.reject(failure));
  afterwards.start(() => {
    throw failure;
  });
  afterwards.start(async () => done.push('done'));
  await afterwards.settled();
  t.same(logged, [{ err: failure }, { err: failure }]);
  t.same(done, ['done']);
});
