import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkNow } from '../../../protocol/crypto/steps.js';
import { openEnvelope, parseEnvelope } from '../../../protocol/objects/envelope.js';
import { lockIdentityClaims } from '../../../protocol/objects/lock-identity.js';
import { rootHash } from '../../../protocol/objects/trust-update.js';
import { encodeSetupMessage, type SetupMessage } from '../../../protocol/session/setup-message.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { LockHost, SETUP } from '../../helpers/lock-host.js';
import {
  advertKey,
  certificateOf,
  crypto,
  DAY,
  filled,
  grantBytes,
  root,
  signerOf,
  T0,
  timeBytes,
  trust,
} from '../../helpers/lock-objects.js';
import {
  handshake,
  ownedLock,
  setupMessage,
  tryCommission,
  tryHandshake,
} from '../../helpers/lock-phone.js';

const encoded = (edits: Partial<SetupMessage>) => encodeSetupMessage(setupMessage(edits));

describe('commissioning', () => {
  it('the lock answers with its own keys over this handshake and this root', () => {
    const host = new LockHost();
    const answer = tryCommission(host);
    const envelope = parseEnvelope(answer!.envelope, 'lock-identity');
    expect(envelope.ok).toBe(true);
    if (!envelope.ok) return;
    const claims = lockIdentityClaims.parse(envelope.value.payload as Uint8Array);
    expect(claims.ok && claims.value).toMatchObject({
      handshakeHash: answer?.hash,
      rootHash: rootHash(crypto, root.publicKey),
      staticKey: answer?.staticKey,
    });
    const key = { kind: 'ed25519', x: answer!.identityKey } as const;
    expect(checkNow(openEnvelope(envelope.value, [key], crypto), crypto)).toEqual(key);
    expect(host.state.self?.owner?.trust).toEqual(trust);
    expect(host.state.clock).toMatchObject({ lo: T0 - 10, hi: null });
    expect(host.advert).toBeNull();
  });

  it('the owned lock works, with the log beginning at its commissioning', () => {
    const host = new LockHost();
    const keys = tryCommission(host)!;
    const session = handshake(host, keys);
    for (const role of ['grant', 'time'] as const)
      session.carry('certificate', certificateOf(role));
    session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(host.state.keeping?.log.head).toBe(3);
  });

  it('J2 without the button inside there is none', () => {
    const host = new LockHost();
    expect(tryCommission(host, { button: false })).toBeUndefined();
    host.step({ kind: 'touched' });
    expect(host.advert).toBeNull();
    expect(tryCommission(host, { button: false })).toBeUndefined();
  });

  it('J2 two minutes after the button there is none', () => {
    const host = new LockHost();
    host.step({ kind: 'button' });
    expect(host.advert).toEqual(Uint8Array.of(...filled(0, 13), ...SETUP.capabilities));
    host.pass(119_999);
    expect(host.advert).not.toBeNull();
    host.pass(1);
    expect(host.advert).toBeNull();
    expect(tryCommission(host, { button: false })).toBeUndefined();
  });

  it('J2 without the secret of the label there is none', () => {
    const host = new LockHost();
    expect(tryCommission(host, { psk: filled(0x33) })).toBeUndefined();
    expect(tryCommission(host, { staticKey: crypto.x25519Public(filled(0x34)) })).toBeUndefined();
    expect(host.state.self?.owner).toBeNull();
    expect(tryCommission(host)).toBeDefined();
  });

  it('a press of the button allows three trials', () => {
    const host = new LockHost();
    host.step({ kind: 'button' });
    for (let trial = 0; trial < 3; trial++) {
      expect(tryCommission(host, { psk: filled(trial), button: false })).toBeUndefined();
      host.step({ kind: 'disconnected', connection: 9 });
    }
    expect(tryCommission(host, { button: false })).toBeUndefined();
  });

  it.each([
    [
      'a root of small order',
      encoded({ trust: { ...trust, root: { kind: 'ed25519', x: filled(0) } } }),
    ],
    ['a log key of small order', encoded({ logKey: filled(0) })],
    ['a time that no clock can have', encoded({ time: 2 ** 48 })],
    ['another version', Uint8Array.of(0x82, 2, 0)],
    ['no CBOR', filled(0xff, 10)],
    ['bytes after it', Uint8Array.of(...encoded({}), 0)],
  ])('%s is refused, and the lock stays free', (_, message) => {
    const host = new LockHost();
    expect(tryCommission(host, { message })).toBeUndefined();
    expect(host.dropped.has(9)).toBe(true);
    expect(host.state.self?.owner).toBeNull();
    expect(tryCommission(host)).toBeDefined();
  });

  it('an ES256 root is refused by a lock without ES256', () => {
    const rootKey = signerOf(5, 'es256').publicKey;
    const message = encoded({ trust: { ...trust, root: rootKey } });
    const plain = { ...SETUP, capabilities: Uint8Array.of(1, 1, 0) };
    // The prologue of the test phone has the capabilities of the usual lock, so it cannot even begin.
    expect(tryCommission(new LockHost(new Map(), plain), { message })).toBeUndefined();
    expect(tryCommission(new LockHost(), { message })).toBeDefined();
  });

  it('J3 an owned lock is not commissioned again, button or not', () => {
    const { host } = ownedLock();
    const before = host.state.self;
    expect(tryCommission(host)).toBeUndefined();
    expect(host.advert).toBeNull();
    expect(host.state.setupUntilMs).toBe(0);
    expect(host.state.self).toBe(before);
  });

  it('J3 of two phones in one window the first commissions and the second is cut off', () => {
    const host = new LockHost();
    host.step({ kind: 'button' });
    host.step({ kind: 'connected', connection: 3, mtu: 247 });
    expect(tryCommission(host, { button: false })).toBeDefined();
    expect(host.dropped.has(3)).toBe(true);
  });

  it('without a time it is none, and with one keys whose certificates ended long ago open nothing', () => {
    for (const time of [null, 0]) {
      const message = encoded({ time: time as never });
      const host = new LockHost();
      expect(tryCommission(host, { message })).toBeUndefined();
      expect(host.state.self?.owner).toBeNull();
    }
    const host = new LockHost();
    const session = handshake(host, tryCommission(host)!);
    const nbf = T0 - 400 * DAY;
    const exp = nbf + 30 * DAY;
    for (const role of ['grant', 'time'] as const) {
      expect(session.carry('certificate', certificateOf(role, { nbf, exp }))).toBe(
        'carry_untrusted',
      );
    }
    const { nonce } = session.hello;
    expect(session.carry('time-token', timeBytes({ iat: nbf + DAY, nonce }))).toBe(
      'carry_untrusted',
    );
    const old = grantBytes({ iat: nbf + DAY, nbf, exp: nbf + 20 * DAY, timePolicy: 1 });
    expect(session.request(old)?.status).toBe('denied');
    expect(host.moves).toEqual([]);
  });
});

