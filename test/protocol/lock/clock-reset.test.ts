import { describe, expect, it } from 'vitest';
import { keyId } from '../../../protocol/objects/cose-key.js';
import {
  adminBytes,
  certificateOf,
  crypto,
  DAY,
  grantBytes,
  keys,
  policyBytes,
  T0,
  timeBytes,
} from '../../helpers/lock-objects.js';
import { handshake, ownedLock, type PhoneSession } from '../../helpers/lock-phone.js';

type Owned = ReturnType<typeof ownedLock>;
const CONFIG = { version: 1, openSeconds: 9, personalLog: true };

const floorAt = (iat: number, policyVersion = 1) =>
  policyBytes({ policyVersion, iat, floor: { issuedUntil: iat, version: policyVersion } });
const journalOf = (session: PhoneSession) => session.host.state.keeping!.journal;

function at(owned: Owned, now: number): PhoneSession {
  const session = handshake(owned.host, owned.keys);
  session.carry('time-token', timeBytes({ iat: now, nonce: session.hello.nonce }));
  return session;
}

/** A session at a lock whose clock a wrong server put 20 days ahead, under a floor at T0 - 5. */
function ahead(): PhoneSession {
  const { host, keys } = ownedLock();
  const session = handshake(host, keys);
  expect(session.carry('policy-update', floorAt(T0 - 5))).toBe('applied');
  expect(session.carry('time-token', timeBytes({ iat: T0 + 20 * DAY }))).toBe('applied');
  return session;
}

describe('E5b a clock is set back', () => {
  const seen = T0 + 20 * DAY - 5;

  it.each([
    ['from where a receipt showed it', { lo: T0 - 5, from: seen }, 'applied'],
    ['from before that', { lo: T0 - 5, from: seen - 1 }, 'applied'],
    ['not while it has not come there', { lo: T0 - 5, from: seen + 1 }, 'stamp_invalid'],
    ['to five seconds after its stamp', { lo: T0, from: seen }, 'applied'],
    ['not to later than that', { lo: T0 + 1, from: seen }, 'stamp_invalid'],
    ['not to ten years on', { lo: T0 + 3650 * DAY, from: 0 }, 'stamp_invalid'],
  ])('%s', (_, clock, status) => {
    const session = ahead();
    expect(session.carry('admin-update', adminBytes({ sequence: 1, clock }))).toBe(status);
    const isSet = status === 'applied';
    expect(journalOf(session)).toMatchObject({
      adminSequence: isSet ? 1 : 0,
      committed: { lo: isSet ? clock.lo : seen, hi: null },
    });
  });

  it('by what is in memory, not by a clock that is ahead of it', () => {
    const session = ahead();
    session.host.elapsedMs += 10_000;
    const reset = adminBytes({ sequence: 1, clock: { lo: T0 - 5, from: seen + 5 } });
    expect(session.carry('admin-update', reset)).toBe('stamp_invalid');
  });

  it('not when the reset was kept back until the clock was right, and no grant that is over opens', () => {
    const owned = ownedLock();
    const first = at(owned, T0);
    expect(first.carry('policy-update', floorAt(T0 - 5))).toBe('applied');
    first.say({ kind: 'close' });
    const kept = adminBytes({ sequence: 1, clock: { lo: T0 - 5, from: T0 + 25 * DAY } });
    const over = grantBytes({ iat: T0, nbf: T0, exp: T0 + DAY, policyVersion: 1, timePolicy: 1 });
    owned.host.pass(20 * DAY * 1000);
    const later = at(owned, T0 + 20 * DAY);
    expect(later.request(over)?.status).toBe('expired');
    expect(later.carry('admin-update', kept)).toBe('stamp_invalid');
    expect(later.request(over)?.status).toBe('expired');
    expect(owned.host.moves).toEqual([]);
  });
});

describe('a configuration beside a reset', () => {
  const clock = { lo: T0 - 5, from: T0 + 20 * DAY - 5 };

  it('comes with it in one write', () => {
    const session = ahead();
    session.host.writes = [];
    const both = adminBytes({ sequence: 1, clock, config: CONFIG });
    expect(session.carry('admin-update', both)).toBe('applied');
    expect(session.host.writes).toEqual(['journal', 'journal']);
    expect(journalOf(session)).toMatchObject({
      adminSequence: 1,
      config: CONFIG,
      committed: { lo: T0 - 5, hi: null },
    });
  });

  it.each([
    ['a reset that may not be', { clock: { ...clock, from: T0 + 21 * DAY }, config: CONFIG }],
    ['a reset without its floor', { clock, config: CONFIG, iat: T0 - 4 }],
    ['a configuration that is older', { clock, config: { ...CONFIG, version: 2 } }],
    [
      'another configuration of the same version',
      { clock, config: { ...CONFIG, version: 3, openSeconds: 8 } },
    ],
  ])('does not come with %s, nor the reset with it', (_, update) => {
    const session = ahead();
    const known = { ...CONFIG, version: 3 };
    if (update.config !== CONFIG) {
      const first = adminBytes({ sequence: 1, config: known });
      expect(session.carry('admin-update', first)).toBe('applied');
    }
    const before = journalOf(session);
    const status = session.carry('admin-update', adminBytes({ sequence: 2, ...update }));
    expect(['stamp_invalid', 'floor_missing']).toContain(status);
    expect(journalOf(session)).toEqual(before);
  });

  it('may be the one the lock has, since nothing told its issuer that it arrived', () => {
    const session = ahead();
    expect(session.carry('admin-update', adminBytes({ sequence: 1, config: CONFIG }))).toBe(
      'applied',
    );
    const both = adminBytes({ sequence: 2, clock, config: CONFIG });
    expect(session.carry('admin-update', both)).toBe('applied');
    expect(journalOf(session).committed.lo).toBe(T0 - 5);
    const again = adminBytes({ sequence: 3, config: CONFIG });
    expect(session.carry('admin-update', again)).toBe('stamp_invalid');
  });
});

