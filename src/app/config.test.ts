import t from 'tap';
import { refusedSettings as refusal, settingsOf as read } from '../testing/settings.js';

void t.test(
  'an empty environment, and one of empty values, gives a journal on this machine alone',
  async (t) => {
    const names = ['HOST', 'PORT', 'PUBLIC_URL', 'TRUST_PROXY', 'STATE_DIR', 'DATABASE_URL', 'REDIS_URL'];
    const more = ['TERMINALS', 'SIMULATOR_RECORDINGS', 'SIGN_UP', 'API_CORS_ORIGINS', 'LOG_LEVEL'];
    const wine = ['TERMINAL_CONTAINMENT', 'WINE', 'TERMINAL_RECYCLE_MB', 'TERMINAL_KILL_MB'];
    const service = ['SOCKET', 'NOTIFY_SOCKET', 'WATCHDOG_USEC'];
    const watch = ['METRICS_PORT', 'TLS_CERTIFICATE', 'RELEASE_BASE_URL', 'ALARM_PRIVATE_HOSTS'];
    const mail = ['SMTP_URL', 'MAIL_FROM', 'SMTP_PASSWORD_FILE'];
    const backup = [
      ...['BACKUP_DIR', 'BACKUP_RECIPIENTS', 'BACKUP_REMOTE', 'BACKUP_RCLONE_CONFIG', 'BACKUP_KEEP'],
      ...['POSTGRES_BIN', 'BACKUP_SCREENSHOTS', 'BACKUP_PING_URL', 'CREDENTIALS_FROM'],
      ...['STRIPE_SECRET_KEY_FILE', 'STRIPE_WEBHOOK_SECRET_FILE', 'STRIPE_API_BASE', 'PLANS_FILE'],
    ];
    const all = [...names, ...more, ...wine, ...service, ...watch, ...mail, ...backup];
    const empty = Object.fromEntries(all.map((name) => [name, '']));
    for (const env of [{}, empty])
      t.same(read(env), {
        host: '127.0.0.1',
        port: 3000,
        socket: null,
        publicUrl: 'http://127.0.0.1:3000',
        trustProxy: [],
        stateDir: '/srv/journal/var',
        database: null,
        redisUrl: null,
        terminals: 'simulator',
        containment: 'bwrap',
        wine: null,
        terminalMb: { recycle: 600, kill: 800 },
        recordings: null,
        postgresBin: null,
        backup: {
          folder: '/srv/journal/var/backups',
          recipients: null,
          remote: null,
          keep: { daily: 7, weekly: 4, monthly: 6 },
          screenshots: null,
          pingUrl: null,
        },
        keys: null,
        mail: null,
        signUp: 'open',
        billing: null,
        apiCorsOrigins: [],
        metricsPort: null,
        certificate: null,
        releases: null,
        alarmPrivateHosts: [],
        logLevel: 'info',
        systemd: null,
      });
  },
);

void t.test('TERMINALS is one of three words, and recordings lie in a folder', async (t) => {
  t.equal(read({ TERMINALS: 'none' }).terminals, 'none');
  t.equal(read({ TERMINALS: 'wine' }).terminals, 'wine');
  t.match(
    refusal({ TERMINALS: 'Wine' }),
    'TERMINALS is "Wine", but it must be one of simulator, wine, none.',
  );
  t.equal(read({ SIMULATOR_RECORDINGS: 'recorded' }).recordings, '/srv/journal/recorded');
});

void t.test('the wall around terminals falls by one word only, and any other stops the start', async (t) => {
  t.equal(read({ TERMINAL_CONTAINMENT: 'none' }).containment, 'none');
  for (const word of ['None', 'off', 'false', '0', ' none'])
    t.match(refusal({ TERMINAL_CONTAINMENT: word }), 'but it must be one of bwrap, none.');
});

void t.test('Wine is a path, and what a terminal may take are two whole numbers of MB', async (t) => {
  t.equal(read({ WINE: '/opt/wine-stable/bin/wine' }).wine, '/opt/wine-stable/bin/wine');
  t.match(refusal({ WINE: 'wine' }), /^WINE is "wine", but it must be a path/);
  const env = { TERMINAL_RECYCLE_MB: '1500', TERMINAL_KILL_MB: '2000' };
  t.same(read(env).terminalMb, { recycle: 1500, kill: 2000 });
  for (const value of ['0', '-5', '1.5', '600MB', '1e3'])
    t.match(refusal({ TERMINAL_RECYCLE_MB: value }), /but it must be a whole number/);
  t.equal(
    refusal({ TERMINAL_RECYCLE_MB: '800' }),
    'TERMINAL_KILL_MB is "800", but it must be more than TERMINAL_RECYCLE_MB, which is 800.',
  );
});

