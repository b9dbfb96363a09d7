import { describe, expect, test } from 'vitest';
import { planEnd, planGrant } from '../../../src/admin/provisioning/assignments.js';
import { planHandOver, planReturn } from '../../../src/admin/tenancy/tenancies.js';
import { tenantsRights } from '../../../src/admin/tenancy/tenants-rights.js';
import { findElement } from '../../../src/engine/elements.js';
import type { Engine } from '../../../src/engine/engine.js';
import { planning, type Written, write, wrote } from '../plans.js';
import { edited, KISI, KIWI, NOW, outcome, right, site } from '../sites.js';

/** `free` is a flat like any other; man manages the house, guest and kid hold rights at the flat from before. */
const start = site(KIWI, {
  doors: [
    { id: 'free', place: 'hq' },
    { id: 'home', place: 'hq', unlock: [{ schedule: 'always' }] },
  ],
  groups: [{ id: 'flats', place: 'hq', doors: ['free'] }],
  schedules: [{ id: 'always' }],
  users: [
    { id: 'kid', segment: 'resident' },
    { id: 'off', active: false },
    { id: 'late' },
    { id: 'friend' },
  ],
  assignments: [
    right('guest guest door:free', { grantedBy: 'man' }),
    right('kid guest group:flats', { grantedBy: 'owner' }),
    right('late guest door:free', { validity: { until: '2026-01-01T00:00:00Z' } }),
  ],
});
const owner = planning(start, 'owner');
const handOver = { door: 'free', tenant: 'ned' };

const may = (engine: Engine, user: string, time: number | string = NOW) =>
  engine.decide({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'free' },
    context: { time },
  }).context.reason;

function invite(engine: Engine, actor: string, user: string, role = 'guest') {
  const p = planning(engine, actor);
  const subject = { type: 'user', id: user } as const;
  return write(p, planGrant(p, { subject, role, scope: { type: 'door', id: 'free' } }));
}

function done<T>(written: Written<T> | string): Written<T> {
  if (typeof written === 'string') throw new Error(written);
  return written;
}

describe('a door that is handed over', () => {
  const let_ = wrote(owner, planHandOver(owner, handOver));

  test('is the tenant’s alone: the landlord, the manager and everybody from before are refused', () => {
    expect(may(start, 'owner')).toBe('granted');
    expect(may(start, 'guest')).toBe('granted');
    expect(may(let_.engine, 'ned')).toBe('granted');
    for (const user of ['owner', 'man', 'guest', 'kid']) {
      expect(may(let_.engine, user)).toBe('tenancy');
    }
  });

  test('nothing was taken away from anybody', () => {
    for (const id of ['a-guest-free', 'a-kid-flats', 'a-man-hq']) {
      expect(findElement(let_.engine, 'assignments', id)).toEqual(
        findElement(start, 'assignments', id),
      );
    }
  });

  test('the tenant is its host, signed by the administrator', () => {
    const id = let_.value.assignment!;
    expect(findElement(let_.engine, 'assignments', id)).toEqual({
      id,
      subject: { type: 'user', id: 'ned' },
      role: 'host',
      scope: { type: 'door', id: 'free' },
      grantedBy: 'owner',
    });
  });

  test('the tenant lets guests in and out, and nobody else does', () => {
    const invited = done(invite(let_.engine, 'ned', 'friend'));
    expect(may(invited.engine, 'friend')).toBe('granted');
    for (const actor of ['owner', 'man', 'host']) {
      expect(invite(let_.engine, actor, 'friend')).toBe('tenancy');
      const p = planning(invited.engine, actor);
      expect(write(p, planEnd(p, [invited.value.assignment]))).toBe('tenancy');
    }
    const ned = planning(invited.engine, 'ned');
    const out = wrote(ned, planEnd(ned, [invited.value.assignment]));
    expect(may(out.engine, 'friend')).toBe('no_access_right');
  });

  test('the landlord changes nothing about the door, and only he takes it back', () => {
    expect(
      outcome(let_.engine, 'owner', edited(let_.engine.policy, 'doors', 'free', { name: 'x' })),
    ).toMatch(/^tenancy/u);
    for (const actor of ['ned', 'man', 'host', 'guest']) {
      const p = planning(let_.engine, actor);
      expect(write(p, planReturn(p, { door: 'free' }))).not.toBeTypeOf('object');
    }
  });

  test('those whose rights rest are told, and nobody else', () => {
    expect(let_.draft.notices?.map(({ kind, to, object }) => [kind, to.id, object.id])).toEqual([
      ['access_withdrawn', 'guest', 'free'],
      ['access_withdrawn', 'kid', 'free'],
    ]);
  });

  test('the notice says what a notice of an ended right says, and why', () => {
    expect(let_.draft.notices?.[0]?.data).toEqual({
      scopes: [{ type: 'door', id: 'free' }],
      because: 'tenancy',
      since: NOW,
    });
  });

  test('who is no administrator hands nothing over', () => {
    for (const actor of ['man', 'host', 'guest', 'ned']) {
      const p = planning(start, actor);
      expect(write(p, planHandOver(p, handOver))).toBe('no_access_right');
    }
  });
});

