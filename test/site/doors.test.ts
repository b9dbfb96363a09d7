import { describe, expect, test } from 'vitest';
import { grantAccess } from '../../src/adapters/site/access.js';
import { endUnlock, readDoorState, resumeUnlock } from '../../src/adapters/site/doors.js';
import { endLockdown, lockDown } from '../../src/adapters/site/lockdowns.js';
import { setPersonNotices } from '../../src/adapters/site/notices.js';
import { handOverDoor, returnDoor } from '../../src/adapters/site/tenancies.js';
import { setZone, setZoneMode } from '../../src/adapters/site/zones.js';
import { KISI, KIWI, right, site as siteOf } from '../admin/sites.js';
import { MONDAY, person, timedSite } from './provisioning-site.js';

const HOUR = 3_600_000;
const days = ['mo', 'tu'] as const;
const POLICY = siteOf(KISI, {
  schedules: [{ id: 'day', timeZone: 'UTC', windows: [{ days, from: '08:00', until: '18:00' }] }],
  doors: [
    { id: 'first', place: 'hq', unlock: [{ schedule: 'day', firstToArrive: 'day' }] },
    { id: 'plain', place: 'hq', unlock: [{ schedule: 'day' }] },
  ],
}).policy;
const first = { type: 'door', id: 'first' };
const plain = { type: 'door', id: 'plain' };

async function opened() {
  const timed = await timedSite(POLICY);
  const knock = async (user: string, door: string) =>
    (
      await timed.site.open({
        subject: { type: 'user', id: user },
        action: { name: 'unlock' },
        resource: { type: 'door', id: door },
        context: { time: timed.clock.now },
      })
    ).decision.context.reason;
  return { ...timed, knock };
}

describe('first to arrive', () => {
  test('the door waits for somebody with a right, then stands open for everybody until its schedule ends', async () => {
    const { site, clock, knock } = await opened();
    expect((await readDoorState(site, first))?.because).toEqual([
      { kind: 'waiting_for_arrival', id: 'day' },
    ]);
    expect(await knock('stranger', 'first')).toBe('subject_unknown');
    expect(await knock('pda', 'first')).toBe('granted');
    expect(await knock('stranger', 'first')).toBe('door_unlocked');
    expect((await readDoorState(site, first))?.state).toBe('unlocked');
    clock.now = MONDAY + 8 * HOUR;
    expect(await knock('stranger', 'first')).toBe('subject_unknown');
    clock.now = MONDAY + 24 * HOUR;
    expect(await knock('stranger', 'first')).toBe('subject_unknown');
  });
});

describe('last to leave', () => {
  test('the button at the exit ends the unlock until its next span', async () => {
    const { site, clock, knock } = await opened();
    const button = { type: 'system', id: 'exit-button' } as const;
    expect(await knock('stranger', 'plain')).toBe('door_unlocked');
    expect(await endUnlock(site, button, plain)).toMatchObject({
      ok: true,
      value: { ended: ['day'] },
    });
    expect(await endUnlock(site, button, plain)).toMatchObject({ ok: false, code: 'not_unlocked' });
    expect(await knock('stranger', 'plain')).toBe('subject_unknown');
    expect(await knock('pda', 'plain')).toBe('granted');
    expect((await readDoorState(site, plain))?.because).toEqual([
      { kind: 'ended_early', id: 'day' },
    ]);
    clock.now = MONDAY + 24 * HOUR;
    expect(await knock('stranger', 'plain')).toBe('door_unlocked');
    expect(await readDoorState(site, { type: 'door', id: 'no' })).toBeUndefined();
  });

  test('people who may take it back; a first arrival does not', async () => {
    const { site, knock } = await opened();
    await knock('pda', 'first');
    expect(await endUnlock(site, person('hqman'), first)).toMatchObject({ ok: true });
    expect(await knock('pda', 'first')).toBe('granted');
    expect(await knock('stranger', 'first')).toBe('subject_unknown');
    expect(await resumeUnlock(site, person('da'), first)).toMatchObject({ code: 'refused' });
    expect(await resumeUnlock(site, person('hqman'), first)).toMatchObject({ ok: true });
    expect(await knock('stranger', 'first')).toBe('door_unlocked');
    const events = await site.store.events('access', { order: 'oldest' });
    expect(events.map(({ type }) => type)).toContain('doorwright.door.scheduled_unlock_ended');
    expect(events.map(({ type }) => type)).toContain('doorwright.door.scheduled_unlock_started');
  });
});

