import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { BRIDGE_SIGNALS } from '../../src/adapters/bridge.js';
import {
  type BridgePacket,
  encodePacket,
  packetReader,
} from '../../src/adapters/bridge-packets.js';
import { runs } from '../helpers/runs.js';

const lockId = 'a001020304050607';
const EXAMPLES: readonly BridgePacket[] = [
  { kind: 'connect', connection: 7, lockId, mtu: 247 },
  { kind: 'frame', connection: 7, bytes: Uint8Array.of(0xc0, 0, 1) },
  { kind: 'disconnect', connection: 7 },
  { kind: 'signal', lockId, signal: 'touched' },
  { kind: 'advert', lockId, bytes: new Uint8Array(0) },
];

test('the page on bridges shows the bytes of one packet of each kind', () => {
  const page = readFileSync('docs/bridge.md', 'utf8');
  const shown = [...page.matchAll(/^\| \d \w+ \|.*`([0-9a-f ]+)` \|$/gmu)].map(([, hex]) =>
    (hex as string).replaceAll(' ', ''),
  );
  expect(shown).toEqual(EXAMPLES.map((packet) => toHex(encodePacket(packet))));
});

const number = fc.nat(0xffff);
const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(toHex);
const packet: fc.Arbitrary<BridgePacket> = fc.oneof(
  fc.record({ kind: fc.constant('connect' as const), connection: number, lockId: id, mtu: number }),
  fc.record({
    kind: fc.constant('frame' as const),
    connection: number,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 514 }),
  }),
  fc.record({ kind: fc.constant('disconnect' as const), connection: number }),
  fc.record({
    kind: fc.constant('signal' as const),
    lockId: id,
    signal: fc.constantFrom(...BRIDGE_SIGNALS),
  }),
  fc.record({
    kind: fc.constant('advert' as const),
    lockId: id,
    bytes: fc.uint8Array({ maxLength: 16 }),
  }),
);

describe('a stream of packets', () => {
  test('is read the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 8 }), fc.array(fc.nat(60)), (packets, cuts) => {
        const stream = Buffer.concat(packets.map(encodePacket));
        const read = packetReader();
        const heard: BridgePacket[] = [];
        let at = 0;
        for (const size of [...cuts, stream.length]) {
          heard.push(...(read(stream.subarray(at, at + size)) ?? []));
          at = Math.min(stream.length, at + size);
        }
        expect(heard).toEqual(packets);
      }),
      { seed: 5, numRuns: runs(200) },
    );
  });

  test.each([
    ['an empty packet', '0000'],
    ['a packet that is too long', '0401'],
    ['an unknown kind', '000109'],
    ['a short connect', '000c010007a00102030405060700'],
    ['a frame without a byte', '0003020007'],
    ['a long disconnect', '000403000700'],
    ['an unknown signal', '000a04a00102030405060704'],
    ['a signal without its lock', '00020400'],
    ['an advert without its lock', '000805a0010203040506'],
  ])('is broken for good by %s', (_, hex) => {
    const read = packetReader();
    expect(read(fromHex(hex) as Uint8Array)).toBeUndefined();
    expect(read(encodePacket(EXAMPLES[2] as BridgePacket))).toBeUndefined();
  });

  test('holds no memory of its own beyond a piece of one packet', () => {
    const read = packetReader();
    const bytes = encodePacket({ kind: 'frame', connection: 1, bytes: new Uint8Array(500) });
    for (let round = 0; round < 1000; round++) expect(read(bytes)).toHaveLength(1);
    expect(read(bytes.subarray(0, 100))).toEqual([]);
  });
});

test('a frame that no link can carry is refused where it is made', () => {
  const frame = { kind: 'frame', connection: 1, bytes: new Uint8Array(1100) } as const;
  expect(() => encodePacket(frame)).toThrow(RangeError);
  expect(() => encodePacket({ ...EXAMPLES[0], lockId: 'front' } as BridgePacket)).toThrow(
    TypeError,
  );
});
