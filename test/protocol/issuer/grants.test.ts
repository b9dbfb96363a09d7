/** Grants as the issuer makes them: what they say, how small they are, and when there is none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkNow, signNow } from '../../../protocol/crypto/steps.js';
import { type GrantOrder, sealGrants } from '../../../protocol/issuer/grants.js';
import { newIssuerLock } from '../../../protocol/issuer/issuer-lock.js';
import { raiseFloor, revoke } from '../../../protocol/issuer/policy-change.js';
import { countUse, type UseCounter } from '../../../protocol/lock/use-counters.js';
import { openEnvelope, parseEnvelope } from '../../../protocol/objects/envelope.js';
import { type Grant, grantClaims } from '../../../protocol/objects/grant.js';
import { tagOf } from '../../../protocol/objects/tag.js';
import { fromHex } from '../../../protocol/wire/hex.js';
import {
  certified,
  crypto,
  deviceRow,
  filled,
  lockRow,
  lowered,
  NOW,
  TAG_SECRET,
} from '../../helpers/issuing.js';
import { runs } from '../../helpers/runs.js';

const signer = certified(11, ['grant']);
const DAY = 86_400;

function order(edits: Partial<GrantOrder> = {}): GrantOrder {
  return {
    lock: lockRow(),
    device: deviceRow(),
    grants: [lowered()],
    now: NOW,
    random: filled(9),
    tagSecret: TAG_SECRET,
    ...edits,
  };
}

function issue(edits: Partial<GrantOrder> = {}, by = signer) {
  return signNow(sealGrants(order(edits), by, crypto));
}

function issuedOne(edits: Partial<GrantOrder> = {}, by = signer) {
  const issued = issue(edits, by);
  if (!issued.ok) throw new Error(issued.code);
  return issued.value[0]!;
}

describe('a grant', () => {
  test('says exactly what was lowered, for this device at this lock, signed by the GRANT key', () => {
    const windows = [0, 60, 120, 1440];
    const uses = { assignment: 'assignment-1', count: 3, until: NOW + 9 * DAY };
    const { bytes, claims } = issuedOne({
      grants: [lowered({ windows, timePolicy: 2, requirements: 3, scope: 9, uses })],
    });
    const envelope = parseEnvelope(bytes, 'grant');
    if (!envelope.ok) throw new Error(envelope.code);
    const opened = checkNow(openEnvelope(envelope.value, [signer.claims.key], crypto), crypto);
    expect(opened).toEqual(signer.claims.key);
    const lockId = fromHex(lockRow().lockId)!;
    const tag = (kind: 'device' | 'person' | 'use', id: string) =>
      tagOf(crypto, TAG_SECRET, kind, id, lockId);
    expect(grantClaims.parse(envelope.value.payload!)).toEqual({ ok: true, value: claims });
    expect(claims).toEqual({
      version: 1,
      lockId,
      nbf: NOW,
      exp: NOW + DAY,
      windows,
      iat: NOW - 5,
      id: claims.id,
      key: crypto.ed25519Public(filled(101)),
      scope: 9,
      tags: [tag('device', 'phone-1'), tag('person', 'user-1')],
      timePolicy: 2,
      requirements: 3,
      policyVersion: 1,
      uses: { useId: tag('use', 'assignment-1'), count: 3 },
    });
  });

  test('of a share of counted openings ends with the share, and is not issued a life before that', () => {
    const uses = (until: number) => ({ uses: { assignment: 'assignment-1', count: 1, until } });
    const ends = [NOW, NOW + DAY].map((now) => {
      const grants = [lowered({ nbf: now, exp: now + 7 * DAY, ...uses(NOW + 2 * DAY) })];
      return issuedOne({ now, grants }).claims;
    });
    expect(ends.map(({ exp }) => exp)).toEqual([NOW + 2 * DAY, NOW + 2 * DAY]);
    expect(ends[0]?.uses).toEqual(ends[1]?.uses);
    expect(issue({ grants: [lowered(uses(NOW))] })).toMatchObject({ code: 'too_short' });
    const early = lowered(uses(NOW - 5 + 30 * DAY + 1));
    expect(issue({ grants: [early] })).toMatchObject({ code: 'share_too_early' });
    expect(issue({ grants: [lowered(uses(NOW - 5 + 30 * DAY))] }).ok).toBe(true);
    expect(issue({ grants: [early, lowered()] })).toMatchObject({ value: { length: 1 } });
  });

  test('of a share opens as often as it has openings, whenever grants are issued and used', () => {
    const step = fc.record({
      waits: fc.integer({ min: 0, max: 20 * DAY }),
      life: fc.oneof(fc.integer({ min: 1, max: DAY }), fc.integer({ min: 1, max: 30 * DAY })),
      grant: fc.oneof(fc.constant(0), fc.nat(5)),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 * DAY }),
        fc.array(step, { minLength: 3, maxLength: 12 }),
        (end, steps) => {
          const uses = { assignment: 'assignment-1', count: 1, until: NOW + end };
          const held: Grant[] = [];
          let counters: readonly UseCounter[] = [];
          let now = NOW;
          let opened = 0;
          for (const { waits, life, grant } of steps) {
            now += waits;
            const signers = certified(11, ['grant'], { from: now - DAY, until: now + 60 * DAY });
            const grants = [lowered({ nbf: now, exp: now + life, uses })];
            const made = issue({ now, grants }, signers);
            if (made.ok) held.push(made.value[0]!.claims);
            // An attacker keeps every grant and shows the one he likes; the lock's clock is right.
            const tried = held[held.length - 1 - grant];
            if (tried === undefined || tried.exp <= now) continue;
            const counting = countUse(counters, tried, now);
            if (counting.kind === 'refused') continue;
            opened += 1;
            counters = counting.counters;
          }
          expect(opened).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 20261122, numRuns: runs(150) },
    );
  });

  test('with ten windows and an Ed25519 holder fits 300 bytes', () => {
    const windows = Array.from({ length: 20 }, (_, edge) => edge * 60);
    const { bytes } = issuedOne({ grants: [lowered({ windows })] });
    expect(bytes.length).toBeLessThanOrEqual(300);
  });

  test('is the same bytes for the same order, and has another id for every other one', () => {
    const grants = [lowered(), lowered({ requirements: 17 })];
    const first = issue({ grants });
    expect(issue({ grants })).toEqual(first);
    const more = [
      first,
      issue({ grants, random: filled(8) }),
      issue({ grants, lock: lockRow(2) }),
    ].flatMap((issued) => (issued.ok ? issued.value : []));
    const ids = more.map(({ claims }) => claims.id.join());
    expect(new Set(ids).size).toBe(6);
  });

  test('has tags that differ at every lock', () => {
    const here = issuedOne().claims.tags;
    const there = issuedOne({ lock: lockRow(2) }).claims.tags;
    expect(new Set([...here, ...there].map((tag) => tag.join())).size).toBe(4);
  });
});

describe('a life', () => {
  test('is shortened to what the certificate allows, windows with it', () => {
    const short = certified(11, ['grant'], { lifeMax: 3600 });
    const { claims } = issuedOne({ grants: [lowered({ windows: [0, 30, 40, 90] })] }, short);
    expect(claims.exp).toBe(NOW - 5 + 3600);
    expect(claims.windows).toEqual([0, 30, 40, 60]);
  });

  test('ends with its last window that is left', () => {
    const short = certified(11, ['grant'], { lifeMax: 3600 });
    const { claims } = issuedOne({ grants: [lowered({ windows: [0, 30, 70, 90] })] }, short);
    expect(claims.windows).toEqual([0, 30]);
    expect(claims.exp).toBe(NOW + 1800);
  });

  test('is never longer than 30 days and never outlives the certificate', () => {
    const until = NOW + 5 * DAY;
    const { claims } = issuedOne({ grants: [lowered({ exp: NOW + 40 * DAY })] });
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(30 * DAY);
    expect(claims.exp).toBe(NOW + 29 * DAY);
    const ending = certified(11, ['grant'], { until });
    expect(issuedOne({ grants: [lowered({ exp: NOW + 40 * DAY })] }, ending).claims.exp).toBe(
      until,
    );
  });

  test.each([
    ['begins after the end', { nbf: NOW + 3600, exp: NOW + 7200 }],
    ['has no window before the end', { windows: [70, 90] }],
  ])('that %s is no grant', (_, edits) => {
    const short = certified(11, ['grant'], { lifeMax: 3600 });
    expect(issue({ grants: [lowered(edits)] }, short)).toMatchObject({ code: 'too_short' });
  });
});

describe('there is no grant', () => {
  test('for a lock without a policy version', () => {
    const lock = newIssuerLock(filled(1, 8), 1, crypto);
    expect(issue({ lock })).toMatchObject({ ok: false, code: 'no_policy' });
  });

  test('from a key whose certificate is not valid now', () => {
    const late = certified(11, ['grant'], { from: NOW, until: NOW + 10 });
    expect(issue({}, late)).toMatchObject({ code: 'certificate_not_valid' });
    const over = certified(11, ['grant'], { from: NOW - 100, until: NOW - 5 });
    expect(issue({}, over)).toMatchObject({ code: 'certificate_not_valid' });
  });

  test('that wants a hardware key, for a device without one', () => {
    const grants = [lowered({ requirements: 5 }), lowered({ requirements: 1 })];
    const issued = issue({ grants });
    expect(issued.ok && issued.value.map(({ claims }) => claims.requirements)).toEqual([1]);
    expect(issue({ grants: grants.slice(0, 1) })).toMatchObject({ code: 'hardware_key_missing' });
    expect(issue({ grants, device: deviceRow(1, true) })).toMatchObject({ ok: true });
  });

  test('while the clock stands before the floor', () => {
    const lock = raiseFloor(lockRow(), NOW + 100, crypto).lock;
    expect(issue({ lock })).toMatchObject({ code: 'clock_behind' });
  });
});

describe('after a revocation in the same second', () => {
  test('a new grant is stamped after the mark, so that it lives', () => {
    const { claims } = issuedOne();
    const { lock } = revoke(lockRow(), [{ tag: claims.tags[0]!, until: NOW + DAY }], NOW, crypto);
    const again = issuedOne({ lock }).claims;
    const mark = lock.marks[0]!;
    expect(claims.iat).toBeLessThanOrEqual(mark.issuedUntil);
    expect(claims.policyVersion).toBeLessThan(mark.version);
    expect(again.iat).toBeGreaterThan(mark.issuedUntil);
    expect(again.iat).toBeLessThanOrEqual(NOW);
    expect(again.policyVersion).toBe(mark.version);
  });

  test('others keep their stamp', () => {
    const { claims } = issuedOne();
    const { lock } = revoke(lockRow(), [{ tag: claims.tags[0]!, until: NOW + DAY }], NOW, crypto);
    expect(issuedOne({ lock, device: deviceRow(2) }).claims.iat).toBe(NOW - 5);
  });
});

test('randomness or a tag key of a wrong length is a mistake of the caller, told without its bytes', () => {
  expect(() => issue({ random: filled(1, 31) })).toThrow(TypeError);
  expect(() => issue({ tagSecret: filled(0xee, 16) })).toThrow(/^randomness and the tag key/u);
});
