import { describe, expect, test } from 'vitest';
import { decideAtDoor } from '../../../src/admin/door-state/decide-at-door.js';
import {
  encodeDoorRecord,
  NOTHING_REMEMBERED,
  parseDoorRecord,
} from '../../../src/admin/door-state/door-record.js';
import { doorChanges, doorState } from '../../../src/admin/door-state/door-state.js';
import { planEndUnlock, planResumeUnlock } from '../../../src/admin/door-state/end-unlock.js';
import type { Engine } from '../../../src/engine/engine.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { openingsOf } from '../../helpers/openings.js';
import { overWorlds } from '../../helpers/worlds.js';
import { planning, recordOf, write, wrote } from '../plans.js';
import { KISI, STANDARD, site } from '../sites.js';

const days = ['mo', 'tu', 'we', 'th', 'fr'] as const;
const engine = site(KISI, {
  schedules: [
    { id: 'day', timeZone: 'UTC', windows: [{ days, from: '08:00', until: '18:00' }] },
    { id: 'arrive', timeZone: 'UTC', windows: [{ days, from: '07:00', until: '18:00' }] },
    { id: 'evening', timeZone: 'UTC', windows: [{ days, from: '16:00', until: '20:00' }] },
    { id: 'always' },
  ],
  doors: [
    { id: 'plain', place: 'hq', unlock: [{ schedule: 'day' }] },
    { id: 'first', place: 'hq', unlock: [{ schedule: 'day', firstToArrive: 'arrive' }] },
    { id: 'two', place: 'hq', unlock: [{ schedule: 'day' }, { schedule: 'evening' }] },
    { id: 'open', place: 'hq', unlock: [{ schedule: 'always' }] },
    {
      id: 'let',
      place: 'hq',
      unlock: [{ schedule: 'always' }],
      tenant: { user: 'ned', since: '2026-11-23T12:00:00Z' },
    },
    { id: 'shut', place: 'lab', unlock: [{ schedule: 'always' }] },
    { id: 'lock', place: 'hq' },
  ],
  elevators: [
    {
      id: 'lift',
      place: 'hq',
      stops: [{ id: 'stop', floor: 'hq-1', unlock: [{ schedule: 'day' }] }],
    },
  ],
  lockdowns: [{ id: 'shut', scope: { type: 'place', id: 'lab' }, until: '2026-11-24T00:00:00Z' }],
});
const at = (time: string) => Date.parse(`2026-11-${time}Z`);
const NOON = at('23T12:00:00');
const door = (id: string) => ({ type: 'door', id });
const stop = { type: 'elevator_stop', id: 'stop' };
const state = (id: string, time: number, remembered = NOTHING_REMEMBERED) =>
  doorState(engine, door(id), { time, remembered });

