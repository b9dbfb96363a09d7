import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideInZone, zoneVerdict } from '../../../src/admin/zones/decide-in-zone.js';
import {
  type DoorObservation,
  isViolation,
  withSiren,
} from '../../../src/admin/zones/violation.js';
import { type Alarm, parseZone, type Zone, type ZoneMode } from '../../../src/admin/zones/zone.js';
import { planFollowSchedule, planMode, planNoZone } from '../../../src/admin/zones/zone-order.js';
import {
  afterAccess,
  nextArming,
  type ZoneState,
  zoneModeAt,
} from '../../../src/admin/zones/zone-state.js';
import { snapshotOf } from '../../../src/engine/compile.js';
import { runs } from '../../helpers/runs.js';
import { MINUTE, NOON, office, tap } from '../presence/office.js';

const HOUR = 60 * MINUTE;
const everyDay = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const window = (from: string, until: string) => [{ days: everyDay, from, until }];
// It is one o'clock at noon UTC in Berlin's winter.
const more = {
  schedules: [
    { id: 'night', windows: window('22:00', '06:00') },
    { id: 'evening', windows: window('20:00', '23:00') },
    { id: 'lunch', windows: window('12:00', '13:00') },
    { id: 'off', windows: window('00:00', '24:00'), enabled: false },
    { id: 'always' },
  ],
};
const engine = office({ more, front: { unlock: [{ schedule: 'always' }] } });
const NIGHT = NOON + 10 * HOUR;
const away: Alarm = { schedule: 'night', mode: 'away' };
const zoneOf = (...alarms: Alarm[]): Zone => ({
  place: 'hq',
  id: 'z',
  doors: ['front', 'inner'],
  alarms,
});

describe('the mode of a zone', () => {
  test('is that of the schedule that is open, on the wall clock of the place, else disarmed', () => {
    const zone = zoneOf(away);
    // 22:00 in Berlin is 21:00 UTC.
    expect(zoneModeAt(engine, zone, undefined, NOON + 10 * HOUR - 1)).toMatchObject({
      mode: 'disarmed',
      because: 'default',
    });
    expect(zoneModeAt(engine, zone, undefined, NOON + 10 * HOUR)).toMatchObject({
      mode: 'away',
      because: 'schedule',
    });
    expect(zoneModeAt(engine, zone, undefined, NOON + 18 * HOUR)).toMatchObject({
      mode: 'disarmed',
    });
  });

  test('is that of the closest watch where several are open', () => {
    const stay: Alarm = { schedule: 'evening', mode: 'stay' };
    for (const zone of [zoneOf(stay, away), zoneOf(away, stay)]) {
      expect(zoneModeAt(engine, zone, undefined, NIGHT).alarm).toBe(away);
    }
    const easy: Alarm = { schedule: 'evening', mode: 'away', onAccess: 'disarm', minutes: 5 };
    expect(zoneModeAt(engine, zoneOf(easy, away), undefined, NIGHT).alarm).toBe(away);
  });

  test('arms nothing by a schedule that is missing or off, and says so', () => {
    const zone = zoneOf({ schedule: 'gone', mode: 'away' }, { schedule: 'off', mode: 'away' });
    expect(zoneModeAt(engine, zone, undefined, NIGHT)).toMatchObject({
      mode: 'disarmed',
      missing: ['gone', 'off'],
    });
  });

  test('is what somebody set by hand, from then on and until its end', () => {
    const manual = { mode: 'stay', since: NOON, until: NIGHT + HOUR, by: 'owner' } as const;
    const state: ZoneState = { place: 'hq', id: 'z', manual };
    const modeAt = (time: number) => zoneModeAt(engine, zoneOf(away), state, time).mode;
    expect([NOON - 1, NOON, NIGHT, NIGHT + HOUR - 1, NIGHT + HOUR].map(modeAt)).toEqual([
      'disarmed',
      'stay',
      'stay',
      'stay',
      'away',
    ]);
  });

  test('is lower after an access for as long as the alarm schedule allows, and never higher', () => {
    const access = (onAccess: Alarm['onAccess'], mode: ZoneMode = 'away') => {
      const zone = zoneOf({ schedule: 'night', mode, ...(onAccess && { onAccess, minutes: 10 }) });
      const state = afterAccess(zone, undefined, zoneModeAt(engine, zone, undefined, NIGHT), NIGHT);
      const modeAt = (time: number) => zoneModeAt(engine, zone, state, time).mode;
      return [modeAt(NIGHT), modeAt(NIGHT + 10 * MINUTE - 1), modeAt(NIGHT + 10 * MINUTE)];
    };
    expect(access(undefined)).toEqual(['away', 'away', 'away']);
    expect(access('stay')).toEqual(['stay', 'stay', 'away']);
    expect(access('disarm')).toEqual(['disarmed', 'disarmed', 'away']);
    expect(access('stay', 'stay')).toEqual(['stay', 'stay', 'stay']);
    expect(access('disarm', 'stay')).toEqual(['disarmed', 'disarmed', 'stay']);
    expect(access('disarm', 'disarmed')).toEqual(['disarmed', 'disarmed', 'disarmed']);
  });

  test('an access that would change nothing leaves nothing behind', () => {
    for (const [onAccess, mode] of [
      ['stay', 'stay'],
      ['disarm', 'disarmed'],
      ['none', 'away'],
    ] as const) {
      const minutes = onAccess === 'none' ? {} : { minutes: 10 };
      const zone = zoneOf({ schedule: 'night', mode, onAccess, ...minutes });
      const now = zoneModeAt(engine, zone, undefined, NIGHT);
      expect(afterAccess(zone, undefined, now, NIGHT)).toBeUndefined();
    }
  });

  test('no access overrides what somebody set by hand', () => {
    const zone = zoneOf({ schedule: 'night', mode: 'away', onAccess: 'disarm', minutes: 10 });
    const manual = { mode: 'away', since: NOON, by: 'owner' } as const;
    const state: ZoneState = { place: 'hq', id: 'z', manual };
    expect(afterAccess(zone, state, zoneModeAt(engine, zone, state, NIGHT), NIGHT)).toBe(state);
    const overridden: ZoneState = { ...state, override: { mode: 'disarmed', until: NIGHT + HOUR } };
    expect(zoneModeAt(engine, zone, overridden, NIGHT).mode).toBe('away');
  });

  test('an override is not cut short by a later one that does less', () => {
    const zone = zoneOf({ schedule: 'night', mode: 'away', onAccess: 'stay', minutes: 60 });
    const running = { mode: 'disarmed', until: NIGHT + 5 * MINUTE } as const;
    const state: ZoneState = { place: 'hq', id: 'z', override: running };
    const now = zoneModeAt(engine, zone, state, NIGHT);
    expect(afterAccess(zone, state, now, NIGHT)?.override).toEqual(running);
    const over = NIGHT + 5 * MINUTE;
    const later = afterAccess(zone, state, zoneModeAt(engine, zone, state, over), over);
    expect(later?.override).toEqual({ mode: 'stay', until: over + 60 * MINUTE });
  });

  test('the next arming is when an alarm schedule begins, also while one is open', () => {
    expect(nextArming(engine, zoneOf(away), NOON)).toBe(NIGHT);
    expect(nextArming(engine, zoneOf(away), NIGHT)).toBe(NIGHT + 24 * HOUR);
    expect(
      nextArming(engine, zoneOf({ schedule: 'lunch', mode: 'disarmed' }), NOON),
    ).toBeUndefined();
    expect(nextArming(engine, zoneOf({ schedule: 'always', mode: 'away' }), NOON)).toBeUndefined();
  });
});

