import fc from 'fast-check';
import t from 'tap';
import { jpegOf, pngOf } from '../testing/pictures.js';
import { kindBytes, kindOf } from './kind.js';

void t.test('a picture is what its first bytes are', async (t) => {
  t.equal(kindOf(pngOf(1, 1)), 'png');
  t.equal(kindOf(jpegOf(8, 8)), 'jpeg');
  t.equal(kindOf(Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')), 'webp');
  for (const other of ['', 'GIF89a', 'RIFF\0\0\0\0WAVE', '<svg', ' \x89PNG', 'BM', '%PDF', 'II*\0', 'PNG'])
    t.equal(kindOf(Buffer.from(other, 'latin1')), null, other);
});

void t.test('whatever comes, what is behind the first bytes changes nothing', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (head, tail) => {
      const bytes = Buffer.from(head);
      if (bytes.length < kindBytes) return true;
      return kindOf(bytes) === kindOf(Buffer.concat([bytes, Buffer.from(tail)]));
    }),
  );
});
