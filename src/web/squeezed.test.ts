import { brotliDecompressSync } from 'node:zlib';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';

void t.test(
  'pages are compressed for whoever takes them so, and their tokens are never written twice',
  async (t) => {
    const world = await testApp(t);
    const { browser } = await person(world, 'anna');
    const get = (headers: Record<string, string>) => browser.get('/trades', headers);
    const plain = await get({});
    t.equal(plain.headers['content-encoding'], undefined);
    t.match(plain.headers.vary, /accept-encoding/, 'a cache keeps them apart');
    const small = await get({ 'accept-encoding': 'gzip, deflate, br' });
    t.equal(small.headers['content-encoding'], 'br');
    const text = brotliDecompressSync(small.rawPayload).toString();
    t.match(text, /<\/html>\s*$/);
    t.ok(small.rawPayload.length * 2 < text.length);
    const tokenIn = (page: string): string | undefined => /name="_csrf" value="([^"]+)"/.exec(page)?.[1];
    t.ok(tokenIn(text));
    t.not(tokenIn(text), tokenIn(plain.body));
  },
);
