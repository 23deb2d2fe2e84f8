import { TerminalError } from './call.js';
import type { Slot } from './supervisor.js';

/** known: its broker answered · unknown: no terminal finds it · unclear: neither, and `why` says what there was */
export interface ServerVerdict {
  readonly server: string;
  readonly is: 'known' | 'unknown' | 'unclear';
  readonly why: string;
}

/** No broker gives an account this number: it can only be refused, and being refused is an answer. */
const nobody = '1';

/**
 * Asks a broker for an account that is not there: a server that refuses it is known. Once, since brokers count refused
 * logins. The terminal is started anew afterwards, as after every refused login.
 */
export async function checkServer(slot: Slot, server: string, password: string): Promise<ServerVerdict> {
  const verdict = (is: ServerVerdict['is'], why: string): ServerVerdict => ({ server, is, why });
  try {
    await slot.call('login', { login: nobody, server, password });
    return verdict('known', 'it let somebody in');
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    if (error.kind === 'auth') return verdict('known', 'its broker answered');
    if (error.kind === 'server-unknown') return verdict('unknown', 'no answer came');
    return verdict('unclear', error.message);
  }
}
