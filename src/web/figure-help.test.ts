import t from 'tap';
import { metatraderFigures } from '../domain/metatrader/figure.js';
import { journalFigures } from '../domain/stats/journal-figure.js';
import { everyFigure, findFigures, journalHelp, reportedHelp } from './figure-help.js';

const all = everyFigure.flatMap(({ figures }) => figures);
const idsOf = (search: string): string[] =>
  findFigures(search).flatMap(({ figures }) => figures.map(({ id }) => id));

void t.test('every figure has its formula, unit, n and what it tells, each in words of its own', (t) => {
  const ids = all.map(({ id }) => id);
  t.equal(new Set(ids).size, ids.length, 'no two have the same id');
  for (const name of Object.keys(journalFigures)) t.ok(ids.includes(`journal-${name}`), name);
  for (const name of Object.keys(metatraderFigures)) t.ok(ids.includes(`metatrader-${name}`), name);
  for (const { id, label, says, lines, href } of all) {
    t.same(
      lines.map(({ term }) => term),
      ['Formula', 'Unit', 'n'],
      id,
    );
    for (const text of [label, says, ...lines.map((line) => line.text)]) t.match(text, /\p{L}|\p{N}/u, id);
    t.ok(says.length >= 15 && says.endsWith('.'), `${id} tells something`);
    t.not(says, lines[0]?.text, id);
    t.equal(href, `/help/figures#${id}`);
  }
  t.equal(new Set(all.map(({ id, says }) => `${id.split('-')[0] ?? ''} ${says}`)).size, all.length);
  t.end();
});

void t.test('what is so now stands beside what is always so', (t) => {
  const lines = journalHelp('sqn', { n: '12', reason: 'fewer than 30 trades with a risk' }).lines;
  t.match(lines.find(({ term }) => term === 'n')?.text, /^12: closed trades/);
  t.equal(lines.find(({ term }) => term === 'Not known')?.text, 'fewer than 30 trades with a risk');
  t.equal(reportedHelp('sharpe')?.id, 'metatrader-sharpe');
  for (const none of ['equityDrawdownMaximal', 'constructor', '']) t.equal(reportedHelp(none), null);
  t.end();
});

void t.test('figures are found by words of their names, formulas and texts, in any case and order', (t) => {
  t.same(idsOf('EXPECTEDpayoff'), ['metatrader-expectedPayoff'], 'the name in the API');
  t.ok(idsOf('r deviation').includes('journal-sqn'));
  t.same(idsOf('deviation r'), idsOf('r deviation'));
  t.ok(idsOf('drawdown').length > 5);
  t.same(idsOf('nothing-of-the-kind'), []);
  t.equal(idsOf('').length, all.length);
  t.equal(idsOf('  ').length, all.length);
  t.end();
});