void t.test('PORT is a port, and part of the address people use', async (t) => {
  t.match(read({ PORT: '8080' }), { port: 8080, publicUrl: 'http://127.0.0.1:8080' });
  t.equal(read({ PORT: '65535' }).port, 65_535);
  for (const PORT of ['0', '65536', '-1', '80a', '8 0', '1e3', '0x50', '3000.5', '999999'])
    t.match(refusal({ PORT }), `PORT is "${PORT}", but it must be a port number from 1 to 65535.`);
});

void t.test('HOST may be any loopback address without more', async (t) => {
  for (const HOST of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) t.equal(read({ HOST }).host, HOST);
  for (const HOST of ['http://127.0.0.1', '127.0.0.1/8', 'a b', '[::1]'])
    t.match(refusal({ HOST }), /^HOST is ".+", but it must be an address to listen on/);
});

void t.test('HOST that others can reach wants the https address people will use', async (t) => {
  const PUBLIC_URL = 'https://journal.example.org';
  for (const HOST of [
    '0.0.0.0',
    '::',
    '192.168.1.5',
    'journal.example.org',
    '127.example.org',
    '128.0.0.1',
  ]) {
    t.equal(read({ HOST, PUBLIC_URL }).publicUrl, PUBLIC_URL);
    for (const env of [{ HOST }, { HOST, PUBLIC_URL: 'http://127.0.0.1:3000' }, { HOST, PUBLIC_URL: '' }])
      t.equal(
        refusal(env),
        `HOST is "${HOST}", which others can reach: set PUBLIC_URL to the https address people will use.`,
      );
  }
});

