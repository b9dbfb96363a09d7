import { describe, expect, it } from 'vitest';
import { judgeUpdate, type LockPolicy } from '../../../protocol/lock/policy-store.js';
import {
  certificateOf,
  DAY,
  filled,
  grantBytes,
  LOCK_ID,
  markOf,
  policyBytes,
  policyOf,
  T0,
  TAGS,
  timeBytes,
} from '../../helpers/lock-objects.js';
import { handshake, ownedLock, tryCommission } from '../../helpers/lock-phone.js';

describe('F13 an older stamp is never newer news', () => {
  const floor = { issuedUntil: T0 - 5, version: 3 };
  const late = policyBytes({ policyVersion: 5, iat: T0 - 300 });

  it('a snapshot of a server that a backup replaced leaves floor and marks as they are', () => {
    const owned = ownedLock();
    const session = handshake(owned.host, owned.keys);
    session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
    const marks = [markOf({ tag: filled(1, 8) })];
    expect(session.carry('policy-update', policyBytes({ policyVersion: 3, floor, marks }))).toBe(
      'applied',
    );
    const before = owned.host.state.keeping?.policy;
    expect(session.carry('policy-update', late)).toBe('stamp_invalid');
    expect(owned.host.state.keeping?.policy).toEqual(before);
    const old = grantBytes({ iat: T0 - 200, policyVersion: 5 });
    expect(session.request(old)?.status).toBe('below_floor');
    expect(owned.host.moves).toEqual([]);
  });

  it('a lock that was reset and commissioned again takes nothing of its former life', () => {
    const { host } = ownedLock();
    const former = policyBytes({ policyVersion: 4, iat: T0 - 300 });
    const grant = grantBytes({ iat: T0 - 100, exp: T0 + 20 * DAY, policyVersion: 3 });
    host.step({ kind: 'reset' });
    const keys = tryCommission(host);
    if (keys === undefined) throw new Error('not commissioned');
    const session = handshake(host, keys);
    for (const role of ['grant', 'policy', 'time'] as const) {
      expect(session.carry('certificate', certificateOf(role))).toBe('applied');
    }
    session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
    const first = { policyVersion: 1, floor: { issuedUntil: T0 - 5, version: 1 } };
    expect(session.carry('policy-update', policyBytes(first))).toBe('applied');
    expect(session.carry('policy-update', former)).toBe('stamp_invalid');
    expect(session.request(grant)?.status).toBe('below_floor');
    expect(host.moves).toEqual([]);
  });
});

describe('a false floor', () => {
  const held: LockPolicy = {
    policyVersion: 10,
    post: filled(0, 16),
    floor: { issuedUntil: T0 + 400 * DAY, version: 10 },
    marks: [markOf({ tag: TAGS[1] })],
    blocked: [],
  };
  const update = policyOf({ policyVersion: 11 });

  it.each([
    ['stands while nothing bounds the time', null, 'stamp_invalid'],
    ['stands while true time may have come to it', T0 + 400 * DAY, 'stamp_invalid'],
    ['keeps no news out once it lies after all bounds of true time', T0 + 10, undefined],
  ])('%s', (_, hi, status) => {
    expect(judgeUpdate(held, update, LOCK_ID, hi)).toBe(status);
  });
});
