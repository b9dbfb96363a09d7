import { describe, expect, it } from 'vitest';
import { signNow } from '../../../protocol/crypto/steps.js';
import { sealCertificate } from '../../../protocol/issuer/certificates.js';
import type { CertificateRole } from '../../../protocol/objects/certificate.js';
import { PRIVATE_LABEL } from '../../../protocol/objects/claims.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import { parseEnvelope } from '../../../protocol/objects/envelope.js';
import { policyUpdateClaims } from '../../../protocol/objects/policy-update.js';
import { rootHash } from '../../../protocol/objects/trust-update.js';
import type { CarriedKind } from '../../../protocol/session/messages.js';
import { decodeCbor, encodeCbor } from '../../../protocol/wire/cbor.js';
import type { LockHost } from '../../helpers/lock-host.js';
import {
  adminBytes,
  certificateOf,
  crypto,
  DAY,
  filled,
  grantBytes,
  keys,
  logAckBytes,
  markOf,
  nextRoot,
  policyBytes,
  policyOf,
  root,
  SITE_ID,
  sealed,
  signerOf,
  strangerKey,
  T0,
  TAGS,
  thirdRoot,
  timeBytes,
  trustBytes,
} from '../../helpers/lock-objects.js';
import {
  handshake,
  type LockKeys,
  ownedLock,
  type PhoneSession,
} from '../../helpers/lock-phone.js';

function fresh(): PhoneSession {
  const { host, keys: lockKeys } = ownedLock();
  return handshake(host, lockKeys);
}

function timed(): PhoneSession {
  return timedAt(ownedLock());
}

