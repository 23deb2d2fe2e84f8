import t from 'tap';
import { capacityWords } from './queue-words.js';

const queue = {
  accounts: 7,
  reading: 2,
  waiting: 1,
  oldestDueS: 3,
  capacity: 21,
  isMeasured: true,
  ageS: 15,
};

void t.test('a capacity that holds is green and says what it rests on', (t) => {
  t.same(capacityWords(queue), {
    level: 'green',
    says: 'fits 21 accounts in 15 s at the switch times measured; 7 are read now',
    fix: null,
  });
  t.match(capacityWords({ ...queue, capacity: 1, accounts: 1, isMeasured: false }), {
    level: 'green',
    says: 'fits 1 account in 15 s at assumed switch times; 1 is read now',
  });
  t.end();
});

void t.test('more accounts than fit are amber, with the ages to expect', (t) => {
  const exceeded = capacityWords({ ...queue, accounts: 30, ageS: 22 });
  t.equal(exceeded.level, 'amber');
  t.match(exceeded.fix, 'Expect numbers up to 22 s old');
  t.match(capacityWords({ ...queue, capacity: 0, ageS: null }).fix, 'No terminal reads accounts');
  t.end();
});
