import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remoteNetwork } from '../../src/adapters/authzen/remote-network.js';

describe('whom an address stands for', () => {
  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1:2:3:4:5:6', '0:0:1:2::/64'],
    ['64:ff9b:1::1', '64:ff9b:1:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::2%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8::192.0.2.1', '2001:db8:0:0::/64'],
    ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['[2001:db8::1]', '2001:db8:0:0::/64'],
  ])('%s is of the network %s', (address, network) => {
    expect(remoteNetwork(address)).toBe(network);
  });

  test.each([
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '64:ff9b::c000:201',
    '64:ff9b::192.0.2.1',
    '::1',
    '::',
    '2001:db8::1::2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::1',
    '2001:db8::192.0.2.256',
    '[]:443',
    'proxy',
    '',
    'unix:',
  ])('%j is itself', (address) => {
    expect(remoteNetwork(address)).toBe(address);
  });

  test('has no port, which would be another one each time', () => {
    expect(remoteNetwork('192.0.2.1:443')).toBe('192.0.2.1');
    expect(remoteNetwork('[::1]:443')).toBe('::1');
  });

  test('is remembered in few characters, whatever a proxy passes on', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 500 }), fc.ipV6(), fc.ipV4()),
        (address) => remoteNetwork(address).length <= 64,
      ),
      { seed: 7 },
    );
  });

  test('of IPv6 is the same for all hosts of a network, however they are written, and for no other', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    const text = (all: readonly number[]) => all.map((each) => each.toString(16)).join(':');
    fc.assert(
      fc.property(groups, groups, groups, groups, (one, other, host, another) => {
        const network = remoteNetwork(text([...one, ...host]));
        // What a browser makes of it: the shortest way to write it.
        const short = new URL(`http://[${text([...one, ...another])}]`).hostname.slice(1, -1);
        if (one.some((each) => each !== 0)) expect(remoteNetwork(short)).toBe(network);
        const isSame = remoteNetwork(text([...other, ...host])) === network;
        expect(isSame).toBe(text(one) === text(other));
      }),
      { seed: 7 },
    );
  });
});
