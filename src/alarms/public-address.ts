import { BlockList, isIP } from 'node:net';

/** What is no place on the public internet (IANA's registries of special-purpose addresses). */
const private4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of IPv6 only global unicast is public; in it lie Teredo and others of 2001::/23, documentation, 6to4 and SRv6. */
const global6 = ['2000::', 3] as const;
const private6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const;

const listOf = (subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, family);
  return list;
};

const refused4 = listOf(private4, 'ipv4');
const refused6 = listOf(private6, 'ipv6');
const allowed6 = listOf([global6], 'ipv6');

/**
 * Whether an address is one of the public internet. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo)
 * never is, whatever it stands for, and neither is one that names an interface.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  const version = isIP(address);
  if (version === 4) return !refused4.check(address, 'ipv4');
  return version === 6 && allowed6.check(address, 'ipv6') && !refused6.check(address, 'ipv6');
}