describe('lockdown', () => {
  test('who and why stand in the record, and it ends by itself or by hand', async () => {
    const { site, clock, knock } = await opened();
    const scope = { type: 'place', id: 'hq' } as const;
    const until = new Date(MONDAY + HOUR).toISOString();
    const order = { scope, until, why: 'smoke on floor 2' };
    expect(await lockDown(site, person('pda'), order)).toMatchObject({ code: 'refused' });
    expect(await lockDown(site, person('hqadmin'), order)).toMatchObject({ ok: true });
    expect(await knock('owner', 'plain')).toBe('lockdown');
    expect((await readDoorState(site, plain))?.state).toBe('lockdown');
    const [record] = await site.store.events('audit', { limit: 1 });
    expect(record?.personal).toContain('smoke on floor 2');
    expect(record?.personal).toContain('hqadmin');
    clock.now = MONDAY + HOUR;
    expect(await knock('stranger', 'plain')).toBe('door_unlocked');
    await lockDown(site, person('hqadmin'), { scope, why: 'again' });
    expect(await knock('stranger', 'plain')).toBe('lockdown');
    await endLockdown(site, person('hqadmin'), { scope, why: 'all clear' });
    expect(await knock('stranger', 'plain')).toBe('door_unlocked');
  });
});

describe('an intrusion zone', () => {
  test('that is away keeps its doors locked, as the state of the door says and as the door does', async () => {
    const { site, clock, knock } = await opened();
    const owner = person('owner');
    const order = { id: 'z', place: 'hq', doors: ['plain'] };
    expect(await setZone(site, owner, order)).toMatchObject({ ok: true });
    expect((await readDoorState(site, plain))?.state).toBe('unlocked');
    const name = { place: 'hq', id: 'z' };
    const away = { mode: 'away', until: MONDAY + HOUR } as const;
    expect(await setZoneMode(site, owner, name, away)).toMatchObject({ ok: true });
    expect(await readDoorState(site, plain)).toEqual({
      state: 'locked',
      because: [{ kind: 'zone', id: 'z' }],
      until: '2026-11-23T11:00:00Z',
    });
    expect(await knock('stranger', 'plain')).toBe('subject_unknown');
    clock.now = MONDAY + HOUR;
    expect((await readDoorState(site, plain))?.state).toBe('unlocked');
    expect(await knock('stranger', 'plain')).toBe('door_unlocked');
    await setZone(site, owner, { ...order, awayDeniesUnlock: true });
    await setZoneMode(site, owner, name, { ...away, until: MONDAY + 2 * HOUR });
    expect(await readDoorState(site, plain)).toMatchObject({
      state: 'lockdown',
      because: [{ kind: 'zone', id: 'z' }],
    });
    expect(await knock('owner', 'plain')).toBe('lockdown');
  });
});

describe('tenancy', () => {
  test('residents are told of rights that rest and return; others as they wish', async () => {
    const flat = {
      ...KIWI,
      doors: [...KIWI.doors!, { id: 'free', place: 'hq' }],
      users: [...KIWI.users!, { id: 'kid', segment: 'resident' }, { id: 'max' }],
      assignments: [
        ...KIWI.assignments!,
        right('kid guest door:free'),
        right('guest guest door:free'),
        right('max guest door:free'),
      ],
    };
    const { site } = await timedSite(flat);
    const owner = person('owner');
    await setPersonNotices(site, owner, 'max', 'always');
    await handOverDoor(site, owner, { door: 'free', tenant: 'ned' });
    await returnDoor(site, owner, { door: 'free' });
    const notices = await site.store.events('notice', { order: 'oldest' });
    const told = notices.map(({ type, personal }) => [
      type,
      JSON.parse(personal ?? '{}').subject.id,
    ]);
    expect(told).toEqual([
      ['doorwright.notice.access_withdrawn', 'kid'],
      ['doorwright.notice.access_withdrawn', 'max'],
      ['doorwright.notice.access_granted', 'kid'],
      ['doorwright.notice.access_granted', 'max'],
    ]);
  });

  test('handed over, the flat is the tenant’s; returned, the landlord’s, in one write each', async () => {
    const flat = { ...KIWI, doors: [...KIWI.doors!, { id: 'free', place: 'hq' }] };
    const { site } = await timedSite(flat);
    const may = (user: string) => site.engine.can(user, 'unlock', 'free', { time: MONDAY });
    const owner = person('owner');
    expect(await handOverDoor(site, person('man'), { door: 'free', tenant: 'ned' })).toMatchObject({
      code: 'refused',
    });
    expect(await handOverDoor(site, owner, { door: 'free', tenant: 'ned' })).toMatchObject({
      ok: true,
    });
    expect(['ned', 'owner', 'man'].map(may)).toEqual([true, false, false]);
    const invited = await grantAccess(site, person('ned'), {
      subject: { type: 'user', id: 'guest' },
      role: 'guest',
      scope: { type: 'door', id: 'free' },
    });
    expect(invited).toMatchObject({ ok: true });
    expect(may('guest')).toBe(true);
    const revision = site.engine.revision;
    expect(await returnDoor(site, person('ned'), { door: 'free' })).toMatchObject({
      code: 'refused',
    });
    expect(await returnDoor(site, owner, { door: 'free' })).toMatchObject({ ok: true });
    expect(site.engine.revision).toBe(revision + 1);
    expect(['ned', 'guest', 'owner', 'man'].map(may)).toEqual([false, false, true, true]);
  });
});
