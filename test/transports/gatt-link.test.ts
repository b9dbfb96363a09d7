/** What stands above all three libraries: the queue, the ends, and who has a lock's one connection. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Link, LinkEvent } from '../../protocol/session/transport.js';
import { WAITING_FRAMES_MAX } from '../../src/adapters/gatt/gatt-link.js';
import type { GattPeer, GattRadio, PeerListener } from '../../src/adapters/gatt/gatt-radio.js';
import { gattTransport } from '../../src/adapters/gatt/gatt-transport.js';
import { settle } from './rigs.js';

afterEach(() => void vi.useRealTimers());

/** A peer that does what a test says. */
class Peer implements GattPeer {
  readonly written: Uint8Array[] = [];
  closed = 0;
  mtu: number | undefined = 23;
  opening: Promise<void> = Promise.resolve();
  writing: Promise<void> = Promise.resolve();
  closing: Promise<void> = Promise.resolve();
  listener!: PeerListener;

  async open() {
    await this.opening;
    return { mtu: this.mtu, capabilities: Uint8Array.of(1, 1, 1) };
  }

  async write(frame: Uint8Array) {
    this.written.push(frame);
    await this.writing;
  }

  async close() {
    this.closed += 1;
    await this.closing;
  }
}

function rig(...peers: Peer[]) {
  const left = [...peers];
  const faults: unknown[] = [];
  const radio: GattRadio = {
    startScan: async () => undefined,
    stopScan: async () => undefined,
    peer: (_, listener) => Object.assign(left.shift() as Peer, { listener }),
  };
  const transport = gattTransport(radio, { onFault: (error) => void faults.push(error) });
  const connect = (onEvent?: (event: LinkEvent) => void) => {
    const told: string[] = [];
    const link = transport.connect('a', (event) => {
      told.push(event.kind === 'disconnected' ? event.end : event.kind);
      onEvent?.(event);
    });
    return { link, told };
  };
  return { connect, faults };
}

/** A promise that a test ends. */
function pending() {
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, end, fail };
}

