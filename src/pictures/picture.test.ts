import fc from 'fast-check';
import t from 'tap';
import { within } from './picture.js';

const side = fc.integer({ min: 1, max: 40_000 });

void t.test('a size within a square is never larger, never nothing, and has the same shape', async () => {
  fc.assert(
    fc.property(side, side, side, (square, width, height) => {
      const fitted = within(square, { width, height });
      const isWithin = Math.max(fitted.width, fitted.height) <= Math.min(square, Math.max(width, height));
      const isShaped = Math.abs(fitted.width * height - fitted.height * width) <= Math.max(width, height);
      return isWithin && Math.min(fitted.width, fitted.height) >= 1 && isShaped;
    }),
  );
});
