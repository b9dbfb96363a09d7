import { describe, expect, it } from 'vitest';
import { splitFrames } from '../../../protocol/session/frames.js';
import { encodePhoneMessage } from '../../../protocol/session/messages.js';
import { sealTransport } from '../../../protocol/session/noise-cipher.js';
import { toHex } from '../../../protocol/wire/hex.js';
import {
  advertKey,
  certificateOf,
  crypto,
  filled,
  grantBytes,
  policyBytes,
  T0,
  timeBytes,
} from '../../helpers/lock-objects.js';
import {
  collect,
  deliver,
  handshake,
  ownedLock,
  type PhoneSession,
  tryHandshake,
} from '../../helpers/lock-phone.js';

/** A session in which nothing was carried. */
function fresh(): PhoneSession {
  const { host, keys } = ownedLock();
  return handshake(host, keys);
}

/** A session whose lock knows the time. */
function timed(): PhoneSession {
  const { host, keys } = ownedLock();
  const session = handshake(host, keys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

const CERTIFICATE = {
  kind: 'carry',
  object: 'certificate',
  bytes: certificateOf('bundle'),
} as const;

describe('the handshake', () => {
  it('M2 says what the lock holds', () => {
    const { host, keys } = ownedLock();
    const { hello } = handshake(host, keys);
    expect(toHex(hello.counter)).toBe('0000000200000001');
    expect(hello).toMatchObject({ policyVersion: 0, trustEpoch: 1, receiptSequence: 0 });
    expect(hello.committed).toEqual({ lo: T0 - 10, hi: null });
    expect(hello.knownKeys).toHaveLength(4);
  });

  it('a certificate that no longer counts is not named in M2', () => {
    const { host, keys } = ownedLock();
    const session = handshake(host, keys);
    const [blocked] = session.hello.knownKeys as [Uint8Array];
    expect(
      session.carry('policy-update', policyBytes({ policyVersion: 1, blocked: [blocked] })),
    ).toBe('applied');
    session.say({ kind: 'close' });
    expect(handshake(host, keys).hello.knownKeys).toHaveLength(3);
  });

  type Change = (m1: Uint8Array, salt: Uint8Array) => Uint8Array;
  interface Edits {
    readonly capabilities?: Uint8Array;
    readonly lockId?: Uint8Array;
    readonly m1?: Change;
  }
  const wrongs: readonly (readonly [string, Edits])[] = [
    ['D4 capabilities that a man in the middle changed', { capabilities: Uint8Array.of(1, 1, 0) }],
    ['D5 another version', { capabilities: Uint8Array.of(2, 1, 1) }],
    ['D5 another suite', { capabilities: Uint8Array.of(1, 2, 1) }],
    ['another lock’s id', { lockId: filled(1, 8) }],
    ['D7 a short M1', { m1: (m1: Uint8Array) => m1.slice(0, 15) }],
    ['M1 with bytes after it', { m1: (m1: Uint8Array) => Uint8Array.of(...m1, 0) }],
    ['M1 with a wrong code', { m1: (m1: Uint8Array) => flip(m1, 0) }],
    ['M1 with another key than the code is over', { m1: (m1: Uint8Array) => flip(m1, 9) }],
    ['M1 with a wrong tag', { m1: (m1: Uint8Array) => flip(m1, m1.length - 1) }],
    ['D6 a key of small order under a right code', { m1: smallOrder }],
  ];
  it.each(wrongs)('%s ends the connection', (_, { m1, ...edits }) => {
    const { host, keys } = ownedLock();
    host.step({ kind: 'touched' });
    const salt = (host.advert as Uint8Array).slice(5, 13);
    const session = tryHandshake(host, keys, {
      ...edits,
      touch: false,
      m1: (bytes) => m1?.(bytes, salt) ?? bytes,
    });
    expect(session).toBeUndefined();
    expect(host.dropped.has(1)).toBe(true);
  });

  it('D1 M1 again, while its advert lasts, is refused without a token', () => {
    const { host, keys } = ownedLock();
    let recorded = new Uint8Array(0);
    handshake(host, keys, { m1: (m1) => (recorded = m1.slice()) });
    for (const id of [2, 2, 2, 2]) {
      const replayed = tryHandshake(host, keys, { id, touch: false, m1: () => recorded });
      expect(replayed).toBeUndefined();
      expect(host.dropped.has(id)).toBe(true);
    }
    expect(host.state.tokens).toBe(2);
    expect(tryHandshake(host, keys, { id: 3, touch: false })).toBeDefined();
  });

  it('D1 a whole recorded session opens nothing in a later one', () => {
    const session = timed();
    const { host, lockKeys } = session;
    const recorded: Uint8Array[] = [];
    const step = host.step.bind(host);
    host.step = (event) => {
      if (event.kind === 'frame') recorded.push(event.bytes);
      step(event);
    };
    expect(session.request(grantBytes())?.status).toBe('permitted');
    host.step = step;
    host.step({ kind: 'disconnected', connection: 1 });
    handshake(host, lockKeys, { id: 2 });
    for (const bytes of recorded) host.step({ kind: 'frame', connection: 2, bytes });
    expect(host.dropped.has(2)).toBe(true);
    expect(host.moves).toEqual(['unlock']);
  });

  it('D10 the same random bytes in every session give other keys, nonces and salts', () => {
    const { host, keys } = ownedLock();
    host.fixedRandom = filled(7);
    const seen = new Set<string>();
    for (let boot = 0; boot < 2; boot++) {
      for (let index = 0; index < 3; index++) {
        let m2 = '';
        host.step({ kind: 'touched' });
        seen.add(`salt ${toHex(host.advert as Uint8Array)}`);
        const session = handshake(host, keys, { touch: false, id: index + 1 });
        m2 = toHex(session.hello.nonce);
        seen.add(`nonce ${m2}`);
        seen.add(`hash ${toHex(session.transport.hash)}`);
        host.step({ kind: 'disconnected', connection: index + 1 });
      }
      host.boot();
    }
    expect(seen.size).toBe(18);
  });

  it('D10 the ephemeral key on the air never repeats, though the random bytes do', () => {
    const { host, keys } = ownedLock();
    host.fixedRandom = filled(7);
    const ephemerals = new Set<string>();
    for (let index = 1; index <= 3; index++) {
      const take = host.take.bind(host);
      host.take = (id) => {
        const frames = take(id);
        if (frames[0] !== undefined) ephemerals.add(toHex(frames[0].slice(3, 35)));
        return frames;
      };
      handshake(host, keys, { id: index });
      host.take = take;
      host.step({ kind: 'disconnected', connection: index });
    }
    expect(ephemerals.size).toBe(3);
  });

  it('D16 who knows the lock’s static key still opens nothing without a device key', () => {
    const session = fresh();
    const answer = session.request(grantBytes(), { proof: filled(0, 80) });
    expect(answer).toMatchObject({ status: 'denied', receipt: null });
    expect(session.host.moves).toEqual([]);
  });

  function smallOrder(m1: Uint8Array, salt: Uint8Array): Uint8Array {
    const zero = new Uint8Array(32);
    const code = crypto.hmacSha256(advertKey, Uint8Array.of(...salt, ...zero)).slice(0, 8);
    return Uint8Array.of(...code, ...zero, ...m1.slice(40));
  }
});

describe('tokens', () => {
  it('a lock that nobody touched shakes no hands', () => {
    const { host, keys } = ownedLock();
    expect(tryHandshake(host, keys, { touch: false })).toBeUndefined();
  });

  it('each touch allows three handshakes, however often it was touched before', () => {
    const { host, keys } = ownedLock();
    host.step({ kind: 'touched' });
    host.step({ kind: 'touched' });
    for (let index = 1; index <= 4; index++) {
      const session = tryHandshake(host, keys, { touch: false, id: index });
      expect(session !== undefined).toBe(index <= 3);
      host.step({ kind: 'disconnected', connection: index });
    }
  });

  it('H3 D11 ten thousand wrong M1 cost no handshake, and the honest phone is served after them', () => {
    const { host, keys } = ownedLock();
    host.step({ kind: 'touched' });
    const garbage = splitFrames(filled(3, 56), 247)[0] as Uint8Array;
    const before = host.state.draws;
    for (let trial = 0; trial < 10_000; trial++) {
      host.step({ kind: 'connected', connection: 5, mtu: 247 });
      host.step({ kind: 'frame', connection: 5, bytes: garbage });
    }
    expect(host.state.draws).toBe(before);
    expect(host.state.tokens).toBe(3);
    expect(tryHandshake(host, keys, { touch: false })).toBeDefined();
  });

  it('the phone that answers the advert before the last one is served too, until that one is over', () => {
    const { host, keys } = ownedLock();
    host.step({ kind: 'touched' });
    const first = host.advert as Uint8Array;
    host.elapsedMs += 10_000;
    host.step({ kind: 'touched' });
    const second = host.advert as Uint8Array;
    host.advert = first;
    expect(tryHandshake(host, keys, { touch: false })).toBeDefined();
    host.step({ kind: 'disconnected', connection: 1 });
    host.pass(20_000);
    host.advert = first;
    expect(tryHandshake(host, keys, { touch: false })).toBeUndefined();
    host.advert = second;
    expect(tryHandshake(host, keys, { touch: false })).toBeDefined();
  });

  it('after half a minute the lock is silent and shakes no hands', () => {
    const { host, keys } = ownedLock();
    host.step({ kind: 'touched' });
    const shown = host.advert;
    host.pass(29_999);
    expect(host.advert).toEqual(shown);
    host.pass(1);
    expect(host.advert).toBeNull();
    host.advert = shown;
    expect(tryHandshake(host, keys, { touch: false })).toBeUndefined();
  });
});

describe('connections and time', () => {
  it('D12 two at once, a third is refused, and each has its own session', () => {
    const { host, keys } = ownedLock();
    const one = handshake(host, keys, { id: 1 });
    const two = handshake(host, keys, { id: 2 });
    host.step({ kind: 'connected', connection: 3, mtu: 247 });
    expect(host.dropped.has(3)).toBe(true);
    expect(one.hello.nonce).not.toEqual(two.hello.nonce);
    const token = timeBytes({ iat: T0, nonce: one.hello.nonce });
    expect(two.carry('time-token', token)).toBe('stamp_invalid');
    expect(one.carry('time-token', token)).toBe('applied');
  });

  it('D12 a message of one session is nothing in the other', () => {
    const { host, keys } = ownedLock();
    const one = handshake(host, keys, { id: 1 });
    handshake(host, keys, { id: 2 });
    deliver(host, 2, sealTransport(crypto, one.transport, encodePhoneMessage(CERTIFICATE)).message);
    expect(host.dropped.has(2)).toBe(true);
    expect(one.carry('certificate', CERTIFICATE.bytes)).toBe('applied');
  });

  it('M1 is due two seconds after connecting', () => {
    const { host } = ownedLock();
    host.step({ kind: 'connected', connection: 1, mtu: 247 });
    expect(host.wakeMs).toBe(2000);
    host.pass(1999);
    expect(host.dropped.has(1)).toBe(false);
    host.pass(1);
    expect(host.dropped.has(1)).toBe(true);
  });

  it('the first request is due 15 seconds after M2, however much was carried', () => {
    const session = timed();
    session.host.pass(14_999);
    expect(session.carry('certificate', CERTIFICATE.bytes)).toBe('applied');
    session.host.pass(1);
    expect(session.isDropped).toBe(true);
  });

  it('after a request the session lasts 30 seconds from M2', () => {
    const session = timed();
    session.host.pass(10_000);
    expect(session.request(grantBytes())?.status).toBe('permitted');
    session.host.pass(19_999);
    expect(session.isDropped).toBe(false);
    session.host.pass(1);
    expect(session.isDropped).toBe(true);
  });

  it('a host that wakes late gains nobody any time', () => {
    const session = timed();
    session.host.elapsedMs += 15_000;
    expect(session.request(grantBytes())).toBeUndefined();
    expect(session.host.moves).toEqual([]);
  });

  it('a session has 64 messages', () => {
    const session = timed();
    for (let count = 1; count < 64; count++) session.carry('certificate', CERTIFICATE.bytes);
    expect(session.isDropped).toBe(false);
    expect(session.say(CERTIFICATE)).toBeUndefined();
    expect(session.isDropped).toBe(true);
  });

  it('elapsed time that goes back is a mistake of the host', () => {
    const { host } = ownedLock();
    host.pass(1000);
    host.elapsedMs = 999;
    expect(() => host.step({ kind: 'tick' })).toThrow(RangeError);
  });

  it('a connection with an impossible MTU is refused', () => {
    const { host } = ownedLock();
    for (const mtu of [22, 518, 23.5, Number.NaN]) {
      host.dropped.clear();
      host.step({ kind: 'connected', connection: 4, mtu });
      expect(host.dropped.has(4)).toBe(true);
    }
  });
});

describe('frames and messages', () => {
  it('D15 a frame that is two seconds late ends the connection; one delivered twice buys no time', () => {
    const session = timed();
    const { host } = session;
    const sealed = sealTransport(crypto, session.transport, encodePhoneMessage(CERTIFICATE));
    const frames = splitFrames(sealed.message, 60);
    const bytes = frames[0] as Uint8Array;
    host.step({ kind: 'frame', connection: 1, bytes });
    host.elapsedMs += 1500;
    host.step({ kind: 'frame', connection: 1, bytes });
    expect(session.isDropped).toBe(false);
    host.pass(500);
    expect(session.isDropped).toBe(true);
  });

  it.each([
    ['D15 H4 a gap', (frames: Uint8Array[]) => [frames[0], frames[2]]],
    ['D15 a second begin', (frames: Uint8Array[]) => [frames[0], frames[0]?.slice(0, -1)]],
    ['D15 a length above 2048', () => [Uint8Array.of(0x80, 8, 1, 1)]],
    ['D15 a length of zero', () => [Uint8Array.of(0xc0, 0, 0, 1)]],
    ['H4 an empty write', () => [new Uint8Array(0)]],
    ['H4 a frame in the middle of nothing', (frames: Uint8Array[]) => [frames[1]]],
  ])('%s ends the connection', (_, pick) => {
    const session = timed();
    const sealed = sealTransport(crypto, session.transport, encodePhoneMessage(CERTIFICATE));
    for (const bytes of pick(splitFrames(sealed.message, 60))) {
      session.host.step({ kind: 'frame', connection: 1, bytes: bytes as Uint8Array });
    }
    expect(session.isDropped).toBe(true);
    expect(collect(session.host, 1)).toBeUndefined();
  });

  it.each([
    ['D7 plaintext', () => encodePhoneMessage(CERTIFICATE)],
    ['D7 fewer than 16 bytes', () => filled(1, 15)],
    ['D9 a flipped bit', (sealed: Uint8Array) => flip(sealed, 3)],
    ['D9 a cut tag', (sealed: Uint8Array) => sealed.slice(0, -1)],
  ])('%s ends the connection', (_, change) => {
    const session = timed();
    const sealed = sealTransport(crypto, session.transport, encodePhoneMessage(CERTIFICATE));
    deliver(session.host, 1, change(sealed.message));
    expect(session.isDropped).toBe(true);
  });

  it('D9 a message again, or out of order, ends the connection', () => {
    const session = timed();
    const first = sealTransport(crypto, session.transport, encodePhoneMessage(CERTIFICATE));
    const second = sealTransport(crypto, first.transport, encodePhoneMessage(CERTIFICATE));
    deliver(session.host, 1, second.message);
    expect(session.isDropped).toBe(true);
    const again = timed();
    const sealed = sealTransport(crypto, again.transport, encodePhoneMessage(CERTIFICATE));
    deliver(again.host, 1, sealed.message);
    // In other frames: the same frame twice would be the link's own doubling.
    for (const bytes of splitFrames(sealed.message, 60)) {
      again.host.step({ kind: 'frame', connection: 1, bytes });
    }
    expect(again.isDropped).toBe(true);
  });

  it('D13 the lock’s own messages, sent back to it, end the connection', () => {
    const other = timed();
    const sealed = sealTransport(crypto, other.transport, encodePhoneMessage(CERTIFICATE));
    deliver(other.host, 1, sealed.message);
    const answer = collect(other.host, 1) as Uint8Array;
    deliver(other.host, 1, answer);
    expect(other.isDropped).toBe(true);
  });

  it('D8 a second M1 ends the connection', () => {
    const { host, keys } = ownedLock();
    let recorded = new Uint8Array(0);
    handshake(host, keys, { m1: (m1) => (recorded = m1.slice()) });
    deliver(host, 1, Uint8Array.of(...recorded, 0));
    expect(host.dropped.has(1)).toBe(true);
  });

  it('D8 a request before any handshake ends the connection', () => {
    const { host } = ownedLock();
    host.step({ kind: 'touched' });
    host.step({ kind: 'connected', connection: 1, mtu: 247 });
    deliver(host, 1, encodePhoneMessage({ kind: 'close' }));
    expect(host.dropped.has(1)).toBe(true);
  });

  it('D8 after close there is an answer, and then no connection', () => {
    const session = timed();
    expect(session.say({ kind: 'close' })).toEqual({ kind: 'closed' });
    expect(session.isDropped).toBe(true);
    expect(session.say({ kind: 'close' })).toBeUndefined();
  });

  it.each([
    ['no CBOR', filled(0xff, 3)],
    ['an unknown message', Uint8Array.of(0x81, 9)],
    ['a message of a lock', Uint8Array.of(0x82, 1, 2)],
  ])('%s under the right seal ends the connection', (_, plain) => {
    const session = timed();
    expect(session.sayBytes(plain)).toBeUndefined();
    expect(session.isDropped).toBe(true);
  });

  it('a phone that does not wait for its bolt is cut off, and the bolt’s outcome is logged', () => {
    const session = timed();
    session.host.bolt = 'silent';
    expect(session.request(grantBytes())).toBeUndefined();
    session.say({ kind: 'close' });
    expect(session.isDropped).toBe(true);
    const head = session.host.state.keeping?.log.head as number;
    session.host.step({ kind: 'bolt', order: 1, moved: true });
    expect(session.host.state.keeping?.log.head).toBe(head + 1);
  });

  it('D14 H4 disconnecting in every state leaves the next phone a lock that works', () => {
    const { host, keys } = ownedLock();
    host.step({ kind: 'disconnected', connection: 1 });
    host.step({ kind: 'touched' });
    host.step({ kind: 'connected', connection: 1, mtu: 23 });
    host.step({ kind: 'disconnected', connection: 1 });
    handshake(host, keys, { mtu: 23 });
    host.step({ kind: 'disconnected', connection: 1 });
    const session = handshake(host, keys, { mtu: 23 });
    session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
    host.bolt = 'silent';
    session.request(grantBytes());
    host.step({ kind: 'disconnected', connection: 1 });
    host.step({ kind: 'bolt', order: 1, moved: true });
    expect(collect(host, 1)).toBeUndefined();
    host.bolt = 'moves';
    const last = handshake(host, keys, { mtu: 517 });
    expect(last.request(grantBytes())?.status).toBe('permitted');
  });

  it('D11 nobody learns anything by guessing: 64 wrong proofs give 64 times the same answer', () => {
    const session = fresh();
    const answers = new Set<string>();
    for (let trial = 0; trial < 60; trial++) {
      answers.add(JSON.stringify(session.request(grantBytes(), { proof: filled(trial, 70) })));
    }
    expect([...answers]).toEqual(['{"status":"denied","receipt":null,"bytes":null}']);
  });
});

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[at] = (flipped[at] as number) ^ 1;
  return flipped;
}
