import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { healthy, install, told } from './acts.js';
import type { Case } from './cases.js';

const domain = 'journal.example.org';
const authority = fileURLToPath(new URL('acme.js', import.meta.url));

export const namedMachine: Case = {
  name: 'a name gets a certificate of an authority, which is renewed',
  work: async (bench) => {
    const machine = await bench.another();
    const fresh = { ...bench, machine };
    await machine.run(['bash', '-c', `echo "192.0.2.10 ${domain}" >>/etc/hosts`]);
    const server = machine.outside([process.execPath, authority, '14000', '192.0.2.10']);
    const [root] = server.stdout === null ? [''] : ((await once(server.stdout, 'data')) as [Buffer]);
    const args = [
      '--yes',
      '--release',
      bench.downloads.now,
      '--domain',
      domain,
      '--email',
      'you@example.org',
    ];
    const from = { RAWJOURNAL_ACME_SERVER: 'http://127.0.0.1:14000/directory' };
    const said = await install(fresh, args, from);
    assert.equal(said.code, 0, told(said));
    await healthy(machine, bench.downloads.now);
    await machine.run(['bash', '-c', 'cat >/tmp/root.pem'], {}, String(root));
    const visit = (): Promise<{ code: number | null; text: string }> =>
      machine.run([
        'curl',
        '-sSL',
        '--cacert',
        '/tmp/root.pem',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code} %{ssl_verify_result}',
        `https://${domain}/`,
      ]);
    assert.equal((await visit()).text, '200 0');
    const serial = async (): Promise<string> =>
      (
        await machine.run([
          'openssl',
          'x509',
          '-noout',
          '-serial',
          '-in',
          '/etc/rawjournal/tls/certificate.pem',
        ])
      ).text;
    const first = await serial();
    const renewed = await machine.run(['certbot', 'renew', '--force-renewal', '--no-random-sleep-on-renew']);
    assert.equal(renewed.code, 0, told(renewed));
    assert.notEqual(await serial(), first);
    assert.equal((await visit()).text, '200 0');
    const again = await install(fresh, args, from);
    assert.deepEqual(
      again.text.match(/^ {2}doing .*$/gm),
      ['  doing  looking whether all is well'],
      told(again),
    );
    server.kill();
    await machine.stop();
    return undefined;
  },
};