describe('the queue of a link', () => {
  test('has one frame at a time in the library, and the frames that come after wait', async () => {
    const peer = new Peer();
    const first = pending();
    peer.writing = first.promise;
    const { link } = await opened(peer);
    link.send(Uint8Array.of(1));
    link.send(Uint8Array.of(2));
    expect(peer.written).toEqual([]);
    await settle();
    expect(peer.written).toEqual([Uint8Array.of(1)]);
    first.end();
    await settle();
    expect(peer.written).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  test('is not above its cap: then the link is lost, and that is told after the call', async () => {
    const peer = new Peer();
    peer.writing = pending().promise;
    const { link, told, faults } = await opened(peer);
    for (let count = 0; count < WAITING_FRAMES_MAX; count++) link.send(Uint8Array.of(1));
    await settle();
    expect(told).toEqual(['connected']);
    // One is in the library, so one more has room.
    link.send(Uint8Array.of(1));
    link.send(Uint8Array.of(1));
    link.send(Uint8Array.of(1));
    expect(told).toEqual(['connected']);
    await settle();
    expect(told).toEqual(['connected', 'lost']);
    expect(faults).toHaveLength(1);
    expect(peer.closed).toBe(1);
    expect(peer.written).toHaveLength(1);
  });

  test('ends with a write that fails, and nothing after it is written', async () => {
    const peer = new Peer();
    const first = pending();
    peer.writing = first.promise;
    const { link, told, faults } = await opened(peer);
    link.send(Uint8Array.of(1));
    link.send(Uint8Array.of(2));
    await settle();
    first.fail(new Error('GATT error'));
    await settle();
    expect(told).toEqual(['connected', 'lost']);
    expect(faults).toEqual([new Error('GATT error')]);
    expect(peer.written).toHaveLength(1);
    peer.listener.frame(Uint8Array.of(1));
    peer.listener.gone('remote');
    expect(told).toEqual(['connected', 'lost']);
  });

  test('is not written any more once this side hung up', async () => {
    const peer = new Peer();
    const first = pending();
    peer.writing = first.promise;
    const { link } = await opened(peer);
    link.send(Uint8Array.of(1));
    link.send(Uint8Array.of(2));
    await settle();
    link.disconnect();
    first.end();
    await settle();
    expect(peer.written).toHaveLength(1);
    expect(peer.closed).toBe(1);
  });
});

describe('the MTU of a link', () => {
  test.each([
    [undefined, 23],
    [-1, 23],
    [0, 23],
    [22, 23],
    [Number.NaN, 23],
    [185.5, 23],
    [185, 185],
    [515, 515],
    [517, 515],
    [65_535, 515],
  ])('that a library tells as %s is %i', async (told, mtu) => {
    const peer = new Peer();
    peer.mtu = told;
    const events: LinkEvent[] = [];
    await opened(peer, (event) => events.push(event));
    expect(events).toMatchObject([{ kind: 'connected', mtu }]);
  });
});

describe('a lock’s one connection', () => {
  test('belongs to the first link: a second one meanwhile is unreachable and does it no harm', async () => {
    const peer = new Peer();
    const { connect, told } = await opened(peer, undefined, new Peer());
    const second = connect();
    await settle();
    expect(second.told).toEqual(['unreachable']);
    second.link.disconnect();
    await settle();
    expect(peer.closed).toBe(0);
    expect(told).toEqual(['connected']);
  });

  test('is not made anew before the one before is closed, however many gave up meanwhile', async () => {
    const [first, third] = [new Peer(), new Peer()];
    const closing = pending();
    first.closing = closing.promise;
    const { connect, link } = await opened(first, undefined, third);
    link.disconnect();
    const second = connect();
    second.link.disconnect();
    await settle();
    expect(second.told).toEqual(['local']);
    const { told } = connect();
    await settle();
    expect(told).toEqual([]);
    closing.end();
    await settle();
    expect(told).toEqual(['connected']);
    expect(third.closed).toBe(0);
  });

  test('is made anew after a while where the library never says that the one before is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [first, second] = [new Peer(), new Peer()];
    first.closing = new Promise(() => undefined);
    const { connect, link } = await opened(first, undefined, second);
    link.disconnect();
    // It gives up before: whoever comes after it waits for no more than the first.
    connect().link.disconnect();
    await settle();
    const { told } = connect();
    vi.advanceTimersByTime(9_999);
    await settle();
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    await settle();
    expect(told).toEqual(['connected']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is made anew where closing the one before throws at once', async () => {
    const first = new Peer();
    first.close = () => {
      throw new Error('not connected');
    };
    const { connect, link } = await opened(first, undefined, new Peer());
    link.disconnect();
    await settle();
    const { told } = connect();
    await settle();
    expect(told).toEqual(['connected']);
  });

  test('leaves no timer behind once it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { link } = await opened(new Peer());
    link.disconnect();
    await settle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('belongs to who waits for it, too, once the one before is closed', async () => {
    const [first, second, third] = [new Peer(), new Peer(), new Peer()];
    const closing = pending();
    first.closing = closing.promise;
    const { connect, link } = await opened(first, undefined, second, third);
    link.disconnect();
    const { told } = connect();
    closing.end();
    await settle();
    expect(told).toEqual(['connected']);
    const late = connect();
    await settle();
    expect(late.told).toEqual(['unreachable']);
    expect(third.listener).toBeUndefined();
  });

  test('is closed again when it comes about after it was given up', async () => {
    const peer = new Peer();
    const opening = pending();
    peer.opening = opening.promise;
    const { connect, faults } = rig(peer);
    const { link, told } = connect();
    await settle();
    link.disconnect();
    await settle();
    expect(peer.closed).toBe(1);
    opening.end();
    await settle();
    expect(peer.closed).toBe(2);
    expect(told).toEqual(['local']);
    expect(faults).toEqual([]);
  });

  test('is left alone by a late answer to an older link', async () => {
    const [old, young] = [new Peer(), new Peer()];
    const opening = pending();
    old.opening = opening.promise;
    const { connect } = rig(old, young);
    const first = connect();
    await settle();
    first.link.disconnect();
    await settle();
    const second = connect();
    await settle();
    opening.end();
    await settle();
    expect(old.closed).toBe(1);
    expect(second.told).toEqual(['connected']);
  });
});

describe('what a link tells', () => {
  test('before it is connected waits until it is', async () => {
    const peer = new Peer();
    const opening = pending();
    peer.opening = opening.promise;
    const { connect } = rig(peer);
    const { told } = connect();
    await settle();
    peer.listener.frame(Uint8Array.of(1));
    expect(told).toEqual([]);
    opening.end();
    await settle();
    expect(told).toEqual(['connected', 'frame']);
  });

  test('is an end without a beginning when the lock is gone before it is connected', async () => {
    const peer = new Peer();
    peer.opening = pending().promise;
    const { connect } = rig(peer);
    const { told } = connect();
    await settle();
    peer.listener.gone('remote');
    expect(told).toEqual(['unreachable']);
    await settle();
    expect(peer.closed).toBe(1);
  });

  test('ends when its listener throws, and the reason is not swallowed', async () => {
    const peer = new Peer();
    const broken = new Error('a mistake of the app');
    const { told, faults } = await opened(peer, ({ kind }) => {
      if (kind === 'frame') throw broken;
    });
    peer.listener.frame(Uint8Array.of(1));
    peer.listener.frame(Uint8Array.of(2));
    await settle();
    expect(told).toEqual(['connected', 'frame', 'lost']);
    expect(faults).toEqual([broken]);
    expect(peer.closed).toBe(1);
  });

  test('may be answered from within: a frame in `connected`, a new link in `disconnected`', async () => {
    const [first, second] = [new Peer(), new Peer()];
    const { connect } = rig(first, second);
    let again: string[] = [];
    const links: Link[] = [];
    const one = connect(({ kind }) => {
      if (kind === 'connected') links[0]?.send(Uint8Array.of(9));
      if (kind === 'disconnected') again = connect().told;
    });
    links.push(one.link);
    await settle();
    expect(first.written).toEqual([Uint8Array.of(9)]);
    first.listener.gone('remote');
    await settle();
    expect(again).toEqual(['connected']);
  });

  test('is that it is unreachable where the library throws at once', async () => {
    const faults: unknown[] = [];
    const transport = gattTransport(
      {
        startScan: async () => undefined,
        stopScan: async () => undefined,
        peer: () => {
          throw new Error('the manager was destroyed');
        },
      },
      { onFault: (error) => void faults.push(error) },
    );
    const events: LinkEvent[] = [];
    transport.connect('a', (event) => events.push(event));
    await settle();
    expect(events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
    expect(faults).toHaveLength(1);
  });
});

test('what whoever is told of faults throws ends no link untold, and no scan', async () => {
  let starts = 0;
  const transport = gattTransport(
    {
      startScan: async () => {
        starts += 1;
        throw new Error('no permission');
      },
      stopScan: async () => undefined,
      peer: () => {
        throw new Error('the manager was destroyed');
      },
    },
    {
      onFault: (error) => {
        throw error;
      },
    },
  );
  const events: LinkEvent[] = [];
  transport.connect('a', (event) => events.push(event));
  transport.listen(() => undefined);
  await settle();
  expect(events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
  transport.listen(() => undefined);
  await settle();
  expect(starts).toBe(2);
});

async function opened(peer: Peer, onEvent?: (event: LinkEvent) => void, ...more: Peer[]) {
  const { connect, faults } = rig(peer, ...more);
  const { link, told } = connect(onEvent);
  await settle();
  return { connect, faults, link, told };
}
