import { describe, expect, it } from 'vitest';
import { checkNow, signNow } from '../../../protocol/crypto/steps.js';
import {
  checkGrant,
  type GrantFacts,
  type GrantRequest,
} from '../../../protocol/lock/grant-check.js';
import { certificateClaims } from '../../../protocol/objects/certificate.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import { sealEnvelope } from '../../../protocol/objects/envelope.js';
import { type Grant, grantClaims } from '../../../protocol/objects/grant.js';
import { proofPayload } from '../../../protocol/objects/proof.js';
import {
  certificateClaimsOf,
  crypto,
  DAY,
  filled,
  grantOf,
  keys,
  LOCK_ID,
  markOf,
  phoneKey,
  root,
  SITE_ID,
  sealed,
  signerOf,
  strangerKey,
  T0,
  TAGS,
} from '../../helpers/lock-objects.js';

const HASH = filled(0x44);
const COUNTER = filled(0x55, 8);

/** Everything a case may change. */
interface Case {
  facts: GrantFacts;
  grant: Grant;
  signer: typeof keys.grant;
  bytes: (sealedGrant: Uint8Array) => Uint8Array;
  operation: number;
  asserted: number;
  proofSigner: typeof phoneKey;
  signed: Partial<Parameters<typeof proofPayload>[0]>;
  proof: 'made' | null | Uint8Array;
  request: number;
}

function known(role: 'grant' | 'policy' = 'grant', edits = {}) {
  const claims = certificateClaimsOf(role, edits);
  return { ...claims, keyId: keyId(crypto, claims.key) };
}

function usual(): Case {
  return {
    facts: {
      lockId: LOCK_ID,
      root: root.publicKey,
      trustEpoch: 1,
      siteId: SITE_ID,
      certificates: [known(), known('policy')],
      blocked: [],
      interval: { lo: T0, hi: T0 },
      acceptsEs256: false,
      policy: {
        policyVersion: 3,
        post: filled(0, 16),
        floor: { issuedUntil: 0, version: 0 },
        marks: [],
        blocked: [],
      },
      uses: [],
      committedLo: T0,
      hasTimeToken: false,
      isNear: false,
    },
    grant: grantOf(),
    signer: keys.grant,
    bytes: (bytes) => bytes,
    operation: 1,
    asserted: 0,
    proofSigner: phoneKey,
    signed: {},
    proof: 'made',
    request: 1,
  };
}

function judge(change: (given: Case) => void) {
  const given = usual();
  change(given);
  const grant = given.bytes(sealed('grant', given.signer, grantClaims.encode(given.grant)));
  const payload = proofPayload({
    handshakeHash: HASH,
    lockId: LOCK_ID,
    grantHash: crypto.sha256(grant),
    operation: given.operation,
    asserted: given.asserted,
    counter: COUNTER,
    request: given.request,
    ...given.signed,
  });
  const made = signNow(sealEnvelope('proof', given.proofSigner, payload, crypto));
  const request: GrantRequest = {
    grant,
    operation: given.operation,
    asserted: given.asserted,
    proof:
      given.proof === null
        ? null
        : {
            bytes: given.proof === 'made' ? made : given.proof,
            handshakeHash: HASH,
            counter: COUNTER,
            request: given.request,
          },
  };
  return checkNow(checkGrant(given.facts, request, crypto), crypto);
}

function statusOf(change: (given: Case) => void): string {
  const verdict = judge(change);
  return verdict.kind === 'permitted' ? 'permitted' : verdict.status;
}

const policy = (given: Case, edits: Partial<GrantFacts['policy']>) => {
  given.facts = { ...given.facts, policy: { ...given.facts.policy, ...edits } };
};
const facts = (given: Case, edits: Partial<GrantFacts>) => {
  given.facts = { ...given.facts, ...edits };
};
const grant = (given: Case, edits: Partial<Grant>) => {
  given.grant = { ...given.grant, ...edits };
};

