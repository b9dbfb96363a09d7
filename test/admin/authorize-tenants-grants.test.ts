import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import { DEPUTIES } from './own-sites.js';
import { KISI, KIWI, NOW, outcome, right, site } from './sites.js';

const no = (element: string) => `no_access_right ${element}`;
const tenancy = (element: string) => `tenancy ${element}`;
type Row = [what: string, actor: string, changes: Changes, expected: string];

function grant(by: string, text: string, more = {}): Changes {
  return { put: { assignments: [right(text, { grantedBy: by, ...more })] } };
}
function unlocks(of: ReturnType<typeof site>, subject: string, door: string) {
  const [type = '', id = ''] = subject.split(':');
  const resource = { type: 'door', id: door };
  return of.check({
    subject: { type, id },
    action: { name: 'unlock' },
    resource,
    context: { time: NOW },
  });
}

describe('a team to which a tenant gave a right at a wider scope', () => {
  const engine = site(KIWI, {
    groups: [
      { id: 'house', place: 'hq', doors: ['front', 'flat'] },
      { id: 'rest', place: 'hq', doors: ['front', 'soon'] },
    ],
    users: [{ id: 'x' }, { id: 'friend' }],
    teams: [
      { id: 'friends', users: ['friend'] },
      { id: 'club' },
      { id: 'whole' },
      { id: 'others' },
      { id: 'gang', users: ['x'] },
      { id: 'apart' },
      { id: 'nest', teams: ['apart'] },
    ],
    assignments: [
      right('team:friends guest group:house', { grantedBy: 'tenant' }),
      right('team:whole guest place:hq', { grantedBy: 'tenant' }),
      right('team:others guest group:house', { grantedBy: 'owner' }),
      right('team:club guest group:rest', { grantedBy: 'tenant' }),
      right('team:nest guest group:house', { grantedBy: 'tenant', enabled: false }),
    ],
  });
  const team = (id: string, members: object): Changes => ({ put: { teams: [{ id, ...members }] } });
  const joined = { users: ['friend', 'x'] };
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['at a group is not joined by others’ leave', 'owner', team('friends', joined), tenancy('team:friends')],
    ['nor is a team nested in it', 'owner', team('friends', { users: ['friend'], teams: ['gang'] }), tenancy('team:friends')],
    ['nor is a team joined that is nested in it, even while the right is switched off', 'owner', team('apart', { users: ['x'] }), tenancy('team:apart')],
    ['at a place neither', 'owner', team('whole', { users: ['x'] }), tenancy('team:whole')],
    ['is left by others’ leave', 'owner', team('friends', { users: [] }), 'permit by a-owner-acme'],
    ['at a group of doors that are not yet handed over is joined', 'owner', team('club', { users: ['x'] }), 'permit by a-owner-acme'],
    ['a team whose right does not count at the handed-over door is joined', 'owner', team('others', { users: ['x'] }), 'permit by a-owner-acme'],
    ['no right is signed in the tenant’s name', 'owner', grant('tenant', 'team:gang guest group:house'), no('access_right:a-gang-house')],
    ['nor at the place', 'man', grant('tenant', 'x guest place:hq'), no('access_right:a-x-hq')],
    ['nor kept in his name when it is handed on', 'owner', { put: { assignments: [right('x guest group:house', { id: 'a-friends-house', grantedBy: 'tenant' })] } }, no('access_right:a-friends-house')],
    ['it may be signed by whoever takes it over, and then does not count there', 'owner', { put: { assignments: [right('x guest group:house', { id: 'a-friends-house', grantedBy: 'owner' })] } }, 'permit by a-owner-acme'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });

  test('lets its members through the tenant’s door, and only them', () => {
    expect(unlocks(engine, 'user:friend', 'flat')).toBe(true);
    expect(unlocks(engine, 'user:x', 'flat')).toBe(false);
    expect(unlocks(engine.apply(team('friends', joined)), 'user:x', 'flat')).toBe(true);
    expect(unlocks(engine.apply(team('others', { users: ['x'] })), 'user:x', 'flat')).toBe(false);
  });

  test('is joined by the tenant’s own leave, if he may change it', () => {
    const own = siteOfTenant();
    expect(outcome(own, 'tenant', team('friends', joined))).toBe('permit by a-tenant-hq');
    expect(outcome(own, 'hqadmin', team('friends', joined))).toBe(tenancy('team:friends'));
  });
});

describe('a link to which a tenant gave a right', () => {
  const engine = siteOfTenant();
  const link = (id: string): Changes => ({ put: { links: [{ id, secretHash: 'mine' }] } });
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['at a group with his door is not made another’s', 'admin', link('parcel'), tenancy('link:parcel')],
    ['is altered by himself', 'tenant', link('parcel'), 'permit by a-tenant-hq'],
    ['at a group is ended by others too', 'admin', { remove: { links: ['parcel'], assignments: ['a-parcel-house'] } }, 'permit by a-admin-acme'],
    ['is not his where somebody else gave it', 'hqadmin', link('paper'), 'permit by a-hqadmin-hq'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });

  test('at his very door is not made another’s, whoever granted it', () => {
    const flat = site(DEPUTIES, {
      links: [{ id: 'post' }, { id: 'paper' }],
      doors: [{ id: 'side', place: 'hq', tenant: { user: 'ned', since: '2026-01-01T00:00:00Z' } }],
      assignments: [
        right('link:post opener door:side', { grantedBy: 'chief' }),
        right('link:paper opener door:front', { grantedBy: 'chief' }),
      ],
    });
    expect(outcome(flat, 'chief', link('post'))).toBe(tenancy('link:post'));
    expect(outcome(flat, 'chief', link('paper'))).toBe('permit by a-chief-acme');
  });
});

/** A tenant who administers the place in which his flat lies. */
function siteOfTenant() {
  return site(KISI, {
    users: [{ id: 'tenant' }, { id: 'friend' }, { id: 'x' }],
    doors: [{ id: 'flat', place: 'hq', tenant: { user: 'tenant', since: '2026-01-01T00:00:00Z' } }],
    groups: [{ id: 'house', place: 'hq', doors: ['flat'] }],
    teams: [{ id: 'friends', users: ['friend'] }],
    links: [{ id: 'parcel', secretHash: 'h' }, { id: 'paper' }],
    assignments: [
      right('tenant place_administrator place:hq'),
      right('team:friends door_access group:house', { grantedBy: 'tenant' }),
      right('link:parcel door_access group:house', { grantedBy: 'tenant' }),
      right('link:paper door_access group:house', { grantedBy: 'admin' }),
    ],
  });
}
