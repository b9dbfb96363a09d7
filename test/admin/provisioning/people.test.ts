import { describe, expect, test } from 'vitest';
import { planBadge } from '../../../src/admin/provisioning/badge.js';
import {
  planAddCredential,
  planCredentialState,
  planRemoveCredential,
} from '../../../src/admin/provisioning/credentials.js';
import { emailKey, nextNumbered } from '../../../src/admin/provisioning/email.js';
import {
  planChangeGroup,
  planCreateGroup,
  planDeleteGroup,
} from '../../../src/admin/provisioning/groups.js';
import {
  planChangeMembers,
  planCreateTeam,
  planDeleteTeam,
} from '../../../src/admin/provisioning/teams.js';
import {
  planCreateUser,
  planSetUserActive,
  planUpdateUser,
} from '../../../src/admin/provisioning/users.js';
import { findElement } from '../../../src/engine/elements.js';
import { planning, write, wrote } from '../plans.js';
import { KISI, site } from '../sites.js';

const TUESDAY = Date.parse('2026-11-24T10:00:00Z');
const engine = site(KISI, {
  users: [
    { id: 'ada', email: 'Ada@Example.com' },
    { id: 'v1', email: 'visitors+1@example.com' },
    { id: 'v3', email: 'VISITORS+3@example.com' },
    { id: 'odd', email: 'visitors+01@example.com' },
  ],
});
const admin = planning(engine, 'admin');

describe('users', () => {
  test('a user is made with the members given and nothing else', () => {
    const made = wrote(
      admin,
      planCreateUser(admin, { id: 'eve', name: 'Eve', segment: 'resident' }),
    );
    expect(findElement(made.engine, 'users', 'eve')).toEqual({
      id: 'eve',
      name: 'Eve',
      segment: 'resident',
    });
  });

  test('without an id the user gets a fresh one', () => {
    const made = wrote(admin, planCreateUser(admin, { email: 'eve@example.com' }));
    expect(findElement(made.engine, 'users', made.value.user)?.email).toBe('eve@example.com');
  });

  test.each([
    [{ id: 'ada' }, 'user_exists'],
    [{ email: 'ada@example.COM' }, 'email_taken'],
    [{ email: 'ada' }, 'email_invalid'],
    [{ email: 'a b@example.com' }, 'email_invalid'],
    [{ email: `${'a'.repeat(65)}@example.com` }, 'email_invalid'],
  ])('%j is refused with %s', (order, code) => {
    expect(write(admin, planCreateUser(admin, order))).toBe(code);
  });

  test('who may not make users is refused by the change itself', () => {
    const obs = planning(engine, 'obs');
    expect(write(obs, planCreateUser(obs, { id: 'eve' }))).toBe('no_access_right');
  });

  test('an update sets members, takes null away and leaves the rest', () => {
    const named = wrote(admin, planUpdateUser(admin, { user: 'ada', name: 'Ada', segment: 'x' }));
    const p = planning(named.engine, 'admin');
    const next = wrote(p, planUpdateUser(p, { user: 'ada', segment: null, email: undefined }));
    expect(findElement(next.engine, 'users', 'ada')).toEqual({
      id: 'ada',
      email: 'Ada@Example.com',
      name: 'Ada',
    });
  });

  test('a user may keep the address he has, and not take that of another', () => {
    expect(write(admin, planUpdateUser(admin, { user: 'ada', email: 'ada@example.com' }))).not.toBe(
      'email_taken',
    );
    expect(write(admin, planUpdateUser(admin, { user: 'da', email: 'ada@example.com' }))).toBe(
      'email_taken',
    );
    expect(write(admin, planUpdateUser(admin, { user: 'nobody' }))).toBe('user_unknown');
  });

  test('a deactivated user is refused at once, keeps what he holds, and has it again', () => {
    const off = wrote(admin, planSetUserActive(admin, { user: 'pda', active: false }));
    expect(off.engine.can('pda', 'unlock', 'side', { time: TUESDAY })).toBe(false);
    expect(findElement(off.engine, 'assignments', 'a-pda-hq')).toBeDefined();
    const p = planning(off.engine, 'admin');
    const on = wrote(p, planSetUserActive(p, { user: 'pda', active: true }));
    expect(on.engine.can('pda', 'unlock', 'side', { time: TUESDAY })).toBe(true);
  });

  test('a patch cannot reach a prototype', () => {
    const hostile = JSON.parse('{"user":"ada","__proto__":{"active":false}}');
    const planned = planUpdateUser(admin, hostile);
    expect(() => write(admin, planned)).toThrow(/__proto__/u);
    expect(({} as { active?: unknown }).active).toBeUndefined();
  });
});

