import { z } from 'zod';
import type { Database } from '../data/database.js';
import { examine, type LentFacts } from '../doctor/lent.js';
import { runningFacts } from '../doctor/running.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import type { Keyring } from '../lib/seal.js';
import type { MarketSource } from '../sync/market.js';
import { TerminalError } from '../terminals/call.js';
import type { Config } from './config.js';
import type { ControlRoutes } from './control.js';
import type { Engine } from './engine.js';
import { lend, whenFree } from './lend.js';

export interface DoctorParts {
  config: Config;
  /** null: this installation runs without terminals */
  engine: Engine | null;
  db: Database;
  keyring: Keyring;
  clock: Clock;
  /** of the account by which prices are read; null: none can be set here */
  market: MarketSource | null;
}

/** What a borrowed terminal has shown, or why it shows nothing. */
export type Loan = { facts: LentFacts } | { obstacle: string };

const wanted = z.strictObject({ accounts: z.array(z.uuid()).max(20) });

/** What `rawjournal doctor` asks of the running program. */
export const doctorRoutes = (parts: DoctorParts): ControlRoutes => ({
  'GET /doctor/slots': () => runningFacts(parts.config, parts.engine?.terminals ?? null, parts.clock),
  'POST /doctor/examinations': async (body): Promise<Loan> => {
    const { accounts } = wanted.parse(body);
    const { engine, db, keyring, clock, market } = parts;
    if (engine === null) throw new Fault(409, 'no_terminals', 'This installation runs without terminals.');
    const blocked = engine.terminals.ground.find(({ level }) => level === 'red');
    if (blocked !== undefined)
      throw new Fault(409, 'no_terminals', `No terminal is started: ${blocked.says}.`);
    const restart = (slot: number): void => engine.terminals.restart(slot);
    try {
      const facts = await lend(engine, (slot) =>
        examine({ db, keyring, clock, market, restart, whenFree }, slot, accounts),
      );
      return { facts };
    } catch (error) {
      if (error instanceof TerminalError) return { obstacle: error.message };
      throw error;
    }
  },
});
