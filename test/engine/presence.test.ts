/** Who is inside and who comes along, wherever an engine is asked: lists, explanations, ends, changes, hostile facts. */
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/engine/request.js';
import { type Changes, compilePolicy } from '../../src/index.js';
import { COMPANIONS_MAX } from '../../src/values/limits.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const OUTSIDE = { state: 'outside' };
const HARD = { mode: 'hard' };
const NIGHT = { id: 'night', windows: [{ days: ['mo'], from: '18:00', until: '22:00' }] };
const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];
const front = (restrictions: object, parts: object = {}) => ({
  ...{ id: 'front', place: 'hq', readers, restrictions },
  ...parts,
});
const users = ['ada', 'bob', 'cyd', 'eve'].map((id) => ({ id }));

/** The door `front`, at which ada, bob and cyd have rights by the group `staff`, and eve none. */
function house(restrictions: object, parts: object = {}) {
  const assignments = ['ada', 'bob', 'cyd'].map((id) => right(id, id));
  const places = [{ id: 'hq', capacity: 2 }];
  const doors = [front(restrictions)];
  return compilePolicy<unknown>(
    site({ places, doors, users, assignments, schedules: [NIGHT], ...parts }),
  );
}

const reasonsOf = (engine: ReturnType<typeof house>, user: string, facts: Partial<Facts>) =>
  engine
    .decide(unlock(user, 'front', facts))
    .context.reasons.map(({ code, detail }) => (detail === undefined ? code : `${code} ${detail}`));

describe('a companion of nobody known', () => {
  test('changes nothing: the subject stays unknown', () => {
    const engine = house({ twoPerson: true });
    const request = unlock('nemo', 'front', { companions: ['bob'] });
    expect(engine.decide(request).context.reason).toBe('subject_unknown');
    expect(engine.check(request)).toBe(false);
  });
});

describe('lists', () => {
  const who = (engine: ReturnType<typeof house>, facts: object) =>
    engine
      .searchSubjects({
        subject: { type: 'user' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: 'front' },
        context: { time: MONDAY_NOON, ...facts },
      })
      .results.map(({ id }) => id);

  test('name whoever may open with these companions, and not the companion by himself', () => {
    const engine = house({ twoPerson: true });
    expect(who(engine, {})).toEqual([]);
    expect(who(engine, { companions: ['eve'] })).toEqual([]);
    expect(who(engine, { companions: ['bob'] })).toEqual(['ada', 'cyd']);
    expect(who(engine, { companions: ['bob', 'ada'] })).toEqual(['ada', 'bob', 'cyd']);
  });

  test('name nobody for a full place, and everybody with a right for one that has room', () => {
    const engine = house({ occupancyLimit: true });
    expect(who(engine, { occupancy: 2 })).toEqual([]);
    expect(who(engine, { occupancy: 1 })).toEqual(['ada', 'bob', 'cyd']);
  });

  test('of who has access do not ask who is inside', () => {
    const engine = house({ occupancyLimit: true, antiPassback: HARD, twoPerson: true });
    expect(engine.access({ type: 'door', id: 'front' }, { time: MONDAY_NOON })).toHaveLength(3);
  });
});

