import { readFileSync } from 'node:fs';

/** TCP_LISTEN of the kernel */
const listening = '0A';

const bytesOf = (hex: string): number[] => [...Buffer.from(hex, 'hex')];

/** As /proc writes it: words of four bytes, each in this machine's own order, which is the wrong way round. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => bytesOf(word).reverse());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) + (bytes[2 * at + 1] ?? 0));
  return `[${groups.map((group) => group.toString(16)).join(':')}]`;
}

/** The addresses at which a table of /proc/net says that somebody listens on this port. */
export const listenersIn = (table: string, port: number): string[] =>
  table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', hexPort = ''] = local.split(':');
    return state === listening && parseInt(hexPort, 16) === port ? [addressOf(address)] : [];
  });

/** The same of this machine, for both families of addresses; null where it does not tell. */
export function listenersOn(port: number): string[] | null {
  try {
    return ['tcp', 'tcp6'].flatMap((family) =>
      listenersIn(readFileSync(`/proc/net/${family}`, 'utf8'), port),
    );
  } catch {
    return null;
  }
}
