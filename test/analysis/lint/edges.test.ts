/** Where each rule of lint ends: what it tells besides its first case, where it points, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import type { FindingCode } from '../../../src/analysis/lint/catalogue.js';
import type { LintOptions } from '../../../src/analysis/lint/finding.js';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import type { Policy } from '../../../src/index.js';
import { AT, BASE } from './cases.js';

const at: LintOptions = { at: AT };
const front = BASE.doors[0];
const staff = BASE.groups[0];
const hq = BASE.places[0];
const organization = (roles: unknown) => ({ ...BASE.organization, roles });
const held = (id: string, subject: string, more: object = {}) => ({
  id,
  subject: { type: 'user', id: subject },
  role: 'door_access',
  scope: { type: 'group', id: 'staff' },
  ...more,
});
const weekly = (from: string, until: string, day: string) => ({
  windows: [{ days: [day], from, until }],
});
const atDoor = (...bodies: object[]) => ({
  doors: [{ ...front, restrictions: { schedule: 's0' } }],
  schedules: bodies.map((body, index) => ({ id: `s${index}`, ...body })),
});
const unlockedBy = (unlock: object, ...bodies: object[]) => ({
  doors: [{ ...front, unlock: [unlock] }],
  schedules: bodies.map((body, index) => ({ id: `s${index}`, ...body })),
});
const morning = weekly('08:00', '12:00', 'mo');
const never = { events: [{ from: '2026-03-29T02:00', until: '2026-03-29T03:00' }] };
const link = { links: [{ id: 'guest' }] };
const linked = held('l', 'guest', { subject: { type: 'link', id: 'guest' } });
const role = (id: string, rank: number, more: object = {}) => ({
  id,
  levels: ['organization', 'place', 'group', 'door'],
  rank,
  permissions: { door: ['unlock', 'view'] },
  ...more,
});
const own = (...roles: object[]) => organization({ id: 'own', roles });
const anywhere = { type: 'organization', id: 'org' };
const doorScope = { type: 'door', id: 'front' };

const yearly = (start: string, rrule: string, day: string) => ({
  groups: [{ ...staff, restrictions: { schedule: 's' } }],
  schedules: [{ id: 's', ...weekly('08:00', '12:00', day) }],
  assignments: [
    held('a', 'ada', {
      validity: { schedule: { recurrences: [{ start, duration: 'PT1H', rrule }] } },
    }),
  ],
});

/** A title, the code, the parts, and where the findings of the code point. */
const EDGES: readonly (readonly [
  title: string,
  code: FindingCode,
  parts: object,
  pointers: readonly string[],
  options?: LintOptions,
])[] = [
  // The hour that Berlin skips in March and repeats in October lies between two and three on a Sunday.
  [
    'a span that is just the hour',
    'transition_hour',
    atDoor(weekly('02:00', '03:00', 'su')),
    ['/schedules/0/windows/0'],
    at,
  ],
  [
    'a span that ends at its edge',
    'transition_hour',
    atDoor(weekly('01:00', '03:00', 'su')),
    [],
    at,
  ],
  [
    'a span that begins at its edge',
    'transition_hour',
    atDoor(weekly('03:00', '05:00', 'su')),
    [],
    at,
  ],
  [
    'the same time on another day',
    'transition_hour',
    atDoor(weekly('02:15', '02:45', 'sa')),
    [],
    at,
  ],
  [
    'a boundary in it without a date',
    'transition_hour',
    atDoor(weekly('02:15', '05:00', 'su')),
    ['/schedules/0/windows/0'],
  ],
  [
    'a boundary that another window covers',
    'transition_hour',
    atDoor({
      windows: [
        { days: ['su'], from: '00:00', until: '02:30' },
        { days: ['su'], from: '02:30', until: '05:00' },
      ],
    }),
    [],
    at,
  ],
  [
    'a closed day whose clock changes',
    'transition_hour',
    atDoor({
      ...weekly('02:15', '05:00', 'su'),
      except: [{ from: '2026-01-01', until: '2030-01-01' }],
    }),
    [],
    at,
  ],
  [
    'hours of a holiday',
    'transition_hour',
    {
      ...atDoor({ ...morning, calendar: 'c' }),
      calendars: [
        { id: 'c', days: [{ date: '2027-03-28', windows: [{ from: '01:00', until: '02:30' }] }] },
      ],
    },
    ['/schedules/0'],
    at,
  ],
  [
    'a zone without changes',
    'transition_hour',
    atDoor({ ...weekly('02:15', '05:00', 'su'), timeZone: 'UTC' }),
    [],
    at,
  ],

  [
    'a schedule written in place',
    'schedule_never_opens',
    { assignments: [held('a', 'ada', { validity: { schedule: never } })] },
    ['/assignments/0/validity/schedule'],
  ],
  [
    'a schedule that is switched off',
    'schedule_never_opens',
    atDoor({ ...never, enabled: false }),
    [],
  ],
  [
    'every day of its windows closed',
    'schedule_never_opens',
    atDoor({ ...morning, except: [{ from: '0001-01-01', until: '9999-12-31' }] }),
    ['/schedules/0'],
  ],
  [
    'a rule that only the skipped hour has',
    'schedule_never_opens',
    atDoor({
      recurrences: [
        { start: '2026-03-29T02:00', duration: 'PT1H', rrule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU' },
      ],
    }),
    ['/schedules/0'],
  ],
  [
    'a recurrence without an end',
    'recurrence_over',
    atDoor({ recurrences: [{ start: '2026-01-05T14:00', duration: 'PT2H', rrule: 'FREQ=DAILY' }] }),
    [],
    at,
  ],
  [
    'a schedule that is over, once and not twice',
    'recurrence_over',
    atDoor({
      recurrences: [{ start: '2026-01-05T14:00', duration: 'PT2H', rrule: 'FREQ=DAILY;COUNT=2' }],
    }),
    [],
    at,
  ],
  [
    'a switched-off schedule of a validity',
    'schedule_disabled',
    { assignments: [held('a', 'ada', { validity: { schedule: { ...morning, enabled: false } } })] },
    ['/assignments/0/validity/schedule'],
  ],
  [
    'a switched-off schedule of an unlock',
    'schedule_disabled',
    unlockedBy({ schedule: 's0' }, { ...morning, enabled: false }),
    [],
  ],
  [
    'a calendar without days',
    'calendar_ends',
    { schedules: [{ id: 's', calendar: 'c' }], calendars: [{ id: 'c', days: [] }] },
    ['/calendars/0'],
    at,
  ],
  [
    'a calendar of this year alone',
    'calendar_ends',
    {
      schedules: [{ id: 's', calendar: 'c' }],
      calendars: [{ id: 'c', days: [{ date: '2026-12-25' }] }],
    },
    ['/calendars/0'],
    at,
  ],
  [
    'a calendar of the year after next',
    'calendar_ends',
    {
      schedules: [{ id: 's', calendar: 'c' }],
      calendars: [{ id: 'c', days: [{ date: '2028-01-01' }] }],
    },
    [],
    at,
  ],
  [
    'a door and its place',
    'hours_never_meet',
    {
      ...atDoor(morning, weekly('08:00', '12:00', 'tu')),
      places: [{ ...hq, restrictions: { schedule: 's1' } }],
    },
    ['/doors/0/restrictions/schedule'],
  ],
  [
    'one of them switched off',
    'hours_never_meet',
    {
      ...atDoor(morning, { ...weekly('08:00', '12:00', 'tu'), enabled: false }),
      places: [{ ...hq, restrictions: { schedule: 's1' } }],
    },
    [],
  ],
  [
    'one of them never open by itself',
    'hours_never_meet',
    { ...atDoor(morning, never), places: [{ ...hq, restrictions: { schedule: 's1' } }] },
    [],
  ],

  [
    'a schedule with exceptions and nothing else',
    'unlock_always_open',
    unlockedBy({ schedule: 's0' }, { except: [{ from: '2026-12-24', until: '2026-12-27' }] }),
    ['/doors/0/unlock/0'],
  ],
  [
    'a switched-off schedule',
    'unlock_always_open',
    unlockedBy({ schedule: 's0' }, { enabled: false }),
    [],
  ],
  [
    'a door that is handed over',
    'unlock_always_open',
    {
      ...unlockedBy({ schedule: 's0' }, {}),
      doors: [{ ...front, unlock: [{ schedule: 's0' }], tenant: { user: 'ada', since: AT } }],
    },
    [],
    at,
  ],
  [
    'a door that will be',
    'unlock_always_open',
    {
      ...unlockedBy({ schedule: 's0' }, {}),
      doors: [
        {
          ...front,
          unlock: [{ schedule: 's0' }],
          tenant: { user: 'ada', since: '2026-11-22T12:00:01+01:00' },
        },
      ],
    },
    ['/doors/0/unlock/0'],
    at,
  ],
  [
    'a switched-off unlock schedule',
    'unlock_never_opens',
    unlockedBy({ schedule: 's0' }, { ...morning, enabled: false }),
    ['/doors/0/unlock/0/schedule'],
  ],
  [
    'a switched-off arrival schedule',
    'unlock_never_opens',
    unlockedBy({ schedule: 's0', firstToArrive: 's1' }, morning, { ...morning, enabled: false }),
    ['/doors/0/unlock/0/firstToArrive'],
  ],
  [
    'arrivals on other days',
    'unlock_never_opens',
    unlockedBy({ schedule: 's0', firstToArrive: 's1' }, morning, weekly('08:00', '12:00', 'tu')),
    ['/doors/0/unlock/0/firstToArrive'],
  ],

  [
    'hours that its group does not have',
    'assignment_never_counts',
    {
      groups: [{ ...staff, restrictions: { schedule: 's' } }],
      schedules: [{ id: 's', ...weekly('12:00', '18:00', 'mo') }],
      assignments: [held('a', 'ada', { validity: { schedule: morning } })],
    },
    ['/assignments/0/validity'],
  ],
  // Without a date nothing is past: it counted on Mondays of earlier years.
  [
    'hours of every week within a validity that ended long ago',
    'assignment_never_counts',
    {
      assignments: [
        held('a', 'ada', { validity: { until: '2019-01-01T00:00:00Z', schedule: morning } }),
      ],
    },
    [],
  ],
  [
    'a validity that ended before the only event of its hours',
    'assignment_never_counts',
    {
      assignments: [
        held('a', 'ada', {
          validity: {
            until: '2019-01-01T00:00:00Z',
            schedule: { events: [{ from: '2026-06-01T08:00', until: '2026-06-01T09:00' }] },
          },
        }),
      ],
    },
    ['/assignments/0/validity'],
  ],
  // After 2084, 29 February is a Tuesday next in 2124, and the first New Year of ten that is a Monday is that of 2091.
  [
    'a leap day that falls on the day of the week of its group across 2100',
    'assignment_never_counts',
    yearly('2020-02-29T08:00', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', 'tu'),
    [],
    { at: '2084-03-01T00:00:00Z' },
  ],
  [
    'what recurs every ten years, and on the day of the week of its group only after sixty',
    'assignment_never_counts',
    yearly('2031-01-01T08:00', 'FREQ=YEARLY;INTERVAL=10', 'mo'),
    [],
    at,
  ],
  [
    'what begins before its hours are over',
    'assignment_never_counts',
    {
      assignments: [
        held('a', 'ada', { validity: { schedule: never } }),
        held('b', 'bob', { validity: { schedule: morning } }),
      ],
    },
    ['/assignments/0/validity'],
  ],
  [
    'a role without permissions',
    'assignment_never_counts',
    {
      organization: own(role('idle', 1, { permissions: {} })),
      assignments: [held('a', 'ada', { role: 'idle' })],
    },
    ['/assignments/0/role'],
  ],
  [
    'a role that hands out rights',
    'assignment_opens_nothing',
    {
      places: [hq, { id: 'annex' }],
      assignments: [
        held('a', 'ada', { role: 'place_access_manager', scope: { type: 'place', id: 'annex' } }),
      ],
    },
    [],
  ],
  [
    'an inactive user',
    'assignment_of_nobody',
    { users: [{ id: 'ada', active: false }], assignments: [held('a', 'ada')] },
    ['/assignments/0'],
  ],

  [
    'of two that are the same, the later id',
    'assignment_shadowed',
    {
      organization: organization('kisi_standard'),
      assignments: [
        held('b', 'ada', { role: 'basic_user' }),
        held('a', 'ada', { role: 'basic_user' }),
      ],
    },
    ['/assignments/0'],
  ],
  [
    'of two at one scope, the lesser role',
    'assignment_shadowed',
    {
      organization: organization('kisi_standard'),
      assignments: [
        held('a', 'ada', { role: 'basic_user' }),
        held('b', 'ada', { role: 'group_manager' }),
      ],
    },
    ['/assignments/0'],
  ],
  [
    'another granter',
    'assignment_shadowed',
    {
      assignments: [
        held('a', 'ada', { grantedBy: 'bob' }),
        held('b', 'ada', { role: 'organization_administrator', scope: anywhere }),
      ],
    },
    [],
  ],
  [
    'another holder',
    'assignment_shadowed',
    {
      assignments: [
        held('a', 'bob'),
        held('b', 'ada', { role: 'organization_administrator', scope: anywhere }),
      ],
    },
    [],
  ],
  [
    'a lower rank above',
    'assignment_shadowed',
    {
      organization: own(role('high', 2), role('low', 1)),
      assignments: [
        held('a', 'ada', { role: 'high' }),
        held('b', 'ada', { role: 'low', scope: anywhere }),
      ],
    },
    [],
  ],
  [
    'a role above that hands out less',
    'assignment_shadowed',
    {
      organization: own(role('high', 1, { assigns: ['low'] }), role('low', 1)),
      assignments: [
        held('a', 'ada', { role: 'high' }),
        held('b', 'ada', { role: 'low', scope: anywhere }),
      ],
    },
    [],
  ],
  [
    'a role that a lockdown exempts',
    'assignment_shadowed',
    {
      assignments: [
        held('a', 'ada'),
        held('b', 'ada', { role: 'organization_administrator', scope: anywhere }),
      ],
      lockdowns: [{ id: 'x', scope: { type: 'place', id: 'hq' }, exempt: ['door_access'] }],
    },
    [],
  ],
  [
    'a door in a group',
    'assignment_shadowed',
    {
      organization: organization('kiwi'),
      assignments: [
        held('a', 'ada', { role: 'guest', scope: doorScope }),
        held('b', 'ada', { role: 'guest' }),
      ],
    },
    ['/assignments/0'],
  ],
  [
    'a door in a group with a restriction',
    'assignment_shadowed',
    {
      organization: organization('kiwi'),
      groups: [{ ...staff, restrictions: { reader: true } }],
      assignments: [
        held('a', 'ada', { role: 'guest', scope: doorScope }),
        held('b', 'ada', { role: 'guest' }),
      ],
    },
    [],
  ],
  [
    'the very door of a tenancy',
    'assignment_shadowed',
    {
      organization: organization('kiwi'),
      doors: [{ ...front, tenant: { user: 'bob', since: AT } }],
      assignments: [
        held('a', 'ada', { role: 'guest', scope: doorScope }),
        held('b', 'ada', { role: 'guest' }),
      ],
    },
    [],
  ],

  [
    'an inactive link',
    'link_without_end',
    { links: [{ id: 'guest', active: false }], assignments: [linked] },
    [],
  ],
  [
    'dates alone',
    'link_without_end',
    {
      ...link,
      assignments: [
        {
          ...linked,
          validity: {
            schedule: { events: [{ from: '2026-11-28T22:00', until: '2026-11-29T02:00' }] },
          },
        },
      ],
    },
    [],
  ],
  [
    'a rule that ends',
    'link_without_end',
    {
      ...link,
      assignments: [
        {
          ...linked,
          validity: {
            schedule: {
              recurrences: [
                { start: '2026-01-05T14:00', duration: 'PT2H', rrule: 'FREQ=DAILY;UNTIL=20270101' },
              ],
            },
          },
        },
      ],
    },
    [],
  ],
  [
    'a rule that does not end',
    'link_without_end',
    {
      ...link,
      assignments: [
        {
          ...linked,
          validity: {
            schedule: {
              recurrences: [{ start: '2026-01-05T14:00', duration: 'PT2H', rrule: 'FREQ=DAILY' }],
            },
          },
        },
      ],
    },
    ['/assignments/0'],
  ],
  [
    'hours of every week',
    'link_without_end',
    { ...link, assignments: [{ ...linked, validity: { schedule: morning } }] },
    ['/assignments/0'],
  ],
  [
    'dates that are switched off',
    'link_without_end',
    { ...link, assignments: [{ ...linked, validity: { schedule: { ...never, enabled: false } } }] },
    ['/assignments/0'],
  ],
  [
    'an offline door',
    'link_hardly_meets',
    { ...link, doors: [{ ...front, lock: 'offline' }], assignments: [linked] },
    ['/assignments/0'],
  ],
  [
    'a primary device at the only door',
    'link_never_meets',
    {
      ...link,
      doors: [{ ...front, restrictions: { primaryDevice: true } }],
      assignments: [linked],
    },
    ['/assignments/0'],
  ],

  [
    'a door and its place',
    'restriction_repeated',
    {
      places: [{ ...hq, restrictions: { reader: true } }],
      doors: [{ ...front, restrictions: { reader: true } }],
    },
    ['/doors/0/restrictions/reader'],
  ],
  [
    'a group and the place',
    'restriction_repeated',
    {
      places: [{ ...hq, restrictions: { secondFactor: true } }],
      groups: [{ ...staff, restrictions: { secondFactor: true } }],
    },
    ['/groups/0/restrictions/secondFactor'],
  ],
  [
    'a schedule that is switched off',
    'restriction_repeated',
    {
      ...atDoor({ ...morning, enabled: false }),
      groups: [{ ...staff, restrictions: { schedule: 's0' } }],
    },
    [],
  ],
  [
    'what asks for nothing',
    'restriction_repeated',
    {
      doors: [{ ...front, restrictions: { reader: false, appAccess: true } }],
      groups: [{ ...staff, restrictions: { reader: false, appAccess: true } }],
    },
    [],
  ],
  [
    'two schedules',
    'restriction_stacked',
    { ...atDoor(morning, morning), groups: [{ ...staff, restrictions: { schedule: 's1' } }] },
    ['/groups/0/restrictions/schedule'],
  ],
  [
    'a reader asked for by the place',
    'reader_missing',
    { places: [{ ...hq, restrictions: { reader: true } }], doors: [{ id: 'front', place: 'hq' }] },
    ['/doors/0'],
  ],
  [
    'a reader asked for by a group',
    'reader_missing',
    {
      doors: [{ id: 'front', place: 'hq' }],
      groups: [{ ...staff, restrictions: { reader: true } }],
    },
    ['/groups/0/restrictions/reader'],
  ],
  [
    'a limit of the place',
    'no_exit_reader',
    {
      places: [{ ...hq, restrictions: { occupancyLimit: 5 } }],
      doors: [{ id: 'front', place: 'hq' }],
    },
    ['/places/0'],
  ],
  [
    'soft anti-passback',
    'offline_needs_server',
    { doors: [{ ...front, lock: 'offline', restrictions: { antiPassback: { mode: 'soft' } } }] },
    [],
  ],
  [
    'hard anti-passback',
    'offline_needs_server',
    { doors: [{ ...front, lock: 'offline', restrictions: { antiPassback: { mode: 'hard' } } }] },
    ['/doors/0/restrictions/antiPassback'],
  ],
  [
    'a geofence where there is a reader',
    'offline_needs_server',
    { doors: [{ ...front, lock: 'offline', restrictions: { geofence: {} } }] },
    [],
  ],
  [
    'a limit of a group',
    'offline_needs_server',
    {
      doors: [{ ...front, lock: 'offline' }],
      groups: [{ ...staff, restrictions: { occupancyLimit: 3 } }],
    },
    ['/groups/0/restrictions/occupancyLimit'],
  ],
  [
    'two persons asked for by the place',
    'two_person_alone',
    { places: [{ ...hq, restrictions: { twoPerson: true } }], assignments: [held('a', 'ada')] },
    ['/doors/0'],
  ],

  [
    'a device of somebody else',
    'primary_device_unusable',
    {
      users: [{ id: 'ada' }, { id: 'bob', primaryDevice: 'p' }],
      credentials: [{ id: 'p', kind: 'phone', user: 'ada', state: 'active' }],
    },
    ['/users/1/primaryDevice'],
  ],
  [
    'a device asked for at a door of a group',
    'primary_device_missing',
    {
      doors: [{ ...front, restrictions: { primaryDevice: true } }],
      assignments: [held('a', 'ada')],
    },
    ['/users/0'],
  ],
  [
    'a user without any credential',
    'primary_device_unknown',
    { users: [{ id: 'ada', primaryDevice: 'q' }] },
    [],
  ],
  [
    'an inactive user',
    'credential_of_nobody',
    {
      users: [{ id: 'ada', active: false }],
      credentials: [{ id: 'p', kind: 'phone', user: 'ada', state: 'active' }],
      assignments: [held('a', 'ada')],
    },
    ['/credentials/0'],
  ],

  ['nobody at all', 'owner_missing', {}, ['/organization']],
  ['a model without a unique role', 'owner_missing', { organization: own(role('high', 2)) }, []],
  [
    'an owner whose time is over',
    'owner_missing',
    {
      assignments: [
        held('a', 'ada', { role: 'organization_owner', scope: anywhere, validity: { until: AT } }),
      ],
    },
    ['/assignments/0'],
    at,
  ],
  [
    'roles named by the options',
    'privileged_without_second_factor',
    { assignments: [held('a', 'ada')] },
    ['/groups/0'],
    { privileged: ['door_access'] },
  ],
  [
    'a group that asks for it',
    'privileged_without_second_factor',
    {
      groups: [{ ...staff, restrictions: { secondFactor: true } }],
      assignments: [held('a', 'ada')],
    },
    [],
    { privileged: ['door_access'] },
  ],
  [
    'roles of groups, unless named',
    'privileged_without_second_factor',
    { assignments: [held('a', 'ada', { role: 'group_manager' })] },
    [],
  ],
  [
    'a place that asks for it',
    'privileged_without_second_factor',
    {
      places: [{ ...hq, restrictions: { secondFactor: true } }],
      assignments: [held('a', 'ada', { role: 'organization_owner', scope: anywhere })],
    },
    [],
  ],
  [
    'both duties by one assignment',
    'toxic_pair',
    { assignments: [held('a', 'ada')] },
    ['/users/0'],
    { segregation: [{ first: { role: 'door_access' }, second: { permission: 'door:unlock' } }] },
  ],
  [
    'a duty that is switched off',
    'toxic_pair',
    { assignments: [held('a', 'ada', { enabled: false })] },
    [],
    { segregation: [{ first: { role: 'door_access' }, second: { permission: 'door:unlock' } }] },
  ],

  [
    'a door that unlocks for everybody',
    'door_unreachable',
    unlockedBy({ schedule: 's0' }, morning),
    [],
  ],
  [
    'a stop of a lift',
    'door_unreachable',
    {
      elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'stop', floor: 'f1' }] }],
      assignments: [held('a', 'ada')],
    },
    ['/elevators/0/stops/0'],
  ],
  [
    'a right that is switched off',
    'door_unreachable',
    { assignments: [held('a', 'ada', { enabled: false })] },
    ['/doors/0'],
  ],
  [
    'an inactive tenant',
    'tenant_without_right',
    {
      users: [{ id: 'ada', active: false }],
      doors: [{ ...front, tenant: { user: 'ada', since: AT } }],
      assignments: [held('a', 'ada')],
    },
    ['/doors/0/tenant/user'],
  ],
  [
    'a team within another',
    'unused_team',
    { teams: [{ id: 'inner' }, { id: 'outer', teams: ['inner'] }] },
    ['/teams/1'],
  ],
  [
    'a calendar of a schedule written in place',
    'unused_calendar',
    {
      calendars: [{ id: 'c', days: [] }],
      assignments: [held('a', 'ada', { validity: { schedule: { ...morning, calendar: 'c' } } })],
    },
    [],
  ],
];