describe('until when an answer holds', () => {
  const reset = { antiPassback: { mode: 'hard', resetMinutes: 90 } };
  const inside = (since: unknown) =>
    unlock('ada', 'front', { presence: { state: 'inside', since } });

  test.each([
    [reset, {}],
    [{}, { places: [{ id: 'hq', restrictions: reset }] }],
  ])('it ends where the reset comes: %j', (restrictions, parts) => {
    const engine = house(restrictions, parts);
    expect(engine.check(inside('2026-03-02T11:00:00Z'))).toBe(false);
    expect(engine.validUntil(inside('2026-03-02T11:00:00Z'))).toBe('2026-03-02T12:30:00Z');
    expect(engine.check(inside('2026-03-02T10:30:00Z'))).toBe(true);
    expect(engine.validUntil(inside('2026-03-02T10:30:00Z'))).toBeNull();
    expect(engine.validUntil(inside(undefined))).toBeNull();
    expect(engine.validUntil(inside('9999-12-31T23:59:59Z'))).toBeNull();
  });

  test('without a reset it never comes, and soft changes nothing', () => {
    for (const antiPassback of [HARD, { mode: 'soft', resetMinutes: 90 }])
      expect(house({ antiPassback }).validUntil(inside('2026-03-02T11:00:00Z'))).toBeNull();
  });

  test('it ends with the right of the only companion, and not with that of one among two', () => {
    const until = '2026-03-02T13:00:00Z';
    const assignments = [right('ada', 'ada'), right('bob', 'bob', { validity: { until } })];
    const engine = house({ twoPerson: true }, { assignments });
    expect(engine.validUntil(unlock('ada', 'front', { companions: ['bob'] }))).toBe(until);
    const more = house({ twoPerson: true }, { assignments: [...assignments, right('cyd', 'cyd')] });
    expect(more.validUntil(unlock('ada', 'front', { companions: ['bob', 'cyd'] }))).toBeNull();
    // Where nobody asks for two, a companion's hours are nobody's business.
    expect(
      house({}, { assignments }).validUntil(unlock('ada', 'front', { companions: ['bob'] })),
    ).toBeNull();
  });

  test("it ends where the schedule of a companion's group opens", () => {
    const groups = [
      { id: 'staff', doors: ['front'] },
      { id: 'late', doors: ['front'], restrictions: { schedule: 'night' } },
    ];
    const assignments = [
      right('ada', 'ada'),
      right('bob', 'bob', { scope: { type: 'group', id: 'late' } }),
    ];
    const engine = house({ twoPerson: true }, { groups, assignments });
    const request = unlock('ada', 'front', { companions: ['bob'] });
    expect(engine.decide(request, { validUntil: true })).toMatchObject({
      decision: false,
      context: { reason: 'two_person', validUntil: '2026-03-02T18:00:00Z' },
    });
  });
});

describe('the nearest miss', () => {
  // Without a way out: it binds nobody who leaves, which would always be near.
  const oneWay = (restrictions: object, parts: object = {}) =>
    house({}, { doors: [front(restrictions, { readers: [{ id: 'in' }] })], ...parts });
  const miss = (engine: ReturnType<typeof house>, user: string, facts: Partial<Facts> = {}) =>
    engine.explain(unlock(user, 'front', facts)).nearestMiss;

  test('names one companion who would do, the first by id', () => {
    const engine = oneWay({ twoPerson: true });
    expect(miss(engine, 'ada')).toEqual({ change: { companions: ['bob'] } });
    expect(miss(engine, 'bob')).toEqual({ change: { companions: ['ada'] } });
    expect(miss(engine, 'ada', { companions: ['eve'] })).toEqual({
      change: { companions: ['bob'] },
    });
  });

  test('names nobody where nobody else has a right', () => {
    const engine = oneWay({ twoPerson: true }, { assignments: [right('ada', 'ada')] });
    expect(miss(engine, 'ada')).toBeNull();
  });

  test('finds a companion among many who may not now', () => {
    const crowd = Array.from({ length: 60 }, (_, index) => ({ id: `a${index}` }));
    const late = { validity: { from: '2027-01-01T00:00:00Z' } };
    const assignments = [
      right('ada', 'ada'),
      right('zoe', 'zoe'),
      ...crowd.map(({ id }) => right(id, id, late)),
    ];
    const engine = oneWay(
      { twoPerson: true },
      { users: [...crowd, { id: 'ada' }, { id: 'zoe' }], assignments },
    );
    expect(miss(engine, 'ada')).toEqual({ change: { companions: ['zoe'] } });
  });

  test('waits for the hours of a companion where none may now', () => {
    const assignments = [
      right('ada', 'ada'),
      right('bob', 'bob', { validity: { schedule: 'night' } }),
    ];
    const engine = oneWay({ twoPerson: true }, { assignments });
    expect(miss(engine, 'ada')).toEqual({
      change: { time: '2026-03-02T18:00:00Z', companions: ['bob'] },
    });
    expect(miss(engine, 'ada', { companions: ['bob'] })).toEqual({
      change: { time: '2026-03-02T18:00:00Z' },
    });
  });

  test('says how few may be inside, and no fewer', () => {
    expect(miss(oneWay({ occupancyLimit: true }), 'ada', { occupancy: 7 })).toEqual({
      change: { occupancy: 1 },
    });
    const groups = [{ id: 'staff', doors: ['front'], restrictions: { occupancyLimit: 5 } }];
    expect(miss(oneWay({ occupancyLimit: 9 }, { groups }), 'ada', { occupancy: 8 })).toEqual({
      change: { occupancy: 4 },
    });
  });

  test('says to leave first, where somebody is inside', () => {
    const presence = { state: 'inside', since: MONDAY_NOON };
    const leave = { change: { presence: OUTSIDE } };
    expect(miss(oneWay({ antiPassback: HARD }), 'ada', { presence })).toEqual(leave);
    // In a full place that is not enough: then others come in.
    const full = oneWay({ antiPassback: HARD, occupancyLimit: true });
    expect(miss(full, 'ada', { presence, occupancy: 2 })).toEqual({
      change: { presence: OUTSIDE, occupancy: 1 },
    });
  });

  test('names the way out last, though it binds nobody', () => {
    expect(miss(house({ twoPerson: true }), 'ada')).toEqual({ change: { companions: ['bob'] } });
    const alone = house({ twoPerson: true }, { assignments: [right('ada', 'ada')] });
    expect(miss(alone, 'ada')).toEqual({ change: { method: 'tap', reader: 'out' } });
  });
});

