import { generateKeyPairSync, sign, createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { blankMachine, type MachineWishes } from '../testing/blank-machine.js';
import { projectRoot } from '../testing/database.js';
import { needs } from '../testing/needs.js';

const isEveryByte = process.env['INSTALLER_EVERY_BYTE'] === '1';
t.setTimeout(isEveryByte ? 3_600_000 : 600_000);

const script = await readFile(join(projectRoot, 'install.sh'), 'utf8');

async function machine(t: Test, wishes: MachineWishes = {}) {
  const blank = await blankMachine(wishes);
  t.teardown(() => blank.remove());
  const install = (args: string[], env: Record<string, string> = {}) =>
    blank.bash(['-s', '--', '--skip-wine', ...args], script, env);
  return { ...blank, install };
}

void t.test('what arrives of it in part does nothing, wherever it was cut off', needs('bwrap'), async (t) => {
  const { bash, digest, root } = await machine(t);
  await writeFile(join(root, 'etc/install.sh'), script);
  const before = await digest();
  // All of it is the work of minutes: INSTALLER_EVERY_BYTE=1. What is not in a function stands at both ends.
  const stride = isEveryByte ? 1 : 7;
  const cut = `
    text=$(cat /etc/install.sh)
    size=\${#text}
    for ((count = 0; count < size; count += (count < 1500 || count > size - 1500) ? 1 : ${stride})); do
      printf %s "\${text:0:count}" | bash -s -- --yes --skip-wine >/dev/null 2>&1 && [ -e /opt/rawjournal ] && exit 9
    done
    jobs -p; echo "$size pieces"`;
  const { code, said } = await bash(['-c', cut], '');
  t.equal(code, 0, said);
  t.match(said, /^\d+ pieces\s*$/);
  t.equal(await digest(), before);
});

void t.test(
  'a dry run says what would be done, and leaves everything as it was',
  needs('bwrap'),
  async (t) => {
    const { install, digest } = await machine(t, { hosts: ['journal.example.org'] });
    const before = await digest();
    const { code, said } = await install(['--dry-run', '--domain', 'journal.example.org']);
    t.equal(code, 0, said);
    t.match(
      said,
      /https:\/\/journal\.example\.org, with a certificate of Let's Encrypt[^]*Nothing was written/,
    );
    t.notMatch(said, /Wine/);
    t.equal(await digest(), before);
    t.match((await install(['--dry-run'])).said, /a certificate that browsers warn of/);
    t.match((await install(['--dry-run', '--upgrade'])).said, /back up[^]*else go back/);
  },
);

void t.test('a machine that is not enough is told why, with its own code', needs('bwrap'), async (t) => {
  const cases: [MachineWishes, string[], RegExp][] = [
    [{ os: ['fedora', '40'] }, [], /made for Debian 12 and 13[^]*this is fedora 40/],
    [{ os: ['debian', '11'] }, [], /this is debian 11/],
    [{ memoryKb: 2_000_000 }, [], /4 GB of memory[^]*has 2000 MB/],
    [{ hasSystemd: false }, [], /systemd does not run here/],
    [{}, ['--domain', 'journal.example.org'], /journal\.example\.org leads nowhere yet/],
  ];
  for (const [wishes, args, reason] of cases) {
    const { install, digest } = await machine(t, wishes);
    const before = await digest();
    const { code, said } = await install([...args, '--yes']);
    t.equal(code, 10, said);
    t.match(said, reason);
    t.equal(await digest(), before, 'and nothing is written');
  }
});

void t.test('another web server, and a site of somebody else, stop it', needs('bwrap'), async (t) => {
  const { bash, install, root } = await machine(t);
  await writeFile(join(root, 'etc/install.sh'), script);
  const listener = `python3 -c 'import socket, time; s = socket.socket(); s.bind(("0.0.0.0", 80)); s.listen(); print("up", flush=True); time.sleep(60)' &
    sleep 1; bash /etc/install.sh --yes --skip-wine; code=$?; kill %1; exit $code`;
  const taken = await bash(['-c', listener], '');
  t.equal(taken.code, 10, taken.said);
  t.match(taken.said, /Port 80 is taken by another program/);
  await mkdir(join(root, 'etc/nginx/sites-enabled'), { recursive: true });
  await writeFile(join(root, 'etc/nginx/sites-enabled/shop'), '');
  t.match(await install(['--yes']), { code: 10, said: /nginx serves another site here: shop/ });
});

void t.test(
  'without a terminal it asks nobody, and goes on only where it was told to',
  needs('bwrap'),
  async (t) => {
    const { install, digest } = await machine(t);
    const before = await digest();
    t.match(await install([]), { code: 2, said: /Nobody can be asked here. Say --yes/ });
    t.equal(await digest(), before);
  },
);

void t.test(
  'odd values are refused before anything else, and none of them is run',
  needs('bwrap'),
  async (t) => {
    const { install, digest } = await machine(t);
    const before = await digest();
    const odd: [string[], RegExp][] = [
      [['--domain', 'a b.example.org'], /is no name of a domain/],
      [['--domain', 'x$(touch /opt/ran).example.org'], /is no name of a domain/],
      [['--domain', "journal.example.org';touch /opt/ran;'"], /is no name of a domain/],
      [['--domain', 'journal'], /is no name of a domain/],
      [['--domain', 'grüße.example.org'], /is no name of a domain/],
      [['--domain', ''], /--domain wants a value/],
      [['--email', 'nobody'], /is no mail address/],
      [['--email', '`touch /opt/ran`@example.org'], /is no mail address/],
      [['--release', '../../etc'], /is no version/],
      [['--offline', '/no such/folder'], /There is no folder \/no such\/folder/],
      [['--restore', '/nothing'], /cannot be read/],
      [['--purge'], /goes with --uninstall/],
      [['--upgrade', '--uninstall'], /one of them at a time/],
      [['--frobnicate'], /There is no option --frobnicate/],
    ];
    for (const [args, reason] of odd) t.match(await install([...args, '--yes']), { code: 2, said: reason });
    t.match(await install(['--yes'], { RAWJOURNAL_DOMAIN: 'x;y' }), {
      code: 2,
      said: /is no name of a domain/,
    });
    t.equal(await digest(), before);
  },
);

/** A folder with a release in it, signed with a key of its own. */
async function release(root: string, files: Record<string, string>) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const folder = join(root, 'downloads');
  const content = await mkdtemp(join(root, 'content-'));
  for (const [name, text] of Object.entries({ 'manifest.json': '{}', ...files })) {
    await mkdir(join(content, 'rawjournal-1.2.3', name, '..'), { recursive: true });
    await writeFile(join(content, 'rawjournal-1.2.3', name), text);
  }
  await mkdir(folder);
  const archive = join(folder, 'rawjournal-1.2.3.tar.zst');
  execFileSync('tar', ['--zstd', '-cf', archive, '-C', content, 'rawjournal-1.2.3']);
  await rm(content, { recursive: true });
  const sum = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  const sums = Buffer.from(`${sum}  rawjournal-1.2.3.tar.zst\n`);
  await writeFile(join(folder, 'latest'), '1.2.3\n');
  await writeFile(join(folder, 'rawjournal-1.2.3.sha256'), sums);
  await writeFile(join(folder, 'rawjournal-1.2.3.sha256.sig'), sign(null, sums, privateKey));
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString().trim();
  return { folder, env: { RELEASE_PUBLIC_KEY: key } };
}

