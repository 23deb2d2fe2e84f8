import fc from 'fast-check';
import t from 'tap';
import { piecesOf } from './search-pieces.js';

const said = (typed: string): string[] =>
  piecesOf(typed).map(({ text, isOpen }) => `${text}${isOpen ? '…' : ''}`);

void t.test('words are looked for whole, the last one as it is being typed', async (t) => {
  t.same(said('late  entry lon'), ['late', 'entry', 'lon…']);
  t.same(said('  '), []);
  t.same(said('"moved the stop"'), ['moved the stop']);
  t.same(said('late "moved the stop" lon'), ['late', 'moved the stop', 'lon…']);
  t.same(said('late "moved the st'), ['late', 'moved the st…'], 'a mark that nobody has closed yet');
  t.same(said('„zu spät“'), ['zu spät']);
  t.same(said('"" a'), ['a…']);
});

void t.test('nothing that is typed is lost but the marks and the spaces', async () => {
  const plain = (text: string): string => text.replace(/["\u201c\u201d\u201e\u00ab\u00bb\s]/gu, '');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '“', '-', 'é') }), (typed) => {
      const pieces = piecesOf(typed);
      return (
        plain(pieces.map(({ text }) => text).join('')) === plain(typed) &&
        pieces.filter(({ isOpen }) => isOpen).length <= 1
      );
    }),
  );
});
