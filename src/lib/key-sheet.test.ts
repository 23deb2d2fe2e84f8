import fc from 'fast-check';
import t from 'tap';
import { keyFromPaper, keyOnPaper } from './key-sheet.js';

const keys = fc
  .uint8Array({ minLength: 36, maxLength: 36 })
  .map((bytes) => ({ id: Buffer.from(bytes.slice(0, 4)).toString('hex'), key: Buffer.from(bytes.slice(4)) }));

const zero = { id: '00000000', key: Buffer.alloc(32) };

void t.test('what is typed from paper is the key, however it is typed', async () => {
  const ways: ((line: string) => string)[] = [
    (line) => line,
    (line) => line.slice(3),
    (line) => line.slice(3).replaceAll(' ', '').toLowerCase(),
    (line) => line.replace('  ', '. ').replaceAll(' ', '-'),
    (line) => `${line.slice(0, 3)}${line.slice(3).replaceAll('0', 'O').replaceAll('1', 'l')}\r`,
  ];
  fc.assert(
    fc.property(keys, fc.constantFrom(...ways), (key, way) => {
      const read = keyFromPaper(keyOnPaper(key).map(way));
      return 'key' in read && read.id === key.id && read.key.equals(key.key);
    }),
  );
});

void t.test('a line that was not typed as it stands is named, and no other', async (t) => {
  const lines = keyOnPaper({
    id: '0a1b2c3d',
    key: Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7)),
  });
  const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  let unseen = 0;
  for (let at = 0; at < lines.length; at += 1)
    for (let place = 3; place < 17; place += 1)
      for (const letter of letters) {
        const line = lines[at] ?? '';
        if (line[place] === ' ' || line[place] === letter) continue;
        const typed = `${line.slice(0, place)}${letter}${line.slice(place + 1)}`;
        const read = keyFromPaper(lines.map((one, which) => (which === at ? typed : one)));
        if (!('wrong' in read)) unseen += 1;
        else t.same(read.wrong, [at + 1]);
      }
  // A check of twelve bits lets one wrong line of 4096 pass.
  t.ok(unseen <= 4, `${unseen} wrong letters of ${lines.length * 12 * 29} were not seen`);
  const swapped = [...lines.slice(0, 2).reverse(), ...lines.slice(2)].map((line) => line.slice(3));
  t.same(keyFromPaper(swapped), { wrong: [1, 2] }, 'two lines in the place of each other');
  t.same(keyFromPaper(lines.slice(0, 5)), { wrong: [6] }, 'one left out');
  t.same(keyFromPaper([]), { wrong: [1, 2, 3, 4, 5, 6] });
  t.same(keyFromPaper(['', 'U'.repeat(12), 'é'.repeat(12), '0'.repeat(40)]), { wrong: [1, 2, 3, 4, 5, 6] });
});

void t.test('six lines of three groups, none with a letter that is taken for another', async (t) => {
  for (const line of keyOnPaper(zero))
    t.match(line, /^[1-6] {2}[0-9A-HJKMNP-TV-Z]{4}( [0-9A-HJKMNP-TV-Z]{4}){2}$/);
  t.same(keyFromPaper(keyOnPaper(zero)), zero);
});
