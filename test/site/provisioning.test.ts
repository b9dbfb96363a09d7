import { describe, expect, test } from 'vitest';
import {
  changeValidity,
  endAccess,
  grantAccess,
  transferRole,
} from '../../src/adapters/site/access.js';
import {
  addCredential,
  makeBadge,
  removeCredential,
  setCredentialState,
} from '../../src/adapters/site/credentials.js';
import { sweepEnrolments } from '../../src/adapters/site/enrolment-sweep.js';
import {
  cancelEnrolment,
  closeReaderEnrolment,
  enrolCard,
  offerEnrolment,
  openReaderEnrolment,
} from '../../src/adapters/site/enrolments.js';
import { changeGroup, createGroup, deleteGroup } from '../../src/adapters/site/groups.js';
import { erasePerson } from '../../src/adapters/site/person-data.js';
import { redeemEnrolment } from '../../src/adapters/site/redeem-enrolment.js';
import { changeMembers, createTeam, deleteTeam } from '../../src/adapters/site/teams.js';
import {
  activateUser,
  createUser,
  deactivateUser,
  updateUser,
} from '../../src/adapters/site/users.js';
import { findElement } from '../../src/engine/elements.js';
import { KISI, site as siteOf } from '../admin/sites.js';
import { MONDAY, person, timedSite } from './provisioning-site.js';

const POLICY = siteOf(KISI, {
  users: [{ id: 'ada', email: 'ada@example.com' }],
  doors: [{ id: 'front', place: 'hq', readers: [{ id: 'r1' }] }],
}).policy;
const admin = person('admin');
const STAFF = { type: 'group', id: 'staff' } as const;

test('what the log holds of a credential is erased with its holder: the number of a card is his', async () => {
  const { site } = await timedSite(POLICY);
  await addCredential(site, admin, { id: 'hid-4711', kind: 'card', user: 'ada' });
  await setCredentialState(site, admin, { credential: 'hid-4711', state: 'lost' });
  expect(await removeCredential(site, admin, 'hid-4711')).toMatchObject({ ok: true });
  const held = async () => JSON.stringify(await site.store.events('audit')).includes('hid-4711');
  expect(await held()).toBe(true);
  await erasePerson(site, person('owner'), { person: { type: 'user', id: 'ada' } });
  expect(await held()).toBe(false);
});

describe('an administrator', () => {
  test('makes a user, lets him in, changes when, and ends it: each is one write with its record', async () => {
    const { site } = await timedSite(POLICY);
    const may = (time = MONDAY) => site.engine.can('eve', 'unlock', 'front', { time });
    expect(await createUser(site, admin, { id: 'eve', email: 'eve@example.com' })).toMatchObject({
      ok: true,
      revision: 8 + 1,
    });
    const subject = { type: 'user', id: 'eve' } as const;
    const order = { subject, role: 'door_access', scope: STAFF };
    const granted = await grantAccess(site, admin, order, { reason: 'new colleague' });
    if (!granted.ok) throw new Error(granted.detail);
    expect(may()).toBe(true);
    const { assignment } = granted.value;
    const validity = { until: '2026-11-23T12:00:00Z' };
    await changeValidity(site, admin, { assignment, validity });
    expect(may(MONDAY + 3 * 3_600_000)).toBe(false);
    expect(await endAccess(site, admin, [assignment])).toMatchObject({ ok: true });
    expect(may()).toBe(false);
    const log = await site.store.events('audit', { order: 'oldest' });
    expect(log.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'doorwright.user.create done',
      'doorwright.assignment.grant done',
      'doorwright.assignment.validity done',
      'doorwright.assignment.end done',
    ]);
    expect(log[1]?.personal).toContain('new colleague');
  });

  test('sees what would become of it without writing anything', async () => {
    const { site } = await timedSite(POLICY);
    const dry = await deactivateUser(site, admin, 'da', { dryRun: true });
    expect(dry).toMatchObject({ ok: true });
    expect(site.engine.revision).toBe(POLICY.revision);
    expect(await site.store.events('audit')).toEqual([]);
    const stale = await deactivateUser(site, admin, 'da', { expectedRevision: 3 });
    expect(stale).toMatchObject({ ok: false, code: 'conflict' });
  });

  test('who may not is refused, and that is remembered', async () => {
    const { site } = await timedSite(POLICY);
    const refused = await createUser(site, person('da'), { id: 'eve' });
    expect(refused).toMatchObject({ ok: false, code: 'refused' });
    expect(await site.store.events('audit')).toMatchObject([{ outcome: 'refused' }]);
    expect(findElement(site.engine, 'users', 'eve')).toBeUndefined();
  });

  test('an id that is none is refused as invalid, with a pointer', async () => {
    const { site } = await timedSite(POLICY);
    const invalid = await createUser(site, admin, { id: '../etc' });
    expect(invalid).toMatchObject({ ok: false, code: 'invalid' });
    expect(!invalid.ok && invalid.issues?.[0]?.pointer).toBe('/put/users/0/id');
  });

  test('everything else of provisioning goes the same way', async () => {
    const { site } = await timedSite(POLICY);
    const results = [
      await updateUser(site, admin, { user: 'ada', name: 'Ada' }),
      await deactivateUser(site, admin, 'ada'),
      await activateUser(site, admin, 'ada'),
      await createTeam(site, admin, { id: 'night' }),
      await changeMembers(site, admin, { team: 'night', join: { users: ['ada'] } }),
      await deleteTeam(site, admin, 'night'),
      await createGroup(site, admin, { id: 'doors' }),
      await changeGroup(site, admin, { group: 'doors', add: { doors: ['front'] } }),
      await deleteGroup(site, admin, 'doors'),
      await addCredential(site, admin, { id: 'c1', kind: 'card', user: 'ada' }),
      await setCredentialState(site, admin, { credential: 'c1', state: 'lost' }),
      await removeCredential(site, admin, 'c1'),
      await makeBadge(site, admin, { email: 'visitors@example.com', card: 'b1', team: 'bare' }),
      await transferRole(site, person('owner'), { assignment: 'a-owner-acme', to: 'ned' }),
    ];
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(site.engine.revision).toBe((POLICY.revision ?? 0) + results.length);
  });
});

