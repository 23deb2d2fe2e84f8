import type { AlarmKind } from '../domain/alarm.js';

/** What each alarm means and what is to be done: the page behind the link of every message. */
export interface Advice {
  title: string;
  means: string;
  todo: readonly string[];
}

export const guide: Readonly<Record<AlarmKind, Advice>> = {
  quarantine: {
    title: 'Terminal in quarantine',
    means:
      'A terminal ended five times within ten minutes, or its versions do not fit together. It rests for half an hour and is then tried once more. Its accounts are read by the other terminals meanwhile, more slowly; nothing is lost.',
    todo: [
      'Open the terminal’s own page under Terminals: the last lines of its journal and its last exit say why it ends.',
      'Look into the log of RawJournal for “Terminal” and its number.',
      'When the cause is mended: rawjournal terminal restart N.',
      'Versions that do not fit: upgrade RawJournal, stop it, and run wine/provision.sh --anew.',
    ],
  },
  sync: {
    title: 'Accounts are not read',
    means:
      'Of the visits of the last fifteen minutes fewer than 95 of 100 came to something. What is missed is read later: nothing is lost, but numbers are older than they should be.',
    todo: [
      'See under Terminals whether they are all ready, and whether this machine reaches the internet.',
      'One broker that is away, for its maintenance perhaps, comes back by itself; its accounts say that they have no connection.',
      'If only one account fails, its owner sees the reason on its page.',
      'rawjournal doctor tries everything that a reading needs, line by line.',
    ],
  },
  disk: {
    title: 'Disk more than 80 % full',
    means:
      'The disk on which RawJournal keeps its state is filling up. Below 5 % of free space nothing can be imported, and a full one lets the database stop.',
    todo: [
      'See what takes the room: du -xh --max-depth=2 / | sort -h | tail.',
      'Old backups, logs (journalctl --vacuum-size=500M) and packages (apt-get clean) are what can go first.',
      'Give the machine a larger disk, or move backups elsewhere.',
    ],
  },
  backup: {
    title: 'Backup late or not verified',
    means:
      'No backup has been made and restored for a trial within 26 hours. If this machine were lost now, notes and manual trades written since the last good one would be lost with it; trades come again from the broker.',
    todo: [
      'Run rawjournal backup, and read what it says.',
      'On an appliance: systemctl status rawjournal-backup.timer, journalctl -u rawjournal-backup.',
      'A full disk or a storage that refuses the copy are the usual reasons.',
    ],
  },
  certificate: {
    title: 'Certificate ends soon, or cannot be read',
    means:
      'The certificate by which browsers know this installation ends within fourteen days, or its file cannot be read. After that no page opens without a warning. Certificates are usually renewed thirty days before, so something keeps that from happening.',
    todo: [
      'Run certbot renew --dry-run, and read what it says: port 80 has to be reachable from outside, and the name has to lead here.',
      'systemctl list-timers certbot.timer shows whether it is tried at all.',
      'After a renewal: systemctl reload nginx. RawJournal looks at the file again within a minute.',
    ],
  },
  update: {
    title: 'Update available',
    means: 'A newer RawJournal has been released. This is said once, and nothing is installed by itself.',
    todo: [
      'Read what is new in its changelog.',
      'Upgrade: install.sh --upgrade. It makes a backup first, and goes back by itself if the new one does not start.',
    ],
  },
};

/** What the failure unit of systemd tells. */
export const failedAdvice: Advice = {
  title: 'A service failed',
  means:
    'systemd gave up on a service of this server: RawJournal itself (rawjournal.service), the nightly backup (rawjournal-backup.service), its copy (rawjournal-copy.service) or the weekly check of copies (rawjournal-verify.service). It is told by the unit that failed, as RawJournal itself may be down.',
  todo: [
    'journalctl -u NAME -n 100, with the name from the message: the last lines say why, in a sentence.',
    'Mend that, then systemctl reset-failed NAME and systemctl start NAME.',
    'rawjournal status says how everything else stands.',
  ],
};
