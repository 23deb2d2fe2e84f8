import fc from 'fast-check';
import t, { type Test } from 'tap';
import { openedFile } from '../testing/open-file.js';
import { jsonValue } from './json-value.js';
import { reportFile } from './report-file.js';

const valueOf = (t: Test, text: string): Promise<unknown> => jsonValue(reportFile(openedFile(t, text)));

void t.test('JSON is what it was, however it is indented', async (t) => {
  const long = 'x"\\ '.repeat(80_000);
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, 4), async (value, indent) => {
      const written = JSON.stringify([long, value, 1.5e-7, -3, true, null], null, indent);
      if (/\d{16}|\\u0000/.test(written)) return;
      t.same(await valueOf(t, written), JSON.parse(written));
    }),
    { numRuns: 30 },
  );
});

void t.test(
  'whole numbers that a double may not hold are text, strings of figures stay what they are',
  async (t) => {
    const padding = ' '.repeat(256 * 1024 - 8);
    t.same(
      await valueOf(
        t,
        `[${padding}12345678901234567890,-9007199254740993, 123456789012345,0.1234567890123456,"1234567890123456"]`,
      ),
      ['12345678901234567890', '-9007199254740993', 123456789012345, 0.1234567890123456, '1234567890123456'],
    );
  },
);

void t.test('64 deep is read, 65 is refused', async (t) => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  t.ok(await valueOf(t, nested(64)));
  await t.rejects(valueOf(t, nested(65)), /nested more than 64 deep/);
});