function timedAt({ host, keys: lockKeys }: { host: LockHost; keys: LockKeys }): PhoneSession {
  const session = handshake(host, lockKeys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

/** The certificate of a POLICY and TIME key with the GRANT role in place of TIME, signed by the root as ever. */
function bothRoles(certificate: Uint8Array): Uint8Array {
  const envelope = parseEnvelope(certificate, 'certificate');
  if (!envelope.ok) throw new Error(envelope.detail);
  const payload = decodeCbor(envelope.value.payload as Uint8Array);
  if (!payload.ok) throw new Error(payload.detail);
  const map = payload.value as Map<number, Map<number, number>>;
  map.get(PRIVATE_LABEL)?.set(10, 3);
  return sealed('certificate', root, encodeCbor(map));
}

const policyOfLock = (session: PhoneSession) => session.host.state.keeping?.policy;
const committedOf = (session: PhoneSession) => session.host.state.keeping?.journal.committed;

describe('certificates', () => {
  it.each([
    ['of a new key', certificateOf('bundle'), 'applied'],
    ['that is known', certificateOf('grant'), 'already_known'],
    [
      'A13 signed by a certified key, not by the root',
      certificateOf('bundle', {}, keys.policy),
      'carry_untrusted',
    ],
    ['signed by the next root', certificateOf('bundle', {}, nextRoot), 'carry_untrusted'],
    ['A14 of another epoch', certificateOf('bundle', { trustEpoch: 2 }), 'carry_untrusted'],
    ['of another site', certificateOf('bundle', { siteId: filled(9, 8) }), 'carry_untrusted'],
    [
      'A14 that is over',
      certificateOf('bundle', { nbf: T0 - 9 * DAY, exp: T0 - 10 }),
      'carry_untrusted',
    ],
    ['A14 that lives 91 days', certificateOf('bundle', { exp: T0 + 90 * DAY }), 'carry_untrusted'],
    [
      'A14 of TIME that lives 31 days',
      certificateOf('time', { exp: T0 + 30 * DAY }),
      'carry_untrusted',
    ],
    [
      'A14 that ends when it begins',
      certificateOf('bundle', { nbf: T0, exp: T0 }),
      'carry_untrusted',
    ],
    [
      'A11 of a key of small order',
      certificateOf('bundle', { key: { kind: 'ed25519', x: filled(0) } }),
      'carry_untrusted',
    ],
    ['A4 that is another object', policyBytes({ policyVersion: 1 }), 'carry_malformed'],
    ['cut off', certificateOf('bundle').slice(0, -1), 'carry_malformed'],
    ['for POLICY and ADMIN', certificateOf('policy', { roles: 18 }), 'applied'],
    ['for GRANT and POLICY', bothRoles(certificateOf('grant', { roles: 6 })), 'carry_malformed'],
  ])('one %s', (_, bytes, status) => {
    expect(fresh().carry('certificate', bytes)).toBe(status);
  });

  it('the root makes none for GRANT and POLICY together, with other roles or without', () => {
    const order = { from: T0, until: T0 + DAY, lifeMax: DAY, trustEpoch: 1, siteId: SITE_ID };
    const make = (...roles: CertificateRole[]) =>
      signNow(sealCertificate(root, { ...order, key: keys.grant.publicKey, roles }, crypto));
    expect(make('grant', 'time', 'admin').claims.roles).toBe(21);
    expect(() => make('grant', 'policy')).toThrow(RangeError);
    expect(() => make('policy', 'time', 'grant')).toThrow(RangeError);
  });

  it('eight are kept; what comes after pushes out the first', () => {
    const session = fresh();
    for (let number = 30; number < 36; number++) {
      const key = signerOf(number).publicKey;
      expect(session.carry('certificate', certificateOf('bundle', { key }))).toBe('applied');
    }
    const known = session.host.state.keeping?.certificates ?? [];
    expect(known).toHaveLength(8);
    expect(known.some(({ key }) => key.x === keys.grant.publicKey.x)).toBe(false);
    expect(session.carry('certificate', certificateOf('grant'))).toBe('applied');
  });

  it('a longer one of the same key replaces the shorter', () => {
    const session = fresh();
    expect(session.carry('certificate', certificateOf('policy', { exp: T0 + 60 * DAY }))).toBe(
      'applied',
    );
    expect(session.host.state.keeping?.certificates).toHaveLength(4);
  });

  it('a blocked key is refused from then on, cached or carried again', () => {
    const session = timed();
    const blocked = [keyId(crypto, keys.grant.publicKey)];
    expect(session.carry('policy-update', policyBytes({ policyVersion: 1, blocked }))).toBe(
      'applied',
    );
    expect(session.request(grantBytes({ policyVersion: 1 }))?.status).toBe('denied');
    expect(session.carry('certificate', certificateOf('grant'))).toBe('carry_untrusted');
    expect(session.host.moves).toEqual([]);
  });
});

describe('every carried object but a certificate', () => {
  const objects: readonly (readonly [CarriedKind, Uint8Array, Uint8Array])[] = [
    [
      'policy-update',
      policyBytes({ policyVersion: 1 }),
      policyBytes({ policyVersion: 1 }, keys.grant),
    ],
    ['time-token', timeBytes({ iat: T0 + 60 }), timeBytes({ iat: T0 + 60 }, keys.policy)],
    ['admin-update', adminBytes({ sequence: 1 }), adminBytes({ sequence: 1 }, keys.policy)],
    ['log-ack', logAckBytes(1), sealed('log-ack', keys.grant, filled(0))],
  ];

  it.each(objects)('A13 F5 J5 a %s needs a key of its own role', (kind, right, wrong) => {
    const session = fresh();
    const before = session.host.flash;
    expect(session.carry(kind, wrong)).toBe('carry_untrusted');
    expect(session.host.flash).toEqual(before);
    expect(session.carry(kind, right)).toBe('applied');
  });

  it.each(objects)('A1 a %s with any byte changed is refused', (kind, right) => {
    const { host, keys: lockKeys } = ownedLock();
    for (let at = 0; at < right.length; at += 7) {
      if (at % 420 === 0) host.step({ kind: 'disconnected', connection: 1 });
      const changed = right.slice();
      changed[at] = (changed[at] as number) ^ 2;
      const session = handshake(host, lockKeys);
      expect(['carry_untrusted', 'carry_malformed']).toContain(session.carry(kind, changed));
    }
  });

  it.each(objects)('a %s of a certificate that is over is refused', (kind, right) => {
    const session = fresh();
    expect(session.carry('time-token', timeBytes({ iat: T0 + 29 * DAY, radius: 0 }))).toBe(
      'applied',
    );
    expect(session.carry(kind, right)).toBe('carry_untrusted');
  });
});

describe('policy updates', () => {
  it('are stored with the digest as it came, and their stamp raises the clock', () => {
    const session = fresh();
    const marks = [markOf()];
    expect(session.carry('policy-update', policyBytes({ policyVersion: 7, marks }))).toBe(
      'applied',
    );
    expect(policyOfLock(session)).toMatchObject({ policyVersion: 7, post: filled(7, 16), marks });
    expect(committedOf(session)?.lo).toBe(T0 - 5);
    expect(session.carry('policy-update', policyBytes({ policyVersion: 7, marks }))).toBe(
      'already_known',
    );
  });

  it('are applied before their carrier is judged', () => {
    const session = timed();
    const marks = [markOf()];
    session.carry('policy-update', policyBytes({ policyVersion: 1, marks }));
    const answer = session.request(grantBytes({ policyVersion: 1 }));
    expect(answer?.status).toBe('revoked');
    expect(answer?.receipt).toMatchObject({ policyVersion: 1, post: filled(1, 16) });
    expect(session.host.moves).toEqual([]);
  });

  it('F8 a new grant cannot be used while the news that came with it is withheld', () => {
    const session = timed();
    const grant = grantBytes({ policyVersion: 1 });
    expect(session.request(grant)?.status).toBe('policy_version_missing');
    expect(session.carry('policy-update', policyBytes({ policyVersion: 1 }))).toBe('applied');
    expect(session.request(grant)?.status).toBe('permitted');
  });

  it('a lockdown is a floor: what was issued before is dead, what is issued again opens', () => {
    const session = timed();
    const floor = { issuedUntil: T0 - 5, version: 2 };
    session.carry('policy-update', policyBytes({ policyVersion: 2, floor }));
    expect(session.request(grantBytes({ policyVersion: 2 }))?.status).toBe('below_floor');
    expect(session.request(grantBytes({ iat: T0 - 4, policyVersion: 1 }))?.status).toBe(
      'below_floor',
    );
    expect(session.request(grantBytes({ iat: T0 - 4, policyVersion: 2 }))?.status).toBe(
      'permitted',
    );
  });

  it('F2 a delta from a base to come waits for the snapshot', () => {
    const session = fresh();
    expect(session.carry('policy-update', policyBytes({ policyVersion: 3, base: 2 }))).toBe(
      'base_missing',
    );
    expect(session.carry('policy-update', policyBytes({ policyVersion: 2 }))).toBe('applied');
    expect(session.carry('policy-update', policyBytes({ policyVersion: 3, base: 2 }))).toBe(
      'applied',
    );
  });

  it('after a lost receipt a delta from an older base still fits', () => {
    const session = fresh();
    session.carry('policy-update', policyBytes({ policyVersion: 5, marks: [markOf()] }));
    const marks = [markOf({ tag: TAGS[1] })];
    expect(session.carry('policy-update', policyBytes({ policyVersion: 6, base: 2, marks }))).toBe(
      'applied',
    );
    expect(policyOfLock(session)?.marks).toHaveLength(2);
  });

  it('F3 a fork is never applied, and the next receipt and the log say so until the server has read it', () => {
    const session = fresh();
    session.carry('policy-update', policyBytes({ policyVersion: 1 }));
    const other = policyBytes({ policyVersion: 1, post: filled(0x99, 16), marks: [markOf()] });
    expect(session.carry('policy-update', other)).toBe('fork');
    expect(policyOfLock(session)?.marks).toEqual([]);
    const denied = session.request(grantBytes({}, strangerKey));
    expect(denied?.status).toBe('denied');
    expect(denied?.receipt?.status).toBe(70);
    const head = session.host.state.keeping?.log.head as number;
    expect(session.carry('log-ack', logAckBytes(head))).toBe('applied');
    session.carry('policy-update', policyBytes({ policyVersion: 2 }));
    expect(session.request(grantBytes({}, strangerKey))?.receipt?.status).toBe(1);
  });

  it('F6 with 113 marks is malformed', () => {
    const list = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        markOf({ tag: filled(index, 8), issuedUntil: 0, until: 1 }),
      );
    const claims = policyOf({ policyVersion: 1 });
    expect(policyUpdateClaims.encode({ ...claims, marks: list(112) }).length).toBeLessThan(2048);
    expect(() => policyUpdateClaims.encode({ ...claims, marks: list(113) })).toThrow(RangeError);
  });

  it('F6 a delta whose join needs a 113th mark is refused whole; a snapshot then fits', () => {
    const session = fresh();
    const list = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => markOf({ tag: filled(from + index, 8) }));
    for (const [policyVersion, from, count] of [
      [1, 0, 60],
      [2, 60, 52],
    ] as const) {
      const update = policyBytes({ policyVersion, base: 0, marks: list(from, count) });
      expect(session.carry('policy-update', update)).toBe('applied');
    }
    const before = policyOfLock(session);
    expect(before?.marks).toHaveLength(112);
    expect(
      session.carry(
        'policy-update',
        policyBytes({ policyVersion: 3, base: 2, marks: list(200, 1) }),
      ),
    ).toBe('base_missing');
    expect(policyOfLock(session)).toEqual(before);
    expect(
      session.carry('policy-update', policyBytes({ policyVersion: 3, marks: list(200, 1) })),
    ).toBe('applied');
  });
});

