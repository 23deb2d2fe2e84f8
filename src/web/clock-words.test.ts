import t from 'tap';
import { clockWords } from './clock-words.js';

void t.test('a measured clock is named, and any other is said to be uncertain', (t) => {
  const told = (rule: string) => clockWords({ rule, state: 'measured' });
  t.same(told('ny+7'), { text: 'The broker’s clock runs on New York + 7 h.', isSure: true });
  t.match(told('fixed:0').text, 'runs on UTC.');
  t.match(told('fixed:32400').text, 'runs on UTC+9.');
  t.match(told('fixed:-12600').text, 'runs on UTC−3.5.');
  t.match(told('Europe/Athens').text, 'runs on Europe/Athens.');
  for (const state of ['assumed', 'contradicted'] as const)
    t.match(clockWords({ rule: 'fixed:0', state }), { text: /UTC.*may be off by hours/, isSure: false });
  t.end();
});
