import { describe, expect, test } from 'vitest';
import {
  parseReaderEnrolment,
  parseTokenEnrolment,
} from '../../../src/admin/provisioning/enrolment.js';
import {
  ENROLMENT_ATTEMPTS,
  planCancelEnrolment,
  planOfferEnrolment,
} from '../../../src/admin/provisioning/enrolment-offer.js';
import {
  parseToken,
  planAttempt,
  planRedemption,
} from '../../../src/admin/provisioning/enrolment-redemption.js';
import {
  planCloseReaderEnrolment,
  planEnrolCard,
  planOpenReaderEnrolment,
} from '../../../src/admin/provisioning/reader-enrolment.js';
import { isSecretText, sameHash, secretText } from '../../../src/admin/provisioning/secret.js';
import type { SiteRecord } from '../../../src/admin/record.js';
import { findElement } from '../../../src/engine/elements.js';
import { planning, recordOf, write, wrote } from '../plans.js';
import { KISI, right, site } from '../sites.js';

const engine = site(KISI, {
  users: [
    { id: 'ada', email: 'Ada@Example.com' },
    { id: 'off', email: 'off@example.com', active: false },
    { id: 'boss', email: 'boss@example.com' },
  ],
  assignments: [right('boss organization_access_manager organization:acme')],
  credentials: [{ id: 'c-wait', kind: 'pass', user: 'ada', state: 'inactive' }],
  doors: [{ id: 'front', place: 'hq', readers: [{ id: 'r1' }] }],
});
const admin = planning(engine, 'admin');
const HOUR = 3_600_000;

