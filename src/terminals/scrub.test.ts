import t from 'tap';
import { scrubbed } from './scrub.js';

void t.test('a login keeps three digits, and this machine has no address', async (t) => {
  t.equal(
    scrubbed("'5100121': authorized on Broker-Live through Access Point #1 (ping: 31.20 ms, build 5833)"),
    "'…121': authorized on Broker-Live through Access Point #1 (ping: 31.20 ms, build 5833)",
  );
  t.equal(
    scrubbed("'5100121': previous successful authorization from 203.0.113.7 on 2026.01.05"),
    "'…121': previous successful authorization from (address) on 2026.01.05",
  );
  for (const address of ['2001:db8:0:1:1:1:1:1', '2001:db8::1', '2001:db8:0:1::17:2', 'fe80::1'])
    t.equal(scrubbed(`from ${address} again`), 'from (address) again');
});

void t.test('what is no login stays', async (t) => {
  for (const line of [
    'terminal synchronized with Broker Ltd: 3 positions, 0 orders',
    '12:00:00.123 build 5833',
    '',
  ])
    t.equal(scrubbed(line), line);
});

void t.test('the longest line of a journal takes no time, whatever stands in it', async (t) => {
  const startMs = performance.now();
  for (const text of ['1', '1:', '1.', 'a:', '1,']) scrubbed(`${text.repeat(32_768 / text.length)}.1`);
  t.ok(performance.now() - startMs < 500);
});