const steps = {
  'install/run.sh': 'echo "working on $release for ${domain:-nobody} in $PWD"; touch /opt/worked',
};

void t.test(
  'a signed release is unpacked as a whole, and its steps are run with the wishes',
  needs('bwrap'),
  async (t) => {
    const { install, root } = await machine(t, { hosts: ['journal.example.org'] });
    const { env } = await release(root, steps);
    const args = ['--yes', '--offline', '/downloads', '--domain', 'journal.example.org'];
    t.match(await install(args, env), { code: 0, said: /working on 1\.2\.3 for journal\.example\.org/ });
    t.match(await install(args, env), { code: 0 }, 'a second time too');
    t.equal(await readFile(join(root, 'opt/rawjournal/releases/1.2.3/manifest.json'), 'utf8'), '{}');
  },
);

void t.test('what is not what was signed is not used', needs('bwrap'), async (t) => {
  const spoiled: [string, (folder: string) => Promise<unknown>, RegExp][] = [
    [
      'a byte of the archive',
      (folder) => flip(join(folder, 'rawjournal-1.2.3.tar.zst')),
      /is not what its signature says/,
    ],
    [
      'a byte of the sums',
      (folder) => flip(join(folder, 'rawjournal-1.2.3.sha256')),
      /signature[^]*is not right/,
    ],
    [
      'a byte of the signature',
      (folder) => flip(join(folder, 'rawjournal-1.2.3.sha256.sig')),
      /signature[^]*is not right/,
    ],
    ['no signature', (folder) => rm(join(folder, 'rawjournal-1.2.3.sha256.sig')), /is missing/],
    [
      'sums of nothing',
      (folder) => writeFile(join(folder, 'rawjournal-1.2.3.sha256'), ''),
      /signature[^]*is not right/,
    ],
    [
      'no release at all',
      (folder) => writeFile(join(folder, 'latest'), '<html>'),
      /list of releases cannot be read/,
    ],
  ];
  for (const [what, spoil, reason] of spoiled) {
    const { install, root } = await machine(t);
    const { folder, env } = await release(root, steps);
    await spoil(folder);
    t.match(await install(['--yes', '--offline', '/downloads'], env), { code: 20, said: reason }, what);
    t.same(await readFile(join(root, 'opt/worked'), 'utf8').catch(() => 'not run'), 'not run', what);
  }
  const { install, root } = await machine(t);
  await release(root, steps);
  t.match(
    await install(['--yes', '--offline', '/downloads']),
    { code: 20, said: /signature/ },
    'another key',
  );
});

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

void t.test('nobody but root gets further than a sentence', async (t) => {
  const text = script.replace('id -u', 'echo 1000');
  const said = (() => {
    try {
      return execFileSync('bash', ['-s', '--', '--yes'], {
        input: text,
        stdio: ['pipe', 'pipe', 'pipe'],
      }).toString();
    } catch (error) {
      return String((error as { stderr: Buffer }).stderr);
    }
  })();
  t.match(said, /It has to run as root: put sudo before bash/);
});