describe('a door that comes back', () => {
  const let_ = wrote(owner, planHandOver(owner, handOver));
  const invited = done(invite(let_.engine, 'ned', 'friend'));
  const p = planning(invited.engine, 'owner');
  const back = wrote(p, planReturn(p, { door: 'free' }));

  test('the tenant’s right and those of his guests end, in one change set', () => {
    expect([...back.value.ended].sort()).toEqual(
      [let_.value.assignment!, invited.value.assignment].sort(),
    );
    expect(may(back.engine, 'ned')).toBe('no_access_right');
    expect(may(back.engine, 'friend')).toBe('no_access_right');
    expect(findElement(back.engine, 'doors', 'free')).toEqual(findElement(start, 'doors', 'free'));
  });

  test('all that rested counts again, and its holders are told', () => {
    for (const user of ['owner', 'man', 'guest', 'kid']) {
      expect(may(back.engine, user)).toBe('granted');
    }
    expect(back.draft.notices?.map(({ kind, to }) => [kind, to.id])).toEqual([
      ['access_granted', 'guest'],
      ['access_granted', 'kid'],
    ]);
  });

  test('without the return in the same set, the landlord ends nothing there', () => {
    const ended = [invited.value.assignment];
    const put = { doors: [findElement(invited.engine, 'doors', 'free')!] };
    for (const changes of [
      { remove: { assignments: ended } },
      { put, remove: { assignments: ended } },
    ]) {
      expect(outcome(invited.engine, 'owner', changes)).toMatch(/^tenancy/u);
    }
  });

  test('with it, he still gives nothing there, and who may not take it back ends nothing by it', () => {
    const { tenant: _, ...free } = findElement(invited.engine, 'doors', 'free')!;
    const put = { doors: [free] };
    const given = right('kid guest door:free', { id: 'new', grantedBy: 'owner' });
    expect(outcome(invited.engine, 'owner', { put: { ...put, assignments: [given] } })).toBe(
      'tenancy access_right:new',
    );
    const ended = { put, remove: { assignments: [invited.value.assignment] } };
    expect(outcome(invited.engine, 'man', ended)).toMatch(/no_access_right door:free/u);
    expect(outcome(invited.engine, 'owner', ended)).toMatch(/^permit/u);
  });

  test('other doors that are let stay out of reach of a return', () => {
    const { tenant: _, ...free } = findElement(invited.engine, 'doors', 'free')!;
    const changes = { put: { doors: [free] }, remove: { assignments: ['a-tenant-flat'] } };
    expect(outcome(invited.engine, 'owner', changes)).toBe('tenancy access_right:a-tenant-flat');
  });
});

