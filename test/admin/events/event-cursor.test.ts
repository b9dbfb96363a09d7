import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainStart, sealEvents } from '../../../src/admin/events/chain.js';
import type { EventFilter, StoredEvent } from '../../../src/admin/events/event.js';
import {
  type CursorGround,
  parseCursor,
  parseEventFilter,
  writeCursor,
} from '../../../src/admin/events/event-cursor.js';
import { matchesFilter } from '../../../src/admin/events/filter.js';
import type { JsonObject } from '../../../src/admin/record.js';
import { runs } from '../../helpers/runs.js';
import { arbitraryDrafts, countedRandom, opening, sha256 } from './drafts.js';

const SEED = 20261122;
const GROUND: CursorGround = {
  organization: 'acme',
  log: 'access',
  filter: { types: ['doorwright.door.opened'] },
  order: 'newest',
};

describe('a cursor', () => {
  test('goes on after the event it was written for', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (after) => {
        const text = writeCursor(GROUND, after, sha256);
        expect(parseCursor(text, GROUND, sha256)).toEqual({
          ok: true,
          value: { filter: GROUND.filter, order: 'newest', after },
        });
        expect(text).toMatch(/^[0-9a-z.]+$/);
      }),
      { seed: SEED, numRuns: runs(200) },
    );
  });

  test.each<[string, Partial<CursorGround>]>([
    ['another organisation', { organization: 'acm' }],
    ['another log', { log: 'audit' }],
    ['another filter', { filter: {} }],
    ['another order', { order: 'oldest' }],
  ])('is refused for %s', (_, change) => {
    const text = writeCursor({ ...GROUND, ...change }, 7, sha256);
    expect(parseCursor(text, GROUND, sha256)).toMatchObject({ ok: false, code: 'cursor' });
  });

  test('with any character changed, and any other text, is refused', () => {
    const text = writeCursor(GROUND, 1_000_000, sha256);
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === '0' ? '1' : '0';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      expect(parseCursor(changed, GROUND, sha256).ok).toBe(false);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (garbage) => {
        expect(parseCursor(garbage, GROUND, sha256).ok).toBe(false);
      }),
      { seed: SEED, numRuns: runs(200) },
    );
    expect(parseCursor(`0${text}`, GROUND, sha256).ok).toBe(false);
    expect(parseCursor(text.toUpperCase(), GROUND, sha256).ok).toBe(false);
  });
});

describe('a filter from outside', () => {
  test('that is whole is taken as it is', () => {
    const filter = {
      types: ['a.b'],
      object: { type: 'door', id: 'front' },
      subject: { type: 'user', id: 'ann' },
      actor: { type: 'user', id: 'ann' },
      place: 'hq',
      outcome: 'refused',
      reason: 'schedule',
      from: '2026-01-01T00:00:00Z',
      until: '2026-01-02T00:00:00+01:00',
    };
    expect(parseEventFilter(filter)).toEqual({ ok: true, value: filter });
    expect(parseEventFilter({})).toEqual({ ok: true, value: {} });
  });

  test.each<[string, JsonObject]>([
    ['types', { types: 'a.b' }],
    ['types', { types: [1] }],
    ['types', { types: new Array(101).fill('a.b') }],
    ['object', { object: 'door' }],
    ['object', { object: { type: 'door' } }],
    ['subject', { subject: { type: 'user', id: 'a', properties: {} } }],
    ['actor', { actor: { type: 'user', id: '' } }],
    ['place', { place: 'a\0b' }],
    ['place', { place: 'x'.repeat(257) }],
    ['reason', { reason: '\ud800' }],
    ['outcome', { outcome: 'maybe' }],
    ['from', { from: 'yesterday' }],
    ['until', { until: 7 }],
    ['door', { door: 'front' }],
    ['constructor', { constructor: 'x' }],
    ['__proto__', JSON.parse('{"__proto__":{"types":[]}}') as JsonObject],
  ])('is refused for its member %s', (member, value) => {
    const parsed = parseEventFilter(value);
    expect(parsed).toMatchObject({ ok: false, code: 'filter' });
    expect(parsed.ok ? '' : parsed.detail).toContain(`\`${member}\``);
  });
});

describe('matching', () => {
  const start = chainStart('acme', 'access', sha256);
  const [event] = sealEvents(
    start,
    [opening(5, { personal: { actor: { type: 'user', id: 'ann' } } })],
    {
      sha256,
      random: countedRandom(),
    },
  ).events as [StoredEvent];

  test.each<[EventFilter, boolean]>([
    [{}, true],
    [{ types: ['doorwright.door.opened', 'x.y'] }, true],
    [{ types: [] }, false],
    [{ object: { type: 'door', id: 'front' } }, true],
    [{ object: { type: 'user', id: 'front' } }, false],
    [{ actor: { type: 'user', id: 'ann' } }, true],
    [{ subject: { type: 'user', id: 'ann' } }, false],
    [{ place: 'hq' }, true],
    [{ place: 'depot' }, false],
    [{ outcome: 'permitted' }, true],
    [{ outcome: 'refused' }, false],
    [{ reason: 'granted' }, true],
    [{ reason: 'schedule' }, false],
    [{ from: '2026-01-01T00:00:05Z' }, true],
    [{ from: '2026-01-01T00:00:05.001Z' }, false],
    [{ until: '2026-01-01T01:00:05.001+01:00' }, true],
    [{ until: '2026-01-01T00:00:05Z' }, false],
  ])('%j: %s', (filter, expected) => expect(matchesFilter(event, filter)).toBe(expected));

  test('an erased part matches nothing that asks for it', () => {
    const erased = { ...event, content: null, personal: null, salt: null };
    expect(matchesFilter(erased, { types: [event.type] })).toBe(true);
    expect(matchesFilter(erased, { place: 'hq' })).toBe(false);
    expect(matchesFilter(erased, { actor: { type: 'user', id: 'ann' } })).toBe(false);
  });

  test('a filter of all that an event says finds it, and more members never find more', () => {
    fc.assert(
      fc.property(arbitraryDrafts('access', 5), fc.nat(4), (drafts, at) => {
        const events = sealEvents(start, drafts, { sha256, random: countedRandom() }).events;
        const draft = drafts[at % drafts.length] as (typeof drafts)[number];
        const { object, place, reason, outcome, type, personal } = draft;
        const whole = { object, place, reason, outcome, types: [type], ...personal };
        const parts = [
          'object',
          'place',
          'reason',
          'outcome',
          'types',
          'actor',
          'subject',
        ] as const;
        let found = events;
        const filter: Record<string, unknown> = {};
        for (const part of parts) {
          if (whole[part] === undefined) continue;
          filter[part] = whole[part];
          const now = events.filter((each) => matchesFilter(each, filter as EventFilter));
          expect(found).toEqual(expect.arrayContaining([...now]));
          expect(now).toContain(events[at % drafts.length]);
          found = now;
        }
      }),
      { seed: SEED, numRuns: runs(100) },
    );
  });
});
