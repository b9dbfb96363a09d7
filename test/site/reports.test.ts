import { describe, expect, test } from 'vitest';
import { memoryStore, nodeSiteHost, openSite } from '../../src/adapters/for-site.js';
import {
  endReport,
  renderReport,
  scheduleReport,
  sendDueReports,
} from '../../src/adapters/site/reports.js';
import {
  duePeriod,
  periodOfReport,
  type ReportSchedule,
} from '../../src/admin/reports/report-schedule.js';
import { dayStart } from '../../src/checks/time/day-start.js';
import { compileZone } from '../../src/checks/time/zone.js';
import { compilePolicy, luxonTimeZones } from '../../src/index.js';

const owner = { type: 'user', id: 'owner' } as const;
const at = (text: string) => Date.parse(text);

const policy = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'hq' }, { id: 'tokyo', timeZone: 'Asia/Tokyo' }],
  doors: [{ id: 'front', place: 'hq' }],
  users: [{ id: 'owner', name: '=1+1' }, { id: 'seer' }, { id: 'guest' }, { id: 'leaver' }],
  groups: [{ id: 'staff', place: 'hq', doors: ['front'] }],
  assignments: [
    {
      id: 'o',
      subject: { type: 'user', id: 'owner' },
      role: 'organization_owner',
      scope: { type: 'organization', id: 'acme' },
    },
    {
      id: 's',
      subject: { type: 'user', id: 'seer' },
      role: 'organization_administrator',
      scope: { type: 'organization', id: 'acme' },
    },
  ],
} as const;

async function opened(now: string) {
  const store = memoryStore();
  const clock = { now: at(now) };
  await store.create(policy);
  const host = { ...nodeSiteHost, now: () => clock.now };
  return { site: await openSite({ store, organization: 'acme', host }), clock };
}

const order = {
  name: 'doors',
  report: 'events',
  format: 'csv',
  every: 'day',
  to: ['guest'],
} as const;

describe('when a report is due:', () => {
  const engine = compilePolicy(policy);
  const due = (schedule: Partial<ReportSchedule>, now: string) =>
    duePeriod(engine, { ...order, maker: 'owner', sentUntil: '2026-11-22', ...schedule }, at(now));

  test.each([
    // Berlin is an hour ahead of UTC.
    ['a day', {}, '2026-11-23T04:59:00Z', undefined],
    ['a day', {}, '2026-11-23T05:00:00Z', '2026-11-22..2026-11-23'],
    ['a day at its own time', { at: '00:00' }, '2026-11-22T23:00:00Z', '2026-11-22..2026-11-23'],
    ['a day elsewhere', { place: 'tokyo' }, '2026-11-22T21:00:00Z', '2026-11-22..2026-11-23'],
    ['only the newest of many days', {}, '2026-12-01T09:00:00Z', '2026-11-30..2026-12-01'],
    [
      'a week, ended on Monday',
      { every: 'week', sentUntil: '2026-11-16' },
      '2026-11-23T09:00:00Z',
      '2026-11-16..2026-11-23',
    ],
    [
      'a week, later than Monday',
      { every: 'week', sentUntil: '2026-11-16' },
      '2026-11-25T01:00:00Z',
      '2026-11-16..2026-11-23',
    ],
    [
      'a month',
      { every: 'month', sentUntil: '2026-11-01' },
      '2026-12-01T09:00:00Z',
      '2026-11-01..2026-12-01',
    ],
    ['nothing sent already', {}, '2026-11-22T23:00:00Z', undefined],
  ] as const)('%s (%j) at %s', (_, schedule, now, expected) => {
    const period = due(schedule, now);
    expect(period && `${period.from}..${period.until}`).toBe(expected);
  });

  test('its instants are those at which the wall shows midnight', () => {
    expect(due({ sentUntil: '2026-10-25', place: 'hq' }, '2026-10-26T09:00:00Z')).toMatchObject({
      start: '2026-10-24T22:00:00Z',
      end: '2026-10-25T23:00:00Z',
    });
    expect(periodOfReport(engine, undefined, '2026-11-22', '2026-11-22')).toBeUndefined();
    expect(periodOfReport(engine, undefined, 'x', '2026-11-22')).toBeUndefined();
  });
});

test('a day without midnight begins after the jump, and a day that never was where the next one does', () => {
  const start = (name: string, day: string) =>
    new Date(
      dayStart(compileZone(luxonTimeZones, name), Date.parse(day) / 86_400_000),
    ).toISOString();
  expect(start('Africa/Cairo', '2026-04-24')).toBe('2026-04-23T22:00:00.000Z');
  expect(start('Pacific/Apia', '2011-12-30')).toBe('2011-12-30T10:00:00.000Z');
  expect(start('Pacific/Apia', '2011-12-31')).toBe('2011-12-30T10:00:00.000Z');
  expect(start('Pacific/Kiritimati', '2026-01-01')).toBe('2025-12-31T10:00:00.000Z');
  expect(start('Etc/GMT+12', '2026-01-01')).toBe('2026-01-01T12:00:00.000Z');
});

describe('who may schedule a report:', () => {
  test.each([
    ['owner', order, 'ok'],
    ['guest', order, 'refused'],
    ['owner', { ...order, place: 'nowhere' }, 'unknown_place'],
    ['owner', { ...order, to: ['nobody'] }, 'unknown_user'],
    ['owner', { ...order, to: [] }, 'malformed'],
    ['owner', { ...order, at: '24:00' }, 'malformed'],
  ] as const)('%s, %j: %s', async (id, wanted, expected) => {
    const { site } = await opened('2026-11-22T09:00:00Z');
    const made = await scheduleReport(site, { type: 'user', id }, wanted);
    expect(made.ok ? 'ok' : made.code).toBe(expected);
  });
});

