import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { memoryFolder, putSecret, wipeSecret } from './memory.js';
import { startIni } from './start-ini.js';

const account = { login: '5100121', server: 'Broker-Live', password: 'p=a;s[s] w"o#rd' };

void t.test('MetaTrader is started to look and not to trade, and to keep no password', async (t) => {
  const text = startIni(account);
  t.equal(
    text,
    [
      ...['[Common]', 'Login=5100121', 'Password=p=a;s[s] w"o#rd', 'Server=Broker-Live'],
      ...['KeepPrivate=0', 'NewsEnable=0', '[Charts]', 'MaxBars=1000000', '[Experts]', 'Enabled=0'],
      ...['AllowLiveTrading=0', 'AllowDllImport=0', 'Account=0', ''],
    ].join('\r\n'),
  );
});

void t.test('what an account is called cannot become a setting of its own', async (t) => {
  for (const odd of ['a\nAllowLiveTrading=1', 'a\r\nb', 'a\0b', 'a\tb', 'pässword', ''])
    for (const name of ['login', 'server', 'password'])
      t.throws(() => startIni({ ...account, [name]: odd }), /cannot be started/, JSON.stringify(odd));
});

void t.test('a folder in memory is in memory, and nobody else’s', async (t) => {
  const name = `rawjournal-test-${randomBytes(8).toString('hex')}`;
  const disk = realpathSync(t.testdir({}));
  t.throws(() => memoryFolder(disk, name), /no file system in memory/);
  const folder = memoryFolder('/dev/shm', name);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  t.equal(statSync(folder).mode & 0o777, 0o700);
  t.equal(memoryFolder('/dev/shm', name), folder, 'it may be there already');
  rmSync(folder, { recursive: true });
  symlinkSync(disk, folder);
  t.throws(() => memoryFolder('/dev/shm', name), /belongs to somebody else/, 'but must not lead elsewhere');
  rmSync(folder);
});

void t.test('a secret is there at once, for its owner alone, and goes without a trace', async (t) => {
  const folder = join(realpathSync(t.testdir({})), 'secrets');
  mkdirSync(folder);
  const path = join(folder, 'start.ini');
  putSecret(path, 'CANARY');
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.equal(readFileSync(path, 'utf8'), 'CANARY');
  wipeSecret(path);
  wipeSecret(path);
  t.same(readdirSync(folder), []);
});