describe('where a rule ends', () => {
  for (const [title, code, parts, pointers, options] of EDGES) {
    test(`${title}: ${code}`, () => {
      const found = lintPolicy({ ...BASE, ...parts } as unknown as Policy, options);
      const told = found.filter((each) => each.code === code).map(({ pointer }) => pointer);
      expect(told).toEqual(pointers);
    });
  }
});

describe('everyone everywhere', () => {
  const both = { doors: [front, { id: 'back', place: 'hq' }] };
  const team = (users: string[]) => ({ teams: [{ id: 'all', users }] });
  const groups = (more: object) => ({
    groups: [{ id: 'staff', doors: ['front', 'back'], ...more }],
  });
  const right = { assignments: [held('t', 'all', { subject: { type: 'team', id: 'all' } })] };
  const told = (parts: object) =>
    lintPolicy({ ...BASE, ...both, ...right, ...parts } as unknown as Policy).some(
      ({ code }) => code === 'everyone_everywhere',
    );

  test('is told of a team of all, and of no smaller team, restricted or limited way', () => {
    expect(told({ ...team(['ada', 'bob']), ...groups({}) })).toBe(true);
    expect(told({ ...team(['ada']), ...groups({}) })).toBe(false);
    expect(told({ ...team(['ada', 'bob']), ...groups({ restrictions: { reader: true } }) })).toBe(
      false,
    );
    expect(told({ ...team(['ada', 'bob']), ...groups({ enabled: false }) })).toBe(false);
    // An inactive colleague is not waited for.
    const users = [{ id: 'ada' }, { id: 'bob' }, { id: 'eve', active: false }];
    expect(told({ ...team(['ada', 'bob']), ...groups({}), users })).toBe(true);
  });
});

