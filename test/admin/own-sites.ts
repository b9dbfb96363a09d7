/** Organisations with role models of their own, to judge change sets in. */
import type { Policy } from '../../src/policy/document.js';
import { right } from './sites.js';

/** A model in which every single role is narrow, so that each rule can be met by one and missed by the next. */
export const OWN = {
  version: 1,
  organization: {
    id: 'acme',
    timeZone: 'Europe/Berlin',
    roles: {
      id: 'own',
      roles: [
        { id: 'opener', levels: ['group', 'place'], rank: 1, permissions: { door: ['unlock'] } },
        {
          id: 'keeper',
          levels: ['group', 'place'],
          rank: 5,
          permissions: {
            group: ['create', 'update', 'delete'],
            door: ['update'],
            user: ['create', 'update', 'delete'],
            card: ['create', 'update', 'delete'],
            unlock_schedule: ['update'],
          },
        },
        {
          id: 'giver',
          levels: ['group', 'place'],
          rank: 5,
          assigns: ['opener', 'old', 'giver'],
          permissions: { access_right: ['create'] },
        },
        {
          id: 'taker',
          levels: ['group', 'place'],
          rank: 5,
          assigns: ['opener', 'old'],
          permissions: { access_right: ['delete'] },
        },
        { id: 'old', levels: ['group', 'place'], rank: 1, assignable: false, permissions: {} },
        {
          id: 'clerk',
          levels: ['place'],
          rank: 5,
          permissions: {
            access_schedule: ['create', 'update', 'delete'],
            unlock_schedule: ['create', 'delete'],
            door: ['update'],
          },
        },
        { id: 'mascot', levels: ['place'], rank: 0, unique: true, permissions: {} },
        { id: 'chief', levels: ['organization'], rank: 9, unique: true, permissions: {} },
        { id: 'vice', levels: ['organization'], rank: 8, unique: true, permissions: {} },
      ],
    },
  },
  places: [{ id: 'hq' }, { id: 'lab' }],
  doors: [
    { id: 'front', place: 'hq', restrictions: { schedule: 'free' } },
    { id: 'side', place: 'hq', unlock: [{ schedule: 'open' }] },
    { id: 'lab-door', place: 'lab' },
  ],
  schedules: [
    { id: 'open', calendar: 'sales' },
    { id: 'free', calendar: 'feasts' },
  ],
  calendars: [
    { id: 'sales', days: [] },
    { id: 'feasts', days: [] },
  ],
  groups: [
    { id: 'one', doors: ['front'] },
    { id: 'two', doors: [] },
    { id: 'off', doors: ['front'], enabled: false },
  ],
  users: [
    'chief',
    'vice',
    'kate',
    'pete',
    'gina',
    'tara',
    'otto',
    'both',
    'carl',
    'mona',
    'ned',
  ].map((id) => ({ id })),
  teams: [{ id: 'crew', users: ['ned'] }],
  assignments: [
    right('chief chief organization:acme'),
    right('vice vice organization:acme'),
    right('kate keeper group:one'),
    right('kate keeper group:two'),
    right('pete keeper place:hq'),
    right('carl clerk place:hq'),
    right('mona mascot place:hq'),
    right('gina giver group:one'),
    right('tara taker group:one'),
    right('otto keeper group:off'),
    right('otto opener group:one'),
    right('both giver group:one'),
    right('both taker group:one', { id: 'a-both-second' }),
    right('ned old group:one'),
    right('team:crew opener group:one'),
  ],
} as unknown as Policy;

/** A model whose deputies may change everything but open nothing: whatever lets them in shows. */
export const DEPUTIES = {
  version: 1,
  organization: {
    id: 'acme',
    timeZone: 'Europe/Berlin',
    roles: {
      id: 'deputies',
      roles: [
        {
          id: 'opener',
          levels: ['group', 'place', 'door'],
          rank: 1,
          permissions: { door: ['unlock'] },
        },
        {
          id: 'deputy',
          levels: ['group', 'place', 'organization'],
          rank: 5,
          assigns: ['opener', 'deputy'],
          permissions: {
            access_right: ['create', 'update', 'delete'],
            group: ['create', 'update', 'delete'],
            door: ['create', 'update', 'delete'],
            user: ['create', 'update', 'delete'],
            card: ['create', 'update', 'delete'],
          },
        },
        { id: 'chief', levels: ['organization'], rank: 9, unique: true, permissions: {} },
      ],
    },
  },
  places: [{ id: 'hq' }, { id: 'lab' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'side', place: 'hq' },
    { id: 'lab-door', place: 'lab' },
  ],
  groups: [
    { id: 'one', doors: ['front'] },
    { id: 'labs', place: 'lab', doors: ['lab-door'] },
  ],
  users: ['chief', 'all-deputy', 'hq-deputy', 'one-deputy', 'opener', 'ned'].map((id) => ({ id })),
  teams: [
    { id: 'crew', users: ['ned'] },
    { id: 'all', teams: ['crew'] },
  ],
  assignments: [
    right('chief chief organization:acme'),
    right('all-deputy deputy organization:acme'),
    right('hq-deputy deputy place:hq'),
    right('one-deputy deputy group:one'),
    right('opener opener place:hq'),
    right('team:crew opener group:one'),
    right('team:all opener place:hq'),
  ],
  credentials: [{ id: 'c-ned', kind: 'card', user: 'ned', state: 'active' }],
} as unknown as Policy;