void t.test('PUBLIC_URL is an origin, https for all but this machine', async (t) => {
  const accepted: [string, string][] = [
    ['https://journal.example.org', 'https://journal.example.org'],
    ['HTTPS://Journal.Example.org:443/', 'https://journal.example.org'],
    ['https://journal.example.org:8443', 'https://journal.example.org:8443'],
    ['http://localhost:4000', 'http://localhost:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
    ['http://127.0.0.1', 'http://127.0.0.1'],
  ];
  for (const [PUBLIC_URL, origin] of accepted) t.equal(read({ PUBLIC_URL }).publicUrl, origin);
  for (const PUBLIC_URL of ['http://journal.example.org', 'http://192.168.1.5', 'http://127.example.org'])
    t.match(refusal({ PUBLIC_URL }), /^PUBLIC_URL is ".+", but it must be an https address/);
  const odd = [
    'journal.example.org',
    'https://a.example/path',
    'https://a.example/?q',
    'https://a.example/#x',
  ];
  for (const PUBLIC_URL of [...odd, 'ftp://a.example', 'https://u:p@a.example', 'https://', '*'])
    t.match(refusal({ PUBLIC_URL }), /^PUBLIC_URL is ".+", but it must be an address without a path/);
});

void t.test('SOCKET is a path that the kernel takes, with the address that people use', async (t) => {
  const PUBLIC_URL = 'https://journal.example.org';
  const path = '/run/rawjournal/web.sock';
  t.equal(read({ SOCKET: path, PUBLIC_URL }).socket, path);
  t.equal(
    refusal({ SOCKET: path }),
    'SOCKET is set, so a proxy stands in front: set PUBLIC_URL to the address people will use.',
  );
  for (const SOCKET of ['web.sock', '3000', `/run/${'a'.repeat(103)}`])
    t.match(refusal({ SOCKET, PUBLIC_URL }), `SOCKET is "${SOCKET}", but it must be a path of at most 107`);
});

void t.test('what systemd sets for a service is taken up as it comes', async (t) => {
  const NOTIFY_SOCKET = '/run/systemd/notify';
  t.same(read({ NOTIFY_SOCKET }).systemd, { watchdogMs: null });
  t.same(read({ NOTIFY_SOCKET, WATCHDOG_USEC: '30000000' }).systemd, { watchdogMs: 30_000 });
  t.equal(read({ WATCHDOG_USEC: '30000000' }).systemd, null, 'nobody listens');
});

void t.test('TRUST_PROXY is a list of addresses and ranges', async (t) => {
  t.same(read({ TRUST_PROXY: ' 127.0.0.1, 10.0.0.0/8 ,2001:db8::/32,' }).trustProxy, [
    '127.0.0.1',
    '10.0.0.0/8',
    '2001:db8::/32',
  ]);
  for (const odd of [
    'true',
    '1',
    'proxy.example.org',
    '10.0.0.0/33',
    '::/129',
    '999.1.1.1',
    '10.0.0.0/8/8',
    '10.0.0.0/',
  ])
    t.match(
      refusal({ TRUST_PROXY: `127.0.0.1,${odd}` }),
      `TRUST_PROXY is "${odd}", but it must be addresses`,
    );
});

void t.test('STATE_DIR is taken from the folder of the program, or absolute', async (t) => {
  t.equal(read({ STATE_DIR: 'state' }).stateDir, '/srv/journal/state');
  t.equal(read({ STATE_DIR: '/var/lib/rawjournal' }).stateDir, '/var/lib/rawjournal');
});

void t.test('DATABASE_URL names server, user and database', async (t) => {
  t.same(read({ DATABASE_URL: 'postgresql://admin:p%40ss@db.example.org:6543/journal' }).database, {
    address: { host: 'db.example.org', port: 6543, database: 'journal' },
    user: 'admin',
    password: 'p@ss',
  });
  t.match(read({ DATABASE_URL: 'postgres:///journal?host=/run/postgresql' }).database, {
    address: { host: '/run/postgresql', port: 5432, database: 'journal' },
    user: 'postgres',
  });
  const encrypted = read({ DATABASE_URL: 'postgres://u:p@h/journal?sslmode=require' }).database;
  t.equal(encrypted?.address.ssl, true);
  t.equal(read({ DATABASE_URL: 'postgres://u:p@h/journal' }).database?.address.ssl, undefined);
});

void t.test('a refused DATABASE_URL or REDIS_URL is named, and nothing of it repeated', async (t) => {
  const secret = 'hunter2canary';
  const databases = [
    `mysql://admin:${secret}@h/journal`,
    `admin:${secret}@h/journal`,
    `postgres://admin:${secret}@h`,
    `postgres://admin:${secret}@h:port/journal`,
    `postgres://admin:${secret}@h:99999/journal`,
    `postgres://admin:${secret}%ff@h/journal`,
    `postgres://admin:${secret}@[h/journal`,
    `postgres://admin:${secret}@h/journal?sslrootcert=/nowhere/${secret}`,
  ];
  for (const DATABASE_URL of databases) {
    const sentence = refusal({ DATABASE_URL });
    t.match(sentence, /^DATABASE_URL is "…", but it must be a PostgreSQL address/, DATABASE_URL);
    t.notMatch(sentence, secret);
  }
  for (const REDIS_URL of [`http://:${secret}@h`, `h:6379/${secret}`, `redis://:${secret}@h:port`, 'redis']) {
    const sentence = refusal({ REDIS_URL });
    t.match(sentence, /^REDIS_URL is "…", but it must be a Redis address/, REDIS_URL);
    t.notMatch(sentence, secret);
  }
});

void t.test('REDIS_URL is an address, encrypted or not, or a socket', async (t) => {
  for (const REDIS_URL of ['redis://127.0.0.1:6379', 'rediss://:pass@cache.example.org/1', '/run/redis.sock'])
    t.equal(read({ REDIS_URL }).redisUrl, REDIS_URL);
});

void t.test('SIGN_UP and LOG_LEVEL are one of the words there are', async (t) => {
  for (const SIGN_UP of ['open', 'closed'] as const) t.equal(read({ SIGN_UP }).signUp, SIGN_UP);
  for (const LOG_LEVEL of ['debug', 'info', 'warn', 'error', 'silent'] as const)
    t.equal(read({ LOG_LEVEL }).logLevel, LOG_LEVEL);
  t.equal(refusal({ SIGN_UP: 'false' }), 'SIGN_UP is "false", but it must be one of open, closed.');
  for (const LOG_LEVEL of ['trace', 'INFO', 'constructor', '__proto__'])
    t.match(refusal({ LOG_LEVEL }), `LOG_LEVEL is "${LOG_LEVEL}", but it must be one of debug, info,`);
});

void t.test('API_CORS_ORIGINS is a list of origins, never a pattern', async (t) => {
  const API_CORS_ORIGINS = ' https://App.example.org:443/ , http://localhost:8080,';
  t.same(read({ API_CORS_ORIGINS }).apiCorsOrigins, ['https://app.example.org', 'http://localhost:8080']);
  for (const odd of [
    '*',
    'null',
    'app.example.org',
    'https://*.example.org/x',
    'https://a.example/path',
    'file:///',
  ])
    t.match(
      refusal({ API_CORS_ORIGINS: odd }),
      /^API_CORS_ORIGINS is ".+", but it must be an address without/,
    );
});
