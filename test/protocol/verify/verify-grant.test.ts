/** Grants and certificates against everything of the list A that bytes can show (offline.md §4, A1 to A16). */
import { describe, expect, test } from 'vitest';
import {
  checkNow,
  type InstantSigner,
  memorySigner,
  signNow,
} from '../../../protocol/crypto/steps.js';
import { type CertifiedSigner, sealCertificate } from '../../../protocol/issuer/certificates.js';
import { sealGrants } from '../../../protocol/issuer/grants.js';
import { revoke } from '../../../protocol/issuer/policy-change.js';
import { sealDelta, sealSnapshot } from '../../../protocol/issuer/policy-seals.js';
import type { KnownCertificate } from '../../../protocol/lock/trust-store.js';
import { certificateClaims } from '../../../protocol/objects/certificate.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import {
  OBJECT_TYPES,
  type ObjectKind,
  sealEnvelope,
  signedBytes,
} from '../../../protocol/objects/envelope.js';
import { type Grant, grantClaims } from '../../../protocol/objects/grant.js';
import { policyUpdateClaims } from '../../../protocol/objects/policy-update.js';
import { createVerifier } from '../../../protocol/verify/verifier.js';
import {
  type GrantQuestion,
  verifyCertificate,
  verifyGrant,
  verifySnapshot,
} from '../../../protocol/verify/verify-grant.js';
import { type CborValue, decodeCbor, encodeCbor } from '../../../protocol/wire/cbor.js';
import { fromHex } from '../../../protocol/wire/hex.js';
import {
  certified,
  crypto,
  deviceRow,
  filled,
  lockRow,
  lowered,
  NOW,
  root,
  SITE_ID,
  signerOf,
  TAG_SECRET,
} from '../../helpers/issuing.js';

const trust = { root: root.publicKey, trustEpoch: 1, siteId: SITE_ID, acceptsEs256: true };
const interval = { lo: NOW, hi: NOW };
const lockId = fromHex(lockRow().lockId)!;
const signer = certified(11, ['grant']);
const known = accepted(signer.certificate);

function accepted(certificate: Uint8Array): KnownCertificate {
  const checked = checkNow(verifyCertificate(certificate, trust, interval, crypto), crypto);
  if (!checked.ok) throw new Error(checked.code);
  return checked.value;
}

function certificateCode(certificate: Uint8Array, at = interval): string {
  const checked = checkNow(verifyCertificate(certificate, trust, at, crypto), crypto);
  return checked.ok ? 'accepted' : checked.code;
}

function issued(by: CertifiedSigner<InstantSigner> = signer, edits = {}) {
  const order = {
    lock: lockRow(),
    device: deviceRow(),
    grants: [lowered(edits)],
    now: NOW,
    random: filled(9),
    tagSecret: TAG_SECRET,
  };
  const made = signNow(sealGrants(order, by, crypto));
  if (!made.ok) throw new Error(made.code);
  return made.value[0]!;
}

const good = issued();

function statusOf(
  grant: Uint8Array,
  edits: Partial<GrantQuestion> = {},
  certificates: readonly KnownCertificate[] = [known],
): string {
  const question = { grant, lockId, interval, operation: 1, asserted: 1, ...edits };
  return checkNow(verifyGrant(question, trust, certificates, crypto), crypto).status;
}

/** The grant's four members, changed, as bytes; not signed again. */
function reshaped(change: (parts: CborValue[]) => void): Uint8Array {
  const decoded = decodeCbor(good.bytes);
  const parts = decoded.ok ? [...(decoded.value as CborValue[])] : [];
  change(parts);
  return encodeCbor(parts);
}

/** A grant under any header, truly signed over it. */
function signedUnder(header: CborValue, by = signer.signer, external = 'DKP/1'): Uint8Array {
  const protectedBytes = header instanceof Uint8Array ? header : encodeCbor(header);
  const payload = grantClaims.encode(good.claims);
  const message =
    external === 'DKP/1'
      ? signedBytes(protectedBytes, payload)
      : encodeCbor(['Signature1', protectedBytes, filled(0, 0), payload]);
  return encodeCbor([protectedBytes, new Map(), payload, by.sign(message)]);
}

const header = (alg: CborValue = -8, kid = known.keyId, typ: number = OBJECT_TYPES.grant) =>
  new Map<number, CborValue>([
    [1, alg],
    [4, kid],
    [16, typ],
  ]);

function resigned(edits: Partial<Grant>, by: InstantSigner = signer.signer): Uint8Array {
  const payload = grantClaims.encode({ ...good.claims, ...edits });
  return signNow(sealEnvelope('grant', by, payload, crypto));
}

