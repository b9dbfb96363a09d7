import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import type { Policy } from '../../src/policy/document.js';
import { edited, KISI, outcome, right, site } from './sites.js';

const no = (element: string) => `no_access_right ${element}`;
type Row = [what: string, actor: string, changes: Changes, expected: string];

function grant(by: string, text: string, more = {}): Changes {
  return { put: { assignments: [right(text, { grantedBy: by, ...more })] } };
}

describe('a link that opens doors in two places', () => {
  const both = site(KISI, {
    links: [{ id: 'both', secretHash: 'h1' }],
    assignments: [
      right('link:both door_access group:staff'),
      right('link:both place_door_access place:lab', { id: 'far' }),
    ],
  });
  const mine: Changes = { put: { links: [{ id: 'both', secretHash: 'mine' }] } };
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['is not altered by whoever manages one of its groups', 'gm', mine, no('link:both')],
    ['nor by the administrator of one of its places', 'hqadmin', mine, no('link:both')],
    ['nor by the administrator of the other', 'labadmin', mine, no('link:both')],
    ['but by whoever has the permission at the organization', 'oam', mine, 'permit by a-oam-acme'],
    ['nor is it deleted from one of them', 'gm', { remove: { links: ['both'], assignments: ['a-both-staff', 'far'] } }, `${no('access_right:far')}, ${no('link:both')}`],
    ['nor altered in the set that ends what one may end of it', 'gm', { remove: { assignments: ['a-both-staff'] }, ...mine }, no('link:both')],
    ['its right in the own group is ended', 'gm', { remove: { assignments: ['a-both-staff'] } }, 'permit by a-gm-staff'],
    ['its right in the own group is not altered', 'gm', grant('gm', 'link:both door_access group:staff', { validity: { until: '2030-01-01T00:00:00Z' } }), no('access_right:a-both-staff')],
    ['it is given no more', 'hqman', grant('hqman', 'link:both place_door_access place:hq'), no('access_right:a-both-hq')],
    ['but by whoever has the permission wherever it is', 'oam', grant('oam', 'link:both place_door_access place:hq'), 'permit by a-oam-acme'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(both, actor, changes)).toBe(expected);
  });
});

describe('a link of another place', () => {
  const far = site(KISI, {
    links: [{ id: 'far', secretHash: 'h1' }],
    assignments: [right('link:far place_door_access place:lab')],
  });
  const pull = grant('gm', 'link:far door_access group:staff');
  const mine: Changes = { put: { links: [{ id: 'far', secretHash: 'mine' }] } };

  test('is not pulled into one’s own group', () => {
    expect(outcome(far, 'gm', pull)).toBe(no('access_right:a-far-staff'));
    expect(outcome(far, 'gm', { put: { ...pull.put, ...mine.put } })).toContain(no('link:far'));
  });

  test('nor altered once somebody else has put it there', () => {
    expect(outcome(far.apply(pull), 'gm', mine)).toBe(no('link:far'));
    expect(outcome(far, 'labadmin', mine)).toBe('permit by a-labadmin-lab');
  });

  test('that holds nothing yet is drawn near by nobody below the organization', () => {
    const draw = (by: string) => grant(by, 'link:loose door_access group:staff');
    expect(outcome(far, 'gm', draw('gm'))).toBe(no('access_right:a-loose-staff'));
    expect(outcome(far, 'oam', draw('oam'))).toBe('permit by a-oam-acme');
  });

  test('in one’s own group alone is altered and extended there', () => {
    const renamed = edited(KISI, 'links', 'visit', { secretHash: 'new' });
    expect(outcome(far, 'gm', renamed)).toBe('permit by a-gm-staff');
    const longer = grant('gm', 'link:visit door_access group:staff', {
      validity: { until: '2030-01-01T00:00:00Z' },
    });
    expect(outcome(far, 'gm', longer)).toBe('permit by a-gm-staff');
    expect(outcome(far, 'hqman', grant('hqman', 'link:visit place_door_access place:hq'))).toBe(
      'permit by a-hqman-hq',
    );
  });
});

