import fc from 'fast-check';
import t from 'tap';
import {
  byHand,
  expertFinder,
  expertOf,
  fitsPattern,
  isSameExpert,
  nameIn,
  type ExpertRule,
} from './expert.js';

const mark = fc.record({
  magic: fc.constantFrom('0', '7', '20240117', '18446744073709551615'),
  comment: fc.constantFrom('', 'Trend EA', 'trend ea v3', 'Grid #17', '[sl 1.0832]', 'none', 'late entry'),
});
const rule = fc.record({
  name: fc.constantFrom('A', 'B', 'C'),
  magics: fc.subarray(['7', '20240117']),
  pattern: fc.constantFrom(null, 'Trend*', '*', '*#*', 'grid #17'),
});

void t.test('a pattern says the whole comment, whatever its case', (t) => {
  t.ok(fitsPattern('Breakout v3', 'breakout*'));
  t.ok(fitsPattern('breakout', 'Breakout*'), 'a star may stand for nothing');
  t.notOk(fitsPattern('My breakout', 'breakout*'));
  t.ok(fitsPattern('My Breakout v3', '*break*v*'));
  t.notOk(fitsPattern('ab', 'ab*b'), 'what was read once is not read again');
  t.ok(fitsPattern('abb', 'ab*b'));
  t.notOk(fitsPattern('a.c', 'abc'), 'a point is a point');
  t.ok(fitsPattern('(x)+', '(x)+'));
  t.notOk(fitsPattern('', 'x*'));
  t.end();
});

void t.test('a pattern means what the regular expression of its pieces means', (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.', ' '), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '.', '*'), maxLength: 6 });
  const escaped = (piece: string): string => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  fc.assert(
    fc.property(text, pattern, (comment, wanted) => {
      const same = new RegExp(`^${wanted.split('*').map(escaped).join('.*')}$`, 'is').test(comment);
      return fitsPattern(comment, wanted) === same;
    }),
    { numRuns: 3_000 },
  );
  t.end();
});

void t.test('what brokers write into comments names no expert', (t) => {
  const said: Record<string, string> = {
    '[sl 1.08320]': '',
    'Trend EA [tp 1.0921]': 'Trend EA',
    'Trend EA[sl 1.09': 'Trend EA',
    'so: 49.8%/123.4/56.7': '',
    'Grid so: 12%': 'Grid',
    'from #1234567': '',
    'Grid #17': 'Grid',
    Grid_17_3: 'Grid',
    '12345': '',
    '1.5 / 3': '',
    'Breakout v3': 'Breakout v3',
    'M15 scalper (2)': 'M15 scalper',
    'Slope 5': 'Slope',
    'also: this': 'also: this',
    None: '',
  };
  for (const [comment, name] of Object.entries(said)) t.equal(nameIn(comment), name, comment);
  t.end();
});

void t.test('a name that was found in a comment is found in itself', (t) => {
  const unit = fc.constantFrom(
    'a',
    'Z',
    '1',
    '7',
    ' ',
    '.',
    '-',
    '_',
    '#',
    '[',
    ']',
    'sl ',
    'so:',
    'to #',
    '(',
    ')',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 14 }), (comment) => {
      const name = nameIn(comment);
      t.equal(nameIn(name), name);
      t.equal(name.trim(), name);
    }),
    { numRuns: 3_000 },
  );
  t.end();
});

void t.test('the first rule that a trade fits counts, by a number or by the comment', (t) => {
  const rules: ExpertRule[] = [
    { name: 'First', magics: ['7'], pattern: null },
    { name: 'Second', magics: ['7', '8'], pattern: 'Trend*' },
  ];
  t.equal(expertOf({ magic: '7', comment: 'Trend' }, rules), 'First');
  t.equal(expertOf({ magic: '8', comment: '' }, rules), 'Second');
  t.equal(
    expertOf({ magic: '9', comment: 'TREND 4' }, rules),
    'Second',
    'as a report has it, by the comment',
  );
  t.equal(expertOf({ magic: '9', comment: 'Grid' }, rules), 'Magic 9');
  t.equal(expertOf({ magic: '0', comment: 'Grid 12' }, rules), 'Grid');
  t.equal(expertOf({ magic: '0', comment: '[tp 1.1]' }, rules), byHand);
  t.equal(expertOf({ magic: '7', comment: '' }, rules.toReversed()), 'Second', 'the order is the user’s');
  t.end();
});

void t.test('rules behind the one that counts change nothing, and a finder says the same', (t) => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.array(mark, { maxLength: 6 }), (rules, marks) => {
      const find = expertFinder(rules);
      for (const one of marks) {
        const name = expertOf(one, rules);
        t.equal(find(one), name);
        const at = rules.findIndex((each) => expertOf(one, [each]) === each.name && each.name === name);
        if (at >= 0) t.equal(expertOf(one, rules.slice(0, at + 1)), name);
      }
    }),
  );
  t.end();
});

void t.test('a tester’s report is known by the letters and digits of its expert', (t) => {
  t.ok(isSameExpert('Trend EA v3', 'Experts\\Mine\\trend_ea_v3.ex5'));
  t.ok(isSameExpert('Crossing Averages', 'Crossing Averages'));
  t.notOk(isSameExpert('Trend EA v3', 'Trend EA v2'));
  t.notOk(isSameExpert('', '!'), 'nothing is no name');
  t.end();
});