/** One way to fail for each step of §3.5, in its order; combined, the earlier one must be named. */
const STEPS: readonly (readonly [status: string, spoil: (given: Case) => void])[] = [
  ['grant_malformed', (given) => (given.bytes = (bytes) => bytes.slice(0, -1))],
  ['certificate_unknown', (given) => (given.signer = strangerKey)],
  [
    'certificate_refused',
    (given) => facts(given, { blocked: [keyId(crypto, keys.grant.publicKey)] }),
  ],
  ['signature_wrong', (given) => (given.bytes = flipLast)],
  ['wrong_lock', (given) => grant(given, { lockId: filled(1, 8) })],
  ['wrong_scope', (given) => grant(given, { scope: 2 })],
  ['proof_wrong', (given) => (given.proofSigner = strangerKey)],
  [
    'issued_outside_certificate',
    (given) => facts(given, { certificates: [known('grant', { nbf: T0 - 59 })] }),
  ],
  ['below_floor', (given) => policy(given, { floor: { issuedUntil: T0 - 60, version: 0 } })],
  ['revoked', (given) => policy(given, { marks: [markOf()] })],
  ['pending', (given) => grant(given, { nbf: T0 + 1 })],
  ['policy_version_missing', (given) => grant(given, { policyVersion: 4 })],
  ['intent_missing', (given) => grant(given, { requirements: 1 })],
  [
    'uses_spent',
    (given) => {
      grant(given, { uses: { useId: filled(9, 8), count: 1 } });
      facts(given, { uses: [{ useId: filled(9, 8), used: 1, exp: T0 + DAY }] });
    },
  ],
];

function flipLast(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;
  return flipped;
}

describe('the order of checks of §3.5', () => {
  it('a good grant with a good proof is permitted', () => {
    expect(judge(() => undefined)).toMatchObject({ kind: 'permitted', operation: 'unlock' });
  });

  it.each(STEPS)('%s is found alone', (status, spoil) => {
    expect(statusOf(spoil)).toBe(status);
  });

  const pairs = STEPS.flatMap(([first, spoil], index) =>
    STEPS.slice(index + 1).map(([second, other]) => ({ first, second, spoil, other })),
  );
  // A later spoiler may put back what the earlier one changed; those pairs say nothing.
  const isClash = (first: string, second: string) =>
    (first === 'certificate_unknown' && second === 'signature_wrong') ||
    (first === 'grant_malformed' && second === 'signature_wrong') ||
    false;

  it.each(pairs.filter(({ first, second }) => !isClash(first, second)))(
    '$first is named before $second',
    ({ first, spoil, other }) => {
      expect(
        statusOf((given) => {
          spoil(given);
          other(given);
        }),
      ).toBe(first);
    },
  );

  it.each(STEPS)('I5 %s is told only if the proof held', (status, spoil) => {
    const verdict = judge(spoil);
    const isLater = STEPS.findIndex(([name]) => name === status) > 6;
    expect(verdict.kind === 'refused' && verdict.proven !== null).toBe(isLater);
  });
});