describe('a violation', () => {
  const zone: Zone = { place: 'hq', id: 'z', doors: ['front', 'inner'], exterior: ['front'] };
  const seen = (kind: DoorObservation['kind'], door: string): DoorObservation => ({
    kind,
    door,
    time: NOON,
  });
  test.each<[ZoneMode, DoorObservation['kind'], string, boolean]>([
    ['away', 'opened', 'front', true],
    ['away', 'opened', 'inner', true],
    ['away', 'forced', 'inner', true],
    ['away', 'tampered', 'inner', true],
    ['away', 'opened', 'side', false],
    ['stay', 'opened', 'front', false],
    ['stay', 'forced', 'front', true],
    ['stay', 'tampered', 'front', true],
    ['stay', 'forced', 'inner', false],
    ['disarmed', 'opened', 'front', false],
    ['disarmed', 'forced', 'front', false],
  ])('in %s, %s at %s: %s', (mode, kind, door, expected) => {
    expect(isViolation(zone, { mode }, seen(kind, door))).toBe(expected);
  });

  test('with no exterior door named, stay watches all', () => {
    const { exterior: _exterior, ...all } = zone;
    expect(isViolation(all, { mode: 'stay' }, seen('forced', 'inner'))).toBe(true);
    expect(isViolation({ ...all, exterior: [] }, { mode: 'stay' }, seen('forced', 'inner'))).toBe(
      true,
    );
  });

  test('begins the siren once: the first cause stays', () => {
    const first = withSiren(zone, undefined, seen('forced', 'front'));
    expect(first.siren).toEqual({ since: NOON, door: 'front', cause: 'forced' });
    expect(withSiren(zone, first, seen('opened', 'inner'))).toBe(first);
  });
});

