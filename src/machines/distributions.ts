/** A system that RawJournal is made for, and where its packages come from. */
export interface Distribution {
  name: 'bookworm' | 'trixie' | 'jammy' | 'noble';
  mirror: string;
  components: string;
  /** beside the release itself: suites with their mirrors */
  updates: [mirror: string, suite: string][];
  /** the major version of PostgreSQL that an installation gets there */
  postgres: number;
  /** what comes from an archive of others, and the packages of which system stand in for it; null: nothing */
  borrows: Borrowed | null;
  /** what its own Wine says of itself; null: too old for Windows programs of today */
  wine: string | null;
  /** a package with the keys of its archive, where Debian's own debootstrap has none */
  keyring: { address: string; sha256: string; file: string } | null;
}

export interface Borrowed {
  what: string;
  from: Distribution['name'];
  packages: readonly string[];
  /** of those, what the system has in an older version, and keeps renewed when all else is taken away */
  renewed: RegExp;
}

const debian = (name: 'bookworm' | 'trixie'): Distribution => ({
  name,
  mirror: 'http://deb.debian.org/debian',
  components: 'main',
  updates: [
    ['http://deb.debian.org/debian', `${name}-updates`],
    ['http://deb.debian.org/debian-security', `${name}-security`],
  ],
  postgres: name === 'bookworm' ? 15 : 17,
  borrows: null,
  wine: name === 'bookworm' ? 'wine-8.0' : 'wine-10.0',
  keyring: null,
});

/** Ubuntu 22.04 has PostgreSQL 14: there it comes from apt.postgresql.org, which Debian's own packages stand in for. */
const postgresOfDebian: Borrowed = {
  what: 'PostgreSQL 15',
  from: 'bookworm',
  renewed: /\/libzstd/,
  packages: [
    ...[
      'postgresql',
      'postgresql-15',
      'postgresql-client-15',
      'postgresql-common',
      'postgresql-client-common',
    ],
    ...['libpq5', 'libicu72', 'libzstd1'],
  ],
};

const ubuntu = (name: 'jammy' | 'noble'): Distribution => ({
  name,
  mirror: 'http://archive.ubuntu.com/ubuntu',
  components: 'main universe',
  updates: [
    ['http://archive.ubuntu.com/ubuntu', `${name}-updates`],
    ['http://security.ubuntu.com/ubuntu', `${name}-security`],
  ],
  postgres: name === 'jammy' ? 15 : 16,
  borrows: name === 'jammy' ? postgresOfDebian : null,
  wine: null,
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

/** Throws where there is none of that name. */
export function distributionOf(name: string): Distribution {
  const found = distributions.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`There is no ${name}: ${distributions.map((one) => one.name).join(', ')}.`);
  return found;
}
