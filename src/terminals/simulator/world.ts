import { simulateAccount, type Account } from './account.js';
import { brokerOf } from './brokers.js';
import { readRecordings, recordedServer } from './recordings.js';

export type Admission =
  | { kind: 'admitted'; account: Account }
  /** as MetaTrader would: credentials refused, a password that can trade, a server nobody knows */
  | { kind: 'auth' | 'investor' | 'server-unknown' };

export interface World {
  admit: (credentials: { server: string; login: string; password: string }) => Admission;
}

/** Accounts kept in memory, the last used ones. */
const mostAccounts = 6;

type Access = 'investor' | 'master' | 'none';

const accessTo = (login: string, password: string): Access => {
  if (!/^[1-9]\d{5,8}$/.test(login)) return 'none';
  if (password === `inv-${login}`) return 'investor';
  return password === `main-${login}` ? 'master' : 'none';
};

const recordedAccess = (password: string): Access => {
  if (password.startsWith('inv')) return 'investor';
  return password.startsWith('main') ? 'master' : 'none';
};

function recently(make: (server: string, login: string) => Account | undefined) {
  const known = new Map<string, Account>();
  return (server: string, login: string): Account | undefined => {
    const key = `${server}/${login}`;
    const account = known.get(key) ?? make(server, login);
    if (!account) return undefined;
    known.delete(key);
    known.set(key, account);
    const [oldest] = known.keys();
    if (known.size > mostAccounts && oldest !== undefined) known.delete(oldest);
    return account;
  };
}

/** All servers with all their accounts. */
export function createWorld({ epochMs, recordings }: { epochMs: number; recordings: string | null }): World {
  const recorded = recordings === null ? null : readRecordings(recordings);
  const accountOf = recently((server, login) => {
    if (server === recordedServer) return recorded?.get(login);
    const broker = brokerOf(server);
    return broker && simulateAccount(broker, login, epochMs);
  });
  const isKnown = (server: string): boolean =>
    server === recordedServer ? recorded !== null : brokerOf(server) !== undefined;
  return {
    admit: ({ server, login, password }) => {
      if (!isKnown(server)) return { kind: 'server-unknown' };
      const isRecorded = server === recordedServer;
      const access = isRecorded ? recordedAccess(password) : accessTo(login, password);
      const account = access === 'none' ? undefined : accountOf(server, login);
      if (!account) return { kind: 'auth' };
      return access === 'master' ? { kind: 'investor' } : { kind: 'admitted', account };
    },
  };
}

const accountsByEpoch = new Map<number, (server: string, login: string) => Account | undefined>();

/** An account of a simulated server without a terminal: for tests and benchmarks. Throws where the server is unknown. */
export function accountAt(server: string, login: string, epochMs: number): Account {
  const find =
    accountsByEpoch.get(epochMs) ??
    recently((name, id) => {
      const broker = brokerOf(name);
      return broker && simulateAccount(broker, id, epochMs);
    });
  accountsByEpoch.set(epochMs, find);
  const account = find(server, login);
  if (!account) throw new Error(`There is no simulated server ${server}.`);
  return account;
}