describe('how a door stands', () => {
  test('a door with nothing special is locked, for ever', () => {
    expect(state('lock', NOON)).toEqual({ state: 'locked', because: [], until: null });
    expect(state('no', NOON)).toBeUndefined();
    expect(doorState(engine, { type: 'place', id: 'hq' }, { time: NOON })).toBeUndefined();
  });

  test('by its unlock schedule, until that closes, and until it opens', () => {
    expect(state('plain', NOON)).toEqual({
      state: 'unlocked',
      because: [{ kind: 'unlock_schedule', id: 'day' }],
      until: '2026-11-23T18:00:00Z',
    });
    expect(state('plain', at('23T18:00:00'))).toEqual({
      state: 'locked',
      because: [],
      until: '2026-11-24T08:00:00Z',
    });
    expect(doorState(engine, stop, { time: NOON })?.state).toBe('unlocked');
  });

  test('waiting for its first arrival, and unlocked by it', () => {
    expect(state('first', NOON)).toEqual({
      state: 'locked',
      because: [{ kind: 'waiting_for_arrival', id: 'day' }],
      until: '2026-11-23T18:00:00Z',
    });
    const arrivals = [at('23T07:30:00')];
    const early = { arrivals, ended: [] };
    expect(state('first', at('23T07:45:00'), early)).toMatchObject({
      state: 'locked',
      until: '2026-11-23T08:00:00Z',
    });
    expect(state('first', NOON, early)).toMatchObject({ state: 'unlocked' });
    // The arrival of Monday is none on Tuesday.
    expect(state('first', at('24T12:00:00'), early)).toMatchObject({ state: 'locked' });
  });

  test('a lockdown comes before all, and after it the clock rules as if there had been none', () => {
    expect(state('shut', NOON)).toEqual({
      state: 'lockdown',
      because: [{ kind: 'lockdown', id: 'shut' }],
      until: '2026-11-24T00:00:00Z',
    });
    expect(state('shut', at('24T00:00:00'))).toMatchObject({ state: 'unlocked', until: null });
  });

  test('a tenant’s door is unlocked by no schedule', () => {
    expect(state('let', NOON - 1)).toMatchObject({
      state: 'unlocked',
      until: '2026-11-23T12:00:00Z',
    });
    expect(state('let', NOON)).toEqual({
      state: 'locked',
      because: [{ kind: 'tenancy', id: 'let' }],
      until: null,
    });
  });

  test('what is to come, in order', () => {
    const list = doorChanges(engine, door('two'), { time: NOON }, at('24T12:00:00'));
    expect(
      list.map((change) => [change.at, change.state, change.because.map(({ id }) => id)]),
    ).toEqual([
      ['2026-11-23T16:00:00Z', 'unlocked', ['day', 'evening']],
      ['2026-11-23T18:00:00Z', 'unlocked', ['evening']],
      ['2026-11-23T20:00:00Z', 'locked', []],
      ['2026-11-24T08:00:00Z', 'unlocked', ['day']],
    ]);
    expect(doorChanges(engine, door('two'), { time: NOON }, at('24T12:00:00'), 2)).toHaveLength(2);
    expect(doorChanges(engine, door('open'), { time: NOON }, at('30T12:00:00'))).toEqual([]);
    expect(doorChanges(engine, door('no'), { time: NOON }, at('30T12:00:00'))).toEqual([]);
  });
});

