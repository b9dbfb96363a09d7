/** What the issuer chooses: lives, what a door asks of phones, counted openings; and what it may not choose. */
import { describe, expect, test } from 'vitest';
import { OPERATION_BITS, REQUIREMENT_BITS, TIME_POLICIES } from '../../protocol/objects/grant.js';
import { compilePolicy } from '../../src/index.js';
import * as grant from '../../src/lowering/grant.js';
import { lower, lowerDevice } from '../../src/lowering/lower.js';
import type { LoweringOptions } from '../../src/lowering/options.js';
import { busy, DAY, door, HOUR, house, lowered, NOON, right, weekly } from './flat.js';

const only = (options: LoweringOptions, parts: object = {}) => {
  const { grants } = lowered({ ...parts }, { options });
  expect(grants).toHaveLength(1);
  return grants[0]!;
};
const hours = {
  doors: [door({ restrictions: { schedule: 's' } })],
  schedules: [{ id: 's', ...weekly(['tu', 'we'], ['08:00', '10:00']) }],
};

describe('lives', () => {
  const lifeOf = (segment: string | undefined, options: LoweringOptions = {}) => {
    const users = [{ id: 'ada', ...(segment === undefined ? {} : { segment }) }, { id: 'bob' }];
    return (lowered({ users }, { options }).until - NOON) / HOUR;
  };

  test('are a week for residents and owners, three days for staff, a day for everybody else', () => {
    expect(
      [undefined, 'resident', 'owner', 'employee', 'service_provider', '__proto__'].map((each) =>
        lifeOf(each),
      ),
    ).toEqual([24, 168, 168, 72, 24, 24]);
  });

  test('are the issuer’s by segment, and for all others', () => {
    const options = { lifeSeconds: new Map([['vip', 720 * HOUR]]), guestLifeSeconds: HOUR };
    expect(['vip', 'resident', undefined].map((each) => lifeOf(each, options))).toEqual([
      720, 1, 1,
    ]);
  });

  test('are never longer than a door allows, nor than the question', () => {
    const doors = new Map([
      ['flat', { lifeSecondsMax: 5 * HOUR }],
      ['other', { lifeSecondsMax: 1 }],
    ]);
    expect(lifeOf('resident', { doors })).toBe(5);
    expect(lowered({}, { options: { doors }, until: NOON + 3 }).until).toBe(NOON + 3);
    expect(lowered({}, { until: NOON + 99 * DAY }).until).toBe(NOON + 7 * DAY);
  });
});

describe('what a door asks', () => {
  test('a grant requires intent unless the issuer says otherwise, for all doors or for this one', () => {
    expect(only({}).requirements).toBe(1);
    expect(only({ requirements: 6 }).requirements).toBe(6);
    const doors = new Map([['flat', { requirements: 0 }]]);
    expect(only({ requirements: 6, doors }).requirements).toBe(0);
    const strict = { doors: [door({ restrictions: { secondFactor: true } })] };
    expect(only({ requirements: 15 }, strict).requirements).toBe(31);
  });

  test('an uncertain clock denies unless the issuer says otherwise; with windows only the door’s own word counts', () => {
    expect(only({}).timePolicy).toBe(0);
    expect(only({ timePolicy: 2 }).timePolicy).toBe(2);
    expect(only({ timePolicy: 2 }, hours)).toMatchObject({
      timePolicy: 0,
      windows: [0, 120, 1440, 1560],
    });
    const doors = new Map([['flat', { timePolicy: 1 as const }]]);
    expect(only({ timePolicy: 2, doors }, hours).timePolicy).toBe(1);
  });
});

