import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import { edited, KIWI, ORGANIZATIONS, outcome, right, STANDARD, site } from './sites.js';

type Row = [what: string, actor: string, changes: Changes, expected: string];

const no = (element: string) => `no_access_right ${element}`;
const tenancy = (element: string) => `tenancy ${element}`;
function grant(by: string, text: string, more = {}): Changes {
  return { put: { assignments: [right(text, { grantedBy: by, ...more })] } };
}

describe('kiwi', () => {
  const engine = site(KIWI);
  const edit = (...args: [Parameters<typeof edited>[1], string, object]) => edited(KIWI, ...args);
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a host invites guests', 'host', grant('host', 'ned guest door:front'), 'permit by a-host-hq'],
    ['a host makes no hosts', 'host', grant('host', 'ned host door:front'), no('access_right:a-ned-front')],
    ['a host does not invite elsewhere', 'host', grant('host', 'ned guest door:lab-door'), no('access_right:a-ned-lab-door')],
    ['a manager makes hosts', 'man', grant('man', 'ned host door:front'), 'permit by a-man-hq'],
    ['a manager makes no managers', 'man', grant('man', 'ned manager door:front'), no('access_right:a-ned-front')],
    ['the administrator makes managers', 'owner', grant('owner', 'ned manager place:hq'), 'permit by a-owner-acme'],
    ['a guest invites nobody', 'guest', grant('guest', 'ned guest door:front'), no('access_right:a-ned-front')],
    ['a host withdraws a guest', 'host', { remove: { assignments: ['a-guest-front'] } }, 'permit by a-host-hq'],
    ['a host withdraws no manager', 'host', { remove: { assignments: ['a-man-hq'] } }, no('access_right:a-man-hq')],
    ['a host may not give up a role he could not give', 'host', { remove: { assignments: ['a-host-hq'] } }, no('access_right:a-host-hq')],
    ['a guest’s right is made a host’s by a manager', 'man', edit('assignments', 'a-guest-front', { role: 'host', grantedBy: 'man' }), 'permit by a-man-hq'],
    ['a manager installs offline doors', 'man', { put: { doors: [{ id: 'cellar', place: 'hq', lock: 'offline' }] } }, 'permit by a-man-hq'],
    ['a manager alters no door', 'man', edit('doors', 'front', { name: 'Front' }), no('door:front')],
    ['the administrator does', 'owner', edit('doors', 'front', { name: 'Front' }), 'permit by a-owner-acme'],
    ['the administrator’s role is passed on by him', 'owner', edit('assignments', 'a-owner-acme', { subject: { type: 'user', id: 'ned' }, grantedBy: 'owner' }), 'permit by a-owner-acme'],
    ['the administrator hands a flat over', 'owner', edit('doors', 'front', { tenant: { user: 'ned', since: '2026-01-01T00:00:00Z' } }), 'permit by a-owner-acme'],
    ['a manager hands none over', 'man', edit('doors', 'front', { tenant: { user: 'ned', since: '2026-01-01T00:00:00Z' } }), no('door:front')],
    ['a handed-over flat is taken back', 'owner', edit('doors', 'flat', { tenant: undefined }), 'permit by a-owner-acme'],
    ['a handed-over flat is not taken back by a manager', 'man', edit('doors', 'flat', { tenant: undefined }), no('door:flat')],
    ['nothing else changes when it is taken back', 'owner', edit('doors', 'flat', { tenant: undefined, name: 'Flat' }), tenancy('door:flat')],
    ['a handed-over flat is not handed to another', 'owner', edit('doors', 'flat', { tenant: { user: 'ned', since: '2026-01-01T00:00:00Z' } }), tenancy('door:flat')],
    ['a handed-over flat is not altered', 'owner', edit('doors', 'flat', { name: 'Flat' }), tenancy('door:flat')],
    ['a handed-over flat is not removed', 'owner', { remove: { doors: ['flat'], assignments: ['a-tenant-flat', 'a-partner'] } }, `${tenancy('access_right:a-partner')}, ${tenancy('access_right:a-tenant-flat')}, ${tenancy('door:flat')}`],
    ['a handed-over flat is not locked down', 'owner', { put: { lockdowns: [{ id: 'now', scope: { type: 'door', id: 'flat' } }] } }, tenancy('lockdown:now')],
    ['a handed-over flat joins no group', 'owner', edit('groups', 'staff', { doors: ['front', 'flat'] }), tenancy('group:staff')],
    ['others give no rights to it', 'owner', grant('owner', 'ned guest door:flat'), tenancy('access_right:a-ned-flat')],
    ['nor do they end any', 'owner', { remove: { assignments: ['a-tenant-flat'] } }, tenancy('access_right:a-tenant-flat')],
    ['nor do other holders there', 'partner', grant('partner', 'ned guest door:flat'), tenancy('access_right:a-ned-flat')],
    ['the tenant invites guests', 'tenant', grant('tenant', 'ned guest door:flat'), 'permit by a-tenant-flat'],
    ['the tenant invites as far as his role goes', 'tenant', grant('tenant', 'ned host door:flat'), no('access_right:a-ned-flat')],
    ['the tenant does not end the tenancy', 'tenant', edit('doors', 'flat', { tenant: undefined }), no('door:flat')],
    ['before the day of the hand-over nothing is suspended', 'owner', edit('doors', 'soon', { name: 'Soon' }), 'permit by a-owner-acme'],
    ['users are the administrator’s', 'owner', { put: { users: [{ id: 'nina' }] } }, 'permit by a-owner-acme'],
    ['users are not a manager’s', 'man', { put: { users: [{ id: 'nina' }] } }, no('user:nina')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('kisi_standard', () => {
  const engine = site(STANDARD);
  const edit = (...args: [Parameters<typeof edited>[1], string, object]) =>
    edited(STANDARD, ...args);
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a group manager shares in the group', 'gm', grant('gm', 'ned basic_user group:staff'), 'permit by a-gm-staff'],
    ['a group manager shares nothing in the place', 'gm', grant('gm', 'ned basic_user place:hq'), no('access_right:a-ned-hq')],
    ['a place manager shares in the place', 'man', grant('man', 'ned place_manager place:hq'), 'permit by a-man-hq'],
    ['a place manager makes no administrator', 'man', grant('man', 'ned place_administrator place:hq'), no('access_right:a-ned-hq')],
    ['a basic user shares nothing', 'bu', grant('bu', 'ned basic_user group:staff'), no('access_right:a-ned-staff')],
    ['a second role at the same scope is allowed', 'man', grant('man', 'bu basic_user group:staff', { id: 'twice' }), 'permit by a-man-hq'],
    ['restrictions alone need the permission for them', 'admin', edit('doors', 'front', { restrictions: { reader: true } }), 'permit by a-admin-hq'],
    ['a place manager only sees them', 'man', edit('doors', 'front', { restrictions: { reader: true } }), no('door:front')],
    ['restrictions of a group too', 'admin', edit('groups', 'staff', { restrictions: { reader: true } }), 'permit by a-admin-hq'],
    ['restrictions of the place too, of which nothing else may change', 'admin', edit('places', 'hq', { restrictions: { reader: true } }), 'permit by a-admin-hq'],
    ['a permission that no role has is had by nobody', 'owner', edit('places', 'hq', { name: 'HQ' }), no('place:hq')],
    ['doors and groups are the administrator’s', 'admin', { put: { doors: [{ id: 'back', place: 'hq' }], groups: [{ id: 'rear', place: 'hq', doors: ['back'] }] } }, 'permit by a-admin-hq'],
    ['a group of no place is not the place administrator’s', 'admin', edit('groups', 'wide', { doors: ['front'] }), no('group:wide')],
    ['what the model does not name is the owner’s', 'owner', { put: { users: [{ id: 'nina' }], floors: [{ id: 'hq-2', place: 'hq' }] } }, 'permit by a-owner-hq'],
    ['and nobody else’s', 'admin', { put: { users: [{ id: 'nina' }], floors: [{ id: 'hq-2', place: 'hq' }] } }, `${no('floor:hq-2')}, ${no('user:nina')}`],
    ['an unlock, which the model does not name, too', 'admin', edit('doors', 'side', { unlock: [{ schedule: 'spare' }] }), no('door:side')],
    ['the organization is the owner’s', 'owner', { organization: { id: 'acme', name: 'Acme', timeZone: 'Europe/Berlin', roles: 'kisi_standard' } }, 'permit by a-owner-hq'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('kisi_organizations', () => {
  const engine = site(ORGANIZATIONS);
  const edit = (...args: [Parameters<typeof edited>[1], string, object]) =>
    edited(ORGANIZATIONS, ...args);
  const hours = [{ days: ['fr' as const], from: '08:00', until: '18:00' }];
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a manager shares anywhere', 'man', grant('man', 'ned basic_user group:labs'), 'permit by a-man-acme'],
    ['a manager makes managers', 'man', grant('man', 'ned organizations_manager organization:acme'), 'permit by a-man-acme'],
    ['a manager makes no team administrators', 'man', grant('man', 'ned team_administrator group:staff'), no('access_right:a-ned-staff')],
    ['a team administrator shares in the team', 'ta', grant('ta', 'ned basic_user group:staff'), 'permit by a-ta-staff'],
    ['a team administrator shares nowhere else', 'ta', grant('ta', 'ned basic_user group:labs'), no('access_right:a-ned-labs')],
    ['a right is changed by whoever may end the old and give the new', 'ta', edit('assignments', 'a-bu-staff', { role: 'team_administrator', grantedBy: 'ta' }), 'permit by a-ta-staff'],
    ['a manager manages schedules', 'man', edit('schedules', 'open', { windows: hours }), 'permit by a-man-acme'],
    ['a team administrator only those that lie in the team', 'ta', edit('schedules', 'spare', { windows: hours }), no('schedule:spare')],
    ['a team administrator restricts the team', 'ta', edit('groups', 'staff', { restrictions: { reader: true } }), 'permit by a-ta-staff'],
    ['a team administrator restricts no other', 'ta', edit('groups', 'labs', { restrictions: { reader: true } }), no('group:labs')],
    ['a manager restricts nothing', 'man', edit('groups', 'staff', { restrictions: { reader: true } }), no('group:staff')],
    ['a team administrator does not put doors into the team', 'ta', edit('groups', 'staff', { doors: ['front', 'side'] }), no('group:staff')],
    ['an administrator does', 'admin', edit('groups', 'staff', { doors: ['front', 'side'] }), 'permit by a-admin-acme'],
    ['administrators make administrators', 'admin', grant('admin', 'ned organizations_administrator organization:acme'), 'permit by a-admin-acme'],
    ['the owner passes his role on though no role may update rights', 'owner', edit('assignments', 'a-owner-acme', { subject: { type: 'user', id: 'ned' }, grantedBy: 'owner' }), 'permit by a-owner-acme'],
    ['users, which the model does not name, are the owner’s', 'admin', { put: { users: [{ id: 'nina' }] } }, no('user:nina')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});