describe('the explanation', () => {
  test('names D6 for a door and the group for D8', () => {
    const groups = [{ id: 'staff', doors: ['front'], restrictions: { twoPerson: true } }];
    const engine = house({}, { groups });
    const alone = engine.explain(unlock('ada', 'front'));
    expect(alone.decision.context.reasons).toEqual([
      { code: 'two_person', at: { type: 'group', id: 'staff' }, detail: 'missing' },
    ]);
    expect(alone.assignments).toMatchObject([{ assignment: 'ada', outcome: 'fails' }]);
    const together = engine.explain(unlock('ada', 'front', { companions: ['bob'] }));
    expect(together.decision.context.grants).toEqual(['ada']);
    expect(together.assignments).toMatchObject([{ assignment: 'ada', outcome: 'counts' }]);
    const atDoor = house({ twoPerson: true }).explain(unlock('ada', 'front'));
    expect(atDoor.clauses.find(({ outcome }) => outcome === 'refused')).toMatchObject({
      clause: 'D6',
      reasons: [{ code: 'two_person', at: { type: 'door', id: 'front' }, detail: 'missing' }],
    });
  });
});

describe('a change', () => {
  const inside = { occupancy: 2 };

  test('of the capacity is the new limit at once', () => {
    const engine = house({ occupancyLimit: true });
    expect(reasonsOf(engine, 'ada', inside)).toEqual(['occupancy_limit full']);
    const larger = engine.apply({ put: { places: [{ id: 'hq', capacity: 3 }] } });
    expect(reasonsOf(larger, 'ada', inside)).toEqual(['granted']);
    const smaller = larger.apply({ put: { places: [{ id: 'hq', capacity: 1 }] } });
    expect(reasonsOf(smaller, 'ada', { occupancy: 1 })).toEqual(['occupancy_limit full']);
    expect(reasonsOf(engine, 'ada', { occupancy: 1 })).toEqual(['granted']);
  });

  test.each([
    ['the capacity taken away', { put: { places: [{ id: 'hq' }] } }],
    [
      'a door moved to a place that has none',
      {
        put: {
          places: [{ id: 'yard' }],
          doors: [{ ...front({ occupancyLimit: true }), place: 'yard' }],
        },
      },
    ],
  ])('with %s is refused', (_, changes) => {
    const engine = house({ occupancyLimit: true });
    expect(() => engine.apply(changes as unknown as Changes)).toThrow(
      expect.objectContaining({
        name: 'PolicyError',
        issues: [expect.objectContaining({ code: 'capacity_missing' })],
      }),
    );
  });

  test('puts and takes the rule of two persons, and a companion loses his word with his right', () => {
    const engine = house({});
    expect(reasonsOf(engine, 'ada', {})).toEqual(['granted']);
    const two = engine.apply({
      put: { doors: [front({ twoPerson: true })] },
    } as unknown as Changes);
    expect(reasonsOf(two, 'ada', { companions: ['bob'] })).toEqual(['granted']);
    const without = two.apply({ remove: { assignments: ['bob'] } });
    expect(reasonsOf(without, 'ada', { companions: ['bob'] })).toEqual(['two_person unauthorised']);
    const inactive = two.apply({ put: { users: [{ id: 'bob', active: false }] } });
    expect(reasonsOf(inactive, 'ada', { companions: ['bob'] })).toEqual([
      'two_person unauthorised',
    ]);
    const off = two.apply({ put: { groups: [{ id: 'staff', doors: ['front'], enabled: false }] } });
    expect(reasonsOf(off, 'ada', { companions: ['bob'] })).toEqual(['two_person unauthorised']);
  });
});

