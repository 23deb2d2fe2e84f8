import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { projectRoot } from './database.js';
import { ownFolder } from './folder.js';
import { freePort } from './free-port.js';

export const domain = 'journal.example.org';
const render = join(projectRoot, 'nginx/render.sh');
const brotliModule = '/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so';
export const hasBrotli = existsSync(brotliModule);

/** Where a site's parts are, before anything runs. */
export interface Site {
  folder: string;
  socket: string;
  httpPort: number;
  httpsPort: number;
  /** PEM, its own authority */
  certificate: string;
}

/** nginx's site as it is rendered with these options; throws where they are refused. */
export const rendered = (options: Record<string, string>): string => {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { status, stdout, stderr } = spawnSync('bash', [render, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout;
};

function makeCertificate(folder: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')];
  const names = ['-subj', `/CN=${domain}`, '-addext', `subjectAltName=DNS:${domain}`];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...names], { stdio: 'ignore' });
}

/** Around a site, what a distribution has: its own TLS settings are the weaker ones, and must not win. */
const surroundings = (folder: string, processes: string): string => `
${hasBrotli ? `load_module ${brotliModule};` : ''}
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
${processes}
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((part) => `${part}_temp_path ${folder}/${part};`).join(' ')}
  access_log off;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
  ssl_prefer_server_ciphers on;
  gzip on;
  include ${folder}/site.conf;
}
`;

/** A site with a certificate of its own, in front of a socket on which nobody listens yet. */
export const prepareSite = async (t: Test, more: Record<string, string> = {}): Promise<Site> =>
  siteIn(await ownFolder(t, 'nginx'), more);

/** The same in an empty folder; `processes` is a line of nginx's, by standard all of it in one process. */
export async function siteIn(
  folder: string,
  more: Record<string, string> = {},
  processes = 'master_process off;',
): Promise<Site> {
  makeCertificate(folder);
  mkdirSync(join(folder, 'acme/.well-known/acme-challenge'), { recursive: true });
  const [httpPort, httpsPort, socket] = [await freePort(), await freePort(), join(folder, 'web.sock')];
  const site = rendered({
    ...{ domain, socket, certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') },
    ...{ acme: join(folder, 'acme'), snippets: join(projectRoot, 'nginx'), brotli: hasBrotli ? 'yes' : 'no' },
    ...{ http: `127.0.0.1:${httpPort}`, https: `127.0.0.1:${httpsPort}`, ...more },
  });
  writeFileSync(join(folder, 'site.conf'), site);
  writeFileSync(join(folder, 'nginx.conf'), surroundings(folder, processes));
  return { folder, socket, httpPort, httpsPort, certificate: readFileSync(join(folder, 'tls.crt'), 'utf8') };
}

const command = (folder: string): string[] => [
  '-e',
  join(folder, 'error.log'),
  '-c',
  join(folder, 'nginx.conf'),
];

/** What `nginx -t` says, its two lines of success left out. */
export function complaintsOf({ folder }: Site): string {
  const { stderr } = spawnSync('nginx', ['-t', ...command(folder)], { encoding: 'utf8' });
  return stderr
    .split('\n')
    .filter((line) => !/syntax is ok|test is successful|^$/.test(line))
    .join('\n');
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export async function startNginx(t: Test, site: Site): Promise<void> {
  const nginx = await nginxOf(site);
  t.teardown(() => nginx.stop());
}

export async function nginxOf({ folder, httpsPort }: Site): Promise<{ pid: number; stop(): Promise<void> }> {
  const child = spawn('nginx', command(folder), { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  for (let left = 200; left > 0 && !(await answers(httpsPort)); left -= 1) {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'));
    await sleep(25);
  }
  return { pid: child.pid ?? 0, stop };
}