test('dates of changes of the clock are named with a date, those of two years', () => {
  const policy = { ...BASE, ...atDoor(weekly('02:15', '02:45', 'su')) } as unknown as Policy;
  const message = lintPolicy(policy, at).find(({ code }) => code === 'transition_hour')?.message;
  expect(message).toBe(
    'schedule `s0` opens or closes inside an hour that `Europe/Berlin` skips or repeats, on 2027-03-28, 2027-10-31, 2028-03-26, 2028-10-29',
  );
});

test('findings come in document order, and related places are at most ten', () => {
  const ids = Array.from({ length: 14 }, (_, index) => `d${index}`);
  const doors = ids.map((id) => ({ id, place: 'hq', restrictions: { reader: true } }));
  const groups = [{ id: 'staff', doors: ids, restrictions: { reader: true } }];
  const found = lintPolicy({ ...BASE, doors, groups } as unknown as Policy);
  const repeated = found.find(({ code }) => code === 'restriction_repeated');
  expect(repeated?.related).toHaveLength(10);
  expect(repeated?.message).toContain('and 11 more');
  const places = found.map(({ pointer }) => pointer.split('/').slice(1, 3).join('/'));
  const members = ['organization', 'places', 'doors', 'groups'];
  const ranks = places.map((place) => {
    const [member = '', index = '0'] = place.split('/');
    return members.indexOf(member) * 1000 + Number(index);
  });
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
});
