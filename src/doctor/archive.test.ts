import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { keepReport, lastReport } from './archive.js';
import { named, passed, type Report } from './row.js';

void t.test('the last twenty reports are kept, for their owner alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-doctor-'));
  t.teardown(() => rm(folder, { recursive: true }));
  t.equal(await lastReport(folder), null);
  const report = (minute: number): Report => ({
    ...{ version: '1.2.3', machine: 'Debian', rows: [passed(named('one'), `${minute}`)] },
    at: new Date(Date.UTC(2026, 6, 8, 12, minute)).toISOString(),
  });
  for (let minute = 0; minute < 23; minute += 1) await keepReport(folder, report(minute));
  const names = (await readdir(join(folder, 'doctor'))).sort();
  t.equal(names.length, 20);
  t.equal(names[0], '2026-07-08T12:03:00.000Z.json');
  t.same(await lastReport(folder), report(22));
  t.equal((await stat(join(folder, 'doctor'))).mode & 0o777, 0o700);
  t.equal((await stat(join(folder, 'doctor', names[0] ?? ''))).mode & 0o777, 0o600);
});
