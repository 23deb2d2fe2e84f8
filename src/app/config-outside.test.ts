import t from 'tap';
import { refusedSettings as refusal, settingsOf as read } from '../testing/settings.js';

void t.test('backups go where they are told to, and no secret of a remote stands in its name', async (t) => {
  const { backup } = read({
    ...{ STATE_DIR: '/srv/state', BACKUP_RECIPIENTS: '/etc/rj/recipients.txt', BACKUP_KEEP: '14,8,0' },
    ...{ BACKUP_REMOTE: 'offsite:bucket/rj', BACKUP_RCLONE_CONFIG: '/etc/rj/rclone.conf' },
  });
  t.same(backup, {
    folder: '/srv/state/backups',
    recipients: '/etc/rj/recipients.txt',
    remote: { name: 'offsite:bucket/rj', config: '/etc/rj/rclone.conf' },
    ...{ screenshots: null, pingUrl: null },
    keep: { daily: 14, weekly: 8, monthly: 0 },
  });
  t.equal(read({ BACKUP_DIR: '/mnt/b' }).backup.folder, '/mnt/b');
  t.same(read({ BACKUP_REMOTE: '/mnt/usb' }).backup.remote, { name: '/mnt/usb', config: null });
  const spelt = ':s3,secret_access_key=canary:bucket';
  for (const name of [spelt, 'offsite,secret=canary:bucket', '--config=x', 'bucket']) {
    t.match(refusal({ BACKUP_REMOTE: name }), 'BACKUP_REMOTE is "…", but it must be a folder');
    t.notMatch(refusal({ BACKUP_REMOTE: name }), 'canary');
  }
  for (const keep of ['7', '7,4', '7,4,6,1', '-1,4,6', 'a,b,c'])
    t.match(refusal({ BACKUP_KEEP: keep }), 'how many days, weeks and months');
  t.match(refusal({ BACKUP_RECIPIENTS: 'recipients.txt' }), 'it must be a path');
  const places = read({ BACKUP_SCREENSHOTS: '/srv/pictures', BACKUP_PING_URL: 'https://ping.example/x' });
  t.match(places.backup, { screenshots: '/srv/pictures', pingUrl: 'https://ping.example/x' });
  for (const url of ['canary', 'ftp://canary.example/'])
    t.equal(
      refusal({ BACKUP_PING_URL: url })?.includes('canary'),
      false,
      'and what was given is not repeated',
    );
});

void t.test(
  'keys are read where systemd handed them over, else at their home, else among the state',
  async (t) => {
    t.equal(read({}).keys, null);
    const units = '/etc/systemd/system';
    const [CREDENTIALS_DIRECTORY, CREDENTIALS_FROM] = ['/run/credentials/rj', '/etc/rj/credentials'];
    t.same(read({ CREDENTIALS_FROM }).keys, { folder: CREDENTIALS_FROM, home: CREDENTIALS_FROM, units });
    t.same(read({ CREDENTIALS_DIRECTORY }).keys, { folder: CREDENTIALS_DIRECTORY, home: null, units });
    t.same(read({ CREDENTIALS_DIRECTORY, CREDENTIALS_FROM, CREDENTIALS_UNITS: '/u' }).keys, {
      ...{ folder: CREDENTIALS_DIRECTORY, home: CREDENTIALS_FROM, units: '/u' },
    });
    t.match(refusal({ CREDENTIALS_FROM: 'credentials' }), 'it must be a path');
  },
);

void t.test('figures for Prometheus have a port of their own, or none', async (t) => {
  t.equal(read({ METRICS_PORT: '9400' }).metricsPort, 9400);
  t.match(refusal({ METRICS_PORT: '3000' }), 'but it must be another port than PORT.');
  t.match(refusal({ METRICS_PORT: '9400', PORT: '9400' }), 'another port than PORT');
  for (const port of ['0', '65536', 'on', '-1', '9400 '])
    t.match(refusal({ METRICS_PORT: port }), 'a port number from 1 to 65535', port);
});

void t.test('what is watched is named by paths, addresses and hosts', async (t) => {
  const file = '/etc/letsencrypt/live/example.org/fullchain.pem';
  t.equal(read({ TLS_CERTIFICATE: file }).certificate, file);
  t.match(refusal({ TLS_CERTIFICATE: 'fullchain.pem' }), 'a path, such as /etc');
  t.equal(read({ RELEASE_BASE_URL: 'https://example.org/r/' }).releases, 'https://example.org/r');
  t.equal(read({ RELEASE_BASE_URL: 'http://127.0.0.1:81' }).releases, 'http://127.0.0.1:81');
  for (const url of [
    'http://example.org',
    'ftp://example.org',
    'example.org',
    'https://a:b@example.org',
    'https://e/?q',
  ])
    t.match(refusal({ RELEASE_BASE_URL: url }), 'an https address', url);
  t.same(read({ ALARM_PRIVATE_HOSTS: 'Chat.lan:443, 192.168.1.5:8080,[fd00::1]:80' }).alarmPrivateHosts, [
    ...['chat.lan:443', '192.168.1.5:8080', '[fd00::1]:80'],
  ]);
  for (const host of ['chat.lan', 'chat.lan:0', 'https://chat.lan:443', 'chat.lan:443/x', '*:443', 'fd00::1'])
    t.match(refusal({ ALARM_PRIVATE_HOSTS: host }), 'hosts with their ports', host);
});