describe('a clock that ran ahead further than certificates live', () => {
  const now = T0 + 120;
  const seen = T0 + 60 * DAY - 10;
  const admin = certificateOf('admin', { nbf: now, exp: now + 30 * DAY });
  const reset = (edits = {}) =>
    adminBytes({ sequence: 1, iat: now, clock: { lo: now, from: seen }, ...edits });

  /** Sixty days ahead after two sessions, with a POLICY key of ninety days. */
  function lost(withNonce = false): PhoneSession {
    const owned = ownedLock();
    for (const days of [30, 60]) {
      const session = handshake(owned.host, owned.keys);
      const longer = { nbf: T0 + 29 * DAY, exp: T0 + 59 * DAY };
      if (days > 30) session.carry('certificate', certificateOf('time', longer));
      const nonce = withNonce ? { nonce: session.hello.nonce } : {};
      session.carry('time-token', timeBytes({ iat: T0 + days * DAY, ...nonce }));
      session.say({ kind: 'close' });
    }
    const session = handshake(owned.host, owned.keys);
    expect(journalOf(session).committed.lo).toBe(seen);
    const policy = certificateOf('policy', { nbf: now, exp: now + 90 * DAY });
    expect(session.carry('certificate', policy)).toBe('applied');
    return session;
  }

  it('is set back by an ADMIN key whose certificate lives now, after the floor', () => {
    const session = lost();
    const before = session.host.state.keeping?.certificates;
    expect(session.carry('admin-update', reset())).toBe('carry_untrusted');
    expect(session.carry('certificate', admin)).toBe('carry_untrusted');
    expect(session.host.state.keeping?.certificates).toEqual(before);
    expect(session.carry('admin-update', reset())).toBe('floor_missing');
    expect(session.carry('policy-update', floorAt(now))).toBe('applied');
    expect(session.carry('admin-update', reset())).toBe('applied');
    expect(journalOf(session).committed).toEqual({ lo: now, hi: null });
    expect(session.carry('certificate', admin)).toBe('applied');
    const old = grantBytes({ policyVersion: 1, timePolicy: 1 });
    expect(session.request(old)?.status).toBe('denied');
    session.carry('certificate', certificateOf('grant'));
    expect(session.request(old)?.status).toBe('below_floor');
  });

  it.each([
    ['brought in another session', {}, undefined, 'carry_untrusted'],
    ['that was over when the reset was stamped', { exp: now }, {}, 'carry_untrusted'],
    ['that began after its stamp', { nbf: now + 1 }, {}, 'carry_untrusted'],
    ['of another role', { roles: 8 }, {}, 'carry_untrusted'],
    ['of the epoch before', { trustEpoch: 0 }, {}, 'carry_untrusted'],
    [
      'under a clock it does not reach',
      {},
      { clock: { lo: now, from: seen + 1 } },
      'stamp_invalid',
    ],
    ['for a configuration alone', {}, { clock: undefined, config: CONFIG }, 'carry_untrusted'],
  ])('not by a key with a certificate %s', (_, certificate, edits, status) => {
    const session = lost();
    session.carry('policy-update', floorAt(now));
    const life = { nbf: now - DAY, exp: now + 29 * DAY };
    if (edits !== undefined) {
      session.carry('certificate', certificateOf('admin', { ...life, ...certificate }));
    }
    const { clock, ...others } = { clock: { lo: now, from: seen }, ...edits };
    const update = { sequence: 1, iat: now, ...others, ...(clock && { clock }) };
    expect(session.carry('admin-update', adminBytes(update))).toBe(status);
    expect(journalOf(session)).toMatchObject({ adminSequence: 0, committed: { lo: seen } });
  });

  it('not by a key that is blocked', () => {
    const session = lost();
    const blocked = [keyId(crypto, keys.admin.publicKey)];
    const floor = { issuedUntil: now, version: 1 };
    session.carry('policy-update', policyBytes({ policyVersion: 1, iat: now, floor, blocked }));
    session.carry('certificate', admin);
    expect(session.carry('admin-update', reset())).toBe('carry_untrusted');
  });

  it('not once anything was withdrawn after the floor, until there is a newer one', () => {
    const session = lost();
    session.carry('policy-update', floorAt(now));
    const later = { policyVersion: 2, iat: now + 60, floor: { issuedUntil: now, version: 1 } };
    session.carry('policy-update', policyBytes(later));
    session.carry('certificate', admin);
    expect(session.carry('admin-update', reset())).toBe('floor_missing');
    session.carry('policy-update', floorAt(now + 90, 3));
    expect(session.carry('admin-update', reset())).toBe('applied');
  });

  it('not while a nonce vouches for the clock', () => {
    const session = lost(true);
    session.carry('policy-update', floorAt(now));
    session.carry('certificate', admin);
    expect(session.carry('admin-update', reset())).toBe('carry_untrusted');
    session.host.boot();
    const later = handshake(session.host, session.lockKeys);
    later.carry('certificate', admin);
    expect(later.carry('admin-update', reset({ clock: { lo: now, from: seen } }))).toBe('applied');
  });
});
