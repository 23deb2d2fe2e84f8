import t from 'tap';
import { isFromAddress, newPasswordFor } from './passwords.js';

void t.test('a password made of one’s own address with digits and signs is known as such', (t) => {
  const from: [string, string][] = [
    ['anna.meier@example.org', 'anna.meier'],
    ['anna.meier@example.org', 'AnnaMeier2026!'],
    ['anna.meier@example.org', '--anna_meier--'],
    ['anna.meier+journal@example.org', 'annameier99'],
    ['anna.meier+journal@example.org', 'anna.meier+journal1'],
    ['trader1@example.org', '1!trader!1'],
    ['jürgen@example.org', 'Jürgen#1971'],
    ['4711@example.org', '00-4711-00'],
  ];
  for (const [email, password] of from) t.ok(isFromAddress(password, email), `${password} of ${email}`);
  const own: [string, string][] = [
    ['anna.meier@example.org', 'anna meier keeps bees'],
    ['anna.meier@example.org', 'meieranna2026'],
    ['4711@example.org', 'four 4711 words'],
    ['4711@example.org', '20260302-17'],
    ['a@example.org', 'a green heron at noon'],
  ];
  for (const [email, password] of own) t.notOk(isFromAddress(password, email), `${password} of ${email}`);
  t.end();
});

void t.test('where the address is known, the refusal says why', (t) => {
  const field = newPasswordFor('trader@example.org');
  t.ok(field.safeParse('a green heron at noon').success);
  t.match(field.safeParse('Trader-2026').error?.issues[0]?.message, /your own address with little added/);
  t.match(field.safeParse('short').error?.issues[0]?.message, /at least 8/);
  t.end();
});