describe('time tokens', () => {
  it('E2 without a nonce raise lo alone', () => {
    const session = fresh();
    expect(session.carry('time-token', timeBytes({ iat: T0 + 60, radius: 10 }))).toBe('applied');
    expect(committedOf(session)).toEqual({ lo: T0 + 50, hi: null });
    expect(session.carry('time-token', timeBytes({ iat: T0 - 900 }))).toBe('already_known');
    expect(committedOf(session)).toEqual({ lo: T0 + 50, hi: null });
  });

  it('with this session’s nonce set both bounds', () => {
    expect(committedOf(timed())).toEqual({ lo: T0 - 5, hi: T0 + 5 });
  });

  it('E4 a delayed answer has the delay added to hi', () => {
    const session = fresh();
    session.host.elapsedMs += 9000;
    session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
    expect(committedOf(session)).toEqual({ lo: T0 - 2, hi: T0 + 5 + 10 });
  });

  it('E3 a nonce of another session, another boot or nobody is refused', () => {
    const session = fresh();
    const { host, lockKeys } = session;
    const token = timeBytes({ iat: T0 + 60, nonce: session.hello.nonce });
    session.say({ kind: 'close' });
    const later = handshake(host, lockKeys);
    expect(later.carry('time-token', token)).toBe('stamp_invalid');
    host.boot();
    expect(handshake(host, lockKeys).carry('time-token', token)).toBe('stamp_invalid');
    expect(committedOf(later)).toEqual({ lo: T0 - 10, hi: null });
  });

  it('E7 one that gives hi < lo is refused whole', () => {
    const session = fresh();
    const token = timeBytes({ iat: T0 - 20, radius: 5, nonce: session.hello.nonce });
    expect(session.carry('time-token', token)).toBe('clock_contradiction');
    expect(committedOf(session)).toEqual({ lo: T0 - 10, hi: null });
    expect(session.request(grantBytes({ timePolicy: 2 }))?.status).toBe('time_token_needed');
  });

  it('E5 a wrong server moves the clock by 30 days in one session, however many tokens it signs', () => {
    const session = fresh();
    for (const days of [10, 40, 400])
      session.carry('time-token', timeBytes({ iat: T0 + days * DAY }));
    // Its own certificate is over by then, too.
    expect(committedOf(session)?.lo).toBeLessThanOrEqual(T0 - 10 + 30 * DAY);
  });

  it('E5 a stolen GRANT key moves no clock', () => {
    const session = timed();
    const grant = grantBytes({ iat: T0 + 20 * DAY, nbf: T0, exp: T0 + 21 * DAY });
    expect(session.request(grant)?.status).toBe('issued_in_future');
    expect(committedOf(session)).toEqual({ lo: T0 - 5, hi: T0 + 5 });
  });

  it('a stamp after hi is an alarm: hi is ∞, and receipts of refusals say it until the server has read it', () => {
    const session = timed();
    expect(session.carry('time-token', timeBytes({ iat: T0 + 3600 }))).toBe('applied');
    expect(committedOf(session)).toEqual({ lo: T0 + 3595, hi: null });
    const refused = session.request(grantBytes());
    expect(refused?.status).toBe('time_uncertain');
    expect(refused?.receipt?.status).toBe(98);
    const head = session.host.state.keeping?.log.head as number;
    session.carry('log-ack', logAckBytes(head, T0 + 3600));
    expect(session.request(grantBytes())?.receipt?.status).toBe(11);
  });

  it('F3 a fork is told until it was read, also when the clock is alarmed later, and no pair of alarms wears the memory out', () => {
    const session = timed();
    session.carry('policy-update', policyBytes({ policyVersion: 1 }));
    const fork = policyBytes({ policyVersion: 1, post: filled(9, 16) });
    const contradict = (seconds: number) => {
      const { host } = session;
      const clock = { ...host.state.clock, hi: T0 + seconds - 60, hiSetMs: host.elapsedMs };
      host.state = { ...host.state, clock };
      expect(session.carry('time-token', timeBytes({ iat: T0 + seconds }))).toBe('applied');
    };
    contradict(3600);
    expect(session.host.state.keeping?.journal.alarm?.status).toBe('clock_alarm');
    expect(session.carry('policy-update', fork)).toBe('fork');
    const { alarm, logSequence } = session.host.state.keeping!.journal;
    expect(alarm).toEqual({ status: 'fork', logSequence });
    for (const seconds of [7200, 9000, 10_800]) {
      contradict(seconds);
      session.host.writes = [];
      expect(session.carry('policy-update', fork)).toBe('fork');
      expect(session.host.writes).toEqual([]);
    }
    expect(session.host.state.keeping?.journal).toMatchObject({ alarm, logSequence });
    expect(session.host.state.clock.hi).toBeNull();
    expect(session.request(grantBytes())?.receipt?.status).toBe(70);
  });

  it('E10 times beyond what a clock can have are refused, also by a clock that was never set', () => {
    for (const lo of [0, T0]) {
      const session = fresh();
      session.host.state = { ...session.host.state, clock: { ...session.host.state.clock, lo } };
      const { nonce } = session.hello;
      const far = 2 ** 53 - 1;
      expect(session.carry('time-token', timeBytes({ iat: far, radius: 86_400, nonce }))).toBe(
        'stamp_invalid',
      );
      expect(session.carry('time-token', timeBytes({ iat: 2 ** 48, radius: 0 }))).toBe(
        'stamp_invalid',
      );
      session.carry(
        'policy-update',
        policyBytes({ policyVersion: 1, iat: far, floor: { issuedUntil: far, version: 0 } }),
      );
      session.carry(
        'admin-update',
        adminBytes({ sequence: 1, iat: far, clock: { lo: 2 ** 48, from: 0 } }),
      );
      session.host.pass(1000);
      expect(session.request(grantBytes())).toBeDefined();
      expect(session.host.fork().state.self).not.toBeNull();
    }
  });

  it('tpol 2 asks for the token, and opens with it in the same session', () => {
    const session = fresh();
    const grant = grantBytes({ timePolicy: 2 });
    expect(session.request(grant)?.status).toBe('time_token_needed');
    session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
    expect(session.request(grant)?.status).toBe('permitted');
  });

  it.each([
    [0, 'time_uncertain'],
    [1, 'permitted'],
    [2, 'time_token_needed'],
  ])(
    'E1 after a power loss a grant with tpol %d that lo does not know to be over: %s',
    (timePolicy, status) => {
      const session = timed();
      session.host.boot();
      const later = handshake(session.host, session.lockKeys);
      expect(later.request(grantBytes({ timePolicy, exp: T0 + 60 }))?.status).toBe(status);
      expect(later.request(grantBytes({ timePolicy, exp: T0 - 5 }))?.status).toBe('expired');
    },
  );

  it('E9 lo is committed every hour although nothing happens', () => {
    const session = timed();
    session.host.pass(3_600_000);
    expect(committedOf(session)?.lo).toBe(T0 - 5 + 3599);
    session.host.pass(3_599_999);
    session.host.boot();
    expect(session.host.state.clock).toMatchObject({ lo: T0 - 5 + 3599, hi: null });
  });

  it('an hour in which no time is known asks for no wake at once', () => {
    const { host } = ownedLock();
    host.state = { ...host.state, clock: { ...host.state.clock, lo: 0 } };
    host.pass(3_600_000);
    expect(host.wakeMs).toBe(7_200_000);
  });
});

