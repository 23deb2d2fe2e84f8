import fc from 'fast-check';
import t from 'tap';
import { crc32 } from './crc32.js';

void t.test('the checksum is the one of the standard, in one piece or in several', async (t) => {
  t.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
  t.equal(crc32(Buffer.alloc(0)), 0);
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      return crc32(other, crc32(one)) === crc32(Buffer.concat([one, other]));
    }),
  );
});
