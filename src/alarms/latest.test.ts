import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import { TestClock } from '../testing/clock.js';
import { usualWay } from './ask.js';
import { LatestVersion } from './latest.js';

void t.test('the latest release is asked for once a day, and an hour after a failure', async (t) => {
  let body = '{"version":"1.3.0","more":[1]}';
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, reply) => {
    asked.push(`${url} ${headers.cookie ?? ''}${headers['user-agent'] ?? ''}`);
    reply.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t.teardown(() => server.close());
  const clock = new TestClock();
  const releases = `http://127.0.0.1:${port}/releases`;
  const latest = new LatestVersion({ releases, clock, way: usualWay([`127.0.0.1:${port}`]) });
  t.equal(await latest.read(), '1.3.0');
  clock.advance(dayMs - minuteMs);
  t.equal(await latest.read(), '1.3.0');
  t.same(asked, ['/releases/latest.json RawJournal'], 'nothing is said of who asks');
  clock.advance(minuteMs);
  for (const broken of ['', '{}', '{"version":1}', `{"version":"${'9'.repeat(41)}"}`]) {
    body = broken;
    t.equal(await latest.read(), '1.3.0', 'what was known stays');
    t.equal(await latest.read(), '1.3.0');
    clock.advance(hourMs);
  }
  t.equal(asked.length, 5);
  body = '{"version":"1.4.0"}';
  t.equal(await latest.read(), '1.4.0');
  const nobody = new LatestVersion({ releases: 'http://127.0.0.1:1', clock, way: usualWay(['127.0.0.1:1']) });
  t.equal(await nobody.read(), null);
});
