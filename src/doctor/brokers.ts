import type { ServerVerdict } from '../terminals/check-server.js';
import { failed, named, notRun, passed, type Row } from './row.js';

/**
 * Servers under the names that their brokers gave them last; brokers rename them, and open new ones. The first that is
 * known decides: asking costs a refused login of an account that nobody has, and a start of the terminal.
 */
export const brokers: readonly { name: string; servers: readonly string[] }[] = [
  { name: 'Exness', servers: ['Exness-MT5Trial7', 'Exness-MT5Real8'] },
  { name: 'XM', servers: ['XMGlobal-MT5', 'XMGlobal-MT5 2'] },
  { name: 'FBS', servers: ['FBS-Demo', 'FBS-Real'] },
  { name: 'OctaFX', servers: ['OctaFX-Demo', 'OctaFX-Real'] },
  { name: 'IC Markets', servers: ['ICMarketsSC-Demo', 'ICMarketsSC-MT5'] },
  { name: 'HFM', servers: ['HFMarketsGlobal-Demo', 'HFMarketsGlobal-Live1'] },
  { name: 'Tickmill', servers: ['Tickmill-Demo', 'Tickmill-Live'] },
  { name: 'FXTM', servers: ['ForexTimeFXTM-Demo01'] },
];

const nameOf = (broker: string) => named(`knows ${broker}`);

/** Asks until a server is known. `check` must not throw. */
export async function brokerVerdicts(
  servers: readonly string[],
  check: (server: string) => Promise<ServerVerdict>,
): Promise<ServerVerdict[]> {
  const verdicts: ServerVerdict[] = [];
  for (const server of servers) {
    const verdict = await check(server);
    verdicts.push(verdict);
    if (verdict.is === 'known') break;
  }
  return verdicts;
}

export function brokerRow(broker: string, verdicts: readonly ServerVerdict[]): Row {
  const known = verdicts.find(({ is }) => is === 'known');
  if (known !== undefined) return passed(nameOf(broker), `${known.server}: ${known.why}`);
  const says = verdicts.map(({ server, is, why }) => `${server} is ${is} (${why})`).join(', ');
  if (verdicts.every(({ is }) => is === 'unknown'))
    return failed(
      nameOf(broker),
      says,
      'Take the servers.dat of a MetaTrader in which an account of theirs is open: rawjournal servers add FILE. They may have renamed it: rawjournal servers check NAME.',
    );
  return notRun(nameOf(broker), says, 'Run this again.');
}

export const brokersNotAsked = (why: string, todo: string): Row =>
  notRun(named('brokers'), why, `${todo} It asks ${brokers.map(({ name }) => name).join(', ')}.`);
