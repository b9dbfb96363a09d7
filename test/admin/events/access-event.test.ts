import { describe, expect, test } from 'vitest';
import { accessEvent, doorEvent } from '../../../src/admin/events/access-event.js';
import { ACCESS_EVENTS, bearingOf } from '../../../src/admin/events/catalogue.js';
import { chainStart, sealEvents } from '../../../src/admin/events/chain.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import { right, site, unlock } from '../../helpers/builders.js';
import { countedRandom, sha256 } from './drafts.js';

const TIME = Date.UTC(2026, 2, 2, 12);
const engine = compilePolicy(
  site({
    assignments: [right('ada-staff', 'ada')],
    users: [{ id: 'ada' }, { id: 'bob', active: false }],
    credentials: [{ id: 'ada-card', kind: 'card', user: 'ada', state: 'active' }],
    elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'first', floor: 'f1' }] }],
    floors: [{ id: 'f1', place: 'hq' }],
    lockdowns: [],
  }),
);

function eventOf(request: AccessRequest, more: { failed?: boolean } = {}) {
  const decision = engine.decide(request);
  return accessEvent({ engine, request, decision, id: 'e', time: TIME, ...more });
}

describe('an access event', () => {
  test('says what was decided, why and at which revision, and keeps people apart', () => {
    const facts = { method: 'tap', reader: 'r1', device: 'phone-1' };
    expect(eventOf(unlock('ada', 'front', facts))).toEqual({
      log: 'access',
      id: 'e',
      type: 'doorwright.door.opened',
      time: '2026-03-02T12:00:00.000Z',
      object: { type: 'door', id: 'front' },
      place: 'hq',
      outcome: 'permitted',
      reason: 'granted',
      data: {
        action: 'unlock',
        reasons: [{ code: 'granted', at: { type: 'door', id: 'front' } }],
        revision: 0,
        method: 'tap',
        reader: 'r1',
      },
      personal: {
        subject: { type: 'user', id: 'ada' },
        data: { grants: ['ada-staff'], device: 'phone-1' },
      },
    });
  });

  test('a reason at a person stands in the personal part, its code alone beside', () => {
    const event = eventOf(unlock('bob', 'front'));
    expect(event).toMatchObject({
      type: 'doorwright.door.refused',
      outcome: 'refused',
      reason: 'subject_inactive',
      data: { reasons: [{ code: 'subject_inactive' }] },
      personal: {
        data: { reasons: [{ code: 'subject_inactive', at: { type: 'user', id: 'bob' } }] },
      },
    });
    expect(JSON.stringify({ ...event, personal: undefined })).not.toContain('bob');
  });

  test('of a card is of whoever has it, so that he is found by his name; an unknown card is itself', () => {
    const asked = (id: string) =>
      eventOf({
        ...unlock('ada', 'front', { method: 'card' }),
        subject: { type: 'credential', id },
      });
    expect(asked('ada-card').personal).toEqual({
      subject: { type: 'user', id: 'ada' },
      data: { credential: 'ada-card', grants: ['ada-staff'] },
    });
    expect(asked('found').personal?.subject).toEqual({ type: 'credential', id: 'found' });
  });

  test('where somebody stood is not kept', () => {
    const location = { latitude: 52.5, longitude: 13.4, accuracy: 5 };
    const event = eventOf(unlock('ada', 'front', { location, secret: 'x' }));
    expect(JSON.stringify(event)).not.toMatch(/52\.5|latitude|secret/);
  });

  test('a lock that did not open is told from one that did', () => {
    const event = eventOf(unlock('ada', 'front'), { failed: true });
    expect(event).toMatchObject({ type: 'doorwright.door.failed', outcome: 'failed' });
    const refused = eventOf(unlock('nobody', 'front'), { failed: true });
    expect(refused).toMatchObject({ type: 'doorwright.door.refused', outcome: 'refused' });
  });

  test('a stop of an elevator lies at the place of its elevator', () => {
    const event = eventOf({
      ...unlock('ada', 'front'),
      action: { name: 'get_access' },
      resource: { type: 'elevator_stop', id: 'first' },
    });
    expect(event).toMatchObject({ type: 'doorwright.stop.refused', place: 'hq' });
  });

  test('whatever is asked can be sealed: lone surrogates, long texts, odd types', () => {
    const wild = {
      subject: { type: 'user', id: `\ud800${'x'.repeat(9999)}` },
      action: { name: '\udfff' },
      resource: { type: '\ud800', id: '__proto__' },
      context: { time: TIME, method: '\ud800', reader: 'r'.repeat(9999), device: '\udc00' },
    };
    const event = eventOf(wild);
    const start = chainStart('org', 'access', sha256);
    const { events } = sealEvents(start, [event], { sha256, random: countedRandom() });
    expect(events[0]?.type).toBe('doorwright.request.refused');
    expect(events[0]?.content?.length).toBeLessThan(2000);
  });

  test('of somebody with thousands of rights can be sealed, and says of how many it is', () => {
    const id = (n: number) => `right-${n}-${'x'.repeat(100)}`;
    const teams = Array.from({ length: 3000 }, (_, n) => ({ id: `t${n}`, users: ['ada'] }));
    const assignments = teams.map(({ id: team }, n) => ({
      ...right(id(n), 'ada'),
      subject: { type: 'team' as const, id: team },
    }));
    for (const until of ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z']) {
      const held = assignments.map((each) => ({ ...each, validity: { until } }));
      const many = compilePolicy(site({ teams, assignments: held, users: [{ id: 'ada' }] }));
      const request = unlock('ada', 'front', {});
      const asked = { ...request, context: { ...request.context, time: TIME } };
      const decision = many.decide(asked);
      const event = accessEvent({ engine: many, request: asked, decision, id: 'e', time: TIME });
      const start = chainStart('org', 'access', sha256);
      sealEvents(start, [event], { sha256, random: countedRandom() });
      const more = decision.decision
        ? event.personal?.data?.['moreGrants']
        : event.data['moreReasons'];
      expect(more).toBe(2900);
    }
  });

  test('what a door tells by itself has the outcome of its type', () => {
    const object = { type: 'door', id: 'front' };
    const event = doorEvent({
      engine,
      type: 'doorwright.door.forced_open',
      object,
      id: 'e',
      time: TIME,
    });
    expect(event).toEqual({
      log: 'access',
      id: 'e',
      type: 'doorwright.door.forced_open',
      time: '2026-03-02T12:00:00.000Z',
      object,
      place: 'hq',
      outcome: 'done',
      data: {},
    });
    const personal = { subject: { type: 'user', id: 'ada' } };
    const more = { data: { seconds: 40 }, personal };
    expect(
      doorEvent({ engine, type: 'doorwright.door.held_open', object, id: 'e', time: 0, ...more }),
    ).toMatchObject(more);
  });

  test('the catalogue knows its own types and no other', () => {
    expect(bearingOf('doorwright.door.opened')).toBe('movement');
    expect(bearingOf('doorwright.door.tampered')).toBe('alarm');
    expect(bearingOf('doorwright.door.exploded')).toBeUndefined();
    expect(bearingOf('toString')).toBeUndefined();
    for (const type of Object.keys(ACCESS_EVENTS)) expect(type).toMatch(/^doorwright\.[a-z_.]+$/);
  });
});