describe('certificates at the time of use', () => {
  const cases: readonly (readonly [string, string, (given: Case) => void])[] = [
    ['A13 signed by a POLICY key', 'certificate_refused', (given) => (given.signer = keys.policy)],
    ['A13 signed by the root itself', 'certificate_unknown', (given) => (given.signer = root)],
    [
      'A14 over',
      'certificate_refused',
      (given) => facts(given, { certificates: [known('grant', { exp: T0 })] }),
    ],
    [
      'A14 over in a second',
      'permitted',
      (given) => facts(given, { certificates: [known('grant', { exp: T0 + 1 })] }),
    ],
    [
      'A14 not yet valid',
      'certificate_refused',
      (given) => facts(given, { certificates: [known('grant', { nbf: T0 + 1 })] }),
    ],
    ['A14 of the epoch before', 'certificate_refused', (given) => facts(given, { trustEpoch: 2 })],
    ['of another site', 'certificate_refused', (given) => facts(given, { siteId: filled(0, 8) })],
    [
      'perhaps over: as uncertain as the grant',
      'time_uncertain',
      (given) =>
        facts(given, {
          interval: { lo: T0, hi: T0 + 5 },
          certificates: [known('grant', { exp: T0 + 3 })],
        }),
    ],
  ];
  it.each(cases)('%s: %s', (_, status, spoil) => {
    expect(statusOf(spoil)).toBe(status);
  });

  it('A12 of two certificates under one key id each is tried', () => {
    const twin = { ...known('grant', { key: strangerKey.publicKey }), keyId: known().keyId };
    expect(statusOf((given) => facts(given, { certificates: [twin, known()] }))).toBe('permitted');
    expect(statusOf((given) => facts(given, { certificates: [twin] }))).toBe('signature_wrong');
  });

  it('the one that holds longest decides until when, whichever came first', () => {
    const short = known('grant', { exp: T0 + 10 });
    const both = [short, known()];
    for (const certificates of [both, [...both].reverse()]) {
      const interval = { lo: T0, hi: T0 + 20 };
      expect(statusOf((given) => facts(given, { certificates, interval }))).toBe('permitted');
    }
    const interval = { lo: T0, hi: T0 + 20 };
    expect(statusOf((given) => facts(given, { certificates: [short], interval }))).toBe(
      'time_uncertain',
    );
  });

  it('a grant of the second in which the certificate ends was issued outside of it', () => {
    const at = (iat: number) =>
      statusOf((given) => {
        facts(given, {
          certificates: [known('grant', { exp: T0 + 10 })],
          interval: { lo: T0, hi: T0 + 60 },
        });
        grant(given, { iat, nbf: T0 - 60 });
      });
    expect(at(T0 + 9)).toBe('time_uncertain');
    expect(at(T0 + 10)).toBe('issued_outside_certificate');
  });

  it('the certificate that covers the grant decides, whichever came first', () => {
    const short = known('grant', { lifeMax: 60 });
    expect(statusOf((given) => facts(given, { certificates: [short] }))).toBe('life_too_long');
    expect(statusOf((given) => facts(given, { certificates: [short, known()] }))).toBe('permitted');
  });
});