describe('teams', () => {
  test('joining gives what the team holds, leaving ends it', () => {
    const joined = wrote(
      admin,
      planChangeMembers(admin, { team: 'crew', join: { users: ['ned'] } }),
    );
    const facts = { time: Date.parse('2026-11-23T10:00:00Z') };
    expect(engine.can('ned', 'unlock', 'front', facts)).toBe(false);
    expect(joined.engine.can('ned', 'unlock', 'front', facts)).toBe(true);
    const p = planning(joined.engine, 'admin');
    const left = wrote(p, planChangeMembers(p, { team: 'crew', leave: { users: ['ned'] } }));
    expect(left.engine.can('ned', 'unlock', 'front', facts)).toBe(false);
    expect(findElement(left.engine, 'teams', 'crew')?.users).toEqual(['da']);
  });

  test('a team that goes takes its rights along, and teams above it forget it', () => {
    const gone = wrote(admin, planDeleteTeam(admin, 'crew'));
    expect(gone.value.ended).toEqual(['a-crew-wide']);
    expect(findElement(gone.engine, 'teams', 'all')?.teams).toEqual([]);
    expect(findElement(gone.engine, 'users', 'da')).toBeDefined();
  });

  test('a team is made once, and an unknown one neither changed nor deleted', () => {
    const made = wrote(admin, planCreateTeam(admin, { id: 'night', users: ['ned'] }));
    expect(findElement(made.engine, 'teams', 'night')).toEqual({ id: 'night', users: ['ned'] });
    expect(write(admin, planCreateTeam(admin, { id: 'crew' }))).toBe('team_exists');
    expect(write(admin, planChangeMembers(admin, { team: 'no' }))).toBe('team_unknown');
    expect(write(admin, planDeleteTeam(admin, 'no'))).toBe('team_unknown');
  });

  test('who may not give what a team holds lets nobody join', () => {
    const obs = planning(engine, 'obs');
    const planned = planChangeMembers(obs, { team: 'crew', join: { users: ['ned'] } });
    expect(write(obs, planned)).toBe('no_access_right');
  });
});

describe('groups', () => {
  test('doors come and go, and with the group go the rights held there', () => {
    const made = wrote(admin, planCreateGroup(admin, { id: 'night', doors: ['front'] }));
    const p = planning(made.engine, 'admin');
    const more = wrote(
      p,
      planChangeGroup(p, {
        group: 'night',
        add: { doors: ['side'] },
        remove: { doors: ['front'] },
      }),
    );
    expect(findElement(more.engine, 'groups', 'night')?.doors).toEqual(['side']);
    const gone = wrote(admin, planDeleteGroup(admin, 'staff'));
    expect([...gone.value.ended].sort()).toEqual(['a-da-staff', 'a-gm-staff', 'a-visit-staff']);
    expect(findElement(gone.engine, 'groups', 'staff')).toBeUndefined();
  });

  test('refusals have names', () => {
    expect(write(admin, planCreateGroup(admin, { id: 'staff' }))).toBe('group_exists');
    expect(write(admin, planChangeGroup(admin, { group: 'no' }))).toBe('group_unknown');
    expect(write(admin, planDeleteGroup(admin, 'no'))).toBe('group_unknown');
  });
});

describe('credentials', () => {
  test('a card opens for its user until it is lost, and again when it is found', () => {
    const card = (from: typeof engine) =>
      from.decide({
        subject: { type: 'credential', id: 'c9' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: 'side' },
        context: { time: TUESDAY, method: 'card' },
      }).context.reason;
    const added = wrote(admin, planAddCredential(admin, { id: 'c9', kind: 'card', user: 'pda' }));
    expect(card(added.engine)).toBe('granted');
    const p = planning(added.engine, 'admin');
    const lost = wrote(p, planCredentialState(p, { credential: 'c9', state: 'lost' }));
    expect(card(lost.engine)).toBe('credential_inactive');
    const gone = wrote(p, planRemoveCredential(p, 'c9'));
    expect(card(gone.engine)).toBe('subject_unknown');
  });

  test('a credential that exists is given to nobody else', () => {
    const order = { id: 'c-da', kind: 'card', user: 'ned' } as const;
    expect(write(admin, planAddCredential(admin, order))).toBe('credential_exists');
    expect(write(admin, planCredentialState(admin, { credential: 'no', state: 'lost' }))).toBe(
      'credential_unknown',
    );
    expect(write(admin, planRemoveCredential(admin, 'no'))).toBe('credential_unknown');
  });
});

describe('contractor badges', () => {
  test('the next badge has the smallest free number, a card and what the team holds', () => {
    const order = { email: 'visitors@example.com', card: 'b2', team: 'crew' };
    const made = wrote(admin, planBadge(admin, order));
    expect(made.value).toMatchObject({ number: 2, email: 'visitors+2@example.com' });
    const p = planning(made.engine, 'admin');
    const next = wrote(p, planBadge(p, { ...order, card: 'b4' }));
    expect(next.value.number).toBe(4);
    const monday = { time: Date.parse('2026-11-23T10:00:00Z') };
    expect(next.engine.can(made.value.user, 'unlock', 'front', monday)).toBe(true);
    expect(findElement(next.engine, 'credentials', 'b4')).toEqual({
      id: 'b4',
      kind: 'card',
      user: next.value.user,
      state: 'active',
    });
  });

  test.each([
    [{ email: 'visitors', card: 'b' }, 'email_invalid'],
    [{ email: 'visitors+7@example.com', card: 'b' }, 'email_invalid'],
    [{ email: 'visitors@example.com', card: 'c-da' }, 'credential_known'],
    [{ email: 'visitors@example.com', card: 'b', team: 'no' }, 'team_unknown'],
  ])('%j is refused with %s', (order, code) => {
    expect(write(admin, planBadge(admin, order))).toBe(code);
  });

  test('other domains and other names have numbers of their own', () => {
    expect(nextNumbered(engine, 'visitors@example.org')?.number).toBe(1);
    expect(nextNumbered(engine, 'guests@example.com')?.number).toBe(1);
    expect(emailKey('  A@B.c ')).toBe('a@b.c');
    expect(emailKey('a@b@c')).toBeUndefined();
    expect(emailKey(7)).toBeUndefined();
  });
});