describe('somebody who holds rights in two places', () => {
  const manager = {
    id: 'adm',
    levels: ['place', 'organization', 'door'],
    rank: 5,
    assigns: 'up_to_own_rank',
    permissions: {
      door: ['unlock'],
      access_right: ['create', 'delete'],
      card: ['create', 'update', 'delete'],
      user: ['create', 'update', 'delete'],
    },
  };
  const chief = { id: 'chief', levels: ['organization'], rank: 9, unique: true, permissions: {} };
  const policy = {
    version: 1,
    organization: { id: 'acme', roles: { id: 'own', roles: [manager, chief] } },
    places: [{ id: 'p' }, { id: 'q' }],
    doors: [
      { id: 'dp', place: 'p' },
      { id: 'dq', place: 'q' },
    ],
    users: ['chief', 'pa', 'qa', 'two', 'doored', 'top', 'none', 'local'].map((id) => ({ id })),
    assignments: [
      right('chief chief organization:acme'),
      right('pa adm place:p'),
      right('qa adm place:q'),
      right('two adm place:p'),
      right('two adm place:q'),
      right('doored adm place:p'),
      right('doored adm door:dq'),
      right('top adm organization:acme'),
      right('local adm place:p'),
    ],
    credentials: [
      { id: 'k-qa', kind: 'card', user: 'qa', state: 'active' },
      { id: 'k-two', kind: 'card', user: 'two', state: 'active' },
    ],
  } as unknown as Policy;
  const engine = site(policy);
  const card = (user: string, id = 'k') => ({
    credentials: [{ id, kind: 'card', user, state: 'active' }],
  });
  const pull = (user: string) => grant('pa', `${user} adm place:p`).put;
  const put = (...parts: (object | undefined)[]): Changes => ({ put: Object.assign({}, ...parts) });
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['is given a card by whoever reaches all he holds', 'pa', put(card('local')), 'permit by a-pa-p'],
    ['is given none by the set that draws him near', 'pa', put(pull('qa'), card('qa')), no('credential:k')],
    ['nor if he held nothing before', 'pa', put(pull('none'), card('none')), no('credential:k')],
    ['but if he comes to be in that set', 'pa', put({ users: [{ id: 'new' }] }, pull('new'), card('new')), 'permit by a-pa-p'],
    ['is given none from one of the places', 'pa', put(card('two')), no('credential:k')],
    ['nor from the place in which he holds a role beside a door elsewhere', 'pa', put(card('doored')), no('credential:k')],
    ['nor if he holds something at the organization', 'pa', put(card('top')), no('credential:k')],
    ['is given one by whoever holds both places', 'two', put(card('doored')), 'permit by a-two-p a-two-q'],
    ['is given one from the organization', 'top', put(card('two')), 'permit by a-top-acme'],
    ['has his card taken by nobody in one of the places', 'pa', { remove: { credentials: ['k-two'] } }, no('credential:k-two')],
    ['has his card handed on by nobody in one of the places', 'pa', put(card('local', 'k-two')), no('credential:k-two')],
    ['is altered by nobody in one of the places', 'pa', put({ users: [{ id: 'two', active: false }] }), no('user:two')],
    ['is altered by whoever reaches all he holds', 'pa', put({ users: [{ id: 'local', active: false }] }), 'permit by a-pa-p'],
    ['is altered from the organization', 'top', put({ users: [{ id: 'two', active: false }] }), 'permit by a-top-acme'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });

  test('is out of reach in two sets as well as in one', () => {
    const first = { put: pull('qa') } as Changes;
    expect(outcome(engine, 'pa', first)).toBe('permit by a-pa-p');
    expect(outcome(engine.apply(first), 'pa', put(card('qa')))).toBe(no('credential:k'));
  });

  test('is still the user manager’s in the model kisi, who reaches everybody', () => {
    const two = site(KISI, { assignments: [right('da door_access group:labs')] });
    expect(outcome(two, 'um', put(card('da')))).toBe('permit by a-um-acme');
    expect(outcome(two, 'um', edited(KISI, 'users', 'da', { name: 'Dana' }))).toBe(
      'permit by a-um-acme',
    );
  });
});
