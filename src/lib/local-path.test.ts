import fc from 'fast-check';
import t from 'tap';
import { localPath } from './local-path.js';

const own = 'https://own.example';
const staysHere = (path: string): boolean => new URL(path, own).origin === own;

/** Texts made of what open redirects are made of. */
const hostile = fc
  .array(
    fc.constantFrom(
      '/',
      '\\',
      '//',
      '\t',
      '\n',
      '\r',
      '\0',
      ' ',
      '.',
      '..',
      '@',
      ':',
      '%2f',
      '%5c',
      'https:',
      'evil.example',
      '?',
      '#',
      '\u2028',
      '\ufeff',
      '／',
      'ü',
      'a',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

void t.test('whatever comes in, a browser that follows the result stays on this site', async (t) => {
  const isSafe = (value: string): boolean => {
    const path = localPath(value, '/fallback');
    return staysHere(path) && (path === value || path === '/fallback') && /^\/[!-~]*$/.test(path);
  };
  fc.assert(fc.property(hostile, isSafe), { numRuns: 2000 });
  fc.assert(
    fc.property(
      hostile.map((text) => `/${text}`),
      isSafe,
    ),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), isSafe), { numRuns: 2000 });
  fc.assert(fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), isSafe));
  t.equal(localPath('//evil.example', '/fallback'), '/fallback');
});

void t.test('every path of an address that a browser would send is kept as it is', async (t) => {
  const path = fc
    .webUrl({ withQueryParameters: true, withFragments: true })
    .map((url) => new URL(url))
    .map(({ pathname, search, hash }) => pathname + search + hash)
    .filter((text) => !text.startsWith('//') && !text.includes('\\') && text.length <= 2000);
  fc.assert(fc.property(path, (text) => localPath(text, '/fallback') === text));
  for (const text of ['/', '/trades?from=2026-01-01&tag=a%26b#x', '/a//b', '/a:b@c', `/${'x'.repeat(1999)}`])
    t.equal(localPath(text, '/fallback'), text);
});

void t.test('other hosts in every disguise, and what is no text, give the fallback', async (t) => {
  const refused: unknown[] = [
    '',
    'x',
    '//e',
    '///e',
    '/\\e',
    '\\/e',
    '/x\\y',
    '/\te',
    '/\r\ne',
    ' /e',
    '/e ',
    '/\u007f',
  ];
  const beyond = ['/ü', '/日本', '/\ud800', `/${'x'.repeat(2000)}`, 'https://e', 'https:/e', 'javascript:1'];
  for (const value of [...refused, ...beyond, null, undefined, 7, {}, ['/x'], { toString: () => '/x' }])
    t.equal(localPath(value, '/fallback'), '/fallback', JSON.stringify(value));
  t.equal(localPath('//e', ''), '', 'the fallback itself is the caller’s');
});
