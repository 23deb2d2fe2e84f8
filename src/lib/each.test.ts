import t from 'tap';
import { forEach } from './each.js';

void t.test('what fails for one is done for all the others, and told in the end', async (t) => {
  const done: number[] = [];
  const work = (n: number): Promise<void> => {
    if (n === 2) return Promise.reject(new Error('not two'));
    done.push(n);
    return Promise.resolve();
  };
  await t.rejects(forEach([1, 2, 3], work), { errors: [{ message: 'not two' }] });
  t.same(done, [1, 3]);
  await forEach([4], work);
  t.same(done, [1, 3, 4]);
});
