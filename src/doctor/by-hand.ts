import { masterName } from './lent-rows.js';
import { named, notRun, type Row } from './row.js';

/** What only a person with a real account sees, and how to do it. */
const steps: readonly (readonly [ReturnType<typeof named>, string])[] = [
  [
    masterName,
    'Connect a demo account with its master password: it must be refused, and the account’s page say so within a minute.',
  ],
  [
    named('host:port as server', 'D7'),
    'Connect a demo account with the broker’s address and port in place of the server’s name; note whether it gets in.',
  ],
  [
    named('wrong password, server', 'D8'),
    'Connect a demo account with a wrong password, then one at a server that does not exist: the first waits for its owner after two tries, the second says that the server is unknown, and both terminals are ready again.',
  ],
  [
    named('rare deals', 'D10'),
    'On demo accounts reverse a netting position, close a position by an opposite one, and have a credit given: compare the trades with the terminal’s own report.',
  ],
  [
    named('LiveUpdate', 'D13'),
    'After MetaTrader published a new build, run this again: builds of prefixes and packages must be the same as before.',
  ],
  [
    named('wall around MetaTrader', 'D14'),
    'While an account is read, run: kill -9 PID, with the PID of one bwrap. Of its tree nothing may be left after a second, and the terminal must be ready within a minute.',
  ],
  [
    named('no password on disk', 'D15'),
    'Stop RawJournal, put the investor password into a file without a line break (on a command line others could read it) and run: grep -rlaF -f FILE STATE_DIR/terminals; then again with the file as iconv -t utf-16le makes it. Nothing may be found.',
  ],
];

/** Those that no row before has answered. */
export const byHandRows = (before: readonly Row[]): Row[] =>
  steps
    .filter(([{ id }]) => !before.some((row) => row.id === id))
    .map(([name, todo]) => notRun(name, 'by hand', todo));
