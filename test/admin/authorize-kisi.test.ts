import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import { edited, KISI, outcome, right, site } from './sites.js';

const engine = site(KISI);
type Row = [what: string, actor: string, changes: Changes, expected: string];

/** A right signed by the actor. */
function grant(by: string, text: string, more = {}): Changes {
  return { put: { assignments: [right(text, { grantedBy: by, ...more })] } };
}
function end(id: string): Changes {
  return { remove: { assignments: [id] } };
}
const edit = (...args: [Parameters<typeof edited>[1], string, object]) => edited(KISI, ...args);
const no = (element: string) => `no_access_right ${element}`;

const HOURS = [{ days: ['fr' as const], from: '08:00', until: '18:00' }];

describe('giving and ending rights', () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a group manager gives door access in the group', 'gm', grant('gm', 'ned door_access group:staff'), 'permit by a-gm-staff'],
    ['a group manager gives nothing in another group', 'gm', grant('gm', 'ned door_access group:labs'), no('access_right:a-ned-labs')],
    ['a group manager gives nothing at the place', 'gm', grant('gm', 'ned place_door_access place:hq'), no('access_right:a-ned-hq')],
    ['a place manager gives place roles up to the own', 'hqman', grant('hqman', 'ned place_access_manager place:hq'), 'permit by a-hqman-hq'],
    ['a place manager gives no higher role', 'hqman', grant('hqman', 'ned place_administrator place:hq'), no('access_right:a-ned-hq')],
    ['a place manager reaches the groups of the place', 'hqman', grant('hqman', 'ned group_manager group:staff'), 'permit by a-hqman-hq'],
    ['a place manager does not reach a group of no place', 'hqman', grant('hqman', 'ned door_access group:wide'), no('access_right:a-ned-wide')],
    ['a place administrator of another place gives nothing here', 'labadmin', grant('labadmin', 'ned place_door_access place:hq'), no('access_right:a-ned-hq')],
    ['an organization access manager makes no place administrator', 'oam', grant('oam', 'ned place_administrator place:hq'), no('access_right:a-ned-hq')],
    ['an organization access manager makes place access managers', 'oam', grant('oam', 'ned place_access_manager place:hq'), 'permit by a-oam-acme'],
    ['an administrator makes another', 'admin', grant('admin', 'ned organization_administrator organization:acme'), 'permit by a-admin-acme'],
    ['an observer gives nothing', 'obs', grant('obs', 'ned door_access group:staff'), no('access_right:a-ned-staff')],
    ['a user manager gives nothing', 'um', grant('um', 'ned door_access group:staff'), no('access_right:a-ned-staff')],
    ['nobody gives himself a right', 'admin', grant('admin', 'admin place_administrator place:hq'), no('access_right:a-admin-hq')],
    ['nobody gives a team he belongs to a right', 'gm', { put: { teams: [{ id: 'mine', users: ['gm'] }], assignments: [right('team:mine door_access group:staff', { grantedBy: 'gm' })] } }, `${no('access_right:a-mine-staff')}, ${no('team:mine')}`],
    ['whoever gives signs himself', 'gm', grant('hqadmin', 'ned door_access group:staff'), no('access_right:a-ned-staff')],
    ['an unsigned right is refused', 'gm', { put: { assignments: [right('ned door_access group:staff')] } }, no('access_right:a-ned-staff')],
    ['a right ends no later than the one that gives it', 'brief', grant('brief', 'ned place_door_access place:hq', { validity: { until: '2027-01-01T00:00:00Z' } }), 'permit by a-brief-hq'],
    ['a right that outlasts the one that gives it is refused', 'brief', grant('brief', 'ned place_door_access place:hq', { validity: { until: '2027-01-01T00:00:01Z' } }), no('access_right:a-ned-hq')],
    ['an unlimited right is not given by one that ends', 'brief', grant('brief', 'ned place_door_access place:hq'), no('access_right:a-ned-hq')],
    ['a place manager ends the right of an equal', 'hqman', end('a-brief-hq'), 'permit by a-hqman-hq'],
    ['a place manager ends no higher right', 'hqman', end('a-hqadmin-hq'), no('access_right:a-hqadmin-hq')],
    ['a group manager does not touch somebody who ranks higher above', 'gm', { put: { assignments: [right('hqadmin door_access group:staff', { grantedBy: 'gm' })] } }, no('access_right:a-hqadmin-staff')],
    ['one may end one’s own right with the permission', 'hqadmin', end('a-hqadmin-hq'), 'permit by a-hqadmin-hq'],
    ['one without the permission may not even end one’s own', 'da', end('a-da-staff'), no('access_right:a-da-staff')],
    ['one may not change one’s own right', 'hqadmin', edit('assignments', 'a-hqadmin-hq', { grantedBy: 'hqadmin', validity: { until: '2030-01-01T00:00:00Z' } }), no('access_right:a-hqadmin-hq')],
    ['one may not hand one’s own right on', 'hqadmin', edit('assignments', 'a-hqadmin-hq', { grantedBy: 'hqadmin', subject: { type: 'user', id: 'ned' } }), no('access_right:a-hqadmin-hq')],
    ['changing a right is ending the old and giving the new', 'hqadmin', edit('assignments', 'a-hqman-hq', { grantedBy: 'hqadmin', role: 'place_door_access' }), 'permit by a-hqadmin-hq'],
    ['changing a right to a higher role than the own is refused', 'hqman', edit('assignments', 'a-pda-hq', { grantedBy: 'hqman', role: 'place_administrator' }), no('access_right:a-pda-hq')],
    ['moving a right to where one has none is refused', 'hqadmin', edit('assignments', 'a-pda-hq', { grantedBy: 'hqadmin', scope: { type: 'place', id: 'lab' } }), no('access_right:a-pda-hq')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('the unique role', () => {
  const give = (more: object) =>
    edit('assignments', 'a-owner-acme', {
      grantedBy: 'owner',
      subject: { type: 'user', id: 'ned' },
      ...more,
    });
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['is passed on by its holder', 'owner', give({}), 'permit by a-owner-acme'],
    ['is not passed on by anybody else', 'admin', give({ grantedBy: 'admin' }), no('access_right:a-owner-acme')],
    ['is passed on unchanged', 'owner', give({ validity: { until: '2030-01-01T00:00:00Z' } }), no('access_right:a-owner-acme')],
    ['does not become a plain one', 'owner', give({ role: 'organization_administrator' }), no('access_right:a-owner-acme')],
    ['is not given up', 'owner', end('a-owner-acme'), no('access_right:a-owner-acme')],
    ['is not taken away', 'admin', end('a-owner-acme'), no('access_right:a-owner-acme')],
    ['is not passed on by ending and giving', 'owner', { remove: { assignments: ['a-owner-acme'] }, put: { assignments: [right('ned organization_owner organization:acme', { grantedBy: 'owner' })] } }, `${no('access_right:a-ned-acme')}, ${no('access_right:a-owner-acme')}`],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('teams', () => {
  const member = (id: string, members: object) => edit('teams', id, members);
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['joining needs the right to give each of its rights and of those above', 'admin', member('crew', { users: ['da', 'ned'] }), 'permit by a-admin-acme'],
    ['joining is refused to whoever may not change the team', 'oam', member('crew', { users: ['da', 'ned'] }), no('team:crew')],
    ['joining is refused to whoever lacks one right above, at another scope', 'hqadmin', member('crew', { users: ['da', 'ned'] }), no('team:crew')],
    ['a place administrator fills a team that holds rights in his place alone', 'hqadmin', member('all', { users: ['ned'] }), 'permit by a-hqadmin-hq'],
    ['nobody joins himself', 'admin', member('all', { users: ['admin'] }), no('team:all')],
    ['nobody nests a team he belongs to', 'admin', { put: { teams: [{ id: 'mine', users: ['admin'] }, { id: 'all', teams: ['crew', 'mine'] }] } }, `${no('team:all')}, ${no('team:mine')}`],
    ['leaving ends rights: a higher one is not put out', 'hqadmin', member('crew', { users: [] }), no('team:crew')],
    ['leaving is for whoever may end each right', 'admin', member('crew', { users: [] }), 'permit by a-admin-acme'],
    ['a team without rights may be joined by whoever may change it', 'admin', member('bare', { users: ['tim', 'admin'] }), 'permit by a-admin-acme'],
    ['a team is deleted with its rights', 'admin', { remove: { teams: ['all'], assignments: ['a-all-hq'] } }, 'permit by a-admin-acme'],
    ['a team is not deleted by an observer', 'obs', { remove: { teams: ['bare'] } }, no('team:bare')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('users and credentials', () => {
  const card = (user: string, state = 'active') => ({
    put: { credentials: [{ id: 'new', kind: 'card' as const, user, state: state as 'active' }] },
  });
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a user manager makes users', 'um', { put: { users: [{ id: 'nina' }] } }, 'permit by a-um-acme'],
    ['a place administrator does not', 'hqadmin', { put: { users: [{ id: 'nina' }] } }, no('user:nina')],
    ['a user manager alters whoever ranks no higher', 'um', edit('users', 'da', { name: 'Dana' }), 'permit by a-um-acme'],
    ['a user manager alters nobody who ranks higher anywhere', 'um', edit('users', 'hqman', { active: false }), no('user:hqman')],
    ['an administrator alters another', 'admin', edit('users', 'oam', { name: 'Olga' }), 'permit by a-admin-acme'],
    ['nobody else alters the owner', 'admin', edit('users', 'owner', { active: false }), no('user:owner')],
    ['the owner alters himself', 'owner', edit('users', 'owner', { name: 'Olaf' }), 'permit by a-owner-acme'],
    ['nobody deletes the owner', 'owner', { put: { assignments: [right('ned organization_owner organization:acme', { id: 'a-owner-acme' })] }, remove: { users: ['owner'], credentials: ['c-owner'] } }, `${no('access_right:a-owner-acme')}, ${no('user:owner')}`],
    ['a user manager deletes a user who holds nothing', 'um', { remove: { users: ['tim'] }, put: { teams: [{ id: 'bare', users: [] }] } }, no('team:bare')],
    ['an administrator deletes a user with all he has', 'admin', { remove: { users: ['pda'], assignments: ['a-pda-hq'] } }, 'permit by a-admin-acme'],
    ['a user manager gives cards to whoever ranks no higher', 'um', card('da'), 'permit by a-um-acme'],
    ['a user manager gives no card that passes for somebody higher', 'um', card('hqadmin'), no('credential:new')],
    ['nobody else gives the owner a card', 'admin', card('owner'), no('credential:new')],
    ['nobody else takes the owner’s card', 'admin', { remove: { credentials: ['c-owner'] } }, no('credential:c-owner')],
    ['a card is not handed to somebody higher', 'um', edit('credentials', 'c-da', { user: 'admin' }), no('credential:c-da')],
    ['a card is not taken from somebody higher', 'um', edit('credentials', 'c-admin', { user: 'ned' }), no('credential:c-admin')],
    ['a user manager reports a card lost', 'um', edit('credentials', 'c-da', { state: 'lost' }), 'permit by a-um-acme'],
    ['a user manager does not make a lost card active again', 'um', edit('credentials', 'c-ned', { state: 'active' }), no('credential:c-ned')],
    ['an access manager does', 'oam', edit('credentials', 'c-ned', { state: 'active' }), 'permit by a-oam-acme'],
    ['a card that becomes active in other hands needs both permissions', 'um', edit('credentials', 'c-ned', { state: 'active', user: 'da' }), no('credential:c-ned')],
    ['a door’s holder changes no credentials', 'da', edit('credentials', 'c-da', { state: 'lost' }), no('credential:c-da')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('doors, elevators and places', () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a door is made where it will lie', 'hqadmin', { put: { doors: [{ id: 'back', place: 'hq' }] } }, 'permit by a-hqadmin-hq'],
    ['a door is not made elsewhere', 'hqadmin', { put: { doors: [{ id: 'back', place: 'lab' }] } }, no('door:back')],
    ['a door is moved by whoever may at both places', 'hqadmin', edit('doors', 'side', { place: 'lab' }), no('door:side')],
    ['an administrator moves it', 'admin', edit('doors', 'side', { place: 'lab' }), 'permit by a-admin-acme'],
    ['a place manager changes when a door unlocks', 'hqman', edit('doors', 'side', { unlock: [{ schedule: 'spare' }] }), 'permit by a-hqman-hq'],
    ['a place manager does not take an unlock schedule away', 'hqman', edit('doors', 'side', { unlock: undefined }), no('door:side')],
    ['a place manager lets a door unlock', 'hqman', edit('doors', 'front', { unlock: [{ schedule: 'open' }] }), 'permit by a-hqman-hq'],
    ['a place manager changes nothing else of a door', 'hqman', edit('doors', 'front', { name: 'Front' }), no('door:front')],
    ['a place manager does not change a name along with it', 'hqman', edit('doors', 'side', { unlock: [{ schedule: 'spare' }], name: 'Side' }), no('door:side')],
    ['an empty list of unlocks is no way round', 'hqman', edit('doors', 'front', { unlock: [] }), no('door:front')],
    ['a put that changes nothing still needs the permission', 'hqman', edit('doors', 'front', {}), no('door:front')],
    ['restrictions are the door’s own in this model', 'hqadmin', edit('doors', 'front', { restrictions: { secondFactor: true } }), 'permit by a-hqadmin-hq'],
    ['tenancies, which this model does not name, are the owner’s', 'owner', edit('doors', 'front', { tenant: { user: 'ned', since: '2026-01-01T00:00:00Z' } }), 'permit by a-owner-acme'],
    ['tenancies are nobody else’s', 'admin', edit('doors', 'front', { tenant: { user: 'ned', since: '2026-01-01T00:00:00Z' } }), no('door:front')],
    ['a door is deleted where it lies', 'labadmin', { remove: { doors: ['side'] } }, no('door:side')],
    ['a door is deleted by the place’s administrator', 'hqadmin', { remove: { doors: ['side'] } }, 'permit by a-hqadmin-hq'],
    ['an elevator’s settings are changed', 'hqadmin', edit('elevators', 'lift', { name: 'Lift' }), 'permit by a-hqadmin-hq'],
    ['an elevator’s settings are not a manager’s', 'hqman', edit('elevators', 'lift', { name: 'Lift' }), no('elevator:lift')],
    ['a stop is its own type', 'hqadmin', edit('elevators', 'lift', { stops: [{ id: 'stop', floor: 'hq-1', name: 'First' }] }), 'permit by a-hqadmin-hq'],
    ['a stop that unlocks is more than an unlock schedule', 'hqman', edit('elevators', 'lift', { stops: [{ id: 'stop', floor: 'hq-1', unlock: [{ schedule: 'open' }] }] }), no('elevator:lift')],
    ['a floor is its place’s', 'hqadmin', { put: { floors: [{ id: 'hq-2', place: 'hq' }] } }, 'permit by a-hqadmin-hq'],
    ['a floor of another place is not', 'hqadmin', { put: { floors: [{ id: 'lab-2', place: 'lab' }] } }, no('floor:lab-2')],
    ['a place is altered by its administrator', 'hqadmin', edit('places', 'hq', { capacity: 50 }), 'permit by a-hqadmin-hq'],
    ['a place is made by the organization’s', 'hqadmin', { put: { places: [{ id: 'new' }] } }, no('place:new')],
    ['a place is made by an administrator', 'admin', { put: { places: [{ id: 'new' }] } }, 'permit by a-admin-acme'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('groups, links, schedules and lockdowns', () => {
  const link = (more: object) => ({
    put: {
      links: [{ id: 'fresh' }],
      assignments: [right('link:fresh door_access group:staff', more)],
    },
  });
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a place group is its place’s', 'hqadmin', edit('groups', 'staff', { doors: ['front', 'side'] }), 'permit by a-hqadmin-hq'],
    ['a group’s manager does not change the group', 'gm', edit('groups', 'staff', { doors: ['front', 'side'] }), no('group:staff')],
    ['a group leaves its place by the organization’s leave', 'hqadmin', edit('groups', 'staff', { place: undefined }), no('group:staff')],
    ['a group of no place is the organization’s', 'admin', edit('groups', 'wide', { doors: ['side'] }), 'permit by a-admin-acme'],
    ['a link is made with its right where that lies', 'gm', link({ grantedBy: 'gm' }), 'permit by a-gm-staff'],
    ['a link’s right is signed like any other', 'gm', link({}), no('access_right:a-fresh-staff')],
    ['a link without a right lies at the organization', 'gm', { put: { links: [{ id: 'fresh' }] } }, no('link:fresh')],
    ['a link is withdrawn where it lies', 'gm', { remove: { links: ['visit'], assignments: ['a-visit-staff'] } }, 'permit by a-gm-staff'],
    ['a link is not withdrawn from elsewhere', 'labadmin', { remove: { links: ['visit'], assignments: ['a-visit-staff'] } }, `${no('access_right:a-visit-staff')}, ${no('link:visit')}`],
    ['a link is switched off by whoever could delete and make it', 'gm', edit('links', 'visit', { active: false }), 'permit by a-gm-staff'],
    ['a schedule used in one place is that place’s', 'hqadmin', edit('schedules', 'office', { windows: HOURS }), 'permit by a-hqadmin-hq'],
    ['a schedule used in another place is not', 'labadmin', edit('schedules', 'office', { windows: HOURS }), no('schedule:office')],
    ['a schedule nobody uses is the organization’s', 'hqadmin', edit('schedules', 'spare', { windows: HOURS }), no('schedule:spare')],
    ['a schedule that unlocks needs both permissions', 'hqman', edit('schedules', 'open', { windows: HOURS }), no('schedule:open')],
    ['a place administrator has both', 'hqadmin', edit('schedules', 'open', { windows: HOURS }), 'permit by a-hqadmin-hq'],
    ['a new schedule lies where the set uses it', 'hqadmin', { put: { schedules: [{ id: 'late', windows: HOURS }], doors: [{ id: 'front', place: 'hq', restrictions: { schedule: 'late' } }] } }, 'permit by a-hqadmin-hq'],
    ['a new schedule without a use lies at the organization', 'hqadmin', { put: { schedules: [{ id: 'late', windows: HOURS }] } }, no('schedule:late')],
    ['a schedule used in two places is the organization’s', 'hqadmin', { put: { schedules: [{ id: 'office', windows: HOURS }], doors: [{ id: 'lab-door', place: 'lab', restrictions: { schedule: 'office' } }] } }, `${no('door:lab-door')}, ${no('schedule:office')}`],
    ['a schedule is not drawn near by a use of the same set', 'hqadmin', { put: { schedules: [{ id: 'spare', windows: HOURS }], doors: [{ id: 'side', place: 'hq', unlock: [{ schedule: 'open' }], restrictions: { schedule: 'spare' } }] } }, no('schedule:spare')],
    ['a calendar lies where its schedule does', 'hqadmin', edit('calendars', 'feasts', { days: [] }), 'permit by a-hqadmin-hq'],
    ['a calendar of another place’s schedule is not one’s own', 'labadmin', edit('calendars', 'feasts', { days: [] }), no('calendar:feasts')],
    ['a place is locked down by its administrator', 'hqadmin', { put: { lockdowns: [{ id: 'now', scope: { type: 'place', id: 'hq' } }] } }, 'permit by a-hqadmin-hq'],
    ['a door is locked down by its place’s', 'hqadmin', { put: { lockdowns: [{ id: 'now', scope: { type: 'door', id: 'side' } }] } }, 'permit by a-hqadmin-hq'],
    ['a place manager locks nothing down', 'hqman', { put: { lockdowns: [{ id: 'now', scope: { type: 'door', id: 'side' } }] } }, no('lockdown:now')],
    ['the organization is locked down at the organization', 'hqadmin', { put: { lockdowns: [{ id: 'now', scope: { type: 'organization', id: 'acme' } }] } }, no('lockdown:now')],
    ['an administrator locks all down', 'admin', { put: { lockdowns: [{ id: 'now', scope: { type: 'organization', id: 'acme' } }] } }, 'permit by a-admin-acme'],
    ['a lockdown is ended where it lies', 'hqadmin', { remove: { lockdowns: ['shut'] } }, no('lockdown:shut')],
    ['a lockdown is ended by its place’s', 'labadmin', { remove: { lockdowns: ['shut'] } }, 'permit by a-labadmin-lab'],
    ['a lockdown moved is ended here and begun there', 'labadmin', edit('lockdowns', 'shut', { scope: { type: 'place', id: 'hq' } }), no('lockdown:shut')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('the organization', () => {
  test('is changed by the owner alone', () => {
    const organization = {
      id: 'acme',
      name: 'Acme',
      timeZone: 'Europe/Berlin',
      roles: 'kisi' as const,
    };
    expect(outcome(engine, 'owner', { organization })).toBe('permit by a-owner-acme');
    expect(outcome(engine, 'admin', { organization })).toBe(no('organization:acme'));
  });

  test('does not lend its leave to the rest of the set', () => {
    const organization = {
      id: 'acme',
      name: 'Acme',
      timeZone: 'Europe/Berlin',
      roles: 'kisi' as const,
    };
    const changes = { organization, ...grant('owner', 'owner place_administrator place:hq') };
    expect(outcome(engine, 'owner', changes)).toBe(no('access_right:a-owner-hq'));
    const allowed = { organization, ...grant('owner', 'ned place_administrator place:hq') };
    expect(outcome(engine, 'owner', allowed)).toBe('permit by a-owner-acme');
  });
});
