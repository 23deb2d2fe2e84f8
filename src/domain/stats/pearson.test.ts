import t from 'tap';
import { pearson } from './pearson.js';

void t.test('a correlation is that of the definition, and unknown where nothing varies', async (t) => {
  t.equal(pearson([1, 2, 3], [2, 4, 6]), 1);
  t.equal(pearson([1, 2, 3], [6, 4, 2]), -1);
  t.equal(pearson([1, 2, 3, 4], [1, -1, -1, 1]), 0);
  t.equal(Number(pearson([1, 2, 3, 5], [1, 3, 2, 6])?.toFixed(6)), 0.903508);
  t.equal(pearson([1, 1, 1], [1, 2, 3]), null);
  t.equal(pearson([1, 2], [1, 2]), null);
});
