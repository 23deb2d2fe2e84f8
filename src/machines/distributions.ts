/** A system that RawJournal is made for, and where its packages come from. */
export interface Distribution {
  name: 'bookworm' | 'trixie' | 'jammy' | 'noble';
  mirror: string;
  components: string;
  /** beside the release itself: suites with their mirrors */
  updates: [mirror: string, suite: string][];
  /** what its archive lacks and no stand-in is there for; null: nothing */
  lacks: string | null;
  /** a package with the keys of its archive, where Debian's own debootstrap has none */
  keyring: { address: string; sha256: string; file: string } | null;
}

const debian = (name: 'bookworm' | 'trixie'): Distribution => ({
  name,
  mirror: 'http://deb.debian.org/debian',
  components: 'main',
  updates: [
    ['http://deb.debian.org/debian', `${name}-updates`],
    ['http://deb.debian.org/debian-security', `${name}-security`],
  ],
  lacks: null,
  keyring: null,
});

const ubuntu = (name: 'jammy' | 'noble'): Distribution => ({
  name,
  mirror: 'http://archive.ubuntu.com/ubuntu',
  components: 'main universe',
  updates: [
    ['http://archive.ubuntu.com/ubuntu', `${name}-updates`],
    ['http://security.ubuntu.com/ubuntu', `${name}-security`],
  ],
  lacks: name === 'jammy' ? 'PostgreSQL 15, which comes from apt.postgresql.org' : null,
  keyring: {
    address:
      'http://archive.ubuntu.com/ubuntu/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb',
    sha256: '36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8',
    file: 'usr/share/keyrings/ubuntu-archive-keyring.gpg',
  },
});

export const distributions: readonly Distribution[] = [
  debian('bookworm'),
  debian('trixie'),
  ubuntu('jammy'),
  ubuntu('noble'),
];