describe('whose rights are a tenancy’s', () => {
  test('those the tenant gave, those of people he let grant, and no one’s who came before', () => {
    const engine = site(KIWI, {
      users: [{ id: 'sub' }, { id: 'subguest' }, { id: 'member' }, { id: 'x' }],
      teams: [
        { id: 'inner', users: ['member'] },
        { id: 'outer', teams: ['inner'] },
      ],
      doors: [{ id: 'free', place: 'hq', tenant: { user: 'ned', since: NOW } }],
      assignments: [
        right('ned host door:free', { id: 'own', grantedBy: 'owner' }),
        right('sub host door:free', { id: 'sub', grantedBy: 'ned' }),
        right('subguest guest door:free', { id: 'subguest', grantedBy: 'sub' }),
        right('team:outer host door:free', { id: 'team', grantedBy: 'ned' }),
        right('x guest door:free', { id: 'by-member', grantedBy: 'member' }),
        // guest holds no role that grants, so what he granted before is not the tenant's.
        right('guest guest door:free', { id: 'plain', grantedBy: 'ned' }),
        right('host guest door:free', { id: 'before', grantedBy: 'guest' }),
        right('partner guest door:free', { id: 'landlords', grantedBy: 'owner' }),
        right('kid guest door:front', {
          id: 'elsewhere',
          subject: { type: 'user', id: 'x' },
          grantedBy: 'ned',
        }),
      ],
    });
    const ids = tenantsRights(engine, 'free', 'ned').map(({ id }) => id);
    expect(ids.sort()).toEqual(['by-member', 'own', 'plain', 'sub', 'subguest', 'team']);
  });
});

describe('handing over', () => {
  test('later: until then everything is as it was, and the tenant’s right begins with it', () => {
    const since = '2026-12-01T00:00:00Z';
    const later = wrote(owner, planHandOver(owner, { ...handOver, since }));
    expect(may(later.engine, 'guest')).toBe('granted');
    expect(may(later.engine, 'ned')).toBe('pending');
    expect(may(later.engine, 'guest', since)).toBe('tenancy');
    expect(may(later.engine, 'ned', since)).toBe('granted');
  });

  test('to somebody who holds a right there: it becomes the tenant’s, and is not lowered', () => {
    const p = planning(start, 'owner');
    const one = wrote(p, planHandOver(p, { door: 'free', tenant: 'late' }));
    expect(one.value.assignment).toBe('a-late-free');
    expect(may(one.engine, 'late')).toBe('granted');
    const manager = start.apply({
      put: { assignments: [right('guest manager door:free', { grantedBy: 'owner' })] },
    });
    const q = planning(manager, 'owner');
    const two = wrote(q, planHandOver(q, { door: 'free', tenant: 'guest' }));
    expect(findElement(two.engine, 'assignments', 'a-guest-free')?.role).toBe('manager');
  });

  test('a door that stood unlocked by schedule is locked for strangers', () => {
    const stranger = (engine: Engine) => engine.can('nobody', 'unlock', 'home', { time: NOW });
    expect(stranger(start)).toBe(true);
    const let_ = wrote(owner, planHandOver(owner, { door: 'home', tenant: 'ned' }));
    expect(stranger(let_.engine)).toBe(false);
  });

  test.each([
    [{ door: 'no' }, 'door_unknown'],
    [{ door: 'flat' }, 'already_let'],
    [{ tenant: 'no' }, 'user_unknown'],
    [{ tenant: 'off' }, 'user_inactive'],
    [{ since: 'soon' }, 'since'],
  ])('%j is refused with %s', (wrong, code) => {
    expect(write(owner, planHandOver(owner, { ...handOver, ...wrong }))).toBe(code);
  });

  test('where doors have no roles, the tenant keeps what he holds if that is said', () => {
    const p = planning(site(KISI), 'owner');
    const order = { door: 'front', tenant: 'da' };
    expect(write(p, planHandOver(p, order))).toBe('no_tenant_role');
    const let_ = wrote(p, planHandOver(p, { ...order, role: null }));
    expect(let_.value.assignment).toBeUndefined();
    const monday = { time: '2026-11-23T10:00:00Z' };
    expect(let_.engine.can('da', 'unlock', 'front', monday)).toBe(true);
    expect(let_.engine.can('owner', 'unlock', 'front', monday)).toBe(false);
    const admin = planning(site(KISI), 'admin');
    expect(write(admin, planHandOver(admin, { ...order, role: null }))).toBe('no_access_right');
  });

  test('what is not let is not taken back', () => {
    expect(write(owner, planReturn(owner, { door: 'free' }))).toBe('not_let');
    expect(write(owner, planReturn(owner, { door: 'no' }))).toBe('door_unknown');
  });
});
