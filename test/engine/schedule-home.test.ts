/** Where a schedule or calendar lies: in the one place of everything that uses it, or at the organisation. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { scheduleHome } from '../../src/engine/schedule-home.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';

const schedules = ['one', 'two'].map((id) => ({ id, calendar: `of-${id}` }));
const calendars = ['of-one', 'of-two', 'inline'].map((id) => ({ id, days: [] }));
const base = {
  places: [{ id: 'hq' }, { id: 'lab' }],
  floors: [{ id: 'attic', place: 'lab' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'hatch', place: 'lab' },
  ],
  elevators: [{ id: 'lift', place: 'lab', stops: [{ id: 'top', floor: 'attic' }] }],
  groups: [{ id: 'staff', doors: ['front'] }],
  schedules,
  calendars,
};

/** The place of a schedule and of its calendar, by id; `-` for none. */
function homes(parts: object, schedule = 'one', calendar = `of-${schedule}`): string {
  const s = snapshotOf(compilePolicy<unknown>(site({ ...base, ...parts })));
  const placeOf = (number: number) => (number < 0 ? '-' : (base.places[number]?.id ?? '?'));
  const found = [
    scheduleHome(s, 'schedules', schedule),
    scheduleHome(s, 'calendars', calendar),
  ].map(placeOf);
  // What was found once is told again.
  expect(placeOf(scheduleHome(s, 'schedules', schedule))).toBe(found[0]);
  return found.join(' ');
}

const restrictions = { schedule: 'one' };
const lab = { id: 'lab' };
const inline = (scope: object) =>
  right('r', 'ada', { ...scope, validity: { schedule: { calendar: 'inline' } } });
const at = (type: string, id: string, role: string) => ({ role, scope: { type, id } });

describe('a schedule lies, with its calendar,', () => {
  test('in the place that alone uses it', () => {
    expect(homes({ places: [{ id: 'hq' }, { ...lab, restrictions }] })).toBe('lab lab');
    expect(homes({ doors: [{ ...base.doors[1], restrictions }], groups: [] })).toBe('lab lab');
  });

  test('in the place of a stop, whose restriction, unlock or first arrival it is', () => {
    const stop = (parts: object) => ({
      elevators: [{ id: 'lift', place: 'lab', stops: [{ id: 'top', floor: 'attic', ...parts }] }],
    });
    expect(homes(stop({ restrictions }))).toBe('lab lab');
    expect(homes(stop({ unlock: [{ schedule: 'one' }] }))).toBe('lab lab');
    const arriving = stop({ unlock: [{ schedule: 'one', firstToArrive: 'two' }] });
    expect(homes(arriving)).toBe('lab lab');
    expect(homes(arriving, 'two')).toBe('lab lab');
  });

  test('in the place of a group, or nowhere where the group has none', () => {
    const staff = { id: 'staff', doors: ['front'], restrictions };
    expect(homes({ groups: [{ ...staff, place: 'hq' }] })).toBe('hq hq');
    expect(homes({ groups: [staff] })).toBe('- -');
  });

  test('nowhere when nobody uses it, or two places do', () => {
    expect(homes({})).toBe('- -');
    const both = base.doors.map((door) => ({ ...door, restrictions }));
    expect(homes({ doors: both })).toBe('- -');
    // Two uses at the same place are one home, and a third elsewhere takes it away for good.
    const twice = { places: [{ id: 'hq', restrictions }, lab], doors: [both[0], base.doors[1]] };
    expect(homes(twice)).toBe('hq hq');
    const late = { validity: { schedule: 'one' }, ...at('place', 'hq', 'place_door_access') };
    const thrice = { places: twice.places, doors: both, assignments: [right('r', 'ada', late)] };
    expect(homes(thrice)).toBe('- -');
  });

  test.each([
    ['place', 'lab', 'place_door_access', 'lab lab'],
    ['place', 'hq', 'place_door_access', 'hq hq'],
    ['group', 'staff', 'door_access', '- -'],
    ['group', 'local', 'door_access', 'lab lab'],
    ['door', 'hatch', 'guest', 'lab lab'],
    ['organization', 'org', 'organization_owner', '- -'],
  ])('where the assignment is held whose validity names it: %s %s', (type, id, role, expected) => {
    const parts = {
      organization: {
        id: 'org',
        timeZone: 'UTC',
        roles: {
          id: 'own',
          roles: [{ id: role, levels: [type], rank: 1, permissions: { door: ['unlock'] } }],
        },
      },
      groups: [...base.groups, { id: 'local', place: 'lab', doors: ['hatch'] }],
    };
    const named = right('r', 'ada', { ...at(type, id, role), validity: { schedule: 'one' } });
    expect(homes({ ...parts, assignments: [named] })).toBe(expected);
    const within = inline(at(type, id, role));
    const home = expected.split(' ')[0];
    expect(homes({ ...parts, assignments: [within] }, 'one', 'inline')).toBe(`- ${home}`);
  });
});

describe('what names none', () => {
  test('does not use the schedule or calendar of the id `undefined`', () => {
    const parts = {
      schedules: [...schedules, { id: 'bare' }, { id: 'undefined', calendar: 'undefined' }],
      calendars: [...calendars, { id: 'undefined', days: [] }],
      doors: [
        { ...base.doors[0], unlock: [{ schedule: 'one' }] },
        { ...base.doors[1], restrictions: { schedule: 'undefined' } },
      ],
    };
    expect(homes(parts, 'undefined', 'undefined')).toBe('lab lab');
  });

  test('of places takes what it uses out of every place', () => {
    const timed = (id: string, scope: object) =>
      right(id, 'ada', { ...scope, validity: { schedule: 'one' } });
    const everywhere = timed('a', at('organization', 'org', 'observer'));
    const here = timed('b', at('place', 'hq', 'place_door_access'));
    expect(homes({ assignments: [here] })).toBe('hq hq');
    expect(homes({ assignments: [everywhere, here] })).toBe('- -');
    expect(homes({ assignments: [here, everywhere] })).toBe('- -');
  });
});

describe('a calendar', () => {
  test('that two schedules use lies in their one place, or nowhere', () => {
    const shared = schedules.map((each) => ({ ...each, calendar: 'inline' }));
    const door = (index: number, schedule: string) => ({
      ...base.doors[index],
      restrictions: { schedule },
    });
    const apart = { schedules: shared, doors: [door(0, 'one'), door(1, 'two')] };
    expect(homes(apart, 'one', 'inline')).toBe('hq -');
    const unused = { schedules: shared, doors: [door(0, 'one'), base.doors[1]] };
    expect(homes(unused, 'one', 'inline')).toBe('hq -');
    const together = {
      ...apart,
      doors: [door(0, 'one'), { ...base.doors[1], place: 'hq', restrictions: { schedule: 'two' } }],
    };
    expect(homes(together, 'one', 'inline')).toBe('hq hq');
  });

  test('of a schedule that was taken away is free again', () => {
    const engine = compilePolicy<unknown>(
      site({
        ...base,
        schedules: schedules.map((each) => ({ ...each, calendar: 'inline' })),
        doors: [{ ...base.doors[0], restrictions }, base.doors[1]],
      }),
    );
    const home = (s: ReturnType<typeof snapshotOf>) => scheduleHome(s, 'calendars', 'inline');
    expect(home(snapshotOf(engine))).toBe(-1);
    const alone = engine.apply({ remove: { schedules: ['two'] } });
    expect(home(snapshotOf(alone))).toBe(0);
  });
});