describe('counted openings', () => {
  const assignments = [right('a'), right('once', { scope: { type: 'place', id: 'house' } })];
  const until = NOON + 3 * DAY;
  const uses = new Map([['once', { count: 1, until }]]);

  test('are grants of their own, after those that are not counted', () => {
    const { grants } = lowered({ assignments }, { options: { uses } });
    expect(grants.map((each) => [each.uses, each.assignments])).toEqual([
      [undefined, ['a']],
      [{ assignment: 'once', count: 1, until }, ['once']],
    ]);
  });

  test('do not stand in for a grant that is not counted but asks for a second factor', () => {
    const groups = [{ id: 'g', doors: ['flat'], restrictions: { secondFactor: true } }];
    const strict = right('a', { scope: { type: 'group', id: 'g' } });
    const parts = { groups, assignments: [strict, right('once')] };
    const { grants } = lowered(parts, { options: { uses } });
    expect(grants.map((each) => [each.requirements, each.uses?.assignment])).toEqual([
      [17, undefined],
      [1, 'once'],
    ]);
  });

  test('never hide in a grant that is not counted', () => {
    const { grants } = lowered({ assignments: [right('once')] }, { options: { uses } });
    expect(grants).toMatchObject([{ uses: { assignment: 'once', count: 1, until }, scope: 3 }]);
  });
});

describe('the scope', () => {
  const organization = (roles: unknown) => ({ id: 'org', timeZone: 'Europe/Berlin', roles });
  const everywhere = { scope: { type: 'organization', id: 'org' } };

  test('is opening and securing for whoever may open', () => {
    for (const role of ['guest', 'host', 'manager'])
      expect(only({}, { assignments: [right('a', { role })] }).scope).toBe(3);
  });

  test('is also the log for who may see the hardware there, for as long as the grant opens', () => {
    const admin = right('a', { role: 'organization_administrator', ...everywhere });
    const kisi = { organization: organization('kisi') };
    expect(only({}, { ...kisi, assignments: [admin] }).scope).toBe(11);
    const groups = [{ id: 'g', doors: ['flat'] }];
    const member = right('m', { role: 'door_access', scope: { type: 'group', id: 'g' } });
    const until = new Date((NOON + DAY) * 1000).toISOString();
    const short = { ...admin, validity: { until } };
    // The grant outlives the administrator's office, so it may not read the log.
    expect(only({}, { ...kisi, groups, assignments: [short, member] }).scope).toBe(3);
    expect(only({}, { ...kisi, groups, assignments: [short] }).scope).toBe(11);
  });

  test('is not the log where a single window lies outside the office, or where that cannot be told in time', () => {
    const admin = right('a', { role: 'organization_administrator', ...everywhere });
    const kisi = { ...hours, organization: organization('kisi') };
    expect(only({}, { ...kisi, assignments: [admin] })).toMatchObject({ scope: 11 });
    const groups = [{ id: 'g', doors: ['flat'] }];
    const member = right('m', { role: 'door_access', scope: { type: 'group', id: 'g' } });
    const short = { ...admin, validity: { until: '2026-03-03T20:00:00+01:00' } };
    expect(only({}, { ...kisi, groups, assignments: [short, member] })).toMatchObject({
      windows: [0, 120, 1440, 1560],
      scope: 3,
    });
    const elsewhere = [busy(0), busy(11)].map((schedule, i) =>
      right(`e${i}`, {
        role: 'place_door_access',
        scope: { type: 'place', id: `p${i}` },
        validity: { schedule },
      }),
    );
    const places = [{ id: 'house' }, { id: 'p0' }, { id: 'p1' }];
    const month = { lifeSeconds: new Map([['resident', 30 * DAY]]) };
    const org = { organization: organization('kisi') };
    expect(only(month, { ...org, assignments: [admin] }).scope).toBe(11);
    const many = { ...org, places, assignments: [admin, ...elsewhere] };
    expect(only(month, many)).toMatchObject({ scope: 3, exp: NOON + 30 * DAY });
  });

  test('is holding open only in a model that names it', () => {
    const role = (actions: string[]) => ({
      id: 'guest',
      levels: ['door'],
      rank: 1,
      permissions: { door: actions },
    });
    const model = (actions: string[]) => ({
      organization: organization({ id: 'own', roles: [role(actions)] }),
    });
    expect(only({}, model(['unlock', 'hold_open'])).scope).toBe(7);
    expect(only({}, model(['unlock', 'update', 'create'])).scope).toBe(3);
  });

  test('of counted openings is never more than opening and securing', () => {
    const admin = right('a', { role: 'administrator', ...everywhere });
    expect(only({}, { assignments: [admin] }).scope).toBe(11);
    expect(
      only({ uses: new Map([['a', { count: 2, until: NOON + DAY }]]) }, { assignments: [admin] })
        .scope,
    ).toBe(3);
  });
});

