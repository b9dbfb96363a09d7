import { describe, expect, test } from 'vitest';
import {
  followAlarmSchedules,
  readZones,
  removeZone,
  resetZone,
  setZone,
  setZoneMode,
} from '../../src/adapters/site/zones.js';
import { readEvent } from '../../src/admin/events/read-event.js';
import type { Zone } from '../../src/admin/zones/zone.js';
import { MINUTE, NOON, tap } from '../admin/presence/office.js';
import { local, type Office, openOffice, owner, typesOf } from './scenes.js';

const HOUR = 60 * MINUTE;
const NIGHT = NOON + 10 * HOUR;
const ada = { type: 'user', id: 'ada' } as const;
const more = {
  schedules: [
    {
      id: 'night',
      windows: [
        { days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], from: '22:00', until: '06:00' },
      ],
    },
  ],
};
const zone: Zone = {
  place: 'hq',
  id: 'ground',
  doors: ['front', 'inner'],
  exterior: ['front'],
  alarms: [{ schedule: 'night', mode: 'away' }],
  notify: ['local', 'owner'],
};

async function guarded(changes: Partial<Zone> = {}, policy: object = {}): Promise<Office> {
  const office = await openOffice({ more, ...policy });
  expect(await setZone(office.site, local, { ...zone, ...changes })).toMatchObject({ ok: true });
  office.clock.now = NIGHT;
  return office;
}

async function modeOf({ site }: Office): Promise<string> {
  const read = await readZones(site, owner, 'hq');
  if (!read.ok) return read.code;
  const { now, state } = read.value[0]!;
  return `${now.mode} ${now.because}${state?.siren === undefined ? '' : ' siren'}`;
}

