import { describe, expect, it } from 'vitest';
import { newestCopy } from '../../../protocol/lock/record-copies.js';
import { type LockHost, PowerCut } from '../../helpers/lock-host.js';
import {
  certificateOf,
  DAY,
  filled,
  grantBytes,
  markOf,
  policyBytes,
  T0,
  timeBytes,
} from '../../helpers/lock-objects.js';
import { handshake, ownedLock } from '../../helpers/lock-phone.js';

/** The lock after a power cut in which the newest copy of its journal rotted. */
function afterRot(host: LockHost): LockHost {
  const { a, b } = host.flash.get('journal')!;
  const newest = newestCopy(a, b);
  if (newest.kind !== 'whole') throw new Error(newest.kind);
  const rotten = (newest.copy === 'a' ? a : b).slice();
  rotten[12] = (rotten[12] as number) ^ 1;
  host.flash.set('journal', { a, b, [newest.copy]: rotten });
  return host.fork();
}

describe('what the clock in memory let go does not come back when one copy of it rots', () => {
  it('F7 a mark', () => {
    const { host, keys } = ownedLock();
    const revoked = grantBytes({ timePolicy: 1 });
    const first = handshake(host, keys);
    first.carry('policy-update', policyBytes({ policyVersion: 1, marks: [markOf()] }));
    expect(first.request(revoked)?.status).toBe('revoked');
    const next = policyBytes({ policyVersion: 2, base: 1, iat: T0 + DAY + 60 });
    expect(first.carry('policy-update', next)).toBe('applied');
    expect(host.state.keeping?.policy.marks).toEqual([]);
    const later = handshake(afterRot(host), keys);
    expect(['expired', 'revoked']).toContain(later.request(revoked)?.status);
  });

  it.each([0, 1, 2, 3, 4])('C11 a use counter, power cut before write %d', (cut) => {
    const { host, keys } = ownedLock();
    const share = { uses: { useId: filled(5, 8), count: 1 }, timePolicy: 1 } as const;
    const later = T0 + 32 * DAY;
    const first = handshake(host, keys);
    const long = certificateOf('grant', { exp: T0 + 80 * DAY });
    expect(first.carry('certificate', long)).toBe('applied');
    expect(first.request(grantBytes(share))?.status).toBe('permitted');
    first.carry('time-token', timeBytes({ iat: T0 + 20 * DAY }));
    first.say({ kind: 'close' });
    const second = handshake(host, keys);
    expect(second.carry('time-token', timeBytes({ iat: later }))).toBe('applied');
    const other = { uses: { useId: filled(6, 8), count: 1 }, timePolicy: 1 } as const;
    const present = { iat: later - DAY, nbf: later - DAY, exp: later + DAY };
    host.cutAfter = cut;
    expect(() => second.request(grantBytes({ ...other, ...present }))).toThrow(PowerCut);
    const rotten = handshake(afterRot(host), keys);
    const anew = { iat: T0 + 2 * DAY, nbf: T0 + 2 * DAY, exp: T0 + 30 * DAY };
    const status = rotten.request(grantBytes({ ...share, ...anew }))?.status;
    expect(['expired', 'uses_spent']).toContain(status);
  });
});

describe('F6 a delta that does not fit', () => {
  it('changes nothing, the clock no more than the marks', () => {
    const { host, keys } = ownedLock();
    const session = handshake(host, keys);
    const list = (from: number) =>
      Array.from({ length: 60 }, (_, index) =>
        markOf({ tag: filled(from + index, 8), until: T0 + 20 * DAY }),
      );
    const first = policyBytes({ policyVersion: 1, marks: list(0) });
    expect(session.carry('policy-update', first)).toBe('applied');
    const { keeping, clock } = host.state;
    host.writes = [];
    const more = policyBytes({ policyVersion: 2, base: 1, marks: list(100), iat: T0 + 5 * DAY });
    expect(session.carry('policy-update', more)).toBe('base_missing');
    expect(host.writes).toEqual([]);
    expect(host.state.keeping).toEqual(keeping);
    expect(host.state.clock).toEqual(clock);
  });

  it('is judged by the clock as it would be then: what its stamp ends makes room', () => {
    const { host, keys } = ownedLock();
    const session = handshake(host, keys);
    const list = (from: number, until: number) =>
      Array.from({ length: 60 }, (_, index) => markOf({ tag: filled(from + index, 8), until }));
    const first = policyBytes({ policyVersion: 1, marks: list(0, T0 + DAY) });
    expect(session.carry('policy-update', first)).toBe('applied');
    const marks = list(100, T0 + 20 * DAY);
    const more = policyBytes({ policyVersion: 2, base: 1, marks, iat: T0 + DAY });
    expect(session.carry('policy-update', more)).toBe('applied');
    expect(host.state.keeping?.policy.marks).toHaveLength(60);
    expect(host.state.keeping?.journal.committed.lo).toBe(T0 + DAY);
  });
});