/** L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')!;

const ORDER_OF_KEY = {
  roles: ['grant'],
  from: NOW,
  until: NOW + 86_400,
  lifeMax: 86_400,
  trustEpoch: 1,
  siteId: SITE_ID,
} as const;

test('a good grant is permitted, and says what it is', () => {
  const question = { grant: good.bytes, lockId, interval, operation: 1, asserted: 1 };
  expect(checkNow(verifyGrant(question, trust, [known], crypto), crypto)).toEqual({
    effect: 'permit',
    status: 'permitted',
    grant: good.claims,
    operation: 'unlock',
  });
  expect(statusOf(signedUnder(header()))).toBe('permitted');
});

describe('A: signatures and envelopes', () => {
  test('A1 any flipped bit of the grant is refused', () => {
    for (let at = 0; at < good.bytes.length; at++) {
      const bytes = good.bytes.slice();
      bytes[at] = bytes[at]! ^ (1 << (at % 8));
      expect(statusOf(bytes), `byte ${at}`).not.toBe('permitted');
    }
  }, 20_000);

  test.each([
    ['none', 0],
    ['-37', -37],
    ['text', 'EdDSA'],
    ['-19', -19],
  ])('A2 algorithm %s is refused although the signature holds', (_, algorithm) => {
    expect(statusOf(signedUnder(header(algorithm)))).toBe('grant_malformed');
  });

  test('A3 ES256 named with an Ed25519 key is refused, and the reverse', () => {
    expect(statusOf(signedUnder(header(-7)))).toBe('signature_wrong');
    const es256 = certifiedEs256();
    const forged = signedUnder(header(-8, keyId(crypto, es256.publicKey)), es256);
    expect(statusOf(forged, {}, [accepted(es256.certificate)])).toBe('signature_wrong');
    const right = signedUnder(header(-7, keyId(crypto, es256.publicKey)), es256);
    expect(statusOf(right, {}, [accepted(es256.certificate)])).toBe('permitted');
  });

  test('A4 no other kind of object passes for a grant, whoever signed it', () => {
    for (const [kind, typ] of Object.entries(OBJECT_TYPES) as [ObjectKind, number][]) {
      const expected = kind === 'grant' ? 'permitted' : 'grant_malformed';
      expect(statusOf(signedUnder(header(-8, known.keyId, typ))), kind).toBe(expected);
    }
  });

  test('A5 an unknown protected label is refused', () => {
    expect(statusOf(signedUnder(new Map([...header(), [99, 1]])))).toBe('grant_malformed');
    expect(statusOf(signedUnder(new Map([...header(), [2, [99]]])))).toBe('grant_malformed');
  });

  test('A6 anything unprotected is refused', () => {
    expect(statusOf(reshaped((parts) => (parts[1] = new Map([[99, 1]]))))).toBe('grant_malformed');
  });

  test('A7 algorithm or key id in the unprotected header alone is refused', () => {
    for (const label of [1, 4]) {
      const inner = new Map(header());
      const moved = new Map([[label, inner.get(label)!]]);
      inner.delete(label);
      const bytes = reshaped((parts) => {
        parts[0] = encodeCbor(inner);
        parts[1] = moved;
      });
      expect(statusOf(bytes)).toBe('grant_malformed');
    }
  });

  test.each([
    ['18', [0xd2]],
    ['998', [0xd9, 0x03, 0xe6]],
    ['61', [0xd8, 0x3d]],
  ])('A8 tag %s is refused', (_, tag) => {
    expect(statusOf(Uint8Array.from([...tag, ...good.bytes]))).toBe('grant_malformed');
  });

  test('A9 an empty protected header is refused in both of its forms', () => {
    expect(statusOf(signedUnder(new Uint8Array()))).toBe('grant_malformed');
    expect(statusOf(signedUnder(new Map()))).toBe('grant_malformed');
  });

  test('A10 S + L and a non-canonical R are refused', () => {
    const decoded = decodeCbor(good.bytes);
    const signature = ((decoded.ok && decoded.value) as Uint8Array[])[3]!;
    const high = signature.slice();
    let carry = 0;
    for (let at = 0; at < 32; at++) {
      const sum = high[32 + at]! + ORDER[at]! + carry;
      high[32 + at] = sum & 255;
      carry = sum >> 8;
    }
    expect(carry).toBe(0);
    expect(statusOf(reshaped((parts) => (parts[3] = high)))).toBe('signature_wrong');
    const wild = signature.slice();
    wild.set(filled(0xff), 0);
    expect(statusOf(reshaped((parts) => (parts[3] = wild)))).toBe('signature_wrong');
  });

  test.each([
    ['neutral', Uint8Array.from([1, ...filled(0, 31)])],
    ['order 2', Uint8Array.from([0xec, ...filled(0xff, 30), 0x7f])],
    ['order 4', filled(0)],
    ['not canonical', Uint8Array.from([0xee, ...filled(0xff, 30), 0x7f])],
    ['order 8', fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')!],
  ])('A11 a %s point is no key: not of a holder, not of an issuer', (_, x) => {
    const key = { kind: 'ed25519', x } as const;
    expect(statusOf(resigned({ key }))).toBe('proof_wrong');
    const order = { ...ORDER_OF_KEY, key };
    expect(() => signNow(sealCertificate(root, order, crypto))).toThrow(TypeError);
    expect(certificateCode(sealedCertificate({ key }))).toBe('carry_untrusted');
  });

  test('A12 of several certificates with one key id each is tried', () => {
    const other = { ...accepted(certified(21, ['grant']).certificate), keyId: known.keyId };
    expect(statusOf(good.bytes, {}, [other, known])).toBe('permitted');
    expect(statusOf(good.bytes, {}, [other])).toBe('signature_wrong');
  });

  test.each(['policy', 'time', 'bundle', 'admin'] as const)(
    'A13 a grant signed by the %s key is refused',
    (role) => {
      const wrong = certified(22, [role]);
      const bytes = resigned({}, wrong.signer);
      expect(statusOf(bytes, {}, [known, accepted(wrong.certificate)])).toBe('certificate_refused');
    },
  );

  test('A13 a grant signed by the root itself is refused', () => {
    expect(statusOf(resigned({}, root))).toBe('certificate_unknown');
  });

  test('A14 a certificate counts only within its life, in its epoch and at its site', () => {
    const { certificate, claims } = signer;
    expect(certificateCode(certificate)).toBe('accepted');
    const at = (lo: number, hi = lo) => certificateCode(certificate, { lo, hi });
    expect(at(claims.exp - 1)).toBe('accepted');
    expect(at(claims.exp)).toBe('carry_untrusted');
    expect(at(claims.nbf)).toBe('accepted');
    expect(at(claims.nbf - 1)).toBe('carry_untrusted');
    for (const edits of [{ trustEpoch: 2 }, { trustEpoch: 0 }, { siteId: filled(9, 8) }]) {
      expect(certificateCode(certified(11, ['grant'], edits).certificate)).toBe('carry_untrusted');
    }
    expect(certificateCode(certified(11, ['grant'], {}, signerOf(3)).certificate)).toBe(
      'carry_untrusted',
    );
  });

  test('A14 a certificate that lives longer than its roles may is refused, and never issued', () => {
    const month = 30 * 86_400;
    for (const [roles, life] of [
      [1, 90 * 86_400],
      [4, month],
      [16, month],
      [17, month],
    ] as const) {
      const nbf = NOW - 10;
      expect(certificateCode(sealedCertificate({ roles, nbf, exp: nbf + life }))).toBe('accepted');
      expect(certificateCode(sealedCertificate({ roles, nbf, exp: nbf + life + 1 }))).toBe(
        'carry_untrusted',
      );
    }
    const long = { from: NOW, until: NOW + month + 1 };
    expect(() => certified(11, ['time'], long)).toThrow(RangeError);
    expect(() => certified(11, [])).toThrow(RangeError);
    expect(() => certified(11, ['grant'], { until: NOW - 86_400 })).toThrow(RangeError);
  });

  test.each([0, 63, 65])('A15 a signature of %i bytes is refused', (length) => {
    expect(statusOf(reshaped((parts) => (parts[3] = filled(1, length))))).toBe('grant_malformed');
  });

  test('A15 64 zero bytes are no signature', () => {
    expect(statusOf(reshaped((parts) => (parts[3] = filled(0, 64))))).toBe('signature_wrong');
  });

  test('A16 a grant without its payload is refused, as is one over other external data', () => {
    expect(statusOf(reshaped((parts) => (parts[2] = null)))).toBe('grant_malformed');
    expect(statusOf(signedUnder(header(), signer.signer, ''))).toBe('signature_wrong');
  });
});

describe('what the verifier is told decides:', () => {
  const day = 86_400;

  test.each<[string, Partial<GrantQuestion>]>([
    ['wrong_lock', { lockId: filled(1, 8) }],
    ['operation_unknown', { operation: 3 }],
    ['operation_unknown', { operation: 0 }],
    ['wrong_scope', { operation: 2 }],
    ['intent_missing', { asserted: 0 }],
    ['pending', { interval: { lo: NOW - 10, hi: NOW - 1 } }],
    ['permitted', { interval: { lo: NOW + day - 1, hi: NOW + day - 1 } }],
    ['expired', { interval: { lo: NOW + day, hi: NOW + day } }],
    ['time_uncertain', { interval: { lo: NOW - 1, hi: NOW } }],
    ['time_uncertain', { interval: { lo: NOW, hi: null } }],
    ['issued_in_future', { interval: { lo: NOW - 60, hi: NOW - 6 } }],
  ])('%s', (status, edits) => {
    expect(statusOf(good.bytes, edits)).toBe(status);
  });

  test('inactive_hours between two windows', () => {
    const { bytes } = issued(signer, { windows: [0, 10, 20, 30] });
    const at = (minute: number) => ({ interval: { lo: NOW + 60 * minute, hi: NOW + 60 * minute } });
    expect([9, 10, 19, 20, 29].map((minute) => statusOf(bytes, at(minute)))).toEqual([
      'permitted',
      'inactive_hours',
      'inactive_hours',
      'permitted',
      'permitted',
    ]);
  });

  test('life_too_long and issued_outside_certificate for what a stolen key may sign', () => {
    expect(statusOf(resigned({ exp: good.claims.iat + 2_592_001 }))).toBe('life_too_long');
    expect(statusOf(resigned({ iat: known.nbf - 1 }))).toBe('issued_outside_certificate');
  });

  test('revoked, below_floor and policy_version_missing as of a snapshot', () => {
    const [device] = good.claims.tags;
    const marked = revoke(lockRow(), [{ tag: device!, until: NOW + day }], NOW, crypto).lock;
    const policy = certified(12, ['policy']);
    const read = (bytes: Uint8Array) =>
      checkNow(
        verifySnapshot(bytes, lockId, trust, [accepted(policy.certificate)], interval, crypto),
        crypto,
      );
    const snapshot = read(signNow(sealSnapshot(marked, policy.signer, crypto)));
    if (!snapshot.ok) throw new Error(snapshot.code);
    expect(statusOf(good.bytes, { policy: snapshot.value })).toBe('revoked');
    const swept = { ...snapshot.value, marks: [], floor: { issuedUntil: NOW - 5, version: 0 } };
    expect(statusOf(good.bytes, { policy: swept })).toBe('below_floor');
    const older = { ...swept, floor: { issuedUntil: NOW - 6, version: 1 }, policyVersion: 0 };
    expect(statusOf(good.bytes, { policy: older })).toBe('policy_version_missing');
    expect(statusOf(good.bytes, { policy: { ...older, policyVersion: 1 } })).toBe('permitted');
    const delta = signNow(sealDelta(marked, 1, policy.signer, crypto));
    expect(read(delta)).toMatchObject({ code: 'base_missing' });
    const foreign = signNow(sealSnapshot(lockRow(2), policy.signer, crypto));
    expect(read(foreign)).toMatchObject({ code: 'carry_wrong_lock' });
    const byGrantKey = signNow(sealSnapshot(marked, signer.signer, crypto));
    expect(read(byGrantKey)).toMatchObject({ code: 'certificate_unknown' });
  });

  test('a refusal says its status and that it denies, and nothing of the grant', () => {
    const question = { grant: good.bytes, lockId, interval, operation: 2, asserted: 1 };
    expect(checkNow(verifyGrant(question, trust, [known], crypto), crypto)).toEqual({
      effect: 'deny',
      status: 'wrong_scope',
    });
  });

  test('time and nearness are as good as whoever asks says they are', () => {
    const uncertain = resigned({ timePolicy: 2 });
    expect(statusOf(uncertain, { interval: { lo: NOW, hi: null } })).toBe('time_uncertain');
    const near = resigned({ requirements: 8 });
    expect(statusOf(near, { asserted: 8 })).toBe('permitted');
    expect(statusOf(near, { asserted: 0 })).toBe('ranging_missing');
  });

  test('without counters a share was never used; with them it is counted', () => {
    const shared = resigned({ uses: { useId: filled(3, 8), count: 1 } });
    expect(statusOf(shared)).toBe('permitted');
    const uses = [{ useId: filled(3, 8), used: 1, exp: NOW + day }];
    expect(statusOf(shared, { uses })).toBe('uses_spent');
  });

  test('a snapshot stands for itself, however far ahead, and is refused with a sentence', () => {
    const policy = certified(12, ['policy']);
    const read = (bytes: Uint8Array) =>
      checkNow(
        verifySnapshot(bytes, lockId, trust, [accepted(policy.certificate)], interval, crypto),
        crypto,
      );
    const seal = (payload: Uint8Array) =>
      signNow(sealEnvelope('policy-update', policy.signer, payload, crypto));
    const content = {
      policyVersion: 100_000,
      post: filled(0, 16),
      floor: { issuedUntil: 0, version: 0 },
      marks: [],
      blocked: [],
    };
    const claims = { version: 1, lockId, iat: NOW, ...content };
    expect(read(seal(policyUpdateClaims.encode(claims)))).toEqual({ ok: true, value: content });
    const sentence = expect.stringMatching(/^[a-z][a-z ]+/u);
    const malformed = read(seal(filled(0xff, 9)));
    expect(malformed).toEqual({ ok: false, code: 'carry_malformed', detail: sentence });
    const unsigned = read(filled(0, 9));
    expect(unsigned).toEqual({ ok: false, code: 'grant_malformed', detail: sentence });
    const delta = read(seal(policyUpdateClaims.encode({ ...claims, base: 99_999 })));
    expect(delta).toEqual({ ok: false, code: 'base_missing', detail: sentence });
    const foreign = read(signNow(sealSnapshot(lockRow(2), policy.signer, crypto)));
    expect(foreign).toEqual({ ok: false, code: 'carry_wrong_lock', detail: sentence });
    const stranger = certified(11, ['grant'], {}, signerOf(3)).certificate;
    expect(checkNow(verifyCertificate(stranger, trust, interval, crypto), crypto)).toEqual({
      ok: false,
      code: 'carry_untrusted',
      detail: sentence,
    });
  });

  test('a blocked key signs nothing any more', () => {
    const policy = {
      policyVersion: 5,
      post: filled(0, 16),
      floor: { issuedUntil: 0, version: 0 },
      marks: [],
      blocked: [known.keyId],
    };
    expect(statusOf(good.bytes, { policy })).toBe('certificate_refused');
  });

  test('ES256 is refused where it is not accepted', () => {
    const es256 = certifiedEs256();
    const strict = { ...trust, acceptsEs256: false };
    const checked = verifyCertificate(es256.certificate, strict, interval, crypto);
    expect(checkNow(checked, crypto)).toMatchObject({ code: 'carry_untrusted' });
  });
});

describe('a verifier that remembers', () => {
  test('judges by the certificates it learned and by no other', () => {
    const verifier = createVerifier(trust, crypto);
    const question = { grant: good.bytes, lockId, interval, operation: 1, asserted: 1 };
    const judge = () => checkNow(verifier.judge(question), crypto).status;
    expect(judge()).toBe('certificate_unknown');
    const foreign = certified(11, ['grant'], {}, signerOf(3)).certificate;
    expect(checkNow(verifier.learn(foreign, interval), crypto).ok).toBe(false);
    expect(judge()).toBe('certificate_unknown');
    expect(checkNow(verifier.learn(signer.certificate, interval), crypto).ok).toBe(true);
    expect(judge()).toBe('permitted');
  });

  test('asks for one signature a grant, and for none of what is refused before', () => {
    const verifier = createVerifier(trust, crypto);
    checkNow(verifier.learn(signer.certificate, interval), crypto);
    const count = (grant: Uint8Array) => {
      const question = { grant, lockId, interval, operation: 1, asserted: 1 };
      const work = verifier.judge(question);
      let asked = 0;
      for (let step = work.next(); step.done !== true; step = work.next(true)) asked += 1;
      return asked;
    };
    expect(count(good.bytes)).toBe(1);
    expect(count(good.bytes.slice(1))).toBe(0);
    expect(count(resigned({}, root))).toBe(0);
  });

  test('judges a certificate again at every use: it ends where its life ends', () => {
    const ending = certified(11, ['grant'], { until: NOW + 60 });
    const verifier = createVerifier(trust, crypto);
    checkNow(verifier.learn(ending.certificate, interval), crypto);
    const at = (time: number) => {
      const bounds = { lo: time, hi: time };
      const question = { grant: good.bytes, lockId, interval: bounds, operation: 1, asserted: 1 };
      return checkNow(verifier.judge(question), crypto).status;
    };
    expect(at(NOW + 59)).toBe('permitted');
    expect(at(NOW + 60)).toBe('certificate_refused');
  });
});

function certifiedEs256() {
  const own = memorySigner(crypto, 'es256', filled(40));
  return { ...own, certificate: sealedCertificate({ key: own.publicKey }) };
}

/** A certificate as the root would sign it if it did not look. */
function sealedCertificate(edits: object): Uint8Array {
  const payload = certificateClaims.encode({ ...signer.claims, ...edits });
  return signNow(sealEnvelope('certificate', root, payload, crypto));
}