describe('what a zone that is away says to who wants in', () => {
  const now = zoneModeAt(engine, zoneOf(away), undefined, NIGHT);
  const enter = tap('ada', 'front-in', NIGHT);

  test.each<[Partial<Zone>, ReturnType<typeof zoneVerdict>]>([
    [{}, 'locked'],
    [{ suppressesUnlock: false }, 'none'],
    [{ awayDeniesUnlock: true }, 'refuse'],
    [{ awayDeniesUnlock: true, suppressesUnlock: false }, 'refuse'],
  ])('%j: %s', (switches, expected) => {
    expect(zoneVerdict({ ...zoneOf(away), ...switches }, now)).toBe(expected);
    expect(zoneVerdict({ ...zoneOf(away), ...switches }, { ...now, mode: 'stay' })).toBe('none');
  });

  test('an unlock schedule goes on where an access may override', () => {
    const zone = zoneOf({ ...away, onAccess: 'disarm', minutes: 5 });
    expect(zoneVerdict(zone, zoneModeAt(engine, zone, undefined, NIGHT))).toBe('none');
  });

  test('locked: the unlock schedule does not count, a right does', () => {
    expect(decideInZone(engine, enter, zoneOf(), 'none').context.reason).toBe('door_unlocked');
    expect(decideInZone(engine, enter, zoneOf(), 'locked')).toMatchObject({
      decision: true,
      context: { reason: 'granted' },
    });
    const stranger = decideInZone(engine, tap('stranger', 'front-in', NIGHT), zoneOf(), 'locked');
    expect(stranger.context.reason).toBe('no_access_right');
  });

  test('refused: by the zone, under the revision of the policy, and nothing of it stays', () => {
    expect(decideInZone(engine, enter, zoneOf(), 'refuse')).toEqual({
      decision: false,
      context: {
        reason: 'lockdown',
        reasons: [{ code: 'lockdown', at: { type: 'zone', id: 'z' } }],
        grants: [],
        revision: engine.revision,
      },
    });
    expect(engine.decide(enter).context.reason).toBe('door_unlocked');
    expect(engine.policy.lockdowns).toBeUndefined();
    expect(snapshotOf(engine).tables.lockdowns.numbering.size).toBe(0);
  });

  test('a lockdown of the policy that has the same name is not put aside', () => {
    const lockdowns = [{ id: 'zone-away', scope: { type: 'place', id: 'hq' }, blocksExit: true }];
    const locked = office({ more: { ...more, lockdowns } });
    const refused = decideInZone(locked, tap('ada', 'front-in', NIGHT), zoneOf(), 'refuse');
    expect(refused.context.reasons.map(({ at }) => at.type).sort()).toEqual(['lockdown', 'zone']);
    const leaving = decideInZone(locked, tap('ada', 'front-out', NIGHT), zoneOf(), 'refuse');
    expect(leaving.decision).toBe(false);
  });

  test('nobody is kept in: who may leave by the policy leaves whatever the zone says', () => {
    const verdicts = fc.constantFrom('none' as const, 'locked' as const, 'refuse' as const);
    const people = fc.constantFrom('ada', 'guest', 'stranger', 'nobody');
    const plain = office({ more });
    fc.assert(
      fc.property(
        verdicts,
        people,
        fc.boolean(),
        fc.nat(24 * 60),
        (verdict, who, open, minutes) => {
          const by = open ? engine : plain;
          const leave = tap(who, 'front-out', NOON + minutes * MINUTE);
          expect(decideInZone(by, leave, zoneOf(), verdict)).toEqual(by.decide(leave));
        },
      ),
      { seed: 4107, numRuns: runs(100) },
    );
  });
});

test('a zone is refused whose members do not fit together', () => {
  const zone = zoneOf({ schedule: 'night', mode: 'away', onAccess: 'stay', minutes: 5 });
  expect(parseZone(zone)).toMatchObject({ ok: true });
  for (const wrong of [
    { doors: [] },
    { doors: ['front', 'front'] },
    { exterior: ['side'] },
    { alarms: [{ schedule: 'night', mode: 'away', onAccess: 'stay' }] },
    { alarms: [{ schedule: 'night', mode: 'away', minutes: 5 }] },
    { alarms: [{ schedule: 'night', mode: 'asleep' }] },
    { alarms: Array.from({ length: 17 }, () => away) },
    { doors: Array.from({ length: 1001 }, (_, n) => `d${n}`) },
    { id: 'a/b' },
    { extra: true },
  ]) {
    expect(parseZone({ ...zone, ...wrong }), JSON.stringify(wrong).slice(0, 80)).toMatchObject({
      code: 'malformed',
    });
  }
});

test('to take a zone away whose siren sounds is to silence it, and needs that permission too', () => {
  const actions = (state: ZoneState | undefined) =>
    planNoZone(zoneOf(), state).needs?.map(({ action }) => action);
  const siren = { since: NOON, door: 'front', cause: 'forced' } as const;
  expect(actions(undefined)).toEqual(['delete']);
  expect(actions({ place: 'hq', id: 'z' })).toEqual(['delete']);
  expect(actions({ place: 'hq', id: 'z', siren })).toEqual(['delete', 'reset']);
});

test('arming by hand ends what an access had lowered', () => {
  const zone = zoneOf({ schedule: 'night', mode: 'away', onAccess: 'disarm', minutes: 60 });
  const state = afterAccess(zone, undefined, zoneModeAt(engine, zone, undefined, NIGHT), NIGHT)!;
  expect(zoneModeAt(engine, zone, state, NIGHT + 1).mode).toBe('disarmed');
  const armed = planMode(engine, zone, state, { mode: 'stay' }, 'owner', NIGHT + 1).value;
  const followed = planFollowSchedule(zone, armed).value;
  expect(zoneModeAt(engine, zone, followed, NIGHT + 1).mode).toBe('away');
});