describe('a zone', () => {
  test('is made of doors of its place, each in one zone at most, by whoever may', async () => {
    const { site } = await guarded();
    const upper = { place: 'hq', id: 'upper', doors: ['side'] };
    expect(await setZone(site, ada, upper)).toMatchObject({ code: 'refused' });
    const wrong: [Partial<Zone>, string][] = [
      [{ doors: ['side', 'inner'] }, 'door_taken'],
      [{ doors: ['shed'] }, 'unknown_door'],
      [{ doors: ['nowhere'] }, 'unknown_door'],
      [{ place: 'moon' }, 'unknown_place'],
      [{ alarms: [{ schedule: 'day', mode: 'stay' }] }, 'unknown_schedule'],
      [{ notify: ['nobody'] }, 'unknown_user'],
      [{ exterior: ['front'] }, 'malformed'],
    ];
    for (const [change, code] of wrong) {
      expect(await setZone(site, local, { ...upper, ...change }), code).toMatchObject({ code });
    }
    expect(await setZone(site, local, undefined as never)).toMatchObject({ code: 'malformed' });
    expect(await setZone(site, local, upper)).toMatchObject({ ok: true });
    // A zone keeps its own doors when it is altered.
    expect(
      await setZone(site, local, { ...zone, doors: ['front', 'inner', 'gate'] }),
    ).toMatchObject({ ok: true });
    const read = await readZones(site, local, 'hq');
    expect(read.ok && read.value.map(({ zone: { id } }) => id)).toEqual(['ground', 'upper']);
    expect(await readZones(site, ada, 'hq')).toMatchObject({ code: 'refused' });
  });

  test('one place has sixty-four at most', async () => {
    const doors = Array.from({ length: 65 }, (_, n) => ({ id: `d${n}`, place: 'hq' }));
    const { site } = await openOffice({ more: { doors } });
    for (const [n, { id }] of doors.entries()) {
      const made = await setZone(site, owner, { place: 'hq', id: `z${n}`, doors: [id] });
      expect(made).toMatchObject(n < 64 ? { ok: true } : { code: 'too_many' });
    }
  });

  test('tells nobody who was switched off that it is violated', async () => {
    const { site, clock } = await guarded();
    const users = [{ id: 'local', active: false }];
    const left = await site.write({
      actor: owner,
      operation: 'user.deactivate',
      plan: () => ({ ok: true, value: { value: 1, changes: { put: { users } } } }),
    });
    expect(left.ok).toBe(true);
    const object = { type: 'door', id: 'inner' };
    await site.observe({ type: 'doorwright.door.forced_open', object, time: clock.now });
    const notices = (await site.store.events('notice')).map(readEvent);
    const alarms = notices.filter(({ type }) => type === 'doorwright.notice.zone_violated');
    expect(alarms.map(({ subject }) => subject?.id)).toEqual(['owner']);
  });

  test('that is away is violated by any opened door; people are told once, until it is reset', async () => {
    const office = await guarded();
    const first = await office.see({ kind: 'opened', door: 'inner', time: NIGHT });
    expect(typesOf(first)).toEqual(['zone.policy_violated']);
    expect(first.notices.map(({ to, kind }) => [kind, to.id])).toEqual([
      ['zone_violated', 'local'],
      ['zone_violated', 'owner'],
    ]);
    const second = await office.see({ kind: 'forced', door: 'front', time: NIGHT + 1 });
    expect(typesOf(second)).toEqual(['zone.policy_violated']);
    expect(second.notices).toEqual([]);
    expect(await office.see({ kind: 'forced', door: 'side', time: NIGHT })).toMatchObject({
      events: [],
    });
    expect(await modeOf(office)).toBe('away schedule siren');
    expect(await resetZone(office.site, ada, zone)).toMatchObject({ code: 'refused' });
    expect(await modeOf(office)).toBe('away schedule siren');
    expect(await resetZone(office.site, local, zone, 'cleaner')).toMatchObject({ ok: true });
    expect(await modeOf(office)).toBe('away schedule');
    const [audit] = await office.site.store.events('audit');
    expect(audit?.type).toBe('doorwright.zone.reset');
    expect(JSON.parse(audit!.personal!)).toMatchObject({
      actor: { id: 'local' },
      data: { why: 'cleaner', door: 'inner', cause: 'opened' },
    });
    const third = await office.see({ kind: 'opened', door: 'inner', time: NIGHT + 2 });
    expect(third.notices).toHaveLength(2);
  });

  test('by day is not violated', async () => {
    const office = await guarded();
    const seen = await office.see({ kind: 'opened', door: 'front', time: NOON });
    expect(seen.events).toEqual([]);
    expect(await office.site.store.records('zone_state')).toEqual([]);
  });

  test('is disarmed by an authorised access where its alarm says so, for a while', async () => {
    const office = await guarded({
      alarms: [{ schedule: 'night', mode: 'away', onAccess: 'disarm', minutes: 10 }],
    });
    await office.open(tap('stranger', 'front-in', NIGHT));
    expect(await modeOf(office)).toBe('away schedule');
    await office.open(tap('ada', 'front-out', NIGHT));
    expect(await modeOf(office)).toBe('away schedule');
    const access = await office.open(tap('ada', 'front-in', NIGHT));
    expect(typesOf(access.outcome)).toEqual(['zone.overridden']);
    expect(await modeOf(office)).toBe('disarmed override');
    expect(
      typesOf(await office.see({ kind: 'opened', door: 'front', time: NIGHT + 1000 })),
    ).toEqual([]);
    const late = await office.see({ kind: 'opened', door: 'inner', time: NIGHT + 10 * MINUTE });
    expect(typesOf(late)).toEqual(['zone.policy_violated']);
  });

  test('is overridden by nobody who passes a door that stands open for all', async () => {
    const alarm = { schedule: 'night', mode: 'away', onAccess: 'disarm', minutes: 10 } as const;
    const front = { unlock: [{ schedule: 'night' }] };
    const office = await guarded({ alarms: [alarm] }, { front });
    const opened = await office.open(tap('ada', 'front-in', NIGHT));
    expect(opened.decision.context.reason).toBe('door_unlocked');
    expect(await modeOf(office)).toBe('away schedule');
  });

  test('raises an alarm at an authorised access where no override is, and does not refuse it', async () => {
    const office = await guarded();
    expect((await office.open(tap('ada', 'front-in', NIGHT))).decision.decision).toBe(true);
    const seen = await office.see({ kind: 'opened', door: 'front', time: NIGHT + 1000 });
    expect(typesOf(seen)).toEqual(['zone.policy_violated']);
  });

  test('refuses who wants in where it says so, and nobody who wants out', async () => {
    const office = await guarded({ awayDeniesUnlock: true });
    const enter = await office.open(tap('ada', 'front-in', NIGHT));
    expect(enter.decision.context.reasons).toEqual([
      { code: 'lockdown', at: { type: 'zone', id: 'ground' } },
    ]);
    expect((await office.open(tap('ada', 'front-out', NIGHT))).decision.decision).toBe(true);
    expect((await office.open(tap('ada', 'side-in', NIGHT))).decision.decision).toBe(true);
    expect((await office.open(tap('ada', 'front-in', NOON))).decision.decision).toBe(true);
  });

  test('keeps a door locked that its schedule would open, for somebody nobody knows too', async () => {
    const front = { unlock: [{ schedule: 'night' }] };
    const nobody = tap('nobody', 'front-in', NIGHT);
    const office = await guarded({}, { front });
    expect((await office.open(nobody)).decision.context.reason).toBe('subject_unknown');
    const open = await guarded({ suppressesUnlock: false }, { front });
    expect((await open.open(nobody)).decision.context.reason).toBe('door_unlocked');
  });
});