describe('the last to leave', () => {
  const admin = planning(engine, 'admin', NOON);
  const end = (id: string, time = NOON, remembered = NOTHING_REMEMBERED) => {
    const p = planning(engine, 'admin', time);
    return wrote(p, planEndUnlock(p, door(id), remembered));
  };
  const recalled = (ended: ReturnType<typeof end>) => parseDoorRecord(recordOf(ended));
  const knock = (
    id: string,
    time: number,
    remembered = NOTHING_REMEMBERED,
    from: Engine = engine,
  ) =>
    decideAtDoor(
      from,
      {
        subject: { type: 'user', id: 'stranger' },
        action: { name: 'unlock' },
        resource: door(id),
        context: { time },
      },
      remembered,
    ).context.reason;

  test('ends the present span: the door is locked until the next one begins', () => {
    const ended = end('plain');
    expect(ended.value.ended).toEqual(['day']);
    const remembered = recalled(ended);
    expect(state('plain', NOON, remembered)).toEqual({
      state: 'locked',
      because: [{ kind: 'ended_early', id: 'day' }],
      until: '2026-11-23T18:00:00Z',
    });
    expect(knock('plain', NOON, remembered)).toBe('subject_unknown');
    expect(knock('plain', at('23T17:59:59'), remembered)).toBe('subject_unknown');
    expect(knock('plain', at('24T08:00:00'), remembered)).toBe('door_unlocked');
    const list = doorChanges(engine, door('plain'), { time: NOON, remembered }, at('25T00:00:00'));
    expect(list.map(({ at: when, state: what }) => [when, what])).toEqual([
      ['2026-11-23T18:00:00Z', 'locked'],
      ['2026-11-24T08:00:00Z', 'unlocked'],
      ['2026-11-24T18:00:00Z', 'locked'],
    ]);
  });

  test('those with a right still pass, and are told by which', () => {
    const request = {
      subject: { type: 'user', id: 'pda' },
      action: { name: 'unlock' },
      resource: door('plain'),
      context: { time: NOON },
    };
    expect(decideAtDoor(engine, request, NOTHING_REMEMBERED).context.reason).toBe('door_unlocked');
    const { context } = decideAtDoor(engine, request, recalled(end('plain')));
    expect(context).toMatchObject({
      reason: 'granted',
      grants: ['a-pda-hq'],
      revision: engine.revision,
    });
  });

  test('each schedule ends for itself: one that begins later is the next span', () => {
    const remembered = recalled(end('two'));
    expect(knock('two', at('23T15:59:59'), remembered)).toBe('subject_unknown');
    expect(knock('two', at('23T16:00:00'), remembered)).toBe('door_unlocked');
    const both = recalled(end('two', at('23T17:00:00'), remembered));
    expect(both.ended.map(({ schedule }) => schedule)).toEqual(['day', 'evening']);
    expect(knock('two', at('23T19:00:00'), both)).toBe('subject_unknown');
  });

  test('whoever arrives afterwards is let in, but does not unlock the door for others', () => {
    const arrivals = [at('23T08:00:00')];
    const remembered = recalled(end('first', NOON, { arrivals, ended: [] }));
    const later = { ...remembered, arrivals: [...arrivals, NOON + 1] };
    expect(knock('first', NOON + 2, later)).toBe('subject_unknown');
    expect(knock('first', at('24T12:00:00'), { ...later, arrivals: [at('24T09:00:00')] })).toBe(
      'door_unlocked',
    );
  });

  test('a schedule that waits for its first arrival goes on waiting', () => {
    expect(write(admin, planEndUnlock(admin, door('first'), NOTHING_REMEMBERED))).toBe(
      'not_unlocked',
    );
    expect(write(admin, planEndUnlock(admin, door('lock'), NOTHING_REMEMBERED))).toBe(
      'not_unlocked',
    );
    expect(write(admin, planEndUnlock(admin, door('no'), NOTHING_REMEMBERED))).toBe('door_unknown');
  });

  test('a door that is always open is locked until somebody takes that back', () => {
    const remembered = recalled(end('open'));
    expect(knock('open', at('30T12:00:00'), remembered)).toBe('subject_unknown');
    const p = planning(engine, 'admin', at('30T12:00:00'));
    const resumed = wrote(p, planResumeUnlock(p, door('open'), remembered));
    expect(knock('open', at('30T12:00:00'), recalled(resumed))).toBe('door_unlocked');
    expect(write(p, planResumeUnlock(p, door('open'), recalled(resumed)))).toBe('not_ended');
    expect(write(p, planResumeUnlock(p, door('no'), remembered))).toBe('door_unknown');
  });

  test('a clock that is put back does not unlock what was ended', () => {
    const remembered = recalled(end('plain'));
    expect(knock('plain', NOON - 60_000, remembered)).toBe('subject_unknown');
    expect(knock('plain', at('20T12:00:00'), remembered)).toBe('door_unlocked');
  });

  test('a span that is lengthened afterwards stays ended', () => {
    const remembered = recalled(end('plain'));
    const longer = engine.apply({
      put: {
        schedules: [
          {
            id: 'day',
            timeZone: 'UTC',
            windows: [{ days: [...days], from: '08:00', until: '22:00' }],
          },
        ],
      },
    });
    expect(knock('plain', at('23T21:00:00'), remembered, longer)).toBe('subject_unknown');
  });

  test('stops of elevators too', () => {
    const p = planning(engine, 'admin', NOON);
    const remembered = parseDoorRecord(
      recordOf(wrote(p, planEndUnlock(p, stop, NOTHING_REMEMBERED))),
    );
    const request = {
      subject: { type: 'user', id: 'stranger' },
      action: { name: 'get_access' },
      resource: stop,
      context: { time: NOON },
    };
    expect(decideAtDoor(engine, request, NOTHING_REMEMBERED).decision).toBe(true);
    expect(decideAtDoor(engine, request, remembered).decision).toBe(false);
  });

  test('is for those who may alter unlock schedules, or doors where the model names no such', () => {
    for (const actor of ['obs', 'da', 'labadmin', 'um']) {
      const p = planning(engine, actor, NOON);
      expect(write(p, planEndUnlock(p, door('plain'), NOTHING_REMEMBERED))).toBe('no_access_right');
    }
    const hqman = planning(engine, 'hqman', NOON);
    expect(typeof write(hqman, planEndUnlock(hqman, door('plain'), NOTHING_REMEMBERED))).toBe(
      'object',
    );
    const monday = at('23T09:00:00');
    for (const [actor, may] of [
      ['admin', true],
      ['man', false],
    ] as const) {
      const p = planning(site(STANDARD), actor, monday);
      const written = write(p, planEndUnlock(p, door('side'), NOTHING_REMEMBERED));
      expect(typeof written === 'object').toBe(may);
    }
  });

  test('happens at the door too: an event of the access log says so', () => {
    expect(end('plain').draft.events).toMatchObject([
      {
        log: 'access',
        type: 'doorwright.door.scheduled_unlock_ended',
        object: door('plain'),
        place: 'hq',
      },
    ]);
  });

  test('whoever asks for something else than to open asks the engine as it is', () => {
    const request = {
      subject: { type: 'user', id: 'pda' },
      action: { name: 'view' },
      resource: door('plain'),
      context: { time: NOON },
    };
    const remembered = recalled(end('plain'));
    expect(decideAtDoor(engine, request, remembered)).toEqual(engine.decide(request));
    const bad = { ...request, context: {} } as never;
    expect(() => decideAtDoor(engine, bad, remembered)).toThrow(/time/u);
  });

  test('the arrivals a request claims do not count: the site remembers its own', () => {
    const request = {
      subject: { type: 'user', id: 'stranger' },
      action: { name: 'unlock' },
      resource: door('first'),
      context: { time: NOON, arrivals: [NOON - 1] },
    };
    expect(engine.decide(request).decision).toBe(true);
    expect(decideAtDoor(engine, request, NOTHING_REMEMBERED).decision).toBe(false);
  });
});

