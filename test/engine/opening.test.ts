/** Opening a door by examples that a random site seldom has: several lockdowns at once, first arrivals, other people's devices. */
import { describe, expect, test } from 'vitest';
import { arrivalInstants } from '../../src/engine/opening.js';
import { passbackEnd, whereaboutsOf } from '../../src/engine/presence.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy, type TimeZoneSource } from '../../src/index.js';
import { ARRIVALS_MAX } from '../../src/values/limits.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const NOON = Date.parse(MONDAY_NOON);
const HOUR = 3_600_000;
const days = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];

test('lockdowns of the door, its place and everything are all told', () => {
  const scopes = { d: ['door', 'front'], p: ['place', 'hq'], o: ['organization', 'org'] };
  const lockdowns = Object.entries(scopes).map(([id, [type, of]]) => ({
    id,
    scope: { type, id: of },
  }));
  const told = (ids: string) => {
    const some = lockdowns.filter(({ id }) => ids.includes(id));
    const engine = compilePolicy<unknown>(
      site({ lockdowns: some, assignments: [right('a', 'ada')] }),
    );
    const request = unlock('ada', 'front');
    expect(engine.check(request)).toBe(ids === '');
    return engine
      .decide(request)
      .context.reasons.map(({ at }) => at.id)
      .join('');
  };
  expect(['dpo', 'do', 'po', 'dp', 'd', 'p', 'o'].map(told)).toEqual([
    ...['dop', 'do', 'op', 'dp', 'd', 'p', 'o'],
  ]);
  expect(told('')).toBe('front');
});

describe('the first to arrive', () => {
  const waiting = (timeZone: string, options: { timeZones?: TimeZoneSource } = {}) =>
    compilePolicy<unknown>(
      site({
        organization: { id: 'org', timeZone },
        doors: [{ id: 'front', place: 'hq', unlock: [{ schedule: 'day', firstToArrive: 'any' }] }],
        schedules: [
          { id: 'day', windows: [{ days, from: '09:00', until: '18:00' }] },
          { id: 'any', windows: [{ days, from: '00:00', until: '24:00' }] },
        ],
        assignments: [],
      }),
      options,
    );
  const opens = (engine: ReturnType<typeof waiting>, time: string, arrivals: unknown) =>
    engine.check(unlock('nemo', 'front', { time, arrivals }));

  test('comes on the day of the door, not of UTC', () => {
    const tokyo = waiting('Asia/Tokyo');
    // Ten on a Monday in Tokyo; seven that morning is still Sunday in UTC, and so is eleven the evening before.
    const time = '2026-03-02T01:00:00Z';
    expect(opens(tokyo, time, ['2026-03-01T22:00:00Z'])).toBe(true);
    expect(opens(tokyo, time, ['2026-03-01T14:00:00Z'])).toBe(false);
    const york = waiting('America/New_York');
    // Five in the afternoon in New York is ten in the evening in UTC; the evening before is the same day in UTC.
    expect(opens(york, '2026-03-02T22:00:00Z', ['2026-03-02T03:00:00Z'])).toBe(false);
    expect(opens(york, '2026-03-02T22:00:00Z', ['2026-03-02T06:00:00Z'])).toBe(true);
  });

  test('is not asked about when time zones were not known yet', () => {
    const span = { from: NOON - HOUR, until: NOON + HOUR };
    const timeZones: TimeZoneSource = {
      span,
      has: (name) => name === 'UTC',
      offsets(_, start, stop) {
        if (start < span.from || stop > span.until) throw new RangeError('outside');
        return [{ at: start, offsetSeconds: 0 }];
      },
    };
    const known = waiting('UTC', { timeZones });
    expect(opens(known, MONDAY_NOON, [span.from])).toBe(true);
    expect(opens(known, MONDAY_NOON, [span.from - 1])).toBe(false);
    expect(opens(known, MONDAY_NOON, [span.from - 1, NOON])).toBe(true);
    expect(opens(known, MONDAY_NOON, [NOON + 1, span.until])).toBe(false);
  });

  test('is one of those in the list, as far as it is read', () => {
    expect(arrivalInstants(Array.from({ length: ARRIVALS_MAX + 1 }, () => NOON))).toHaveLength(
      ARRIVALS_MAX,
    );
    const list = Object.setPrototypeOf([NOON], { __proto__: Array.prototype, 1: NOON });
    expect(list[1]).toBe(NOON);
    expect(arrivalInstants(list)).toEqual([NOON]);
    expect(arrivalInstants({ length: 1, 0: NOON })).toEqual([]);
  });
});

describe('a device', () => {
  const card = (id: string, user: string) => ({ id, kind: 'card', user, state: 'active' });
  const engine = compilePolicy<unknown>(
    site({
      users: ['ada', 'guest'].map((id) => ({ id })),
      links: [{ id: 'guest' }],
      credentials: [card('a', 'ada'), card('g', 'guest')],
      assignments: [
        right('ada', 'ada'),
        right('guest', 'guest', { subject: { type: 'link', id: 'guest' } }),
      ],
    }),
  );
  const reason = (type: string, id: string, device: string) => {
    const request: AccessRequest = {
      ...unlock(id, 'front', { device, method: 'card' }),
      subject: { type, id },
    };
    const { decision, context } = engine.decide(request);
    expect(engine.check(request)).toBe(decision);
    return context.reason;
  };

  test('that asks for itself is its own', () => {
    expect(reason('credential', 'a', 'a')).toBe('granted');
    expect(reason('credential', 'a', 'g')).toBe('credential_foreign');
  });

  test('of a user is not that of a link of the same id', () => {
    expect(reason('link', 'guest', 'g')).toBe('credential_foreign');
  });
});

describe('the fact of who is inside', () => {
  const inside = { state: 'inside', since: NOON };
  const callable = Object.assign(() => 'inside', inside);

  test('is an object, and no function with the same members', () => {
    expect([inside, callable, null, 'inside'].map(whereaboutsOf)).toEqual([
      'inside',
      ...['missing', 'missing', 'missing'],
    ]);
    const asked = { occupancyLimit: undefined, passbackResetMs: HOUR, twoPerson: false };
    expect(passbackEnd(inside, asked)).toBe(NOON + HOUR);
    for (const presence of [callable, null, 'inside']) {
      expect(passbackEnd(presence, asked)).toBeNaN();
    }
  });

  test('lets in again after no time at all, and never where nothing resets', () => {
    const asked = (passbackResetMs: number) => ({
      ...{ occupancyLimit: undefined, twoPerson: false },
      passbackResetMs,
    });
    expect(passbackEnd(inside, asked(0))).toBe(NOON);
    expect(passbackEnd(inside, asked(-1))).toBeNaN();
  });
});