describe('by hand a zone', () => {
  test('is armed until told otherwise, with time to leave, by whoever may', async () => {
    const office = await guarded();
    office.clock.now = NOON;
    const order = { mode: 'away', delaySeconds: 60, why: 'holiday' } as const;
    expect(await setZoneMode(office.site, ada, zone, order)).toMatchObject({ code: 'refused' });
    expect(await setZoneMode(office.site, local, zone, order)).toMatchObject({ ok: true });
    expect(await modeOf(office)).toBe('disarmed default');
    office.clock.now = NOON + MINUTE;
    expect(await modeOf(office)).toBe('away manual');
    office.clock.now = NOON + 40 * 24 * HOUR;
    expect(await modeOf(office)).toBe('away manual');
    expect(await followAlarmSchedules(office.site, local, zone)).toMatchObject({ ok: true });
    expect(await modeOf(office)).toBe('disarmed default');
    const [, audit] = await office.site.store.events('audit');
    expect(JSON.parse(audit!.personal!)).toMatchObject({
      actor: { id: 'local' },
      data: { why: 'holiday', mode: 'away' },
    });
  });

  test('is disarmed until its next alarm schedule begins: forgotten, it does not stay so all night', async () => {
    const office = await guarded();
    await setZoneMode(office.site, local, zone, { mode: 'disarmed' });
    expect(await modeOf(office)).toBe('disarmed manual');
    office.clock.now = NIGHT + 7 * HOUR;
    expect(await modeOf(office)).toBe('disarmed manual');
    office.clock.now = NIGHT + 24 * HOUR;
    expect(await modeOf(office)).toBe('away schedule');
  });

  test('disarming silences no siren', async () => {
    const office = await guarded();
    await office.see({ kind: 'opened', door: 'front', time: NIGHT });
    await setZoneMode(office.site, local, zone, { mode: 'disarmed' });
    expect(await modeOf(office)).toBe('disarmed manual siren');
  });

  test("a delay or end that cannot be is the caller's mistake, and an unknown zone is named", async () => {
    const office = await guarded();
    const order = (more: object) =>
      setZoneMode(office.site, local, zone, { mode: 'stay', ...more });
    await expect(order({ delaySeconds: 601 })).rejects.toThrow(RangeError);
    await expect(order({ delaySeconds: -1 })).rejects.toThrow(RangeError);
    await expect(order({ until: NIGHT })).rejects.toThrow(RangeError);
    const unknown = { place: 'hq', id: 'attic' };
    expect(await resetZone(office.site, local, unknown)).toMatchObject({ code: 'unknown_zone' });
  });

  test('is taken away with what happened to it; with its siren on by whoever may reset it', async () => {
    const office = await guarded();
    await office.see({ kind: 'opened', door: 'front', time: NIGHT });
    expect(await removeZone(office.site, ada, zone)).toMatchObject({ code: 'refused' });
    expect(await removeZone(office.site, local, zone)).toMatchObject({ ok: true });
    expect(await office.site.store.records('zone')).toEqual([]);
    expect(await office.site.store.records('zone_state')).toEqual([]);
  });
});
