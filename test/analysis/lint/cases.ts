/** For each code a policy that has it and the nearest one that has not. */
import type { FindingCode } from '../../../src/analysis/lint/catalogue.js';
import type { LintOptions } from '../../../src/analysis/lint/finding.js';

/** Collections that replace those of {@link BASE}. */
type Parts = Readonly<Record<string, unknown>>;

/** Two policies, where the finding points in the first, and under which options both are linted. */
export interface Case {
  readonly has: Parts;
  readonly not: Parts;
  readonly pointer: string;
  readonly options?: LintOptions;
}

/** A Sunday noon in Berlin, in winter. */
export const AT = '2026-11-22T12:00:00+01:00';

/** A small office: two people, one door, one group. */
export const BASE = {
  version: 1,
  organization: { id: 'org', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq', location: { latitude: 52.5, longitude: 13.4 } }],
  floors: [{ id: 'f1', place: 'hq' }],
  doors: [{ id: 'front', place: 'hq', readers: [{ id: 'in' }, { id: 'out', direction: 'exit' }] }],
  groups: [{ id: 'staff', doors: ['front'] }],
  users: [{ id: 'ada' }, { id: 'bob' }],
  assignments: [],
} as const;

const front = BASE.doors[0];
const staff = BASE.groups[0];
const user = (id: string, more: object = {}) => ({
  id: `${id}-right`,
  subject: { type: 'user', id },
  role: 'door_access',
  scope: { type: 'group', id: 'staff' },
  ...more,
});
const counted = (...counts: number[]) =>
  counts.map((count, index) => ({
    start: `2026-01-01T${String(index).padStart(2, '0')}:00`,
    duration: 'PT1H',
    rrule: `FREQ=DAILY;COUNT=${count}`,
  }));
const link = (more: object = {}) =>
  user('guest', { subject: { type: 'link', id: 'guest' }, ...more });
const week = (from: string, until: string, days = ['mo', 'tu', 'we', 'th', 'fr']) => ({
  windows: [{ days, from, until }],
});
const ALL_DAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const event = (from: string, until: string) => ({ events: [{ from, until }] });
const schedules = (...bodies: object[]) =>
  bodies.map((body, index) => ({ id: `s${index + 1}`, ...body }));
const restrictedTo = (schedule: string) => ({ restrictions: { schedule } });
const at: LintOptions = { at: AT };
const owner = (more: object = {}) => ({
  id: 'own',
  subject: { type: 'user', id: 'ada' },
  role: 'organization_owner',
  scope: { type: 'organization', id: 'org' },
  ...more,
});
const summer = { until: '2026-07-01T00:00:00Z' };
const later = { until: '2027-07-01T00:00:00Z' };
const days = (...dates: string[]) => [{ id: 'c', days: dates.map((date) => ({ date })) }];
const two = [front, { id: 'back', place: 'hq' }];

export const CASES: Readonly<Record<FindingCode, Case>> = {
  // Two o'clock to three, on the last Sunday of March: the clock skips it each year.
  schedule_never_opens: {
    has: { schedules: schedules(event('2026-03-29T02:00', '2026-03-29T03:00')) },
    not: { schedules: schedules(event('2026-03-29T02:00', '2026-03-29T03:01')) },
    pointer: '/schedules/0',
  },
  schedule_over: {
    has: { schedules: schedules(event('2026-11-22T08:00', '2026-11-22T12:00')) },
    not: { schedules: schedules(event('2026-11-22T08:00', '2026-11-22T12:01')) },
    pointer: '/schedules/0',
    options: at,
  },
  recurrence_over: {
    has: { schedules: schedules({ ...week('08:00', '12:00'), recurrences: [monthly(3)] }) },
    not: { schedules: schedules({ ...week('08:00', '12:00'), recurrences: [monthly(12)] }) },
    pointer: '/schedules/0/recurrences/0',
    options: at,
  },
  schedule_not_examined: {
    has: { schedules: schedules({ recurrences: counted(9_999, ...Array(9).fill(10_000), 2) }) },
    not: { schedules: schedules({ recurrences: counted(9_999, ...Array(9).fill(10_000), 1) }) },
    pointer: '/schedules/0',
  },
  schedule_disabled: {
    has: {
      doors: [{ ...front, ...restrictedTo('s1') }],
      schedules: schedules({ ...week('08:00', '18:00'), enabled: false }),
    },
    not: {
      doors: [{ ...front, ...restrictedTo('s1') }],
      schedules: schedules(week('08:00', '18:00')),
    },
    pointer: '/doors/0/restrictions/schedule',
  },
  transition_hour: {
    has: {
      doors: [{ ...front, ...restrictedTo('s1') }],
      schedules: schedules(week('20:00', '02:30', ['sa'])),
    },
    not: {
      doors: [{ ...front, ...restrictedTo('s1') }],
      schedules: schedules(week('20:00', '02:00', ['sa'])),
    },
    pointer: '/schedules/0/windows/0',
    options: at,
  },
  hours_never_meet: {
    has: {
      places: [{ ...BASE.places[0], ...restrictedTo('s1') }],
      groups: [{ ...staff, ...restrictedTo('s2') }],
      schedules: schedules(week('08:00', '12:00'), week('12:00', '18:00')),
    },
    not: {
      places: [{ ...BASE.places[0], ...restrictedTo('s1') }],
      groups: [{ ...staff, ...restrictedTo('s2') }],
      schedules: schedules(week('08:00', '12:01'), week('12:00', '18:00')),
    },
    pointer: '/groups/0/restrictions/schedule',
  },
  calendar_ends: {
    has: {
      schedules: schedules({ ...week('08:00', '12:00'), calendar: 'c' }),
      calendars: days('2026-01-01', '2026-12-26', '2027-01-01', '2027-10-03'),
    },
    not: {
      schedules: schedules({ ...week('08:00', '12:00'), calendar: 'c' }),
      calendars: days('2026-01-01', '2026-12-26', '2027-01-01', '2027-12-25'),
    },
    pointer: '/calendars/0',
    options: at,
  },
  unlock_always_open: {
    has: {
      doors: [{ ...front, unlock: [{ schedule: 's1' }] }],
      schedules: schedules(week('00:00', '24:00', ALL_DAYS)),
    },
    not: {
      doors: [{ ...front, unlock: [{ schedule: 's1' }] }],
      schedules: schedules(week('00:00', '23:59', ALL_DAYS)),
    },
    pointer: '/doors/0/unlock/0',
  },
  // Who arrives in the morning begins the span of that day; nobody arrives on a Saturday before noon.
  unlock_never_opens: {
    has: {
      doors: [{ ...front, unlock: [{ schedule: 's1', firstToArrive: 's2' }] }],
      schedules: schedules(week('09:00', '12:00'), week('12:00', '18:00')),
    },
    not: {
      doors: [{ ...front, unlock: [{ schedule: 's1', firstToArrive: 's2' }] }],
      schedules: schedules(week('09:00', '12:00'), week('05:00', '06:00')),
    },
    pointer: '/doors/0/unlock/0/firstToArrive',
  },
  assignment_never_counts: {
    has: {
      assignments: [
        user('ada', {
          validity: {
            from: '2026-11-21T00:00:00+01:00',
            until: '2026-11-23T00:00:00+01:00',
            schedule: week('08:00', '12:00'),
          },
        }),
      ],
    },
    not: {
      assignments: [
        user('ada', {
          validity: {
            from: '2026-11-21T00:00:00+01:00',
            until: '2026-11-23T08:01:00+01:00',
            schedule: week('08:00', '12:00'),
          },
        }),
      ],
    },
    pointer: '/assignments/0/validity',
  },
  assignment_opens_nothing: {
    has: {
      places: [...BASE.places, { id: 'annex' }],
      assignments: [
        user('ada', { role: 'place_door_access', scope: { type: 'place', id: 'annex' } }),
      ],
    },
    not: {
      places: [...BASE.places, { id: 'annex' }],
      assignments: [user('ada', { role: 'place_door_access', scope: { type: 'place', id: 'hq' } })],
    },
    pointer: '/assignments/0',
  },
  assignment_disabled: {
    has: { assignments: [user('ada', { enabled: false })] },
    not: { assignments: [user('ada', { enabled: true })] },
    pointer: '/assignments/0/enabled',
  },
  assignment_expired: {
    has: { assignments: [user('ada', { validity: { until: AT } })] },
    not: { assignments: [user('ada', { validity: { until: '2026-11-22T12:00:01+01:00' } })] },
    pointer: '/assignments/0/validity/until',
    options: at,
  },
  assignment_of_nobody: {
    has: {
      users: [{ id: 'ada', active: false }, { id: 'bob' }],
      teams: [{ id: 'crew', users: ['ada'] }],
      assignments: [user('crew', { subject: { type: 'team', id: 'crew' } })],
    },
    not: {
      users: [{ id: 'ada', active: false }, { id: 'bob' }],
      teams: [{ id: 'crew', users: ['ada', 'bob'] }],
      assignments: [user('crew', { subject: { type: 'team', id: 'crew' } })],
    },
    pointer: '/assignments/0',
  },
  assignment_shadowed: {
    has: {
      assignments: [
        user('ada', { id: 'narrow' }),
        user('ada', { id: 'broad', role: 'organization_access_manager', scope: owner().scope }),
      ],
    },
    not: {
      assignments: [
        user('ada', { id: 'narrow' }),
        user('ada', {
          id: 'broad',
          role: 'organization_access_manager',
          scope: owner().scope,
          validity: later,
        }),
      ],
    },
    pointer: '/assignments/0',
  },
  group_empty: {
    has: { groups: [{ id: 'staff' }], assignments: [user('ada')] },
    not: { assignments: [user('ada')] },
    pointer: '/groups/0',
  },
  group_disabled: {
    has: { groups: [{ ...staff, enabled: false }], assignments: [user('ada')] },
    not: { groups: [{ ...staff, enabled: true }], assignments: [user('ada')] },
    pointer: '/groups/0/enabled',
  },
  link_never_meets: {
    has: {
      links: [{ id: 'guest' }],
      groups: [{ ...staff, restrictions: { primaryDevice: true } }],
      assignments: [link()],
    },
    not: {
      links: [{ id: 'guest' }],
      groups: [{ ...staff, restrictions: { primaryDevice: false } }],
      assignments: [link()],
    },
    pointer: '/assignments/0',
  },
  link_hardly_meets: {
    has: {
      links: [{ id: 'guest' }],
      groups: [{ ...staff, restrictions: { secondFactor: true } }],
      assignments: [link()],
    },
    // One door in two asks for it: the other way is open.
    not: {
      links: [{ id: 'guest' }],
      doors: [{ ...front, restrictions: { secondFactor: true } }, two[1]],
      groups: [{ id: 'staff', doors: ['front', 'back'] }],
      assignments: [link()],
    },
    pointer: '/assignments/0',
  },
  link_passes_restriction: {
    has: {
      links: [{ id: 'guest' }],
      doors: [{ ...front, restrictions: { geofence: {} } }],
      assignments: [link()],
    },
    not: {
      links: [{ id: 'guest' }],
      doors: [{ ...front, restrictions: { geofence: {} } }],
      assignments: [user('ada')],
    },
    pointer: '/assignments/0',
  },
  link_without_end: {
    has: { links: [{ id: 'guest' }], assignments: [link({ validity: { from: AT } })] },
    not: { links: [{ id: 'guest' }], assignments: [link({ validity: later })] },
    pointer: '/assignments/0',
  },
  restriction_repeated: {
    has: {
      doors: [{ ...front, restrictions: { geofence: { radius: 300 } } }],
      groups: [{ ...staff, restrictions: { geofence: {} } }],
    },
    not: {
      doors: [{ ...front, restrictions: { reader: true } }],
      groups: [{ ...staff, restrictions: { geofence: {} } }],
    },
    pointer: '/groups/0/restrictions/geofence',
  },
  restriction_stacked: {
    has: {
      doors: [{ ...front, restrictions: { geofence: { radius: 200 } } }],
      groups: [{ ...staff, restrictions: { geofence: {} } }],
    },
    not: {
      doors: [{ ...front, restrictions: { geofence: { radius: 300 } } }],
      groups: [{ ...staff, restrictions: { geofence: {} } }],
    },
    pointer: '/groups/0/restrictions/geofence',
  },
  reader_missing: {
    has: { doors: [{ id: 'front', place: 'hq', restrictions: { reader: true } }] },
    not: { doors: [{ ...front, restrictions: { reader: true } }] },
    pointer: '/doors/0/restrictions/reader',
  },
  no_exit_reader: {
    has: {
      doors: [
        { ...front, readers: [{ id: 'in' }], restrictions: { antiPassback: { mode: 'soft' } } },
      ],
    },
    not: { doors: [{ ...front, restrictions: { antiPassback: { mode: 'soft' } } }] },
    pointer: '/places/0',
  },
  offline_needs_server: {
    has: { doors: [{ ...front, lock: 'offline', restrictions: { twoPerson: true } }] },
    not: { doors: [{ ...front, lock: 'offline', restrictions: { secondFactor: true } }] },
    pointer: '/doors/0/restrictions/twoPerson',
  },
  two_person_alone: {
    has: {
      doors: [{ ...front, restrictions: { twoPerson: true } }],
      assignments: [user('ada'), user('bob', { enabled: false })],
    },
    not: {
      doors: [{ ...front, restrictions: { twoPerson: true } }],
      assignments: [user('ada'), user('bob')],
    },
    pointer: '/doors/0/restrictions/twoPerson',
  },
  primary_device_missing: {
    has: {
      groups: [{ ...staff, restrictions: { primaryDevice: true } }],
      assignments: [user('ada')],
    },
    not: {
      groups: [{ ...staff, restrictions: { primaryDevice: true } }],
      users: [{ id: 'ada', primaryDevice: 'phone' }],
      assignments: [user('ada')],
    },
    pointer: '/users/0',
  },
  primary_device_unusable: {
    has: { users: [{ id: 'ada', primaryDevice: 'p' }], credentials: phone('lost') },
    not: { users: [{ id: 'ada', primaryDevice: 'p' }], credentials: phone('active') },
    pointer: '/users/0/primaryDevice',
  },
  primary_device_unknown: {
    has: { users: [{ id: 'ada', primaryDevice: 'q' }], credentials: phone('active') },
    not: { users: [{ id: 'ada', primaryDevice: 'p' }], credentials: phone('active') },
    pointer: '/users/0/primaryDevice',
  },
  credential_of_nobody: {
    has: { credentials: phone('active') },
    not: { credentials: phone('active'), assignments: [user('ada')] },
    pointer: '/credentials/0',
  },
  owner_missing: {
    has: { assignments: [owner({ enabled: false })] },
    not: { assignments: [owner({ enabled: true })] },
    pointer: '/assignments/0',
  },
  privileged_without_second_factor: {
    has: {
      doors: [{ ...front, restrictions: { secondFactor: true } }, two[1]],
      assignments: [owner()],
    },
    not: { doors: [{ ...front, restrictions: { secondFactor: true } }], assignments: [owner()] },
    pointer: '/organization',
  },
  everyone_everywhere: {
    has: {
      doors: two,
      groups: [{ id: 'staff', doors: ['front', 'back'] }],
      teams: [{ id: 'all', users: ['ada', 'bob'] }],
      assignments: [user('all', { subject: { type: 'team', id: 'all' } })],
    },
    not: {
      doors: two,
      teams: [{ id: 'all', users: ['ada', 'bob'] }],
      assignments: [user('all', { subject: { type: 'team', id: 'all' } })],
    },
    pointer: '/assignments/0',
  },
  // One duty by oneself, the other by a team within a team.
  toxic_pair: {
    has: {
      teams: [
        { id: 'outer', teams: ['inner'] },
        { id: 'inner', users: ['bob'] },
      ],
      assignments: [
        user('bob'),
        user('outer', {
          subject: { type: 'team', id: 'outer' },
          role: 'observer',
          scope: owner().scope,
        }),
      ],
    },
    not: {
      teams: [
        { id: 'outer', teams: ['inner'] },
        { id: 'inner', users: ['ada'] },
      ],
      assignments: [
        user('bob'),
        user('outer', {
          subject: { type: 'team', id: 'outer' },
          role: 'observer',
          scope: owner().scope,
        }),
      ],
    },
    pointer: '/users/1',
    options: {
      segregation: [
        {
          name: 'audit',
          first: { permission: 'door:unlock', group: 'staff' },
          second: { role: 'observer' },
        },
      ],
    },
  },
  door_unreachable: {
    has: { groups: [{ id: 'staff' }], assignments: [user('ada')] },
    not: { assignments: [user('ada')] },
    pointer: '/doors/0',
  },
  tenant_without_right: {
    has: { doors: [{ ...front, tenant: { user: 'bob', since: AT } }], assignments: [user('ada')] },
    not: { doors: [{ ...front, tenant: { user: 'ada', since: AT } }], assignments: [user('ada')] },
    pointer: '/doors/0/tenant/user',
  },
  lockdown_without_end: {
    has: { lockdowns: [lockdown({ since: AT })] },
    not: { lockdowns: [lockdown({ since: AT, ...later })] },
    pointer: '/lockdowns/0',
  },
  lockdown_over: {
    has: { lockdowns: [lockdown(summer)] },
    not: { lockdowns: [lockdown(later)] },
    pointer: '/lockdowns/0',
    options: at,
  },
  lockdown_blocks_exit: {
    has: { lockdowns: [lockdown({ ...later, blocksExit: true })] },
    not: { lockdowns: [lockdown({ ...later, blocksExit: false })] },
    pointer: '/lockdowns/0/blocksExit',
  },
  unused_group: { has: {}, not: { assignments: [user('ada')] }, pointer: '/groups/0' },
  unused_schedule: {
    has: { schedules: schedules(week('08:00', '12:00')) },
    not: {
      schedules: schedules(week('08:00', '12:00')),
      groups: [{ ...staff, ...restrictedTo('s1') }],
    },
    pointer: '/schedules/0',
  },
  unused_calendar: {
    has: { calendars: days('2026-12-25') },
    not: {
      calendars: days('2026-12-25'),
      schedules: schedules({ ...week('08:00', '12:00'), calendar: 'c' }),
    },
    pointer: '/calendars/0',
  },
  unused_team: {
    has: { teams: [{ id: 'crew', users: ['ada'] }] },
    not: {
      teams: [{ id: 'crew', users: ['ada'] }],
      assignments: [user('crew', { subject: { type: 'team', id: 'crew' } })],
    },
    pointer: '/teams/0',
  },
  unused_link: {
    has: { links: [{ id: 'guest' }] },
    not: { links: [{ id: 'guest' }], assignments: [link()] },
    pointer: '/links/0',
  },
};

/** The first Monday of each of so many months of 2026, in the afternoon. */
function monthly(count: number) {
  return {
    start: '2026-01-05T14:00',
    duration: 'PT2H',
    rrule: `FREQ=MONTHLY;BYDAY=1MO;COUNT=${count}`,
  };
}

function phone(state: string) {
  return [{ id: 'p', kind: 'phone', user: 'ada', state }];
}

function lockdown(more: object) {
  return { id: 'drill', scope: { type: 'place', id: 'hq' }, ...more };
}