describe('hostile facts', () => {
  const engine = house({ occupancyLimit: 3, antiPassback: HARD, twoPerson: true });
  const good = { occupancy: 0, presence: OUTSIDE, companions: ['bob'] };
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
      getPrototypeOf() {
        throw new Error('no');
      },
    },
  );
  const list = new Proxy(['bob'], {
    get() {
      throw new Error('no');
    },
  });
  const hostile: unknown[] = [
    ...[null, undefined, Number.NaN, Infinity, -Infinity, -1, 0.5, '1', '', true, false],
    ...[0n, Symbol('s'), () => true, {}, [], [[]], new Map(), new Number(1), new String('outside')],
    ...[{ valueOf: () => 0 }, { state: { toString: () => 'outside' } }, { length: 1, 0: 'bob' }],
    ...[
      throwing,
      list,
      {
        get state() {
          throw new Error('no');
        },
      },
    ],
  ];

  test('of which none is the right one refuse, and never throw', () => {
    expect(engine.check(unlock('ada', 'front', good))).toBe(true);
    for (const value of hostile) {
      for (const fact of ['occupancy', 'presence', 'companions']) {
        const request = unlock('ada', 'front', { ...good, [fact]: value });
        expect(engine.check(request)).toBe(false);
        expect(engine.decide(request, { validUntil: true }).context.reasons).toHaveLength(1);
        expect(engine.explain(request).decision.decision).toBe(false);
      }
    }
  });

  test('of a since reset nothing, and never throw', () => {
    const later = house({ antiPassback: { mode: 'hard', resetMinutes: 1 } });
    for (const since of hostile.filter((each) => each !== -1 && each !== 0.5)) {
      const request = unlock('ada', 'front', { presence: { state: 'inside', since } });
      expect(later.decide(request, { validUntil: true }).context.reason).toBe('anti_passback');
    }
  });

  test('of companions without end cost sixteen', () => {
    const asked: number[] = [];
    const endless = new Proxy([] as string[], {
      get(target, name) {
        if (name === 'length') return 2 ** 32 - 1;
        if (typeof name === 'string' && /^\d+$/.test(name)) {
          asked.push(Number(name));
          return 'eve';
        }
        return Reflect.get(target, name);
      },
    });
    expect(reasonsOf(engine, 'ada', { ...good, companions: endless })).toEqual([
      'two_person unauthorised',
    ]);
    expect(Math.max(...asked)).toBe(COMPANIONS_MAX - 1);
  });

  test('about the subject are not taken for the companion', () => {
    const groups = [
      { id: 'staff', doors: ['front'] },
      { id: 'strict', doors: ['front'], restrictions: { secondFactor: true } },
    ];
    const assignments = [
      right('ada', 'ada'),
      right('bob', 'bob', { scope: { type: 'group', id: 'strict' } }),
    ];
    const two = house({ twoPerson: true }, { groups, assignments });
    expect(two.check(unlock('bob', 'front', { companions: ['ada'], secondFactor: true }))).toBe(
      true,
    );
    expect(reasonsOf(two, 'ada', { companions: ['bob'], secondFactor: true })).toEqual([
      'two_person unauthorised',
    ]);
  });
});
