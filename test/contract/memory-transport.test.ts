import { describe, expect, test } from 'vitest';
import type { LinkEvent } from '../../protocol/session/transport.js';
import { memoryRadio, type RadioFaults } from '../../src/adapters/memory-transport.js';
import { describeTransport, type LockEnd } from './transport.js';

function lockEnd(radio: ReturnType<typeof memoryRadio>, number: number): LockEnd {
  const received: Uint8Array[] = [];
  const capabilities = Uint8Array.of(1, 1, number);
  const advert = new Uint8Array(16).fill(number);
  const address = `lock-${number}`;
  let connection = 0;
  const link = radio.lock(address, {
    capabilities,
    connected: (one) => {
      connection = one;
    },
    frame: (_, bytes) => void received.push(bytes),
    disconnected: () => {
      connection = 0;
    },
  });
  link.advertise(advert);
  return {
    address,
    advert,
    capabilities,
    received,
    isConnected: () => connection !== 0,
    send: (frame) => link.send(connection, frame),
    hangUp: () => link.disconnect(connection),
  };
}

function ends(seed: number, mtu: number, faults: RadioFaults = {}) {
  const radio = memoryRadio(seed, faults);
  return {
    radio,
    transport: radio.phone(mtu),
    mtu,
    locks: [lockEnd(radio, 1), lockEnd(radio, 2)] as const,
    settle: async () => radio.runUntil(radio.nowMs + 5000),
  };
}

describeTransport('memory, MTU 23', async () => ends(1, 23));
describeTransport('memory, MTU 517 and slow', async () => ends(2, 517, { delayMs: [5, 90] }));

describe('a bad radio', () => {
  /** What arrives of a hundred numbered frames, and how the link ended. */
  function sent(faults: RadioFaults, seed = 7) {
    const { radio, transport, locks } = ends(seed, 23, faults);
    const events: LinkEvent[] = [];
    const link = transport.connect(locks[0].address, (event) => events.push(event));
    radio.runUntil(100);
    for (let index = 0; index < 100; index++) link.send(Uint8Array.of(index));
    radio.runUntil(60_000);
    return { got: locks[0].received.map(([number]) => number as number), events };
  }
  const isSorted = (numbers: readonly number[]) =>
    numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] as number));

  test('loses about as many as it is told, and keeps the order of the rest', () => {
    const { got } = sent({ loss: 0.3 });
    expect(got.length).toBeGreaterThan(50);
    expect(got.length).toBeLessThan(90);
    expect(isSorted(got)).toBe(true);
  });

  test('doubles, and a double comes right after its first', () => {
    const { got } = sent({ duplication: 0.3 });
    expect(got.length).toBeGreaterThan(110);
    expect(isSorted(got)).toBe(true);
    expect(new Set(got).size).toBe(100);
  });

  test('swaps', () => {
    const { got } = sent({ reordering: 0.3, delayMs: [0, 10] });
    expect(got).toHaveLength(100);
    expect(isSorted(got)).toBe(false);
  });

  test('breaks links, and tells both sides', () => {
    const { got, events } = sent({ breaks: 0.1 });
    expect(got.length).toBeLessThan(100);
    expect(events.at(-1)).toEqual({ kind: 'disconnected', end: 'lost' });
  });

  test('does the same again for the same seed, and something else for another', () => {
    const faults = { loss: 0.2, duplication: 0.1, reordering: 0.1, delayMs: [0, 9] } as const;
    expect(sent(faults, 1)).toEqual(sent(faults, 1));
    expect(sent(faults, 1).got).not.toEqual(sent(faults, 2).got);
  });
});
