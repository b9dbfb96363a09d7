import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import type { ScheduleBody } from '../../src/policy/document.js';
import { edited, KISI, KIWI, outcome, right, site } from './sites.js';

const no = (element: string) => `no_access_right ${element}`;
type Row = [what: string, actor: string, changes: Changes, expected: string];

describe('the hours of one’s own assignment', () => {
  const zoned: ScheduleBody = { timeZone: 'Europe/Berlin', calendar: 'year' };
  const engine = site(KISI, {
    calendars: [
      { id: 'year', days: [] },
      { id: 'inside', days: [] },
      { id: 'free', days: [] },
    ],
    schedules: [{ id: 'own', ...zoned }, { id: 'teams' }, { id: 'free', calendar: 'free' }],
    users: [{ id: 'pa' }, { id: 'inline' }, { id: 'member' }],
    teams: [
      { id: 'outer', teams: ['inner'] },
      { id: 'inner', users: ['member'] },
    ],
    groups: [{ id: 'hqteam', place: 'hq', doors: [] }],
    doors: [{ id: 'hall', place: 'hq', restrictions: { schedule: 'free' } }],
    assignments: [
      right('pa place_administrator place:hq', { validity: { schedule: 'own' } }),
      right('inline place_administrator place:hq', {
        validity: { schedule: { calendar: 'inside' } },
      }),
      right('member place_administrator place:hq'),
      right('team:outer door_access group:hqteam', { validity: { schedule: 'teams' } }),
    ],
  });
  const schedule = (id: string, more: object = {}): Changes => ({
    put: { schedules: [{ id, ...more }] },
  });
  const calendar = (id: string): Changes => ({
    put: { calendars: [{ id, days: [{ date: '2026-12-24' }] }] },
  });
  const place = (more: object) => edited(KISI, 'places', 'hq', more);
  const group = (more: object): Changes => ({
    put: { groups: [{ id: 'hqteam', doors: [], ...more }] },
  });
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['are not changed by one’s schedule', 'pa', schedule('own'), no('schedule:own')],
    ['nor by putting it as it is', 'pa', schedule('own', zoned), no('schedule:own')],
    ['nor by switching it off', 'pa', schedule('own', { ...zoned, enabled: false }), no('schedule:own')],
    ['nor by the calendar it reads', 'pa', calendar('year'), no('calendar:year')],
    ['others change them', 'hqadmin', schedule('own'), 'permit by a-hqadmin-hq'],
    ['others change the calendar', 'hqadmin', calendar('year'), 'permit by a-hqadmin-hq'],
    ['other hours are one’s own to change', 'pa', schedule('free'), 'permit by a-pa-hq'],
    ['other calendars too', 'pa', calendar('free'), 'permit by a-pa-hq'],
    ['written inline, they are not changed by their calendar', 'inline', calendar('inside'), no('calendar:inside')],
    ['nor by the zone of the place in which they are read', 'inline', place({ timeZone: 'Pacific/Auckland' }), no('place:hq')],
    ['while the rest of that place may change', 'inline', place({ capacity: 9 }), 'permit by a-inline-hq'],
    ['hours that name their zone leave the place’s alone', 'pa', place({ timeZone: 'Pacific/Auckland' }), 'permit by a-pa-hq'],
    ['held by a team above one’s own, they are not changed either', 'member', schedule('teams'), no('schedule:teams')],
    ['nor by the zone of the place in which their group lies', 'member', place({ timeZone: 'Pacific/Auckland' }), no('place:hq')],
    ['but by those who are not in it', 'hqadmin', schedule('teams'), 'permit by a-hqadmin-hq'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });

  test('are not moved to another zone with the group or door they are held at', () => {
    const held = engine.apply({
      put: {
        users: [{ id: 'mover' }],
        assignments: [
          right('mover organization_administrator organization:acme'),
          right('mover door_access group:hqteam', { validity: { schedule: 'teams' } }),
        ],
      },
    });
    expect(outcome(held, 'mover', group({ place: 'lab' }))).toBe(no('group:hqteam'));
    expect(outcome(held, 'mover', group({ place: 'hq', name: 'Team' }))).toBe(
      'permit by a-mover-acme',
    );
    expect(outcome(held, 'admin', group({ place: 'lab' }))).toBe('permit by a-admin-acme');
    const flat = site(KIWI, {
      doors: [{ id: 'attic', place: 'hq' }],
      schedules: [{ id: 'day' }],
      assignments: [right('owner guest door:attic', { validity: { schedule: 'day' } })],
    });
    const moved = (id: string): Changes => ({ put: { doors: [{ id, place: 'lab' }] } });
    expect(outcome(flat, 'owner', moved('attic'))).toBe(no('door:attic'));
    expect(outcome(flat, 'owner', moved('soon'))).toBe('permit by a-owner-acme');
  });
});