test('the bits are those of the protocol', () => {
  expect(OPERATION_BITS).toEqual({
    unlock: grant.SCOPE_UNLOCK,
    secure: grant.SCOPE_SECURE,
    'hold-open': grant.SCOPE_HOLD_OPEN,
    'read-log': grant.SCOPE_READ_LOG,
  });
  expect(REQUIREMENT_BITS.intent).toBe(grant.REQUIRE_INTENT);
  expect(REQUIREMENT_BITS['second-factor']).toBe(grant.REQUIRE_SECOND_FACTOR);
  const { intent, ranging, 'hardware-key': key, 'phone-unlocked': unlocked } = REQUIREMENT_BITS;
  expect(intent + ranging + key + unlocked).toBe(grant.REQUIRE_ISSUER_MAX);
  expect(TIME_POLICIES).toEqual({ deny: 0, 'lower-bound': 1, 'nonce-token': 2 });
});

describe('a caller’s mistake is thrown', () => {
  const engine = compilePolicy<unknown>(house());
  const question = { user: 'ada', credential: 'ada-phone', from: NOON };
  const asking = (parts: object) => () => {
    lowerDevice(engine, { ...question, ...parts });
  };

  test.each([
    ['milliseconds for seconds', { from: NOON * 1000 }],
    ['part of a second', { from: NOON + 0.5 }],
    ['no number', { from: Number.NaN }],
    ['a time before 1970', { from: -1 }],
    ['an end at the beginning', { until: NOON }],
    ['an end without end', { until: Number.POSITIVE_INFINITY }],
    ['an end before the beginning', { until: NOON - 1 }],
  ])('%s', (_, parts) => {
    expect(asking(parts)).toThrow(RangeError);
  });

  test.each<[string, LoweringOptions]>([
    ['a life of nothing', { guestLifeSeconds: 0 }],
    ['a life beyond 30 days', { guestLifeSeconds: 2_592_001 }],
    ['a life that is no number', { guestLifeSeconds: Number.NaN }],
    ['a segment’s life beyond 30 days', { lifeSeconds: new Map([['x', 2_592_001]]) }],
    ['a door’s life of part of a second', { doors: new Map([['x', { lifeSecondsMax: 0.5 }]]) }],
    ['the policy’s second factor', { requirements: 16 }],
    ['the policy’s second factor at a door', { doors: new Map([['x', { requirements: 17 }]]) }],
    ['a negative requirement', { requirements: -1 }],
    ['an unknown time policy', { timePolicy: 3 as never }],
    ['an unknown time policy at a door', { doors: new Map([['x', { timePolicy: '1' as never }]]) }],
    ['no uses', { uses: new Map([['a', { count: 0, until: NOON }]]) }],
    ['a share without an end', { uses: new Map([['a', { count: 1, until: Number.NaN }]]) }],
    ['more uses than the wire can say', { uses: new Map([['a', { count: 65_536, until: NOON }]]) }],
  ])('%s', (_, options) => {
    expect(asking({ options })).toThrow(RangeError);
    expect(() => lower(engine, { ...question, door: 'flat', options })).toThrow(RangeError);
  });

  test('an engine of somebody else’s', () => {
    const foreign = { ...engine } as unknown as typeof engine;
    expect(() => lowerDevice(foreign, question)).toThrow(TypeError);
  });
});