describe('claims of the grant', () => {
  const cases: readonly (readonly [string, string, (given: Case) => void])[] = [
    ['C1 for another lock', 'wrong_lock', (given) => grant(given, { lockId: filled(7, 8) })],
    ['C2 over', 'expired', (given) => grant(given, { exp: T0 })],
    ['C2 over in a second', 'permitted', (given) => grant(given, { exp: T0 + 1 })],
    [
      'C2 as long as the certificate allows',
      'permitted',
      (given) => grant(given, { exp: T0 - 60 + 30 * DAY }),
    ],
    ['C2 longer', 'life_too_long', (given) => grant(given, { exp: T0 - 60 + 30 * DAY + 1 })],
    [
      'C2 ends before it begins',
      'expired',
      (given) => grant(given, { nbf: T0 - 20, exp: T0 - 30 }),
    ],
    [
      'C2 ends before it begins, both to come',
      'pending',
      (given) => grant(given, { nbf: T0 + 30, exp: T0 + 20 }),
    ],
    ['issued this second', 'permitted', (given) => grant(given, { iat: T0 })],
    ['issued in the future', 'issued_in_future', (given) => grant(given, { iat: T0 + 1 })],
    ['issued when the certificate began', 'permitted', (given) => grant(given, { iat: T0 - DAY })],
    [
      'issued before the certificate',
      'issued_outside_certificate',
      (given) => grant(given, { iat: T0 - DAY - 1 }),
    ],
    ['C3 an operation outside the scope', 'wrong_scope', (given) => (given.operation = 8)],
    [
      'C3 two operations at once',
      'operation_unknown',
      (given) => {
        given.operation = 3;
        grant(given, { scope: 3 });
      },
    ],
    ['C3 no operation', 'operation_unknown', (given) => (given.operation = 0)],
    ['C3 an operation nobody knows', 'operation_unknown', (given) => (given.operation = 16)],
    [
      'C5 C7 floor a second before iat',
      'permitted',
      (given) => policy(given, { floor: { issuedUntil: T0 - 61, version: 0 } }),
    ],
    [
      'C5 C7 floor at iat',
      'below_floor',
      (given) => policy(given, { floor: { issuedUntil: T0 - 60, version: 0 } }),
    ],
    [
      'floor at the version of the grant',
      'permitted',
      (given) => policy(given, { floor: { issuedUntil: 0, version: 0 } }),
    ],
    [
      'a grant from a stale snapshot is below the floor',
      'below_floor',
      (given) => policy(given, { floor: { issuedUntil: 0, version: 1 } }),
    ],
    ['C6 revoked at iat', 'revoked', (given) => policy(given, { marks: [markOf()] })],
    [
      'C6 revoked a second before iat',
      'permitted',
      (given) => policy(given, { marks: [markOf({ issuedUntil: T0 - 61 })] }),
    ],
    [
      'C6 the person is revoked',
      'revoked',
      (given) => policy(given, { marks: [markOf({ tag: TAGS[1] })] }),
    ],
    [
      'C6 somebody else is revoked',
      'permitted',
      (given) => policy(given, { marks: [markOf({ tag: filled(3, 8) })] }),
    ],
    [
      'a grant from a stale snapshot, minpv < v',
      'revoked',
      (given) => policy(given, { marks: [markOf({ issuedUntil: 0, version: 1 })] }),
    ],
    [
      'minpv = v of the mark',
      'permitted',
      (given) => {
        policy(given, { marks: [markOf({ issuedUntil: 0, version: 1 })] });
        grant(given, { policyVersion: 1 });
      },
    ],
    ['C8 minpv is what the lock has', 'permitted', (given) => grant(given, { policyVersion: 3 })],
    [
      'C8 F8 minpv is one more',
      'policy_version_missing',
      (given) => grant(given, { policyVersion: 4 }),
    ],
    ['C9 no intent', 'intent_missing', (given) => grant(given, { requirements: 31 })],
    [
      'C9 phone locked',
      'phone_locked',
      (given) => {
        grant(given, { requirements: 31 });
        given.asserted = 1;
      },
    ],
    [
      'C9 no hardware key',
      'hardware_key_missing',
      (given) => {
        grant(given, { requirements: 31 });
        given.asserted = 3;
      },
    ],
    [
      'C9 no ranging',
      'ranging_missing',
      (given) => {
        grant(given, { requirements: 31 });
        given.asserted = 7;
      },
    ],
    [
      'H1 ranging is the phone’s word alone',
      'ranging_missing',
      (given) => {
        grant(given, { requirements: 8 });
        given.asserted = 31;
      },
    ],
    [
      'ranging that the lock measured',
      'permitted',
      (given) => {
        grant(given, { requirements: 8 });
        given.asserted = 8;
        facts(given, { isNear: true });
      },
    ],
    [
      'ranging that the phone does not assert',
      'ranging_missing',
      (given) => {
        grant(given, { requirements: 8 });
        facts(given, { isNear: true });
      },
    ],
    [
      'C9 no second factor',
      'second_factor_missing',
      (given) => {
        grant(given, { requirements: 16 });
        given.asserted = 15;
      },
    ],
    [
      'C9 everything asserted',
      'permitted',
      (given) => {
        grant(given, { requirements: 23 });
        given.asserted = 31;
      },
    ],
    [
      'C11 the first use',
      'permitted',
      (given) => grant(given, { uses: { useId: filled(9, 8), count: 1 } }),
    ],
    [
      'C11 the last of two uses',
      'permitted',
      (given) => {
        grant(given, { uses: { useId: filled(9, 8), count: 2 } });
        facts(given, { uses: [{ useId: filled(9, 8), used: 1, exp: T0 + DAY }] });
      },
    ],
    [
      'no room for another share',
      'uses_full',
      (given) => {
        grant(given, { uses: { useId: filled(99, 8), count: 2 } });
        facts(given, { uses: shares(16) });
      },
    ],
    [
      'room for a share that is known',
      'permitted',
      (given) => {
        grant(given, { uses: { useId: filled(0, 8), count: 2 } });
        facts(given, { uses: shares(16) });
      },
    ],
    [
      'shares whose grants are over keep their place for the life of a grant',
      'uses_full',
      (given) => {
        grant(given, { uses: { useId: filled(99, 8), count: 2 } });
        facts(given, { uses: shares(16), committedLo: T0 + 31 * DAY - 1 });
      },
    ],
    [
      'shares that are over make room then',
      'permitted',
      (given) => {
        grant(given, { uses: { useId: filled(99, 8), count: 2 } });
        facts(given, { uses: shares(16), committedLo: T0 + 31 * DAY });
      },
    ],
  ];
  it.each(cases)('%s: %s', (_, status, spoil) => {
    expect(statusOf(spoil)).toBe(status);
  });

  function shares(count: number) {
    return Array.from({ length: count }, (_, index) => ({
      useId: filled(index, 8),
      used: 1,
      exp: T0 + DAY,
    }));
  }

  it('C10 any byte of the grant changed by the app refuses it before the proof', () => {
    const bytes = sealed('grant', keys.grant, grantClaims.encode(grantOf()));
    for (let at = 0; at < bytes.length; at++) {
      const verdict = judge((given) => {
        given.bytes = (whole) => {
          const changed = whole.slice();
          changed[at] = (changed[at] as number) ^ 4;
          return changed;
        };
      });
      expect(verdict).toMatchObject({ kind: 'refused', proven: null });
    }
  });

  it.each([
    ['C13 two grants one after another', (bytes: Uint8Array) => Uint8Array.of(...bytes, ...bytes)],
    ['C13 a grant in an array', (bytes: Uint8Array) => Uint8Array.of(0x81, ...bytes)],
    ['A8 tag 18', (bytes: Uint8Array) => Uint8Array.of(0xd2, ...bytes)],
    ['nothing', () => new Uint8Array(0)],
  ])('%s is no grant', (_, bytes) => {
    expect(statusOf((given) => (given.bytes = bytes))).toBe('grant_malformed');
  });

  it('a payload that is no claims of a grant is no grant, though the GRANT key signed it', () => {
    const payload = certificateClaims.encode(certificateClaimsOf('grant'));
    for (const wrong of [payload, filled(0xff, 40), new Uint8Array(0)]) {
      const bytes = sealed('grant', keys.grant, wrong);
      expect(judge((given) => (given.bytes = () => bytes))).toEqual({
        kind: 'refused',
        status: 'grant_malformed',
        proven: null,
      });
    }
  });

  it('A4 no other object stands for a grant, signed by the GRANT key or not', () => {
    for (const kind of ['certificate', 'policy-update', 'receipt', 'proof', 'bundle'] as const) {
      const other = sealed(kind, keys.grant, grantClaims.encode(grantOf()));
      expect(statusOf((given) => (given.bytes = () => other))).toBe('grant_malformed');
    }
  });
});