describe('secrets', () => {
  test.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('%j is written as RFC 4648 writes it, without padding', (text, written) => {
    expect(secretText(new TextEncoder().encode(text))).toBe(written);
  });

  test('32 bytes of any value give a secret, and what a host’s base64url gives', () => {
    for (let seed = 0; seed < 50; seed++) {
      const bytes = planning(engine, 'admin').random(32);
      expect(secretText(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(isSecretText(secretText(bytes))).toBe(true);
    }
    expect(isSecretText(undefined)).toBe(false);
    expect(isSecretText('x'.repeat(44))).toBe(false);
  });

  test('hashes are equal only when they are', () => {
    expect(sameHash('ab', 'ab')).toBe(true);
    expect(sameHash('ab', 'aa')).toBe(false);
    expect(sameHash('ab', 'abc')).toBe(false);
  });
});

describe('enrolling by token and e-mail', () => {
  const offered = wrote(admin, planOfferEnrolment(admin, { user: 'ada', kind: 'phone' }));
  const record = recordOf(offered);
  const { token } = offered.value;
  const said = { token, email: 'ada@example.com', credential: 'phone-1' };

  test('the record holds no secret, and the offer tells the user', () => {
    const secret = parseToken(token)!.secret;
    expect(JSON.stringify([record, offered.draft.notices, offered.draft.audit])).not.toContain(
      secret,
    );
    expect(offered.draft.notices).toMatchObject([{ kind: 'enrolment', to: { id: 'ada' } }]);
  });

  test('with the token and the address, the credential is the user’s and active', () => {
    const attempt = planAttempt(admin, record, said);
    expect(attempt.value.verdict).toBe('right');
    const counted = attempt.records!.put![0]!;
    const done = wrote(admin, planRedemption(admin, counted, said));
    expect(findElement(done.engine, 'credentials', 'phone-1')).toEqual({
      id: 'phone-1',
      kind: 'phone',
      user: 'ada',
      state: 'active',
    });
    const again = planning(done.engine, 'admin');
    expect(planAttempt(again, recordOf(done), said).value.verdict).toBe('enrolment_over');
    expect(write(again, planRedemption(again, recordOf(done), said))).toBe('enrolment_over');
  });

  test.each([
    ['another secret', { token: `${offered.value.enrolment}.${'A'.repeat(43)}` }],
    ['another offer', { token: token.replace(/^[^.]*/u, 'other') }],
    ['no token', { token: '' }],
    ['a token of another type', { token: 7 }],
    ['another address', { email: 'eve@example.com' }],
    ['no address', { email: '' }],
    ['an address of another type', { email: null }],
  ])('%s is refused in the same words', (_, wrong) => {
    const bad = { ...said, ...wrong } as typeof said;
    expect(planAttempt(admin, record, bad).value.verdict).toBe('enrolment_refused');
    expect(write(admin, planRedemption(admin, record, bad))).toBe('enrolment_refused');
  });

  test('each attempt is counted, right or wrong, and after five even the right one is late', () => {
    let kept: SiteRecord = record;
    for (let left = ENROLMENT_ATTEMPTS; left > 0; left--) {
      expect(parseTokenEnrolment(kept)?.attemptsLeft).toBe(left);
      const attempt = planAttempt(admin, kept, { ...said, email: 'eve@example.com' });
      kept = attempt.records!.put![0]!;
    }
    const late = planAttempt(admin, kept, said);
    expect(late).toEqual({ value: { verdict: 'enrolment_over' } });
  });

  test('an offer ends: at its end it is over, just before it is not', () => {
    const until = Date.parse(offered.value.until);
    const verdict = (time: number) =>
      planAttempt(planning(engine, 'admin', time), record, said).value.verdict;
    expect(verdict(until - 1)).toBe('right');
    expect(verdict(until)).toBe('enrolment_over');
  });

  test('an offer that was cancelled is over', () => {
    const cancelled = wrote(admin, planCancelEnrolment(admin, record));
    expect(planAttempt(admin, recordOf(cancelled), said).value.verdict).toBe('enrolment_over');
    expect(write(admin, planCancelEnrolment(admin, recordOf(cancelled)))).toBe('enrolment_over');
    expect(write(admin, planCancelEnrolment(admin, undefined))).toBe('enrolment_unknown');
  });

  test('an offer is taken back by who made it and who could have, by nobody else', () => {
    const above = wrote(admin, planOfferEnrolment(admin, { user: 'boss', kind: 'phone' }));
    const cancelledBy = (id: string, from = engine) => {
      const p = planning(from, id);
      return write(p, planCancelEnrolment(p, recordOf(above)));
    };
    for (const id of ['um', 'obs', 'hqadmin', 'nobody']) {
      expect(cancelledBy(id)).toBe('may_not_enrol');
    }
    for (const id of ['admin', 'owner']) expect(typeof cancelledBy(id)).toBe('object');
    // Its maker, after he lost the right to make another.
    const fired = engine.apply({ remove: { assignments: ['a-admin-acme'] } });
    expect(typeof cancelledBy('admin', fired)).toBe('object');
    const gone = engine.apply({ remove: { users: ['boss'], assignments: ['a-boss-acme'] } });
    expect(typeof cancelledBy('um', gone)).toBe('object');
    expect(cancelledBy('obs', gone)).toBe('no_access_right');
  });

  test('without his right the one who offered enrols nothing any more', () => {
    const fired = engine.apply({ remove: { assignments: ['a-admin-acme'] } });
    const p = planning(fired, 'admin');
    expect(write(p, planRedemption(p, record, said))).toBe('no_access_right');
    const other = planning(engine, 'oam');
    expect(write(other, planRedemption(other, record, said))).toBe('enrolment_refused');
  });

  test('a credential that somebody has, even the user, is not enrolled again', () => {
    for (const credential of ['c-da', 'c-wait']) {
      const planned = planRedemption(admin, record, { ...said, credential });
      expect(write(admin, planned)).toBe('credential_known');
    }
    const { credential: _, ...without } = said;
    expect(write(admin, planRedemption(admin, record, without))).toBe('credential_missing');
  });

  test('a pass that is known before waits, inactive, and the token activates that and no other', () => {
    const pass = wrote(
      admin,
      planOfferEnrolment(admin, { user: 'ada', kind: 'pass', credential: 'pass-7' }),
    );
    expect(findElement(pass.engine, 'credentials', 'pass-7')?.state).toBe('inactive');
    const p = planning(pass.engine, 'admin');
    const redemption = { token: pass.value.token, email: 'ada@example.com', credential: 'phone-1' };
    const done = wrote(p, planRedemption(p, recordOf(pass), redemption));
    expect(done.value.credential).toBe('pass-7');
    expect(findElement(done.engine, 'credentials', 'pass-7')?.state).toBe('active');
    expect(findElement(done.engine, 'credentials', 'phone-1')).toBeUndefined();
  });

  test('one that was reported stolen, activated or given to somebody else meanwhile is left alone', () => {
    const pass = wrote(
      admin,
      planOfferEnrolment(admin, { user: 'ada', kind: 'pass', credential: 'c-wait' }),
    );
    const redemption = { token: pass.value.token, email: 'ada@example.com' };
    for (const changed of [
      { user: 'ada', state: 'stolen' },
      { user: 'ada', state: 'active' },
      { user: 'ned', state: 'inactive' },
    ] as const) {
      const put = { credentials: [{ id: 'c-wait', kind: 'pass', ...changed }] } as const;
      const p = planning(pass.engine.apply({ put }), 'admin');
      expect(write(p, planRedemption(p, recordOf(pass), redemption))).toBe('credential_known');
    }
  });

  test.each([
    [{ user: 'no' }, 'user_unknown'],
    [{ user: 'ned' }, 'email_missing'],
    [{ credential: 'c-da' }, 'credential_known'],
    [{ lifetimeSeconds: 0 }, 'lifetime'],
    [{ lifetimeSeconds: 1.5 }, 'lifetime'],
    [{ lifetimeSeconds: 91 * 86_400 }, 'lifetime'],
  ])('an offer with %j is refused with %s', (wrong, code) => {
    const order = { user: 'ada', kind: 'phone', ...wrong } as const;
    expect(write(admin, planOfferEnrolment(admin, order))).toBe(code);
  });

  test('who may not give credentials to somebody offers none', () => {
    for (const actor of ['obs', 'hqadmin', 'ned', 'nobody']) {
      const p = planning(engine, actor);
      expect(write(p, planOfferEnrolment(p, { user: 'ada', kind: 'phone' }))).toBe('may_not_enrol');
    }
  });

  test('a user who was switched off enrols nothing', () => {
    const off = wrote(admin, planOfferEnrolment(admin, { user: 'off', kind: 'phone' }));
    const late = { token: off.value.token, email: 'off@example.com', credential: 'x' };
    expect(planAttempt(admin, recordOf(off), late).value.verdict).toBe('enrolment_over');
  });

  test('a damaged record enrols nothing', () => {
    const broken = [
      {},
      { attemptsLeft: 'many' },
      { tokenHash: 'short' },
      { state: 'new' },
      { until: 'never' },
      { credentialKind: 'key' },
      { kind: 'reader' },
    ];
    for (const change of broken) {
      const body = Object.keys(change).length === 0 ? {} : { ...record.body, ...change };
      expect(parseTokenEnrolment({ ...record, body })).toBeUndefined();
      expect(planAttempt(admin, { ...record, body }, said).value.verdict).toBe('enrolment_refused');
    }
  });
});

describe('enrolling at a reader', () => {
  const order = { reader: 'r1', user: 'ada', lifetimeSeconds: 60 };
  const opened = wrote(admin, planOpenReaderEnrolment(admin, undefined, order));
  const record = recordOf(opened);

  test('the next unknown card is the user’s, and the mode ends', () => {
    const done = wrote(admin, planEnrolCard(admin, record, 'hid-1'));
    expect(findElement(done.engine, 'credentials', 'hid-1')).toEqual({
      id: 'hid-1',
      kind: 'card',
      user: 'ada',
      state: 'active',
    });
    expect(done.draft.records?.remove).toEqual([{ kind: 'enrolment', id: 'reader r1' }]);
  });

  test('a known card is refused, whoever has it', () => {
    expect(write(admin, planEnrolCard(admin, record, 'c-da'))).toBe('credential_known');
    expect(write(admin, planEnrolCard(admin, record, 'c-wait'))).toBe('credential_known');
  });

  test('it ends by itself', () => {
    const at = (time: number) => {
      const p = planning(engine, 'admin', time);
      return write(p, planEnrolCard(p, record, 'hid-1'));
    };
    expect(typeof at(admin.time + 59_999)).toBe('object');
    expect(at(admin.time + 60_000)).toBe('not_enrolling');
  });

  test('a reader enrols for one user at a time, and for the next when that is over', () => {
    expect(write(admin, planOpenReaderEnrolment(admin, record, order))).toBe('reader_busy');
    const later = planning(engine, 'admin', admin.time + HOUR);
    expect(typeof write(later, planOpenReaderEnrolment(later, record, order))).toBe('object');
  });

  test('whoever opened it must still be allowed to, and nobody else enrols by it', () => {
    const fired = planning(engine.apply({ remove: { assignments: ['a-admin-acme'] } }), 'admin');
    expect(write(fired, planEnrolCard(fired, record, 'hid-1'))).toBe('no_access_right');
    const other = planning(engine, 'oam');
    expect(write(other, planEnrolCard(other, record, 'hid-1'))).toBe('not_enrolling');
  });

  test('it can be ended before, by whoever might have opened it', () => {
    expect(typeof write(admin, planCloseReaderEnrolment(admin, record))).toBe('object');
    const obs = planning(engine, 'obs');
    expect(write(obs, planCloseReaderEnrolment(obs, record))).toBe('may_not_enrol');
    // A user manager gives cards, but not to those above him.
    const above = wrote(
      admin,
      planOpenReaderEnrolment(admin, undefined, { ...order, user: 'oam' }),
    );
    const um = planning(engine, 'um');
    expect(write(um, planCloseReaderEnrolment(um, recordOf(above)))).toBe('may_not_enrol');
    expect(typeof write(um, planCloseReaderEnrolment(um, record))).toBe('object');
    expect(write(admin, planCloseReaderEnrolment(admin, undefined))).toBe('not_enrolling');
  });

  test.each([
    [{ reader: 'r9' }, 'reader_unknown'],
    [{ user: 'no' }, 'user_unknown'],
    [{ lifetimeSeconds: 3601 }, 'lifetime'],
  ])('%j is refused with %s', (wrong, code) => {
    expect(write(admin, planOpenReaderEnrolment(admin, undefined, { ...order, ...wrong }))).toBe(
      code,
    );
  });

  test('who may not give cards to somebody does not open a reader', () => {
    const p = planning(engine, 'hqadmin');
    expect(write(p, planOpenReaderEnrolment(p, undefined, order))).toBe('may_not_enrol');
  });

  test('a record of something else is no open reader', () => {
    expect(parseReaderEnrolment({ ...record, id: 'reader r2' })).toBeUndefined();
    expect(parseReaderEnrolment({ ...record, body: {} })).toBeUndefined();
  });
});
