import { describe, expect, it } from 'vitest';
import { checkNow } from '../../../protocol/crypto/steps.js';
import { intervalAt } from '../../../protocol/lock/clock.js';
import { checkGrant } from '../../../protocol/lock/grant-check.js';
import { openSpans } from '../../../protocol/lock/time-check.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import { splitFrames } from '../../../protocol/session/frames.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { LockHost, SETUP } from '../../helpers/lock-host.js';
import {
  crypto,
  DAY,
  filled,
  grantBytes,
  grantOf,
  keys,
  LOCK_ID,
  logAckBytes,
  root,
  SITE_ID,
  T0,
  timeBytes,
} from '../../helpers/lock-objects.js';
import {
  collect,
  handshake,
  ownedLock,
  type PhoneSession,
  tryCommission,
  tryHandshake,
} from '../../helpers/lock-phone.js';

function timed(): PhoneSession {
  const { host, keys: lockKeys } = ownedLock();
  const session = handshake(host, lockKeys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

describe('while the bolt moves', () => {
  it('a phone that says anything more is cut off, and moves nothing', () => {
    const session = timed();
    session.host.bolt = 'silent';
    expect(session.request(grantBytes())).toBeUndefined();
    expect(session.isDropped).toBe(false);
    expect(session.request(grantBytes())).toBeUndefined();
    expect(session.isDropped).toBe(true);
    expect(session.host.moves).toEqual(['unlock']);
  });

  it('the outcome goes to nobody who came later under the same number', () => {
    const session = timed();
    const { host } = session;
    host.bolt = 'silent';
    session.request(grantBytes());
    host.step({ kind: 'disconnected', connection: 1 });
    const later = handshake(host, session.lockKeys);
    const { receiptSequence } = host.state.keeping!.journal;
    host.step({ kind: 'bolt', order: 1, moved: true });
    expect(collect(host, 1)).toBeUndefined();
    expect(host.state.keeping?.journal.receiptSequence).toBe(receiptSequence);
    expect(later.carry('time-token', timeBytes({ iat: T0 - 100 }))).toBe('already_known');
  });
});

describe('a reset', () => {
  it('J4 ends every session, also one whose phone goes on', () => {
    const session = timed();
    session.host.step({ kind: 'connected', connection: 2, mtu: 247 });
    session.host.step({ kind: 'reset' });
    expect([...session.host.dropped].sort()).toEqual([1, 2]);
    expect(session.host.state.connections).toEqual([]);
    expect(session.request(grantBytes())).toBeUndefined();
    expect(session.host.moves).toEqual([]);
  });
});

describe('memory', () => {
  it('G3 without its count of boots is not whole: counters would begin anew', () => {
    const { host } = ownedLock();
    host.flash.delete('boots');
    const again = host.fork();
    expect(again.state.self).toBeNull();
    expect(again.writes).toEqual([]);
  });
});

describe('D10 the keys of a session', () => {
  it('differ from lock to lock, though number and random bytes are the same', () => {
    const ephemeralOf = (birth: number) => {
      const host = new LockHost(new Map(), SETUP, 0, false);
      host.fixedRandom = filled(birth);
      host.boot();
      host.fixedRandom = filled(9);
      const frames: Uint8Array[] = [];
      const take = host.take.bind(host);
      host.take = (connection) => {
        const taken = take(connection);
        frames.push(...taken);
        return taken;
      };
      expect(tryCommission(host)).toBeDefined();
      // After the header and the length of the first frame stands the lock's ephemeral key.
      return toHex((frames[0] as Uint8Array).slice(3, 35));
    };
    expect(ephemeralOf(7)).not.toBe(ephemeralOf(8));
    expect(ephemeralOf(7)).toBe(ephemeralOf(7));
  });
});

describe('a former key', () => {
  it('opens no session from its end on, though no clock was committed since', () => {
    const { host, keys: former } = ownedLock();
    host.step({ kind: 'rekey' });
    const session = handshake(host, former);
    expect(session.carry('log-ack', logAckBytes(2))).toBe('applied');
    session.say({ kind: 'close' });
    const until = host.state.self!.rekeying!.until as number;
    host.state = { ...host.state, clock: { ...host.state.clock, lo: until - 10, loSetMs: 0 } };
    host.elapsedMs += 9000;
    expect(tryHandshake(host, former)).toBeDefined();
    host.elapsedMs += 1500;
    host.step({ kind: 'disconnected', connection: 1 });
    expect(host.state.keeping!.journal.committed.lo).toBeLessThan(until);
    expect(host.state.self?.secrets.reveal().formerStatic).not.toBeNull();
    expect(tryHandshake(host, former)).toBeUndefined();
    const present = crypto.x25519Public(host.state.self!.secrets.reveal().static);
    expect(tryHandshake(host, { ...former, staticKey: present })).toBeDefined();
  });
});

describe('connections', () => {
  it('D12 are two at once; a third is cut off until one is gone', () => {
    const { host } = ownedLock();
    for (const connection of [1, 2, 3]) host.step({ kind: 'connected', connection, mtu: 247 });
    expect([...host.dropped]).toEqual([3]);
    expect(host.state.connections.map(({ id }) => id)).toEqual([1, 2]);
    host.step({ kind: 'disconnected', connection: 1 });
    host.dropped.clear();
    host.step({ kind: 'connected', connection: 3, mtu: 247 });
    expect([...host.dropped]).toEqual([]);
  });

  it('a frame that comes twice buys no time', () => {
    const { host } = ownedLock();
    host.step({ kind: 'connected', connection: 1, mtu: 23 });
    const [first] = splitFrames(filled(1, 56), 23);
    const frame = { kind: 'frame', connection: 1, bytes: first as Uint8Array } as const;
    // Time enough for M1, so that the next frame is what is waited for.
    host.state = {
      ...host.state,
      connections: host.state.connections.map((one) => ({ ...one, dueMs: 60_000 })),
    };
    host.step(frame);
    host.elapsedMs = 1999;
    host.step(frame);
    expect(host.dropped.has(1)).toBe(false);
    host.elapsedMs = 2000;
    host.step({ kind: 'tick' });
    expect(host.dropped.has(1)).toBe(true);
  });
});

describe('E8 ends', () => {
  const certificate = {
    version: 1,
    nbf: T0 - DAY,
    exp: T0,
    key: keys.grant.publicKey,
    roles: 1,
    lifeMax: 30 * DAY,
    trustEpoch: 1,
    siteId: SITE_ID,
    keyId: keyId(crypto, keys.grant.publicKey),
  };

  function statusOf(edits: object, lo: number, hi: number | null, end = T0): string {
    const facts = {
      root: root.publicKey,
      trustEpoch: 1,
      siteId: SITE_ID,
      certificates: [{ ...certificate, exp: end }],
      blocked: [],
      interval: { lo, hi },
      acceptsEs256: false,
      lockId: LOCK_ID,
      policy: {
        policyVersion: 0,
        post: filled(0, 16),
        floor: { issuedUntil: 0, version: 0 },
        marks: [],
        blocked: [],
      },
      uses: [],
      committedLo: lo,
      hasTimeToken: false,
      isNear: false,
    };
    const request = { grant: grantBytes(edits), operation: 1, asserted: 0, proof: null };
    const verdict = checkNow(checkGrant(facts, request, crypto), crypto);
    return verdict.kind === 'permitted' ? 'permitted' : verdict.status;
  }

  it.each([
    ['issued in the last second of its signer’s certificate', T0 - 1, 'time_uncertain'],
    ['issued when that was over', T0, 'issued_outside_certificate'],
  ])('a grant %s', (_, iat, status) => {
    expect(statusOf({ iat, nbf: T0 - 100 }, T0 - 50, null)).toBe(status);
  });

  it.each([
    ['wholly before the end of the certificate', T0 - 1, 'permitted'],
    ['up to it', T0, 'time_uncertain'],
  ])('an interval %s', (_, hi, status) => {
    expect(statusOf({ iat: T0 - 100, nbf: T0 - 100 }, T0 - 50, hi)).toBe(status);
  });

  it.each([
    [T0 + 119, T0 + 119, 'permitted'],
    [T0 + 119, T0 + 120, 'time_uncertain'],
    [T0 + 120, T0 + 120, 'inactive_hours'],
    [T0 + 60, T0 + 60, 'permitted'],
    [T0 + 59, T0 + 60, 'time_uncertain'],
    [T0 + 59, T0 + 59, 'inactive_hours'],
  ])('a window of one minute at [%d, %d]: %s', (lo, hi, status) => {
    expect(statusOf({ iat: T0, nbf: T0, windows: [1, 2] }, lo, hi, T0 + DAY)).toBe(status);
    const life = { from: T0 - DAY, until: T0 + DAY };
    expect(openSpans(grantOf({ nbf: T0, windows: [1, 2] }), life)).toEqual([
      { from: T0 + 60, until: T0 + 120 },
    ]);
  });

  it('an upper bound is believed for 30 days, and not a millisecond longer', () => {
    const clock = { lo: T0, loSetMs: 0, hi: T0 + 10, hiSetMs: 500, driftPpm: 0 };
    const end = 30 * DAY * 1000 + 500;
    expect(intervalAt(clock, end - 1).hi).toBe(T0 + 10 + 30 * DAY);
    expect(intervalAt(clock, end).hi).toBeNull();
  });
});
