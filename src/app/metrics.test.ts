import { request } from 'node:http';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { TestClock } from '../testing/clock.js';
import { freePort } from '../testing/free-port.js';
import { scriptedTerminals } from '../testing/scripted-terminals.js';
import { nothing } from '../domain/tally.js';
import { metricsText } from '../web/metrics-text.js';
import { closeControl } from './control.js';
import { Measures } from './measures.js';
import { serveMetrics } from './metrics.js';

t.setTimeout(180_000);

const asked = (port: number, { host = '127.0.0.1', path = '/metrics', method = 'GET' } = {}) =>
  new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path, method, headers: { host } };
    request(options, (answer) => {
      let body = '';
      answer.on('data', (part: Buffer) => (body += part.toString()));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', body }),
      );
    })
      .on('error', reject)
      .end();
  });

/** Each line as the format has it: a comment of two kinds, or a sample; every name announced before its samples. */
function faultsIn(text: string): string[] {
  const faults: string[] = [];
  const types = new Map<string, string>();
  const seen = new Set<string>();
  if (!text.endsWith('\n')) faults.push('the last line does not end');
  for (const line of text.trimEnd().split('\n')) {
    const [, name, type] = /^# TYPE (\w+) (gauge|counter|histogram)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) types.set(name, type);
    if (line.startsWith('#')) continue;
    const sample = /^([a-z_\d]+)(\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})? (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/.exec(
      line,
    );
    if (sample === null) faults.push(line);
    const base = (sample?.[1] ?? '').replace(/_(bucket|count)$/, '');
    if (!types.has(sample?.[1] ?? '') && types.get(base) !== 'histogram') faults.push(`${line} has no type`);
    const series = line.replace(/ \S+$/, '');
    if (seen.has(series)) faults.push(`${series} twice`);
    seen.add(series);
  }
  return faults;
}

void t.test('figures are told in Prometheus’ format, and of nobody', async (t) => {
  const measures = new Measures(new TestClock());
  const app = await testApp(t, { measures, terminals: scriptedTerminals({ state: 'quarantined' }) });
  await person(app, 'owner');
  measures.request(180, 200);
  measures.request(900, 500);
  measures.visit({ slot: 2, accountId: 'secret-account', tookMs: 700, isRead: true });
  await app.alarms.watch.look();
  const facts = { version: '1.2.3', measures: await measures.facts(app.db), total: measures.sinceStart() };
  const text = metricsText({ ...facts, alarms: await app.alarms.watch.current() });
  t.same(faultsIn(text), []);
  for (const line of [
    'rawjournal_info{version="1.2.3"} 1',
    'rawjournal_sync_success_ratio{window="1h"} 1',
    'rawjournal_requests{window="24h"} 2',
    'rawjournal_request_fault_ratio{window="1h"} 0.5',
    'rawjournal_goal{of="request_p95_seconds"} 0.2',
    'rawjournal_slot_accounts{window="1h",slot="2"} 1',
    'rawjournal_request_seconds_bucket{le="0.2"} 1',
    'rawjournal_request_seconds_bucket{le="+Inf"} 2',
    'rawjournal_request_seconds_count 2',
    'rawjournal_visits_total{outcome="read"} 1',
    'rawjournal_alarm{kind="quarantine",subject="1"} 1',
  ])
    t.ok(text.includes(`\n${line}\n`) || text.startsWith(`${line}\n`), line);
  t.notMatch(text, /secret-account|example\.org|@/);
});

void t.test('what is unknown has no sample', async (t) => {
  const measures = new Measures(new TestClock());
  const app = await testApp(t);
  const text = metricsText({
    ...{ version: 'a"b\\c\nd', total: nothing, alarms: null },
    measures: { ...(await measures.facts(app.db)), availability: null },
  });
  t.same(faultsIn(text), [], 'also where nothing is known');
  t.match(text, 'rawjournal_info{version="a\\"b\\\\c\\nd"} 1');
  for (const name of ['request_p95', 'sync_success', 'availability_ratio ', 'load', 'alarms'])
    t.notMatch(text.replaceAll(/^rawjournal_goal.*$/gm, ''), `rawjournal_${name}`);
});

void t.test('the port answers this machine alone, one question, and says no more of a failure', async (t) => {
  const port = await freePort();
  const errors: unknown[] = [];
  let read = () => Promise.resolve('a 1\n');
  const server = await serveMetrics(
    port,
    () => read(),
    (error) => void errors.push(error),
  );
  t.teardown(() => closeControl(server));
  t.match(await asked(port), { status: 200, type: /^text\/plain; version=0\.0\.4/, body: 'a 1\n' });
  t.match(await asked(port, { host: `localhost:${port}` }), { status: 200 });
  t.match(await asked(port, { host: 'journal.example.org' }), { status: 421, body: '' }, 'a rebound name');
  t.match(await asked(port, { path: '/' }), { status: 404 });
  t.match(await asked(port, { method: 'POST' }), { status: 405 });
  t.equal((server.address() as { address: string }).address, '127.0.0.1');
  read = () => Promise.reject(new Error('secret'));
  t.same(await asked(port), { status: 500, type: '', body: '' });
  t.equal(errors.length, 1);
});
