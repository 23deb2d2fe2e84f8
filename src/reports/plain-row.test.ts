import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { markup, type MarkupEvents } from './markup.js';
import { plainRow } from './plain-row.js';

/** What is told, texts in one piece and without those of white space alone. */
function telling(): { told: string[]; events: MarkupEvents } {
  const told: string[] = [];
  let open = '';
  const tell = (what: string): void => {
    if (open.trim() !== '') told.push(`text ${open}`);
    open = '';
    told.push(what);
  };
  return {
    told,
    events: {
      open: (name) => tell(`open ${name}`),
      attribute: (name, value) => tell(`${name}=${value}`),
      text: (text) => (open += text),
      close: (name) => tell(`close ${name}`),
    },
  };
}

function toldOf(pieces: readonly string[]): string[] {
  const { told, events } = telling();
  const parser = markup('html', events);
  for (const piece of pieces) parser.write(piece);
  parser.end();
  return told;
}

/** The same page in a form that is not plain: names of tags have no case. */
const shouted = (page: string): string => page.replaceAll('<tr', '<TR').replaceAll('</tr', '</TR');

const fragments = [
  ...['<tr>', '</tr>', '<tr align=right bgcolor="#FFF">', '<tr hidden>', '</tr>\r\n<tr>', '<tr', '</tr x>'],
  ...['<td>', '</td>', '<td nowrap colspan="2">', '<td class="hidden">x</td>', '<td title="a > b">', '<tdx>'],
  ...['<td a=1 b>', "<td a='1'>", '<td/>', '<td a="</tr>">', '<th>', '</th>', '<th>Time</th>', '<track>'],
  ...['1.5', ' a &amp; b ', '&', '\r\n', ' ', '<', '>', '<b>', '</b>', '<br>', '<p>', '</p>'],
  ...['<table>', '</table>', '<tbody>', '</tbody>', '<thead>', '<!-- </tr> -->', '<!-- ', '-->', '<!x>'],
  ...['<script>', '</script>', '<textarea>', '</textarea>', '<svg>', '</svg>', '<select>', '</select>'],
  ...['<tr><td>1</td><td>2</td></tr>', '<tr>\r\n<td>1</td>\r\n<td>2\r\n<td></tr>', '<tr></tr>'],
];
const pages = fc
  .array(fc.constantFrom(...fragments), { maxLength: 40 })
  .map((parts) => `<table><tr></tr>${parts.join('')}`);

void t.test('rows of the plainest form tell what reading all of HTML tells', async () => {
  const lower = (told: string[]): string[] => told.map((one) => one.toLowerCase());
  fc.assert(
    fc.property(pages, (page) => isDeepStrictEqual(lower(toldOf([page])), lower(toldOf([shouted(page)])))),
    { numRuns: 3_000 },
  );
});

void t.test('wherever the text is cut, the same is told', async () => {
  fc.assert(
    fc.property(pages, fc.array(fc.nat(60), { maxLength: 30 }), (page, lengths) => {
      const pieces: string[] = [];
      let at = 0;
      for (const length of lengths) pieces.push(page.slice(at, (at += length)));
      return isDeepStrictEqual(toldOf([...pieces, page.slice(at)]), toldOf([page]));
    }),
    { numRuns: 2_000 },
  );
});

void t.test('a row is plain, is not, or is not there as a whole yet', async (t) => {
  const found = (text: string) => plainRow(text, 0, telling().events);
  t.equal(found(' <tr>\n<td nowrap>a<td>b</td></tr><tr>'), 33);
  for (const text of [
    '<tr><td>a &amp; b</td></tr>',
    '<tr><td><b>a</b></td></tr>',
    '<p>',
    '<tr><th>a</th></tr>',
  ])
    t.equal(found(text), 'other', text);
  for (const text of ['', ' <t', '<tr', '<tr><td', '<tr><td>a', '<tr><td>a</td>', '<tr><td>a</td></t'])
    t.equal(found(text), 'unfinished', text);
});

void t.test('a row without an end is read all the same', async (t) => {
  const page = `<table><tr></tr><tr>${'<td>1'.repeat(60_000)}`;
  const told = toldOf(page.match(/[^]{1,50000}/g) ?? []);
  t.equal(told.filter((one) => one === 'open td').length, 60_000);
});
