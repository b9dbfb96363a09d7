/** What the contract does not ask of the transport over noble: losses, silence, and being given up at the worst moments. */
import { afterEach, describe, expect, test } from 'vitest';
import { lockPeripheral } from '../../examples/offline-lock/lock.mjs';
import { nobleTransport } from '../../examples/offline-lock/noble-transport.mjs';
import { startBleno, startNoble } from '../../examples/offline-lock/stacks.mjs';
import type { LinkEvent, Sighting } from '../../protocol/session/transport.js';
import type { FrameReceiver } from '../../src/adapters/hosted-lock.js';
import { testAir } from './offline-lock-air.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A frame that begins with this comes back 40 times, more than a controller holds, and then the lock hangs up. */
const MANY = 0xff;

/** A lock that was heard, and says back what it is told. */
async function heard(connectMs?: number) {
  const air = testAir();
  const stack = await startBleno(air.controller('lock'));
  const controller = air.controller('phone');
  const phone = await startNoble(controller);
  stops.push(stack.stop, phone.stop);
  let here = 0;
  const peripheral = await lockPeripheral(stack, {
    capabilities: () => Uint8Array.of(1, 1, 5),
    connect: (_: number, receiver: FrameReceiver) => {
      here += 1;
      return {
        send: (frame: Uint8Array) => {
          const times = frame[0] === MANY ? 40 : 1;
          for (let count = 0; count < times; count++) receiver.frame(frame);
          if (frame[0] === MANY) receiver.closed();
        },
        close: () => {
          here -= 1;
        },
      };
    },
    onFault: (error: unknown) => void faults.push(String(error)),
  });
  const faults: string[] = [];
  const onFault = (error: unknown) => void faults.push(String(error));
  const transport = nobleTransport(phone.noble, {
    onFault,
    ...(connectMs !== undefined && { connectMs }),
  });
  const sightings: Sighting[] = [];
  const advertise = async (number: number) => {
    await peripheral.advertise(new Uint8Array(16).fill(number));
    const stop = transport.listen((sighting: Sighting) => sightings.push(sighting));
    await air.settle();
    stop();
    await air.settle();
    return (sightings.at(-1) as Sighting).address;
  };
  const connect = (address: string) => {
    const events: LinkEvent[] = [];
    const link = transport.connect(address, (event: LinkEvent) => void events.push(event));
    return { link, events, last: () => events.at(-1) };
  };
  const address = await advertise(1);
  return { air, controller, transport, connect, advertise, address, faults, here: () => here };
}

/** So many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((go) => void setImmediate(go));
}

describe('a link over noble', () => {
  // A connection is there after about 40 turns: this gives up before, at and after each step of it.
  test.each(Array.from({ length: 60 }, (_, index) => index))(
    'given up after %i turns, is local and leaves the lock free for the next',
    async (count) => {
      const { air, connect, address, faults } = await heard();
      const first = connect(address);
      await turns(count);
      first.link.disconnect();
      await air.settle();
      expect(first.last()).toEqual({ kind: 'disconnected', end: 'local' });
      const second = connect(address);
      await air.settle();
      await air.settle();
      expect(second.events.map(({ kind }) => kind)).toEqual(['connected']);
      expect(faults).toEqual([]);
    },
  );

  test('is lost when the radio loses it, for both sides', async () => {
    const { air, connect, address, here } = await heard();
    const { link, last, events } = connect(address);
    await air.settle();
    expect(here()).toBe(1);
    air.carries = ({ kind }) => kind === 'advert';
    link.send(Uint8Array.of(1));
    await air.settle();
    expect(last()).toEqual({ kind: 'disconnected', end: 'lost' });
    expect(events.map(({ kind }) => kind)).toEqual(['connected', 'disconnected']);
    expect(here()).toBe(0);
  });

  test('that is lost while it is made, is unreachable', async () => {
    const { air, connect, address } = await heard();
    air.carries = ({ kind }) => kind === 'advert';
    const { events } = connect(address);
    await air.settle();
    expect(events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
  });

  test('to an address the lock has left, is given up in time, and then the new one is reached', async () => {
    const { air, connect, advertise, address } = await heard(20);
    const moved = await advertise(2);
    expect(moved).not.toBe(address);
    const gone = connect(address);
    while (gone.events.length === 0) await air.settle();
    expect(gone.events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
    const there = connect(moved);
    await air.settle();
    await air.settle();
    expect(there.last()?.kind).toBe('connected');
  });

  test('to a lock that has one already, is unreachable, and the first one lives', async () => {
    const { air, connect, address } = await heard();
    const first = connect(address);
    const second = connect(address);
    await air.settle();
    expect(second.events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
    first.link.send(Uint8Array.of(7));
    await air.settle();
    expect(first.last()).toEqual({ kind: 'frame', bytes: Uint8Array.of(7) });
  });

  test('goes on being listened for after it: noble alone would have stopped scanning', async () => {
    const { air, transport, connect, address } = await heard();
    const sightings: Sighting[] = [];
    transport.listen((sighting: Sighting) => sightings.push(sighting));
    const { link } = connect(address);
    await air.settle();
    link.disconnect();
    await air.settle();
    sightings.length = 0;
    await air.settle();
    expect(sightings.length).toBeGreaterThan(0);
  });

  test('brings 200 frames each way in order', async () => {
    const { air, connect, address } = await heard();
    const { link, events } = connect(address);
    await air.settle();
    const sent = Array.from({ length: 200 }, (_, index) =>
      new Uint8Array(1 + ((index * 37) % 253)).fill(index),
    );
    for (const frame of sent) link.send(frame);
    while (events.length < 1 + sent.length) await air.settle();
    const came = events.flatMap((event) => (event.kind === 'frame' ? [event.bytes] : []));
    expect(came).toEqual(sent);
  });

  test('brings everything the lock said before it hung up', async () => {
    const { air, connect, address } = await heard();
    const { link, events, last } = connect(address);
    await air.settle();
    link.send(new Uint8Array(253).fill(MANY));
    while (last()?.kind !== 'disconnected') await air.settle();
    expect(events.filter(({ kind }) => kind === 'frame')).toHaveLength(40);
    expect(last()).toEqual({ kind: 'disconnected', end: 'remote' });
  });

  test('waits until the one before is closed: its late end would cut the new one', async () => {
    const { air, controller, connect, address } = await heard();
    const first = connect(address);
    await air.settle();
    const held: (() => void)[] = [];
    const emit = controller.emit.bind(controller);
    const DISCONNECTED = 0x05;
    controller.emit = (name: string, packet: Buffer) => {
      if (packet[1] !== DISCONNECTED) return emit(name, packet);
      held.push(() => emit(name, packet));
      return true;
    };
    first.link.disconnect();
    const second = connect(address);
    await air.settle();
    expect(held).toHaveLength(1);
    expect(second.events).toEqual([]);
    controller.emit = emit;
    for (const tell of held) tell();
    await air.settle();
    await air.settle();
    expect(second.events.map(({ kind }) => kind)).toEqual(['connected']);
  });

  test('carries nothing any more when 256 frames wait', async () => {
    const { air, connect, address, faults } = await heard();
    const { link, last } = connect(address);
    await air.settle();
    for (let count = 0; count < 257; count++) link.send(Uint8Array.of(1));
    await air.settle();
    expect(last()).toEqual({ kind: 'disconnected', end: 'lost' });
    expect(faults).toEqual(['Error: 256 frames wait: this link carries nothing']);
  });
});
