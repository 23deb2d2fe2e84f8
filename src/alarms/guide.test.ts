import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { alarmKinds } from '../domain/alarm.js';
import { testApp } from '../testing/app.js';
import { projectRoot } from '../testing/database.js';
import { scriptedTerminals } from '../testing/scripted-terminals.js';
import { failedAdvice, guide } from './guide.js';
import { statusAnchor, statusGuide } from './status-guide.js';

/** Where lines of the status get their names, and how it is written there. */
const naming = /(?:\bname: |\bname = |\bline: |\bchecked\(\s*)'([a-z ]+)'/g;
const sources: [string, RegExp][] = [
  ['features/status/facts.ts', naming],
  ['features/status/engine-checks.ts', naming],
  ['cli/status.ts', naming],
  ['web/backup-words.ts', naming],
  ['web/measure-words.ts', naming],
  ['terminals/containment.ts', naming],
  ['terminals/wine-ground.ts', naming],
  ['terminals/wine-ground.ts', /\b(?:red|green)\('([a-z ]+)'/g],
];

const namesIn = ([path, pattern]: [string, RegExp]): string[] =>
  [...readFileSync(join(projectRoot, 'src', path), 'utf8').matchAll(pattern)].map(([, name]) => name ?? '');

void t.test(
  'every alarm and every line of the status has a section: what it means, and what to do',
  async (t) => {
    t.same(Object.keys(guide).sort(), [...alarmKinds].sort());
    const written = new Set(sources.flatMap(namesIn));
    const app = await testApp(t, { terminals: scriptedTerminals({}) });
    const shown = (await app.readStatus()).checks.map(({ name }) =>
      name.replace(/^terminal \d+$/, 'terminal'),
    );
    const names = new Set([...written, ...shown]);
    t.ok(names.size >= 22, [...names].join(', '));
    t.same(
      [...names].filter((name) => statusGuide[name] === undefined),
      [],
    );
    t.same(
      Object.keys(statusGuide).filter((name) => !names.has(name)),
      [],
      'and nothing is explained that is never said',
    );
    for (const advice of [...Object.values(guide), failedAdvice, ...Object.values(statusGuide)]) {
      t.match(advice.means, /\.$/, advice.title);
      t.ok(advice.todo.length > 0, advice.title);
    }
  },
);

void t.test('each line has an anchor of its own, terminals have one', async (t) => {
  const anchors = Object.keys(statusGuide).map(statusAnchor);
  t.equal(new Set(anchors).size, anchors.length);
  for (const anchor of anchors) t.match(anchor, /^status-[a-z-]+$/);
  t.equal(statusAnchor('terminal 3'), statusAnchor('terminal'));
});