describe('what is remembered', () => {
  test('comes back as it was', () => {
    const remembered = { arrivals: [1000, NOON], ended: [{ schedule: 'day', at: NOON + 1 }] };
    expect(parseDoorRecord(encodeDoorRecord(door('plain'), remembered))).toEqual(remembered);
    expect(parseDoorRecord(undefined)).toEqual(NOTHING_REMEMBERED);
  });

  test.each([
    [{}],
    [{ arrivals: [], ended: 'none' }],
    [{ arrivals: ['noon'], ended: [] }],
    [{ arrivals: [7], ended: [] }],
    [{ arrivals: [], ended: [{ schedule: 'day' }] }],
    [{ arrivals: [], ended: [null] }],
    [{ arrivals: Array.from({ length: 17 }, () => '2026-11-23T12:00:00Z'), ended: [] }],
  ])('%j is damaged, and unlocks no door until somebody puts it right', (body) => {
    const remembered = parseDoorRecord({ kind: 'door_state', id: 'door plain', body });
    expect(remembered.damaged).toBe(true);
    expect(state('plain', NOON, remembered)).toMatchObject({
      state: 'locked',
      because: [{ kind: 'unreadable', id: 'day' }],
    });
    const p = planning(engine, 'admin', NOON);
    const right = parseDoorRecord(
      recordOf(wrote(p, planResumeUnlock(p, door('plain'), remembered))),
    );
    expect(state('plain', NOON, right)?.state).toBe('unlocked');
  });
});

describe('at any door of any site', () => {
  test('the state is what a stranger is told, and stays so until it says', () => {
    const seen = { locked: 0, unlocked: 0, lockdown: 0 };
    overWorlds(60, 3, ({ policy, requests, draw }) => {
      const from = compilePolicy(policy as unknown) as Engine;
      for (const request of requests) {
        const time = new Date(request.context.time as string).getTime();
        if (Number.isNaN(time)) continue;
        const portal = draw.pick(openingsOf(policy as Policy));
        const ago = draw.pick([0, 60_000, 3_600_000, 86_400_000]);
        const arrivals = draw.chance(60) ? [time - ago] : [];
        const remembered = { arrivals, ended: [] };
        const entity = { type: portal.type, id: portal.id };
        const now = doorState(from, entity, { time, remembered });
        expect(now?.state).toBe(told(from, entity, time, arrivals));
        seen[now!.state]++;
        const until = now!.until === null ? time + 9e8 : Date.parse(now!.until);
        expect(until).toBeGreaterThan(time);
        const between = time + Math.floor((until - time) * (draw.int(0, 99) / 100));
        expect(told(from, entity, between, arrivals)).toBe(now!.state);
      }
    });
    expect(Math.min(seen.locked, seen.unlocked, seen.lockdown)).toBeGreaterThan(3);
  });

  function told(
    from: Engine,
    entity: { type: string; id: string },
    time: number,
    arrivals: number[],
  ) {
    const { reason } = from.decide({
      subject: { type: 'user', id: 'nobody at all' },
      action: { name: entity.type === 'door' ? 'unlock' : 'get_access' },
      resource: entity,
      context: { time, arrivals },
    }).context;
    if (reason === 'lockdown') return 'lockdown';
    return reason === 'door_unlocked' ? 'unlocked' : 'locked';
  }
});