describe('secrets', () => {
  it('J1 two new locks share no key, though their random bytes are the same', () => {
    const secretsOf = (setupSecret: Uint8Array) => {
      const host = new LockHost(new Map(), { ...SETUP, setupSecret }, 0, false);
      host.fixedRandom = filled(7);
      host.boot();
      const { device, static: staticSecret, identity } = host.state.self!.secrets.reveal();
      return [device, staticSecret, identity].map(toHex);
    };
    const all = [...secretsOf(filled(1)), ...secretsOf(filled(2))];
    expect(new Set(all).size).toBe(6);
  });

  it('J4 a reset makes new keys, though the random bytes are the same, and keeps no epoch', () => {
    const { host, keys } = ownedLock();
    host.fixedRandom = filled(7);
    const before = host.state.self!.secrets.reveal();
    host.step({ kind: 'reset' });
    const between = host.state.self!.secrets.reveal();
    host.step({ kind: 'reset' });
    const after = host.state.self!.secrets.reveal();
    const all = [before, between, after].flatMap(({ device, static: s, identity }) => [
      device,
      s,
      identity,
    ]);
    expect(new Set(all.map(toHex)).size).toBe(9);
    expect(host.state.keeping).toBeNull();
    expect(tryHandshake(host, keys)).toBeUndefined();
    expect([...host.flash.keys()].sort()).toEqual(['boots', 'self']);
    // In flash, nothing of any of them but the newest.
    const image = [...host.flash.values()].map(({ a, b }) => toHex(a) + toHex(b)).join();
    for (const secret of [...Object.values(before), ...Object.values(between), advertKey]) {
      if (secret !== null) expect(image).not.toContain(toHex(secret));
    }
  });

  it('J6 no secret is in the state as JSON or as a host would log it, nor in any error', () => {
    const { host, keys } = ownedLock();
    const session = handshake(host, keys);
    const { device, static: staticSecret, identity } = host.state.self!.secrets.reveal();
    const { send, receive } = host.state.connections[0]!.session!.transport.reveal();
    const secrets = [device, staticSecret, identity, advertKey, SETUP.setupPsk, SETUP.setupSecret];
    const json = JSON.stringify(host.state);
    const logged = inspect(host.state, { depth: 20, maxArrayLength: 10_000 });
    for (const secret of [...secrets, send.key, receive.key]) {
      expect(json).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(json).not.toContain(toHex(secret));
      expect(logged.replace(/\s+/gu, '')).not.toContain([...secret].join(','));
    }
    expect(json).toContain('"secret"');
    expect(session.hello.knownKeys).toHaveLength(4);
    try {
      new LockHost(new Map(), { ...SETUP, setupSecret: filled(0x31, 31) });
      throw new Error('accepted');
    } catch (error) {
      expect(String(error)).toBe('TypeError: a setup secret and a setup psk have 32 bytes');
    }
  });

  it('I1 nothing in advert, M1 and M2 repeats from one session to the next', () => {
    const { host, keys } = ownedLock();
    const pieces = new Set<string>();
    let count = 0;
    for (let visit = 1; visit <= 3; visit++) {
      host.step({ kind: 'touched' });
      const shown = [host.advert!.slice(0, 5), host.advert!.slice(5, 13)];
      const take = host.take.bind(host);
      host.take = (id) => {
        const frames = take(id);
        if (frames[0] !== undefined) shown.push(frames[0].slice(3, 35), frames[0].slice(35, 60));
        return frames;
      };
      handshake(host, keys, {
        id: visit,
        touch: false,
        m1: (m1) => {
          shown.push(m1.slice(0, 8), m1.slice(8, 40), m1.slice(40));
          return m1;
        },
      });
      host.take = take;
      host.step({ kind: 'disconnected', connection: visit });
      count += shown.length;
      for (const piece of shown) pieces.add(toHex(piece));
    }
    expect(count).toBe(21);
    expect(pieces.size).toBe(21);
  });
});

describe('a setup that no lock can have', () => {
  it.each([
    ['a short id', { lockId: filled(1, 7) }],
    ['a short psk', { setupPsk: filled(1, 16) }],
    ['a long firmware name', { firmware: 'x'.repeat(33) }],
    ['another version', { capabilities: Uint8Array.of(2, 1, 0) }],
    ['no session of version 1', { capabilities: Uint8Array.of(1, 2, 0) }],
    ['a negative drift', { driftPpm: -1 }],
  ])('%s is the caller’s mistake', (_, edits) => {
    expect(() => new LockHost(new Map(), { ...SETUP, ...edits })).toThrow();
  });

  it('so are random bytes of another length', () => {
    const host = new LockHost();
    host.fixedRandom = filled(1, 31);
    expect(() => host.step({ kind: 'tick' })).toThrow(RangeError);
  });
});