describe('a due report', () => {
  test('is sent once, as a notice to everybody it goes to', async () => {
    const { site, clock } = await opened('2026-11-22T09:00:00Z');
    await scheduleReport(site, owner, { ...order, to: ['guest', 'seer'] });
    expect(await sendDueReports(site)).toEqual([]);
    const quiet = await site.store.events('audit');
    clock.now = at('2026-11-23T06:00:00Z');
    expect(await sendDueReports(site)).toHaveLength(1);
    expect(await sendDueReports(site)).toEqual([]);
    const notices = await site.store.events('notice', { order: 'oldest' });
    expect(notices.map(({ personal }) => JSON.parse(personal ?? '').subject.id)).toEqual([
      'guest',
      'seer',
    ]);
    expect(JSON.parse(notices[0]?.personal ?? '').data).toMatchObject({
      from: '2026-11-22',
      until: '2026-11-23',
    });
    // Looking and finding nothing leaves no trace.
    expect(await site.store.events('audit')).toHaveLength(quiet.length + 1);
  });

  test('goes to nobody once its maker may not have it any more', async () => {
    const { site, clock } = await opened('2026-11-22T09:00:00Z');
    await scheduleReport(site, { type: 'user', id: 'seer' }, order);
    await site.write({
      actor: owner,
      operation: 'assignment.end',
      plan: () =>
        ({ ok: true, value: { value: 1, changes: { remove: { assignments: ['s'] } } } }) as const,
    });
    clock.now = at('2026-11-23T06:00:00Z');
    expect(await sendDueReports(site)).toEqual([]);
    expect(await site.store.events('notice')).toEqual([]);
  });

  test('passes those over who were switched off or are gone', async () => {
    const { site, clock } = await opened('2026-11-22T09:00:00Z');
    await scheduleReport(site, owner, { ...order, to: ['guest', 'seer', 'leaver'] });
    const changes = {
      put: { users: [{ id: 'guest', active: false }] },
      remove: { users: ['leaver'] },
    };
    const written = await site.write({
      actor: owner,
      operation: 'user.deactivate',
      plan: () => ({ ok: true, value: { value: 1, changes } }),
    });
    expect(written.ok).toBe(true);
    clock.now = at('2026-11-23T06:00:00Z');
    expect(await sendDueReports(site)).toHaveLength(1);
    const notices = await site.store.events('notice');
    expect(notices.map(({ personal }) => JSON.parse(personal ?? '').subject.id)).toEqual(['seer']);
  });

  test('is ended by its maker, and by nobody without the right', async () => {
    const { site } = await opened('2026-11-22T09:00:00Z');
    const made = await scheduleReport(site, owner, order);
    const id = made.ok ? made.value.id : '';
    expect(await endReport(site, { type: 'user', id: 'guest' }, id)).toMatchObject({
      code: 'refused',
    });
    expect(await endReport(site, owner, id)).toMatchObject({ ok: true });
    expect(await endReport(site, owner, id)).toMatchObject({ code: 'unknown_report' });
  });
});

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) text += line;
  return text;
}

describe('the lines of a report', () => {
  const period = { start: '2026-11-21T23:00:00.000Z', end: '2026-11-22T23:00:00.000Z' };

  test('of events are those of the period alone', async () => {
    const { site, clock } = await opened('2026-11-22T09:00:00Z');
    const knock = () =>
      site.open({
        subject: { type: 'user', id: 'guest' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: 'front' },
        context: { time: clock.now },
      });
    await knock();
    clock.now = at('2026-11-23T09:00:00Z');
    await knock();
    const text = await textOf(renderReport(site, { report: 'events', format: 'ndjson' }, period));
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).time),
    ).toEqual(['2026-11-22T09:00:00.000Z']);
    const csv = await textOf(renderReport(site, { report: 'events', format: 'csv' }, period));
    expect(csv.split('\r\n')).toHaveLength(3);
  });

  test('of people and rights are rows, and no cell is a formula', async () => {
    const { site } = await opened('2026-11-22T09:00:00Z');
    const users = await textOf(renderReport(site, { report: 'users', format: 'csv' }, period));
    expect(users).toContain("'=1+1");
    const rights = await textOf(
      renderReport(site, { report: 'access_rights', format: 'ndjson' }, period),
    );
    expect(JSON.parse(rights.split('\n')[0] ?? '')).toMatchObject({
      id: 'o',
      role: 'organization_owner',
    });
    expect(
      await textOf(
        renderReport(site, { report: 'access_rights', format: 'csv', place: 'hq' }, period),
      ),
    ).toBe('');
    // Whoever may see the people of a place is shown no others.
    const ofPlace = { report: 'users', format: 'ndjson', place: 'hq' } as const;
    expect(await textOf(renderReport(site, ofPlace, period))).toBe('');
    const roles = [
      ['guest', 'door_access', { type: 'group', id: 'staff' }],
      ['leaver', 'place_door_access', { type: 'place', id: 'tokyo' }],
    ] as const;
    const assignments = roles.map(([id, role, scope]) => {
      return { id, subject: { type: 'user', id } as const, role, scope, grantedBy: 'owner' };
    });
    const given = await site.write({
      actor: owner,
      operation: 'assignment.grant',
      plan: () => ({ ok: true, value: { value: 1, changes: { put: { assignments } } } }),
    });
    expect(given.ok).toBe(true);
    const lines = (await textOf(renderReport(site, ofPlace, period))).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['guest']);
  });
});
