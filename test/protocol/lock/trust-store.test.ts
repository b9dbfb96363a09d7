import { describe, expect, it } from 'vitest';
import { checkNow } from '../../../protocol/crypto/steps.js';
import {
  type KnownCertificate,
  openCertificate,
  openCertified,
  type TrustFacts,
  withCertificate,
} from '../../../protocol/lock/trust-store.js';
import type { Certificate } from '../../../protocol/objects/certificate.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import {
  certificateClaimsOf,
  certificateOf,
  crypto,
  DAY,
  filled,
  grantBytes,
  keys,
  root,
  SITE_ID,
  sealed,
  signerOf,
  strangerKey,
  T0,
} from '../../helpers/lock-objects.js';

function known(edits: Partial<Certificate> = {}): KnownCertificate {
  const claims = certificateClaimsOf('grant', edits);
  return { ...claims, keyId: keyId(crypto, claims.key) };
}

function facts(edits: Partial<TrustFacts> = {}): TrustFacts {
  return {
    root: root.publicKey,
    trustEpoch: 1,
    siteId: SITE_ID,
    certificates: [],
    blocked: [],
    interval: { lo: T0, hi: T0 },
    acceptsEs256: true,
    ...edits,
  };
}

describe('who signed an envelope', () => {
  const open = (bytes: Uint8Array, certificates: readonly KnownCertificate[]) =>
    checkNow(openCertified(bytes, 'grant', 'grant', facts({ certificates }), crypto), crypto);

  it('is every certificate of the key that signed, and no other of the same key id', () => {
    const ours = [known(), known({ lifeMax: DAY })];
    const twin = { ...known({ key: strangerKey.publicKey }), keyId: ours[0]!.keyId };
    const opened = open(grantBytes(), [twin, ...ours]);
    expect(opened).toMatchObject({ kind: 'certified', certificates: ours });
    expect(opened.kind === 'certified' && opened.certificates).toHaveLength(2);
  });

  it('is asked once for each key, however many certificates it has', () => {
    const asked = (certificates: readonly KnownCertificate[]) => {
      const work = openCertified(grantBytes(), 'grant', 'grant', facts({ certificates }), crypto);
      let steps = 0;
      for (let step = work.next(); step.done !== true; step = work.next(false)) steps += 1;
      return steps;
    };
    expect(asked([known(), known({ lifeMax: DAY }), known({ nbf: T0 - 5 })])).toBe(1);
  });

  it('tells two P-256 keys apart by both of their numbers', () => {
    const signer = signerOf(77, 'es256');
    const { publicKey } = signer;
    if (publicKey.kind !== 'es256') throw new Error('a P-256 signer has a P-256 key');
    const right = known({ key: publicKey });
    const bytes = sealed('grant', signer, filled(1, 3));
    for (const key of [
      { ...publicKey, x: filled(1) },
      { ...publicKey, y: filled(1) },
      { kind: 'ed25519', x: publicKey.x } as const,
    ]) {
      const other = { ...known({ key: publicKey }), key };
      const opened = open(bytes, [right, other]);
      expect(opened).toMatchObject({ kind: 'certified', certificates: [{ key: publicKey }] });
      expect(opened.kind === 'certified' && opened.certificates).toHaveLength(1);
    }
  });
});

describe('a certificate that is carried here', () => {
  const answer = (bytes: Uint8Array, edits: Partial<TrustFacts> = {}) => {
    const opened = checkNow(openCertificate(bytes, facts(edits), crypto), crypto);
    return opened.kind === 'accepted' ? 'accepted' : opened.status;
  };

  it('is refused as malformed before and behind its signature', () => {
    expect(answer(filled(0, 70))).toBe('carry_malformed');
    expect(answer(grantBytes())).toBe('carry_malformed');
    expect(answer(sealed('certificate', root, filled(0xff, 9)))).toBe('carry_malformed');
    expect(answer(sealed('certificate', keys.admin, filled(0xff, 9)))).toBe('carry_untrusted');
  });

  it.each([
    ['a second of life', { nbf: T0, exp: T0 + 1 }, 'accepted'],
    ['no life', { nbf: T0, exp: T0 }, 'carry_untrusted'],
    ['less than none', { nbf: T0, exp: T0 - 1 }, 'carry_untrusted'],
  ])('with %s is answered by what time it has', (_, edits, expected) => {
    // Before all bounds of time the life alone decides.
    expect(answer(certificateOf('grant', edits), { interval: { lo: 0, hi: null } })).toBe(expected);
  });

  it('is known when every claim is the same, and new when one differs', () => {
    const certificates = [known({ lifeMax: DAY }), known()];
    expect(answer(certificateOf('grant'), { certificates })).toBe('already_known');
    expect(answer(certificateOf('grant', { exp: T0 + DAY }), { certificates })).toBe('accepted');
  });
});

describe('the certificates to keep', () => {
  const kept = (added: KnownCertificate, certificates: readonly KnownCertificate[], edits = {}) =>
    withCertificate(added, facts({ certificates, ...edits }));

  it('are those of other keys, and the one that came', () => {
    const others = [1, 2, 3].map((number) => known({ key: signerOf(number).publicKey }));
    expect(kept(known(), others)).toEqual([...others, known()]);
  });

  it('are no longer those that no longer count', () => {
    const over = known({ key: signerOf(5).publicKey, exp: T0 });
    const blocked = known({ key: signerOf(6).publicKey });
    expect(kept(known(), [over, blocked], { blocked: [blocked.keyId] })).toEqual([known()]);
  });

  it.each([
    ['the same', {}, false],
    ['one that ends earlier', { exp: T0 + DAY }, false],
    ['one that begins later', { nbf: T0 - 5 }, false],
    ['one for shorter grants', { lifeMax: DAY }, false],
    ['one that ends a second later', { exp: T0 + 29 * DAY + 1 }, true],
    ['one that begins a second earlier', { nbf: T0 - DAY - 1 }, true],
    ['one for grants a second longer', { lifeMax: 30 * DAY }, true],
    ['one of another role', { roles: 2 }, true],
    ['one of a role more', { roles: 1 | 8 }, true],
  ])('of the same key, %s: %#', (_, edits, stays) => {
    const added = known({ lifeMax: 30 * DAY - 1 });
    const before = known({ lifeMax: 30 * DAY - 1, ...edits });
    expect(kept(added, [before])).toEqual(stays ? [before, added] : [added]);
  });

  it('of a wider role take the place of a narrower one', () => {
    const wide = known({ roles: 1 | 8 });
    expect(kept(wide, [known()])).toEqual([wide]);
  });

  it('are eight: whichever came first makes room', () => {
    const full = [1, 2, 3, 4, 5, 6, 7, 8].map((number) =>
      known({ key: signerOf(number).publicKey }),
    );
    expect(kept(known(), full)).toEqual([...full.slice(1), known()]);
  });
});