describe('the proof', () => {
  const cases: readonly (readonly [string, (given: Case) => void])[] = [
    ['C12 of another device', (given) => (given.proofSigner = strangerKey)],
    ['D2 of another session', (given) => (given.signed = { handshakeHash: filled(0x45) })],
    ['over another lock', (given) => (given.signed = { lockId: filled(3, 8) })],
    ['over another grant', (given) => (given.signed = { grantHash: filled(3) })],
    ['D14 over another operation', (given) => (given.signed = { operation: 2 })],
    ['D14 over other assertions', (given) => (given.signed = { asserted: 1 })],
    ['over another counter', (given) => (given.signed = { counter: filled(3, 8) })],
    ['over another number of the request', (given) => (given.signed = { request: 2 })],
    ['that is no envelope', (given) => (given.proof = filled(0, 70))],
    [
      'A4 that is another object',
      (given) => (given.proof = sealed('device-ack', phoneKey, filled(0))),
    ],
    ['of an ES256 device at a lock without ES256', (given) => es256(given)],
    [
      'A11 under a key of small order',
      (given) => grant(given, { key: { kind: 'ed25519', x: filled(0) } }),
    ],
  ];
  it.each(cases)('a proof %s is wrong', (_, spoil) => {
    expect(judge(spoil)).toEqual({ kind: 'refused', status: 'proof_wrong', proven: null });
  });

  it('an ES256 device opens a lock that has ES256', () => {
    expect(
      statusOf((given) => {
        es256(given);
        facts(given, { acceptsEs256: true });
      }),
    ).toBe('permitted');
  });

  it('without a session the grant alone is judged', () => {
    expect(statusOf((given) => (given.proof = null))).toBe('permitted');
    expect(
      statusOf((given) => {
        given.proof = null;
        grant(given, { exp: T0 });
      }),
    ).toBe('expired');
  });

  function es256(given: Case): void {
    const signer = signerOf(77, 'es256');
    given.proofSigner = signer;
    grant(given, { key: signer.publicKey });
  }
});
