import { BlockList, isIP, SocketAddress } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const ipv6 = (address: string): string => new SocketAddress({ address, family: 'ipv6' }).address;

/** The first 64 or 48 bits of a canonical IPv6 address, as `2001:db8:0:1::/64`. */
const prefix = (canonical: string, bits: 64 | 48): string => {
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return `${ipv6(`${[...before, ...zeros, ...after].slice(0, bits / 16).join(':')}::`)}/${bits}`;
};

/** Whether a peer is this machine: 127.0.0.0/8, ::1, or the former written as IPv6. */
export const isLoopback = (ip: string): boolean =>
  isIP(ip) !== 0 && loopback.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** Whether a text is an IP address, or a range of them such as `10.0.0.0/8`. */
export const isAddressOrRange = (text: string): boolean => {
  const [address = '', bits = '0', ...more] = text.split('/');
  const widest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= widest && !address.includes('%');
};

/** A test for membership in a list of addresses and ranges. An IPv4 address written as IPv6 is the same address. */
export const isAmong = (ranges: readonly string[]): ((ip: string) => boolean) => {
  const known = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const version = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, version);
    else known.addSubnet(address, Number(bits), version);
  }
  return (ip) => isIP(ip) !== 0 && known.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
};

/**
 * What an address is counted under: IPv4 as it is, also when written as IPv6; IPv6 by its /64; ::1 as itself.
 * What is no address is its own key, and so is a key made here before.
 */
export const addressKey = (ip: string): string => {
  if (isIP(ip) !== 6) return ip;
  const canonical = ipv6(ip);
  const mapped = /^::ffff:([\d.]+)$/.exec(canonical)?.[1];
  if (mapped !== undefined) return mapped;
  return isLoopback(canonical) ? canonical : prefix(canonical, 64);
};

/** An address as it is kept for long: the network alone, `203.0.113.0/24` or `2001:db8:7::/48`; '' where it is none. */
export const shortAddress = (ip: string): string => {
  if (isIP(ip) === 0) return '';
  const canonical = isIP(ip) === 6 ? ipv6(ip) : ip;
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/.exec(canonical)?.[1];
  return v4 === undefined ? prefix(canonical, 48) : `${v4}.0/24`;
};