describe('admin updates', () => {
  const floorAt = (issuedUntil: number, policyVersion = 1) =>
    policyBytes({ policyVersion, iat: T0 - 5, floor: { issuedUntil, version: 0 } });

  it('bring a configuration once, in order', () => {
    const session = fresh();
    const config = { version: 1, openSeconds: 9, personalLog: true };
    expect(session.carry('admin-update', adminBytes({ sequence: 3, config }))).toBe('applied');
    expect(session.host.state.keeping?.journal).toMatchObject({ adminSequence: 3, config });
    for (const sequence of [1, 2, 3]) {
      const update = adminBytes({ sequence, config: { ...config, version: 2 } });
      expect(session.carry('admin-update', update)).toBe('already_known');
    }
    expect(session.carry('admin-update', adminBytes({ sequence: 4, config }))).toBe(
      'stamp_invalid',
    );
    expect(session.carry('admin-update', adminBytes({ sequence: 65_540 }))).toBe('version_jump');
    expect(session.carry('admin-update', adminBytes({ sequence: 4, lockId: filled(1, 8) }))).toBe(
      'carry_wrong_lock',
    );
  });

  it('E5b set the clock back only below a floor that is not earlier than they are', () => {
    const session = fresh();
    session.carry('time-token', timeBytes({ iat: T0 + 20 * DAY }));
    const reset = adminBytes({ sequence: 1, clock: { lo: T0, from: T0 + 20 * DAY - 5 } });
    expect(session.carry('admin-update', reset)).toBe('floor_missing');
    expect(session.carry('policy-update', floorAt(T0 - 6))).toBe('applied');
    expect(session.carry('admin-update', reset)).toBe('floor_missing');
    expect(committedOf(session)?.lo).toBe(T0 + 20 * DAY - 5);
    expect(session.carry('policy-update', floorAt(T0 - 5, 2))).toBe('applied');
    expect(session.carry('admin-update', reset)).toBe('applied');
    expect(committedOf(session)).toEqual({ lo: T0, hi: null });
    expect(session.carry('admin-update', reset)).toBe('already_known');
  });

  it('a grant from before a clock reset stays dead', () => {
    const session = fresh();
    session.carry('policy-update', floorAt(T0 - 5));
    session.carry(
      'admin-update',
      adminBytes({ sequence: 1, clock: { lo: T0 - 30 * DAY, from: T0 - 10 } }),
    );
    expect(session.request(grantBytes({ timePolicy: 1, nbf: T0 - 40 * DAY }))?.status).not.toBe(
      'permitted',
    );
    expect(session.host.moves).toEqual([]);
  });

  it('a clock that was set back stays so over a power loss, whatever the log says', () => {
    const session = timed();
    session.carry('time-token', timeBytes({ iat: T0 + 4 }));
    expect(session.request(grantBytes())?.status).toBe('permitted');
    session.carry('policy-update', floorAt(T0 - 5));
    session.carry(
      'admin-update',
      adminBytes({ sequence: 1, clock: { lo: T0 - DAY, from: T0 - 5 } }),
    );
    session.host.boot();
    expect(session.host.state.clock.lo).toBe(T0 - DAY);
  });

  it('the configuration opens for as long as it says', () => {
    const session = timed();
    const config = { version: 1, openSeconds: 42, personalLog: false };
    session.carry('admin-update', adminBytes({ sequence: 1, config }));
    session.request(grantBytes());
    expect(session.host.openSeconds).toBe(42);
  });
});