describe('enrolling by token', () => {
  const order = { user: 'ada', kind: 'phone' } as const;

  async function offered() {
    const { site, clock } = await timedSite(POLICY);
    const offer = await offerEnrolment(site, admin, order);
    if (!offer.ok) throw new Error(offer.detail);
    const said = { token: offer.value.token, email: 'ada@example.com', credential: 'phone-1' };
    return { site, clock, said, offer: offer.value };
  }

  test('the credential is active once the token is used, by the rights of whoever offered it', async () => {
    const { site, said } = await offered();
    expect(await redeemEnrolment(site, said)).toMatchObject({
      ok: true,
      value: { user: 'ada', credential: 'phone-1' },
    });
    expect(findElement(site.engine, 'credentials', 'phone-1')?.state).toBe('active');
    const [last] = await site.store.events('audit', { limit: 1 });
    expect(last?.type).toBe('doorwright.enrolment.redeem');
    expect(last?.personal).toContain('"admin"');
    expect(await redeemEnrolment(site, said)).toMatchObject({ code: 'enrolment_over' });
  });

  test('of many who use it at once, one succeeds', async () => {
    const { site, said } = await offered();
    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((credential) => redeemEnrolment(site, { ...said, credential })),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    const phones = site.engine.policy.credentials?.filter(({ user }) => user === 'ada');
    expect(phones).toHaveLength(1);
  });

  test('guessing in parallel is counted: after five wrong ones the right one is late', async () => {
    const { site, said, offer } = await offered();
    const wrong = { ...said, token: `${offer.enrolment}.${'A'.repeat(43)}` };
    const guesses = await Promise.all(
      Array.from({ length: 9 }, () => redeemEnrolment(site, wrong)),
    );
    expect(guesses.every(({ ok }) => !ok)).toBe(true);
    expect(await redeemEnrolment(site, said)).toMatchObject({ ok: false, code: 'enrolment_over' });
    expect(site.engine.policy.credentials?.some(({ id }) => id === 'phone-1')).toBe(false);
  });

  test('the right one that comes with five wrong ones, but after them, is late too', async () => {
    const { site, said, offer } = await offered();
    const wrong = { ...said, token: `${offer.enrolment}.${'A'.repeat(43)}` };
    const tries = [wrong, wrong, wrong, wrong, wrong, said].map((each) =>
      redeemEnrolment(site, each),
    );
    const codes = (await Promise.all(tries)).map((each) => (each.ok ? 'enrolled' : each.code));
    expect(codes).toEqual([...Array(5).fill('enrolment_refused'), 'enrolment_over']);
    expect(findElement(site.engine, 'credentials', 'phone-1')).toBeUndefined();
  });

  test('what is nobody’s token is refused without a write', async () => {
    const { site, said } = await offered();
    const before = (await site.store.events('audit')).length;
    for (const token of ['', 'x', `nobody.${'A'.repeat(43)}`]) {
      expect(await redeemEnrolment(site, { ...said, token })).toMatchObject({
        code: 'enrolment_refused',
      });
    }
    expect(await site.store.events('audit')).toHaveLength(before);
  });

  test('it ends, is cancelled, and dies with the rights of whoever offered it', async () => {
    const one = await offered();
    one.clock.now = Date.parse(one.offer.until);
    expect(await redeemEnrolment(one.site, one.said)).toMatchObject({ code: 'enrolment_over' });
    const two = await offered();
    await cancelEnrolment(two.site, admin, two.offer.enrolment);
    expect(await redeemEnrolment(two.site, two.said)).toMatchObject({ code: 'enrolment_over' });
    const three = await offered();
    await endAccess(three.site, person('owner'), ['a-admin-acme']);
    expect(await redeemEnrolment(three.site, three.said)).toMatchObject({ code: 'refused' });
    expect(findElement(three.site.engine, 'credentials', 'phone-1')).toBeUndefined();
  });

  test('the secret stands in no record, no log and no policy', async () => {
    const { site, said, offer } = await offered();
    await redeemEnrolment(site, said);
    const kept = [
      await site.store.records('enrolment'),
      await site.store.events('audit'),
      await site.store.events('notice'),
      await site.store.policy(),
      await site.store.outbox(0),
    ];
    expect(JSON.stringify(kept)).not.toContain(offer.token.slice(-43));
    const notices = await site.store.events('notice');
    expect(notices.map(({ type }) => type)).toContain('doorwright.notice.enrolment');
  });
});

