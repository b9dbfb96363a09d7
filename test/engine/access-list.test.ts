/** Who has access and what somebody holds, as lists in their order, with the status of each. */
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { MONDAY_NOON, right, site } from '../helpers/builders.js';

const group = (id: string) => ({ scope: { type: 'group', id } });
const engine = compilePolicy<unknown>(
  site({
    floors: [{ id: 'first', place: 'hq' }],
    doors: ['b', 'a', 'alone'].map((id) => ({ id, place: 'hq' })),
    elevators: [
      { id: 'lift', place: 'hq', stops: ['b', 'a'].map((id) => ({ id, floor: 'first' })) },
    ],
    groups: [
      { id: 'staff', doors: ['b', 'a'], stops: ['b', 'a'] },
      { id: 'off', doors: ['a'], enabled: false },
    ],
    users: ['ada', 'bob', 'cyd'].map((id) => ({ id })),
    teams: [{ id: 'crew', users: ['bob'] }],
    links: [{ id: 'guest' }],
    schedules: [{ id: 'hours', windows: [{ days: ['mo'], from: '18:00', until: '22:00' }] }],
    assignments: [
      right('z', 'ada'),
      right('y', 'ada', { ...group('off'), enabled: true }),
      right('x', 'bob', { enabled: false, validity: { from: '2027-01-01T00:00:00Z' } }),
      right('w', 'crew', { subject: { type: 'team', id: 'crew' } }),
      right('v', 'guest', {
        subject: { type: 'link', id: 'guest' },
        validity: { until: MONDAY_NOON, schedule: 'hours' },
      }),
      right('u', 'cyd', { role: 'group_manager', validity: { schedule: 'hours' } }),
      right('t', 'cyd', { role: 'observer', scope: { type: 'organization', id: 'org' } }),
    ],
  }),
);

/** Each entry in one line: what opens, by which right, of whom, and how it stands. */
function listed(type: string, id: string): string[] {
  return engine.access({ type, id }, { time: MONDAY_NOON }).map((entry) => {
    const { resource, assignment, subject, role, status, enabled } = entry;
    const which = `${resource.type} ${resource.id} by ${assignment}`;
    return `${which} of ${subject.type} ${subject.id}, ${role}: ${status}${enabled ? '' : ', off'}`;
  });
}

describe('who has access', () => {
  test('to a door is told by assignment, with its status and whether it is on', () => {
    expect(listed('door', 'a')).toEqual([
      'door a by u of user cyd, group_manager: inactive_hours',
      'door a by v of link guest, door_access: expired',
      'door a by w of team crew, door_access: active',
      'door a by x of user bob, door_access: pending, off',
      'door a by y of user ada, door_access: active, off',
      'door a by z of user ada, door_access: active',
    ]);
  });

  test('to a stop is not told of the door of the same id', () => {
    expect(listed('elevator_stop', 'a').map((line) => line.slice(0, 23))).toEqual(
      ['u', 'v', 'w', 'x', 'z'].map((id) => `elevator_stop a by ${id} of`),
    );
  });

  test('to what nobody has a right at, or what is no door, is nobody', () => {
    expect(listed('door', 'alone')).toEqual([]);
    expect(listed('door', 'nowhere')).toEqual([]);
    expect(listed('elevator_stop', 'alone')).toEqual([]);
    expect(listed('place', 'hq')).toEqual([]);
  });
});

describe('what somebody holds', () => {
  test('is told by type and id of what it opens, then by assignment', () => {
    expect(listed('user', 'ada')).toEqual([
      'door a by y of user ada, door_access: active, off',
      'door a by z of user ada, door_access: active',
      'door b by z of user ada, door_access: active',
      'elevator_stop a by z of user ada, door_access: active',
      'elevator_stop b by z of user ada, door_access: active',
    ]);
  });

  test('is told of a user with his teams, and of a team or link by itself', () => {
    const bySubject = (type: string, id: string) => [
      ...new Set(listed(type, id).map((line) => line.split(',')[0]?.split(' by ')[1])),
    ];
    expect(bySubject('user', 'bob')).toEqual(['w of team crew', 'x of user bob']);
    expect(bySubject('team', 'crew')).toEqual(['w of team crew']);
    expect(bySubject('link', 'guest')).toEqual(['v of link guest']);
  });

  test('is nothing where a role opens nothing, or nobody is known', () => {
    expect(listed('user', 'cyd')).toHaveLength(4);
    expect(listed('user', 'guest')).toEqual([]);
    expect(listed('link', 'ada')).toEqual([]);
    expect(listed('team', 'staff')).toEqual([]);
    expect(listed('credential', 'ada')).toEqual([]);
  });
});

describe('a role model of one’s own', () => {
  const role = (id: string, permissions: object) => ({
    id,
    levels: ['group'],
    rank: 1,
    permissions,
  });
  const opened = (roles: object[]) => {
    const own = compilePolicy<unknown>(
      site({
        organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles } },
        floors: [{ id: 'first', place: 'hq' }],
        elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'top', floor: 'first' }] }],
        groups: [{ id: 'staff', doors: ['front'], stops: ['top'] }],
        assignments: roles.map((each) => {
          const { id } = each as { id: string };
          return right(`as-${id}`, 'ada', { role: id });
        }),
      }),
    );
    return own
      .access({ type: 'user', id: 'ada' }, { time: MONDAY_NOON })
      .map((entry) => `${entry.resource.id} ${entry.assignment}`);
  };
  const walker = role('walker', { door: ['unlock'] });
  const rider = role('rider', { elevator_stop: ['get_access'] });
  const viewer = role('viewer', { door: ['view'], elevator_stop: ['view'] });

  test('lists who may open doors for doors, and who may ride for stops', () => {
    expect(opened([walker, rider, viewer])).toEqual(['front as-walker', 'top as-rider']);
  });

  test('lists nobody for what none of its roles opens', () => {
    expect(opened([walker, viewer])).toEqual(['front as-walker']);
    expect(opened([rider, viewer])).toEqual(['top as-rider']);
    expect(opened([viewer])).toEqual([]);
  });
});