describe('F15 trust updates', () => {
  it.each([
    ['one epoch on, by both roots', trustBytes(), 'applied'],
    ['the same epoch', trustBytes(1), 'already_known'],
    ['a skipped epoch', trustBytes(3), 'epoch_skipped'],
    ['by the old root only', trustBytes(2, root, root), 'carry_untrusted'],
    ['by the new root only', trustBytes(2, nextRoot, nextRoot), 'carry_untrusted'],
    ['to a root that was not committed to', trustBytes(2, root, thirdRoot), 'carry_untrusted'],
    ['no pair', filled(0, 10), 'carry_malformed'],
    ['cut off', trustBytes().slice(0, -1), 'carry_malformed'],
  ])('%s', (_, bytes, status) => {
    const session = fresh();
    expect(session.carry('trust-update', bytes)).toBe(status);
    expect(session.host.state.self?.owner?.trust.trustEpoch).toBe(status === 'applied' ? 2 : 1);
  });

  it('ends every certificate of the epoch before, and brings the commitment to the next root', () => {
    const session = timed();
    expect(session.carry('trust-update', trustBytes())).toBe('applied');
    expect(session.carry('trust-update', trustBytes())).toBe('already_known');
    expect(session.request(grantBytes())?.status).toBe('denied');
    expect(session.carry('certificate', certificateOf('grant'))).toBe('carry_untrusted');
    expect(session.carry('certificate', certificateOf('grant', { trustEpoch: 2 }))).toBe(
      'carry_untrusted',
    );
    const renewed = certificateOf('grant', { trustEpoch: 2 }, nextRoot);
    expect(session.carry('certificate', renewed)).toBe('applied');
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(session.host.state.self?.owner?.trust.nextRootHash).toEqual(
      rootHash(crypto, thirdRoot.publicKey),
    );
    expect(session.carry('trust-update', trustBytes(3, nextRoot, thirdRoot))).toBe('applied');
  });

  it('keeps the policy version: the next epoch begins no rollback', () => {
    const session = fresh();
    session.carry('policy-update', policyBytes({ policyVersion: 9 }));
    session.carry('trust-update', trustBytes());
    session.carry('certificate', certificateOf('policy', { trustEpoch: 2 }, nextRoot));
    expect(session.carry('policy-update', policyBytes({ policyVersion: 8 }))).toBe('already_known');
  });
});

describe('I4 log acknowledgements', () => {
  it('release up to a record that is there, and nothing beyond', () => {
    const session = fresh();
    const head = session.host.state.keeping?.log.head as number;
    expect(head).toBe(1);
    expect(session.carry('log-ack', logAckBytes(2))).toBe('stamp_invalid');
    expect(session.carry('log-ack', logAckBytes(1, T0 - 16))).toBe('stamp_invalid');
    expect(session.carry('log-ack', logAckBytes(1, T0, filled(1, 8)))).toBe('carry_wrong_lock');
    expect(session.carry('log-ack', logAckBytes(1))).toBe('applied');
    expect(session.carry('log-ack', logAckBytes(1))).toBe('already_known');
    expect(session.host.state.keeping?.journal.logReleased).toBe(1);
  });
});