describe('what is kept of enrolments', () => {
  test('is forgotten once they are over, and not before', async () => {
    const { site, clock } = await timedSite(POLICY);
    const offers = [];
    for (let index = 0; index < 3; index++) {
      const offer = await offerEnrolment(site, admin, { user: 'ada', kind: 'phone' });
      if (!offer.ok) throw new Error(offer.detail);
      offers.push(offer.value);
    }
    const [used, cancelled, open] = offers;
    const said = { token: used!.token, email: 'ada@example.com', credential: 'phone-1' };
    await redeemEnrolment(site, said);
    await cancelEnrolment(site, admin, cancelled!.enrolment);
    await openReaderEnrolment(site, admin, { reader: 'r1', user: 'ada' });
    expect(await sweepEnrolments(site)).toBe(2);
    const log = await site.store.events('audit');
    expect(await sweepEnrolments(site)).toBe(0);
    expect(await site.store.events('audit')).toEqual(log);
    const left = async () => (await site.store.records('enrolment')).map(({ id }) => id);
    expect((await left()).sort()).toEqual([open!.enrolment, 'reader r1'].sort());
    expect(await redeemEnrolment(site, said)).toMatchObject({ code: 'enrolment_refused' });
    clock.now += 120_000;
    expect(await sweepEnrolments(site)).toBe(1);
    clock.now = Date.parse(open!.until);
    expect(await sweepEnrolments(site)).toBe(1);
    expect(await left()).toEqual([]);
  });
});

describe('enrolling at a reader', () => {
  test('the next unknown card is the user’s, then the reader is as before', async () => {
    const { site } = await timedSite(POLICY);
    const order = { reader: 'r1', user: 'ada' };
    expect(await enrolCard(site, { reader: 'r1', card: 'hid-1' })).toMatchObject({
      code: 'not_enrolling',
    });
    expect(await openReaderEnrolment(site, admin, order)).toMatchObject({ ok: true });
    expect(await openReaderEnrolment(site, admin, order)).toMatchObject({ code: 'reader_busy' });
    expect(await enrolCard(site, { reader: 'r1', card: 'c-da' })).toMatchObject({
      code: 'credential_known',
    });
    const both = await Promise.all([
      enrolCard(site, { reader: 'r1', card: 'hid-1' }),
      enrolCard(site, { reader: 'r1', card: 'hid-2' }),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await enrolCard(site, { reader: 'r1', card: 'hid-3' })).toMatchObject({
      code: 'not_enrolling',
    });
  });

  test('it ends by the clock and by hand', async () => {
    const { site, clock } = await timedSite(POLICY);
    const order = { reader: 'r1', user: 'ada' };
    await openReaderEnrolment(site, admin, order);
    clock.now += 120_000;
    expect(await enrolCard(site, { reader: 'r1', card: 'x' })).toMatchObject({
      code: 'not_enrolling',
    });
    await openReaderEnrolment(site, admin, order);
    expect(await closeReaderEnrolment(site, admin, 'r1')).toMatchObject({ ok: true });
    expect(await enrolCard(site, { reader: 'r1', card: 'x' })).toMatchObject({
      code: 'not_enrolling',
    });
  });
});
