import fc from 'fast-check';
import t from 'tap';
import { parseDocument } from 'htmlparser2';
import { renderMarkdown } from './markdown.js';

t.test('notes read as they were meant', (t) => {
  t.equal(
    renderMarkdown('**Why**\n- one\n- two'),
    '<p><strong>Why</strong></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n',
  );
  t.equal(renderMarkdown('one\ntwo'), '<p>one<br>\ntwo</p>\n', 'a line is a line');
  t.equal(
    renderMarkdown('https://example.org/a?b=1'),
    '<p><a href="https://example.org/a?b=1" target="_blank" rel="noopener noreferrer nofollow">https://example.org/a?b=1</a></p>\n',
  );
  t.match(renderMarkdown('|a|b|\n|:-|-:|\n|1|2|'), /<th>a<\/th>\n<th class="right">b<\/th>/);
  t.end();
});

const allowed: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'title', 'target', 'rel'],
  th: ['class'],
  td: ['class'],
  ol: ['start'],
};
const plain =
  'p br strong em s ul ol li blockquote pre code hr h1 h2 h3 h4 h5 h6 table thead tbody tr th td a'.split(
    ' ',
  );

type Node = ReturnType<typeof parseDocument>['children'][number];

/** What stands in HTML that no notes may bring into a page. */
function foreignIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    if (!('name' in node) || !('attribs' in node)) return 'data' in node ? [] : [node.type];
    const wrong = Object.entries(node.attribs).filter(
      ([name, value]) =>
        !(allowed[node.name] ?? []).includes(name) ||
        (name === 'href' && !/^(https?:\/\/|mailto:)/i.test(value)) ||
        (name === 'class' && value !== 'right'),
    );
    return [
      ...(plain.includes(node.name) ? [] : [`<${node.name}>`]),
      ...wrong.map(([name, value]) => `${name}=${value}`),
      ...foreignIn(node.children),
    ];
  });
}

const scripts = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>1</script>',
  'vbscript:x',
  '//evil',
];
const pieces = [
  ...[
    '<',
    '>',
    '"',
    "'",
    '`',
    '```',
    '[',
    ']',
    '(',
    ')',
    '!',
    '&',
    '\\',
    '\n',
    ' ',
    '|',
    '---',
    '#',
    '*',
    '_',
    '~~',
  ],
  ...[
    '<img src=x onerror=alert(1)>',
    '<svg/onload=1>',
    '<b hx-get="/logout" hx-trigger="load">',
    '<i x-data x-init="a()">',
  ],
  ...[
    '</p><script>',
    '<!--',
    ']]>',
    '&#x6A;avascript:',
    'https://e.org',
    '<https://e.org/">',
    '{{a}}',
    'class="x"',
    'a',
  ],
  ...scripts,
];

t.test('whatever is written, nothing comes of it but text, its marks and links to other places', (t) => {
  for (const address of scripts)
    for (const text of [`[a](${address})`, `<${address}>`, `[a]: ${address}\n\n[a]`, `![a](${address})`])
      t.same(foreignIn(parseDocument(renderMarkdown(text)).children), [], text);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (some) => {
      t.same(foreignIn(parseDocument(renderMarkdown(some.join(''))).children), [], some.join(''));
    }),
    { numRuns: 2_000 },
  );
  t.end();
});

t.test('pictures of other places are never loaded', (t) => {
  t.notMatch(renderMarkdown('![a](https://e.org/x.png)'), /<img/);
  t.end();
});

t.test('deep and long notes are read in one go', (t) => {
  for (const text of [
    '>'.repeat(20_000),
    '['.repeat(20_000),
    '*a_'.repeat(6_000),
    '- '.repeat(10_000),
    '`'.repeat(20_000),
  ])
    t.type(renderMarkdown(text), 'string');
  t.end();
});
