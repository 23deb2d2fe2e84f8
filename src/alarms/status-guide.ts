import type { Advice } from './guide.js';

const log = 'journalctl -u rawjournal -n 200 shows the log of RawJournal on a server of its own.';

/** By the name at the beginning of a line of the status: what it means when it is not green, and what to do. */
export const statusGuide: Readonly<Record<string, Advice>> = {
  web: {
    title: 'web',
    means:
      'RawJournal itself does not run, or does not answer its command line. Nobody sees pages, and nothing is read.',
    todo: [
      'systemctl status rawjournal, and journalctl -u rawjournal -n 200: the last lines say why it ended, in a sentence.',
      'A setting that cannot be used is named there: mend it in /etc/rawjournal/rawjournal.env.',
      'systemctl restart rawjournal. After twenty failed starts within a quarter of an hour: systemctl reset-failed rawjournal first.',
    ],
  },
  database: {
    title: 'database',
    means:
      'PostgreSQL does not answer. Pages say so and try again; terminals go on, and what they read is written once it is back. Nothing that was acknowledged is lost.',
    todo: [
      'systemctl status postgresql, and the newest file in /var/log/postgresql.',
      'A full disk stops it: df -h.',
      'systemctl restart postgresql. RawJournal finds it again by itself.',
    ],
  },
  'live store': {
    title: 'live store',
    means:
      'Redis does not answer. Sessions are in the database and stay; who is online and how often somebody tried is counted in the program until it is back.',
    todo: [
      'systemctl status redis-server, then systemctl restart redis-server.',
      'Without Redis: take REDIS_URL away.',
    ],
  },
  isolation: {
    title: 'isolation',
    means:
      'A rule of the database that keeps people apart does not hold as it should. Each breach is named. This comes from a change by hand, or from a restore that was not ours.',
    todo: [
      'rawjournal migrate, as an administrator of PostgreSQL.',
      'If it stays: take people off the server until it is mended, and restore the last verified backup.',
    ],
  },
  users: {
    title: 'users',
    means: 'Nobody administers this installation, or no administrator is let in.',
    todo: [
      'A new one: open the first page; the code it asks for stands in the log.',
      'rawjournal user role --email ADDRESS --role admin makes somebody one.',
    ],
  },
  mail: {
    title: 'mail',
    means:
      'Letters wait that should have left, or some were given up: the mail server does not answer, does not let RawJournal in, or refused them. Each is tried again for a day.',
    todo: [
      '/admin/mail shows the last answer of the server beside each letter, and sends a test letter.',
      'rawjournal doctor tries the server, its certificate and the login without sending anything.',
      'SMTP_URL, MAIL_FROM and the file of the password: see Mail in the README.',
    ],
  },
  servers: {
    title: 'servers',
    means:
      'Somebody connected an account at a broker whose server no terminal knows. That account waits; others do not.',
    todo: [
      'rawjournal servers check NAME asks a terminal once more.',
      'rawjournal servers add FILE teaches a servers.dat of a MetaTrader that knows the broker.',
      'A name that was mistyped: rawjournal servers forget NAME.',
    ],
  },
  prices: {
    title: 'prices',
    means:
      'The one account by which prices and charts are read is not set, or its broker does not let it in. Demo accounts end after a while. Accounts themselves are read without it.',
    todo: [
      'Open a demo account at any broker.',
      'Set it at /admin/terminals, or by rawjournal market-account set.',
    ],
  },
  wine: {
    title: 'wine',
    means:
      'Wine or Xvfb is missing, or in a version under which MetaTrader does not run. No terminal starts.',
    todo: ['Run wine/provision.sh as root; it installs what is missing and changes nothing else.'],
  },
  prefixes: {
    title: 'prefixes',
    means: 'wine/provision.sh is at work in the folders of the terminals, and they rest meanwhile.',
    todo: ['Wait until it is done, then: systemctl restart rawjournal.'],
  },
  metatrader: {
    title: 'metatrader',
    means: 'MetaTrader or its Python package is not where terminals look for it.',
    todo: [
      'Run wine/provision.sh as root, then: systemctl restart rawjournal.',
      'rawjournal doctor says line by line what works.',
    ],
  },
  containment: {
    title: 'containment',
    means:
      'Terminals run in sandboxes, and none can be made here: bubblewrap is missing, or the kernel keeps user namespaces from everybody. No terminal is ever started without its sandbox unless an administrator says so.',
    todo: [
      'apt install bubblewrap.',
      'Ubuntu from 23.10 on: install systemd/bwrap.apparmor as /etc/apparmor.d/bwrap, then systemctl reload apparmor.',
      'A container or virtual server that forbids them: ask whoever hosts it.',
    ],
  },
  terminals: {
    title: 'terminals',
    means:
      'None that reads accounts is ready: numbers grow old. Nothing is lost; what is missed is read later.',
    todo: [
      'See the line of each terminal: it says in what state it is, and for how long.',
      'rawjournal doctor tries everything that a reading needs.',
      log,
    ],
  },
  terminal: {
    title: 'terminal 1, 2, 3, 4',
    means:
      'One terminal starts, rests after a failure, has no connection, or keeps ending. Others read its accounts meanwhile.',
    todo: [
      'It starts anew by itself. Its page under Terminals has its last lines and its last exit.',
      'rawjournal terminal restart N, when the cause is mended.',
    ],
  },
  queue: {
    title: 'queue',
    means: 'Accounts wait longer for their reading than they should.',
    todo: ['See terminals and capacity: either one is away, or more is read than fits.'],
  },
  capacity: {
    title: 'capacity',
    means:
      'More accounts are watched at once than fit in 15 s at the switch times measured. Everybody’s intervals stretch evenly, and every number shows its age.',
    todo: [
      'Bring back terminals that are away.',
      'Pause accounts that nobody needs. Accounts at one broker server take less time than at many.',
    ],
  },
  sync: {
    title: 'sync',
    means: 'Fewer than 95 of 100 visits of accounts came to something within the hour.',
    todo: [
      'See terminals, and the accounts that have no connection; brokers in maintenance come back by themselves.',
    ],
  },
  requests: {
    title: 'requests',
    means: 'Pages take longer than 200 ms, or more than one in a hundred failed.',
    todo: [
      'See queries and machine: a slow disk or a full memory shows there first.',
      'The log names each request that failed.',
    ],
  },
  queries: {
    title: 'queries',
    means: 'Statements of the database took longer than half a second. Its log names them.',
    todo: [
      'Look into /var/log/postgresql.',
      'A very large account: more memory for PostgreSQL (shared_buffers) helps most.',
    ],
  },
  machine: {
    title: 'machine',
    means:
      'The load and the least free memory of this machine. It has no goal; a load above the number of its processors is too much.',
    todo: [
      'top shows what takes it.',
      'Four terminals, PostgreSQL and RawJournal want two processors and 8 GB.',
    ],
  },
  accounts: {
    title: 'accounts',
    means: 'The most accounts that each terminal read within a minute. It has no goal.',
    todo: ['A terminal that reads far fewer than others: see its line.'],
  },
  availability: {
    title: 'availability',
    means:
      'Of the minutes of the last thirty days fewer than 99.5 of 100 ended with a RawJournal that lived and a database that answered.',
    todo: [
      'The log has each start; the journal of systemd says why it was started: journalctl -u rawjournal | grep -i started.',
    ],
  },
  alarms: {
    title: 'alarms',
    means: 'Something is amiss of which the administrator is told, or a message about it was not delivered.',
    todo: [
      '/admin/alarms shows what, and since when.',
      'Send a test there: it says what came back from each way.',
    ],
  },
  disk: {
    title: 'disk',
    means: 'Less than 15 % of the disk is free. Below 5 % nothing can be imported.',
    todo: [
      'du -xh --max-depth=2 / | sort -h | tail shows what takes the room.',
      'journalctl --vacuum-size=500M and apt-get clean give some back.',
      'A larger disk, or backups kept elsewhere (BACKUP_DIR, BACKUP_REMOTE).',
    ],
  },
  backup: {
    title: 'backup',
    means:
      'No backup is made, the last one failed, or it is older than 26 hours. What was written since the last verified one (notes, manual trades, imports, screenshots) would be lost with this machine; what brokers list comes back by itself.',
    todo: [
      'None is made: say for whom they are encrypted (BACKUP_RECIPIENTS in /etc/rawjournal/backup.env).',
      'systemctl start rawjournal-backup, then journalctl -u rawjournal-backup -n 50: it says in a sentence what is wrong.',
      'systemctl list-timers rawjournal-backup.timer shows whether it runs at all.',
    ],
  },
  'backup copy': {
    title: 'backup copy',
    means:
      'There is no copy of the last backup on another machine, it was not read back for more than a week, or it is not what was copied.',
    todo: [
      'Set BACKUP_REMOTE in /etc/rawjournal/backup.env, and its secrets in the file of BACKUP_RCLONE_CONFIG.',
      'systemctl start rawjournal-copy, then journalctl -u rawjournal-copy -n 50.',
      'A copy that is of no use stays where it is: the next night makes a new one. Look at the storage it lies on.',
    ],
  },
};

/** Where the guide speaks of a line of the status. */
export const statusAnchor = (name: string): string =>
  `status-${name.replace(/^terminal \d+$/, 'terminal').replaceAll(' ', '-')}`;
