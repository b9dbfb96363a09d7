import { describe, expect, test } from 'vitest';
import { type AccessRequest, compilePolicy, RequestError } from '../../src/index.js';

const MORNING = '2026-11-23T09:00:00Z';

const site = {
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC' },
  places: [{ id: 'hq', location: { latitude: 52.5, longitude: 13.4 } }],
  doors: [
    { id: 'front', place: 'hq', restrictions: { schedule: 'evening' } },
    {
      id: 'vault',
      place: 'hq',
      restrictions: { secondFactor: true, reader: true },
      readers: [{ id: 'out', direction: 'exit' }, { id: 'in' }],
    },
    { id: 'cellar', place: 'hq', lock: 'offline' },
  ],
  users: [{ id: 'ada', primaryDevice: 'stolen-phone' }, { id: 'bob' }, { id: 'eve' }],
  links: [{ id: 'guest' }],
  credentials: [
    { id: 'b', kind: 'card', user: 'ada', state: 'active' },
    { id: 'a', kind: 'card', user: 'ada', state: 'active' },
    { id: 'stolen-phone', kind: 'phone', user: 'bob', state: 'active' },
  ],
  assignments: [
    {
      id: 'ada-hq',
      subject: { type: 'user', id: 'ada' },
      role: 'place_administrator',
      scope: { type: 'place', id: 'hq' },
    },
    {
      id: 'guest-hq',
      subject: { type: 'link', id: 'guest' },
      role: 'place_door_access',
      scope: { type: 'place', id: 'hq' },
    },
    {
      id: 'bob-hq',
      subject: { type: 'user', id: 'bob' },
      role: 'place_door_access',
      scope: { type: 'place', id: 'hq' },
    },
  ],
  schedules: [{ id: 'evening', windows: [{ days: ['mo'], from: '18:00', until: '22:00' }] }],
  lockdowns: [
    {
      id: 'drill',
      scope: { type: 'door', id: 'cellar' },
      since: MORNING,
      until: '2026-11-23T22:30:00Z',
    },
  ],
} as const;

const engine = compilePolicy<unknown>(site);

function ask(subject: string, door: string, facts: object = {}): AccessRequest {
  const type = subject === 'guest' ? 'link' : 'user';
  return {
    subject: { type, id: subject },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: MORNING, ...facts },
  };
}

describe('the nearest miss', () => {
  test.each([
    [
      'another hour, where only the clock refuses',
      'ada',
      'front',
      {},
      { time: '2026-11-23T18:00:00Z' },
    ],
    [
      'a tap, where somebody must stand at an offline door',
      'guest',
      'cellar',
      { time: '2026-11-24T09:00:00Z' },
      { method: 'tap' },
    ],
    [
      'the entry reader and a second factor, no less',
      'bob',
      'vault',
      {},
      { secondFactor: true, method: 'tap', reader: 'in' },
    ],
    [
      'only the reader, when the method was right',
      'bob',
      'vault',
      { method: 'qr', secondFactor: true },
      { reader: 'in' },
    ],
    [
      'the first usable card by id, when the one in use is not known',
      'ada',
      'vault',
      { method: 'card', reader: 'in', device: 'lost', secondFactor: true },
      { device: 'a' },
    ],
    [
      'the end of a lockdown, whatever device the holder should have',
      'ada',
      'cellar',
      { method: 'tap' },
      { time: '2026-11-23T22:30:00Z' },
    ],
    [
      "no device, where the one in use is somebody else's",
      'guest',
      'vault',
      { device: 'b', secondFactor: true, method: 'tap', reader: 'in' },
      { device: null },
    ],
    ['nothing, without a right', 'eve', 'front', {}, null],
  ])('is %s', (_, subject, door, facts, change) => {
    const { nearestMiss } = engine.explain(ask(subject, door, facts));
    expect(nearestMiss).toEqual(change && { change });
  });

  test('is not told of a permit', () => {
    expect(
      engine.explain(ask('ada', 'front', { time: '2026-11-23T19:00:00Z' })).nearestMiss,
    ).toBeUndefined();
  });

  test('is the same after the credentials were put anew', () => {
    const again = engine.apply({ put: { credentials: [site.credentials[1]] } });
    const request = ask('ada', 'vault', {
      method: 'card',
      reader: 'in',
      device: 'lost',
      secondFactor: true,
    });
    expect(again.explain(request).nearestMiss).toEqual(engine.explain(request).nearestMiss);
  });
});

test('under A3 only assignments that carry the change count', () => {
  const giving = (role: string): AccessRequest => ({
    subject: { type: 'user', id: 'ada' },
    action: { name: 'create' },
    resource: {
      type: 'access_right',
      id: '*',
      properties: { role, scope: { type: 'place', id: 'hq' } },
    },
    context: { time: MORNING },
  });
  const outcomes = (role: string) =>
    engine.explain(giving(role)).assignments.map(({ outcome }) => outcome);
  expect(outcomes('place_access_manager')).toEqual(['counts']);
  expect(outcomes('organization_administrator')).toEqual(['fails']);
});

test('what is not there stays so for ever', () => {
  expect(engine.validUntil(ask('ada', 'nowhere'))).toBeNull();
});

describe('only what a request must have makes it malformed', () => {
  const impostor = Object.create(Date.prototype) as Date;

  test('a time that only claims to be a Date is refused', () => {
    expect(() => engine.check({ ...ask('ada', 'front'), context: { time: impostor } })).toThrow(
      RequestError,
    );
  });

  test('an arrival that only claims to be a Date is ignored', () => {
    expect(engine.check(ask('ada', 'front', { arrivals: [impostor] }))).toBe(false);
  });

  test.each([null, undefined, 7])('the query %s is refused', (query) => {
    expect(() => engine.searchResources(query as never)).toThrow(RequestError);
    expect(() => engine.searchSubjects(query as never)).toThrow(RequestError);
    expect(() => engine.searchActions(query as never)).toThrow(RequestError);
  });
});
