// Rules that an implementer of protocol/README.md once had to guess. Each is said there now; what the library does is
// held here, so that text and code cannot part.
import { describe, expect, it } from 'vitest';
import * as protocol from '../../../protocol/index.js';
import { CLOCK_RAISE_MAX } from '../../../protocol/limits.js';
import { LOG_SEQUENCE_MAX } from '../../../protocol/lock/log.js';
import { labelPsk } from '../../../protocol/session/opening.js';
import {
  adminBytes,
  certificateOf,
  crypto,
  DAY,
  filled,
  grantBytes,
  LOCK_ID,
  markOf,
  policyBytes,
  T0,
  timeBytes,
} from '../../helpers/lock-objects.js';
import { handshake, ownedLock, type PhoneSession } from '../../helpers/lock-phone.js';

describe('chapter 4 and 8, marks and shares', () => {
  const useId = filled(0x5a, 8);
  const share = grantBytes({ uses: { useId, count: 2 } });

  it('a mark that bears a use id revokes nothing, neither the share’s grants nor its counter', () => {
    const session = timedSession();
    expect(session.request(share)?.status).toBe('permitted');
    const mark = markOf({ tag: useId, issuedUntil: T0 - 5, version: 1 });
    const update = policyBytes({ policyVersion: 1, marks: [mark] });
    expect(session.carry('policy-update', update)).toBe('applied');
    const again = grantBytes({ uses: { useId, count: 2 }, policyVersion: 0, id: filled(1, 8) });
    expect(session.request(again)?.status).toBe('permitted');
    expect(session.request(again)?.status).toBe('uses_spent');
  });

  it('a mark on a device that has a share does revoke', () => {
    const session = timedSession();
    const update = policyBytes({ policyVersion: 1, marks: [markOf()] });
    expect(session.carry('policy-update', update)).toBe('applied');
    expect(session.request(share)?.status).toBe('revoked');
  });
});

describe('chapter 10, how far one session raises lo', () => {
  it('a session that began without any time takes each of its stamps whole', () => {
    const session = withoutTime();
    expect(
      session.carry('policy-update', policyBytes({ policyVersion: 1, iat: T0 - 200 * DAY })),
    ).toBe('applied');
    expect(loOf(session)).toBe(T0 - 200 * DAY);
    expect(session.carry('time-token', timeBytes({ iat: T0, radius: 5 }))).toBe('applied');
    expect(loOf(session)).toBe(T0 - 5);
  });

  it('the session after it is bound again', () => {
    const session = withoutTime();
    session.carry('time-token', timeBytes({ iat: T0 - DAY, radius: 0 }));
    session.say({ kind: 'close' });
    session.host.elapsedMs += 1000;
    const next = handshake(session.host, session.lockKeys);
    const before = loOf(next) as number;
    expect(
      next.carry('policy-update', policyBytes({ policyVersion: 1, iat: T0 + 400 * DAY })),
    ).toBe('applied');
    expect(loOf(next)).toBeLessThanOrEqual(before + CLOCK_RAISE_MAX + 1);
    expect(loOf(next)).toBeGreaterThanOrEqual(before + CLOCK_RAISE_MAX);
  });

  it('after an admin clock the 30 days count from what it set', () => {
    const { host, keys } = ownedLock();
    const session = handshake(host, keys);
    session.carry('certificate', certificateOf('admin'));
    const floor = { issuedUntil: T0 - 5, version: 1 };
    const update = policyBytes({ policyVersion: 1, floor });
    expect(session.carry('policy-update', update)).toBe('applied');
    const lo = T0 - 100 * DAY;
    const reset = adminBytes({ sequence: 1, clock: { lo, from: 1 } });
    expect(session.carry('admin-update', reset)).toBe('applied');
    expect(session.carry('time-token', timeBytes({ iat: T0, radius: 5 }))).toBe('applied');
    expect(loOf(session)).toBe(lo + CLOCK_RAISE_MAX);
  });
});

describe('chapter 11, room for marks', () => {
  const many = (from: number, until: number, end: number) =>
    Array.from({ length: until - from }, (_, index) =>
      markOf({ tag: Uint8Array.of(9, 9, 9, 9, 9, 9, 9, from + index), until: end }),
    );

  it('marks that are over by the stamp of the update itself take none of the 112', () => {
    const session = timedSession();
    const held = [...many(0, 60, T0 + 40), ...many(60, 70, T0 + DAY)];
    const first = policyBytes({ policyVersion: 1, marks: held });
    expect(session.carry('policy-update', first)).toBe('applied');
    const marks = many(70, 150, T0 + DAY);
    const early = policyBytes({ policyVersion: 2, base: 1, iat: T0 - 5, marks });
    expect(session.carry('policy-update', early)).toBe('base_missing');
    session.host.elapsedMs += 1;
    const late = policyBytes({ policyVersion: 2, base: 1, iat: T0 + 40, marks });
    expect(session.carry('policy-update', late)).toBe('applied');
    expect(session.host.state.keeping?.policy.marks).toHaveLength(90);
  });
});

describe('chapter 12, a segment that is null', () => {
  it('comes without a permitted read-log request of this session, and beyond the newest record', () => {
    const session = timedSession();
    const nothing = { kind: 'segment', sealed: null };
    expect(session.say({ kind: 'read-log', from: 1 })).toEqual(nothing);
    expect(session.request(grantBytes({ scope: 9 }), { operation: 8 })?.status).toBe('permitted');
    const head = session.host.state.keeping?.log.head as number;
    expect(session.say({ kind: 'read-log', from: head })).not.toEqual(nothing);
    expect(session.say({ kind: 'read-log', from: head + 1 })).toEqual(nothing);
    expect(session.say({ kind: 'read-log', from: LOG_SEQUENCE_MAX })).toEqual(nothing);
  });
});

describe('chapter 7, the label', () => {
  it('whoever commissions has its psk from doorwright/protocol', () => {
    const secret = filled(9, 16);
    expect(protocol.labelPsk(crypto, LOCK_ID, secret)).toEqual(labelPsk(crypto, LOCK_ID, secret));
  });
});

/** A session of a lock that knows the time. */
function timedSession(): PhoneSession {
  const { host, keys } = ownedLock();
  const session = handshake(host, keys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

/** A session of a lock whose clock stands at 0, as an admin clock may set it. */
function withoutTime(): PhoneSession {
  const { host, keys } = ownedLock();
  host.state = { ...host.state, clock: { ...host.state.clock, lo: 0, hi: null } };
  return handshake(host, keys);
}

function loOf({ host }: PhoneSession): number | undefined {
  return host.state.keeping?.journal.committed.lo;
}
