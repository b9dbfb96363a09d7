/** What every way to a lock must do, whatever carries it: run by each adapter of the port `Transport`. */
import { describe, expect, test } from 'vitest';
import type { Link, LinkEvent, Sighting, Transport } from '../../protocol/session/transport.js';

/** A way to locks with two locks at its other end. */
export interface TransportUnderTest {
  readonly transport: Transport;
  readonly mtu: number;
  readonly locks: readonly [LockEnd, LockEnd];
  /** Waits until everything that was begun has come to rest. */
  settle(): Promise<void>;
}

/** The lock's end. */
export interface LockEnd {
  readonly address: string;
  readonly advert: Uint8Array;
  readonly capabilities: Uint8Array;
  readonly received: Uint8Array[];
  isConnected(): boolean;
  send(frame: Uint8Array): void;
  hangUp(): void;
}

const frame = (...bytes: number[]) => Uint8Array.from(bytes);

/** The suite. `make` answers a fresh pair of ends, both locks advertising. */
export function describeTransport(name: string, make: () => Promise<TransportUnderTest>): void {
  async function connected() {
    const ends = await make();
    const events: LinkEvent[] = [];
    const link = ends.transport.connect(ends.locks[0].address, (event) => events.push(event));
    await ends.settle();
    return { ...ends, events, link, lock: ends.locks[0] };
  }
  const kinds = (events: readonly LinkEvent[]) => events.map(({ kind }) => kind);
  const frames = (events: readonly LinkEvent[]) =>
    events.flatMap((event) => (event.kind === 'frame' ? [event.bytes] : []));

  describe(`a transport: ${name}`, () => {
    test('tells the adverts of all locks to who listens, and nothing to who stopped', async () => {
      const { transport, locks, settle } = await make();
      const heard: Sighting[] = [];
      const unheard: Sighting[] = [];
      const stop = transport.listen((sighting) => heard.push(sighting));
      const stopAtOnce = transport.listen((sighting) => unheard.push(sighting));
      stopAtOnce();
      expect(heard).toEqual([]);
      await settle();
      for (const { address, advert } of locks) {
        expect(heard).toContainEqual({ address, advert });
      }
      expect(unheard).toEqual([]);
      stop();
    });

    test('says first of all that it is connected, with MTU and INFO, and not during the call', async () => {
      const { transport, locks, settle, mtu } = await make();
      const events: LinkEvent[] = [];
      transport.connect(locks[0].address, (event) => events.push(event));
      expect(events).toEqual([]);
      await settle();
      const { capabilities } = locks[0];
      expect(events).toEqual([{ kind: 'connected', mtu, capabilities }]);
      expect(locks[0].isConnected()).toBe(true);
      expect(locks[1].isConnected()).toBe(false);
    });

    test('carries frames both ways, whole and in order, up to MTU - 3 bytes', async () => {
      const { link, lock, events, settle, mtu } = await connected();
      const longest = new Uint8Array(mtu - 3).fill(7);
      const sent = [frame(1), frame(2, 2), longest, frame(4)];
      for (const one of sent) {
        link.send(one);
        lock.send(one);
      }
      await settle();
      expect(lock.received).toEqual(sent);
      expect(frames(events)).toEqual(sent);
    });

    test('shares no memory with either side', async () => {
      const { link, lock, events, settle } = await connected();
      const bytes = frame(1, 2, 3);
      link.send(bytes);
      lock.send(bytes);
      bytes.fill(0);
      await settle();
      expect(lock.received).toEqual([frame(1, 2, 3)]);
      expect(frames(events)).toEqual([frame(1, 2, 3)]);
      lock.received[0]?.fill(9);
      expect(frames(events)).toEqual([frame(1, 2, 3)]);
    });

    test('throws for a frame before it is connected, and for one that no link carries', async () => {
      const { transport, locks, settle, mtu } = await make();
      const link: Link = transport.connect(locks[0].address, () => undefined);
      expect(() => link.send(frame(1))).toThrow(TypeError);
      await settle();
      expect(() => link.send(new Uint8Array(0))).toThrow(RangeError);
      expect(() => link.send(new Uint8Array(mtu - 2))).toThrow(RangeError);
      expect(locks[0].received).toEqual([]);
    });

    test('ends once when this side wants it, and then carries nothing any more', async () => {
      const { link, lock, events, settle } = await connected();
      link.disconnect();
      link.disconnect();
      await settle();
      lock.send(frame(1));
      link.send(frame(2));
      await settle();
      expect(kinds(events)).toEqual(['connected', 'disconnected']);
      expect(events[1]).toEqual({ kind: 'disconnected', end: 'local' });
      expect(lock.isConnected()).toBe(false);
      expect(lock.received).toEqual([]);
    });

    test('ends once when the lock hangs up, after what it had said', async () => {
      const { link, lock, events, settle } = await connected();
      lock.send(frame(5));
      lock.hangUp();
      await settle();
      link.send(frame(1));
      link.disconnect();
      await settle();
      expect(events.slice(1)).toEqual([
        { kind: 'frame', bytes: frame(5) },
        { kind: 'disconnected', end: 'remote' },
      ]);
      expect(lock.received).toEqual([]);
    });

    test('says that nobody is there', async () => {
      const { transport, settle } = await make();
      const events: LinkEvent[] = [];
      transport.connect('nobody', (event) => events.push(event));
      expect(events).toEqual([]);
      await settle();
      expect(events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
    });

    test('can be given up before it is connected', async () => {
      const { transport, locks, settle } = await make();
      const events: LinkEvent[] = [];
      transport.connect(locks[0].address, (event) => events.push(event)).disconnect();
      await settle();
      expect(events.at(-1)).toEqual({ kind: 'disconnected', end: 'local' });
      expect(events.filter(({ kind }) => kind === 'disconnected')).toHaveLength(1);
      expect(locks[0].isConnected()).toBe(false);
    });

    test('keeps two links apart', async () => {
      const { transport, locks, settle } = await make();
      const heard: LinkEvent[][] = [[], []];
      const links = locks.map(({ address }, index) =>
        transport.connect(address, (event) => heard[index]?.push(event)),
      );
      await settle();
      links[0]?.send(frame(1));
      locks[1].send(frame(2));
      await settle();
      links[1]?.disconnect();
      await settle();
      expect(locks[0].received).toEqual([frame(1)]);
      expect(locks[1].received).toEqual([]);
      expect(frames(heard[1] ?? [])).toEqual([frame(2)]);
      expect(kinds(heard[0] ?? [])).toEqual(['connected']);
      expect(locks[0].isConnected()).toBe(true);
    });

    test('connects again after an end', async () => {
      const { transport, locks, settle } = await make();
      const events: LinkEvent[] = [];
      for (let count = 0; count < 3; count++) {
        const link = transport.connect(locks[0].address, (event) => events.push(event));
        await settle();
        link.send(frame(count));
        await settle();
        link.disconnect();
        await settle();
      }
      expect(locks[0].received).toEqual([frame(0), frame(1), frame(2)]);
      expect(kinds(events)).toEqual([1, 2, 3].flatMap(() => ['connected', 'disconnected']));
    });
  });
}
