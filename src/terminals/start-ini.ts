import type { Params } from './protocol.js';
import { TerminalError } from './call.js';

/** What an INI line can carry: a line feed in a password would be a setting of its own. */
const isPlain = (value: string): boolean => /^[\x20-\x7e]+$/.test(value);

/**
 * The configuration with which MetaTrader starts into an account. It reads ASCII and refuses UTF-16; no comments.
 * Trading, imports of libraries and news are off, and the password is not kept.
 * https://www.metatrader5.com/en/terminal/help/start_advanced/start
 */
export function startIni({ login, server, password }: Params<'login'>): string {
  if (![login, server, password].every(isPlain)) {
    throw new TerminalError('internal', 'MetaTrader cannot be started with these characters.');
  }
  const lines = [
    '[Common]',
    `Login=${login}`,
    `Password=${password}`,
    `Server=${server}`,
    ...['KeepPrivate=0', 'NewsEnable=0'],
    ...['[Charts]', 'MaxBars=1000000'],
    ...['[Experts]', 'Enabled=0', 'AllowLiveTrading=0', 'AllowDllImport=0', 'Account=0'],
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
