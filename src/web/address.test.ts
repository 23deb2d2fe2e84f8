import fc from 'fast-check';
import { test } from 'tap';
import { addressKey, isAddressOrRange, isAmong, isLoopback, shortAddress } from './address.js';

const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0xffff, 0xdb8), { minLength: 8, maxLength: 8 });

/** Every way of writing eight groups: padded or not, each run of zeros shortened or none, the tail as IPv4 or not. */
const spellings = (address: readonly number[]): string[] => {
  const [high = 0, low = 0] = address.slice(6);
  const dotted = [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const plain = address.map((group) => group.toString(16));
  const padded = plain.map((group) => group.padStart(4, '0'));
  const texts = [plain, padded].flatMap((parts) => [parts, [...parts.slice(0, 6), dotted]]);
  return texts
    .flatMap((parts) => [parts.join(':'), ...shortened(parts)])
    .flatMap((s) => [s, s.toUpperCase()]);
};

const shortened = (parts: readonly string[]): string[] =>
  parts.flatMap((_, from) =>
    parts.flatMap((_part, to) =>
      to >= from && parts.slice(from, to + 1).every((part) => /^0+$/.test(part))
        ? [`${parts.slice(0, from).join(':')}::${parts.slice(to + 1).join(':')}`]
        : [],
    ),
  );

void test('All spellings of one IPv6 address give one key, and a key is its own key', (t) => {
  fc.assert(
    fc.property(fc.oneof(groups, sparse), (address) => {
      const keys = new Set(spellings(address).map(addressKey));
      const [key = ''] = keys;
      return keys.size === 1 && addressKey(key) === key;
    }),
  );
  t.end();
});

void test('Two addresses have one key exactly when they share their first 64 bits', (t) => {
  const text = (address: readonly number[]): string => address.map((group) => group.toString(16)).join(':');
  fc.assert(
    fc.property(groups, groups, fc.nat({ max: 63 }), ([a = 1, ...rest], other, bit) => {
      fc.pre(a !== 0);
      const address = [a, ...rest];
      const neighbour = [...address.slice(0, 4), ...other.slice(4)];
      const stranger = address.map((group, i) => (i === bit >> 4 ? group ^ (1 << (bit & 15)) : group));
      const key = addressKey(text(address));
      return key === addressKey(text(neighbour)) && key !== addressKey(text(stranger));
    }),
  );
  t.end();
});

void test('Keys are canonical and readable', (t) => {
  const keys: readonly [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:C000:0201', '192.0.2.1'],
    ['2001:DB8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::2', '::/64'],
    ['::192.0.2.1', '::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['::3:4:5:6:7:8', '0:0:3:4::/64'],
    ['not an address', 'not an address'],
  ];
  for (const [ip, key] of keys) t.equal(addressKey(ip), key, ip);
  t.end();
});

void test('Any IPv4 address is its own key', (t) => {
  fc.assert(fc.property(fc.ipV4(), (ip) => addressKey(ip) === ip && addressKey(`::ffff:${ip}`) === ip));
  t.end();
});

void test('Loopback is 127.0.0.0/8 and ::1 in any spelling, and nothing else', (t) => {
  for (const ip of ['127.0.0.1', '127.255.255.254', '::1', '0::0:1', '::ffff:127.0.0.1', '::ffff:7f00:1']) {
    t.ok(isLoopback(ip), ip);
  }
  for (const ip of [
    '128.0.0.1',
    '::',
    '::2',
    '::ffff:128.0.0.1',
    '::7f00:1',
    'localhost',
    '',
    '127.1',
    '::/64',
  ]) {
    t.notOk(isLoopback(ip), ip);
  }
  t.end();
});

void test('A list of addresses and ranges holds exactly what lies in them', (t) => {
  const among = isAmong(['192.0.2.1', '10.0.0.0/8', '2001:db8::/32', '::1']);
  for (const ip of ['192.0.2.1', '::ffff:192.0.2.1', '10.255.0.1', '2001:db8:ffff::1', '::1'])
    t.ok(among(ip), ip);
  for (const ip of ['192.0.2.2', '11.0.0.1', '2001:db9::1', '::2', '', 'unknown']) t.notOk(among(ip), ip);
  t.notOk(isAmong([])('127.0.0.1'));
  for (const text of ['1.2.3.4', '1.2.3.4/0', '1.2.3.4/32', '::', '::/128'])
    t.ok(isAddressOrRange(text), text);
  for (const text of [
    '',
    'x',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    '1.2.3',
    'fe80::1%e',
  ])
    t.notOk(isAddressOrRange(text), text);
  t.end();
});

void test('An address that is kept for long tells its network alone', (t) => {
  const networks = {
    '203.0.113.77': '203.0.113.0/24',
    '::ffff:203.0.113.77': '203.0.113.0/24',
    '2001:db8:7:8:9:a:b:c': '2001:db8:7::/48',
    '2001:db8::1': '2001:db8::/48',
    '::1': '::/48',
    unknown: '',
    '': '',
  };
  for (const [ip, network] of Object.entries(networks)) t.equal(shortAddress(ip), network, ip);
  t.end();
});
