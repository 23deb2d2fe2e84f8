import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { certificateEnd, diskUsedPct, lookAtMachine } from './machine.js';

/** Made for this test with openssl; it ends on 7 January 2031. Its key was thrown away. */
const pem = `-----BEGIN CERTIFICATE-----
MIIBkDCCATegAwIBAgIUSaGb+BNgwxZO2d+Mc7CDuWdRSX0wCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTam91cm5hbC5leGFtcGxlLm9yZzAeFw0yNjExMjkyMDIzMTla
Fw0zMTAxMDcyMDIzMTlaMB4xHDAaBgNVBAMME2pvdXJuYWwuZXhhbXBsZS5vcmcw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARovP0ETmb2FAIKXGPcVwDv6Qg17CT+
EL/DLrmqYaPhmqJKRJbPtJbZppNQtuYkN86OPJfkkpC/JDCVx8zv0tJxo1MwUTAd
BgNVHQ4EFgQU4eFCquD11BSXgHz46tC6NgVR0x8wHwYDVR0jBBgwFoAU4eFCquD1
1BSXgHz46tC6NgVR0x8wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBE
AiAwR9DRytYrBYqMJUlVwgxb8k4N+xcNXZ6ycKzifx3ojAIgdtOHIQNxbbIMbgk1
Omwe9+FHm2wtYMB7pDP9HLLfPIY=
-----END CERTIFICATE-----`;

void t.test('a certificate says when it ends; of a chain the first counts', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'fullchain.pem');
  await writeFile(file, `${pem}\n${pem}\n`);
  t.same(await certificateEnd(file), new Date('2031-01-07T20:23:19Z'));
  await writeFile(file, 'no certificate');
  await t.rejects(certificateEnd(file));
  await t.rejects(certificateEnd(join(folder, 'nothing.pem')));
});

void t.test('a disk is as full as df says, and one that is not there is unknown', async (t) => {
  const [, line = ''] = execFileSync('df', ['-P', tmpdir()], { encoding: 'utf8' }).split('\n');
  const told = Number(/(\d+)%/.exec(line)?.[1]);
  const used = (await diskUsedPct(tmpdir())) ?? NaN;
  t.ok(Math.abs(used - told) <= 1.5, `${used} and ${told}`);
  t.equal(await diskUsedPct('/nowhere/at/all'), null);
});

void t.test('a machine has a load and free memory', async (t) => {
  const { load, freeBytes } = lookAtMachine();
  t.ok(load >= 0 && freeBytes > 1e6);
});
