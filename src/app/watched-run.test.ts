import t from 'tap';
import type { Status } from '../features/status/status.js';
import { ensureDatabase } from '../data/migrate.js';
import { ownCluster } from '../testing/cluster.js';
import { on } from '../testing/database.js';
import { freePort } from '../testing/free-port.js';
import { cli, place, started } from '../testing/place.js';

t.setTimeout(300_000);

void t.test('figures outlive the program, and are told without it', async (t) => {
  const { env, url } = await place(t);
  const { login } = await ownCluster(t);
  await ensureDatabase(on(login, 'rawjournal'), login.address.database);
  const { host, port } = login.address;
  const database = `postgres://${login.user}@localhost:${port}/rawjournal?host=${encodeURIComponent(host)}`;
  const metricsPort = String(await freePort());
  const settings = { ...env, DATABASE_URL: database, METRICS_PORT: metricsPort };
  const figures = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const requestsIn = async (): Promise<number> => {
    const text = await figures();
    return Number(/^rawjournal_requests\{window="24h"\} (\d+)$/m.exec(text)?.[1] ?? NaN);
  };

  const first = await started(t, settings);
  for (let i = 0; i < 5; i += 1) await fetch(`${url}/login`, { redirect: 'manual' });
  t.equal(await requestsIn(), 5);
  t.equal((await fetch(`${url}/metrics`)).status, 404, 'not where a proxy leads to');
  t.equal((await first.end('SIGTERM')).code, 0);

  const alone = await cli(settings, ['status', '--json']);
  t.equal(alone.code, 2, 'the web is down');
  const status = JSON.parse(alone.stdout) as Status;
  // The page of the metrics that is not there counts like any other.
  t.match(status.measures, { hour: { requests: 6 }, day: { requests: 6, faultPct: 0 } });
  t.match(status.measures?.hour.load, Number);
  t.match(
    (await cli(settings, ['status'])).stdout,
    /^ok {4}requests +requests, 95 of 100 within: \d+ ms of 6 /m,
  );

  const second = await started(t, settings);
  t.equal(await requestsIn(), 6, 'and the next one goes on');
  t.match(await figures(), /^rawjournal_request_seconds_count 0$/m, 'but a counter begins with its program');
  const beside = await cli(settings, ['status']);
  t.equal(beside.code, 0, beside.stdout);
  t.match(beside.stdout, /^ok {4}alarms +none$/m);
  await second.end('SIGTERM');
});
