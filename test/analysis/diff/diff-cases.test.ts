/** Changes as people make them, and the lines that say what they come to. Any other line, span or circumstance fails. */
import { expect, test } from 'vitest';
import { diffPolicies } from '../../../src/analysis/diff/diff-policies.js';
import type { OpeningChange, PolicyDiff } from '../../../src/analysis/diff/policy-diff.js';
import { OutOfRangeError } from '../../../src/analysis/out-of-range.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { right, site } from '../../helpers/builders.js';

/** Four weeks from a Monday on. */
const SPAN = { from: '2026-03-02T00:00:00Z', until: '2026-03-30T00:00:00Z' };
const ACCEPTED = 'device: no device that is refused';
const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr'];
const window = (from: string, until: string) => ({ days: WEEKDAYS, from, until });
const schedule = (id: string, from: string, until: string, rest = {}) => ({
  ...{ id, windows: [window(from, until)] },
  ...rest,
});

function diff(before: object, after: object): PolicyDiff {
  return diffPolicies(site(before) as unknown as Policy, site(after) as unknown as Policy, SPAN);
}

/** A line in one sentence. */
function said({ effect, subjects, resources, circumstances, when }: OpeningChange): string {
  const people = subjects.named.map(({ id }) => id);
  if (subjects.others) people.push('others');
  if (subjects.everybodyElse) people.push('everybody else');
  const facts = circumstances.map(
    ({ fact, values }) => `${fact}: ${values.map(({ label }) => label).join(' / ')}`,
  );
  const week =
    when.week === 'always' || when.week === undefined
      ? 'always'
      : when.week.map(({ days, from, until }) => `${days.join('')} ${from}-${until}`).join(', ');
  const dates = (when.dates ?? []).map(
    ({ date, spans }) => `${date} ${spans.map(({ from, until }) => `${from}-${until}`).join()}`,
  );
  const doors = resources.map(({ id }) => id).join(' ');
  return [`${effect} ${people.join(' ')} at ${doors}`, ...facts, [week, ...dates].join('; ')].join(
    ' | ',
  );
}

const lines = (before: object, after: object) => diff(before, after).openings.map(said);
const ada = { assignments: [right('a', 'ada')] };
const hours = (from: string, until: string, rest = {}) => ({
  ...ada,
  groups: [{ id: 'staff', doors: ['front'], restrictions: { schedule: 'hours' } }],
  schedules: [schedule('hours', from, until, rest)],
});

test('a window that is moved takes its beginning and gives its end', () => {
  expect(lines(hours('08:00', '17:00'), hours('09:00', '18:00'))).toEqual([
    `gains ada at front | ${ACCEPTED} | motuwethfr 17:00-18:00`,
    `loses ada at front | ${ACCEPTED} | motuwethfr 08:00-09:00`,
  ]);
});

test('a holiday takes its one day', () => {
  const except = [{ from: '2026-03-11', until: '2026-03-12' }];
  const found = diff(hours('08:00', '17:00'), hours('08:00', '17:00', { except })).openings;
  expect(found.map(({ when }) => when.spans)).toEqual([
    [{ from: '2026-03-11T08:00:00Z', until: '2026-03-11T17:00:00Z' }],
  ]);
  expect(found[0]?.witness.after.context.reason).toBe('schedule');
});

test('a restriction that appears at a group takes whatever does not meet it, and is told', () => {
  const readers = [{ id: 'in' }];
  const doors = [{ id: 'front', place: 'hq', readers }];
  const bound = [{ id: 'staff', doors: ['front'], restrictions: { reader: true } }];
  const { openings, restrictions } = diff({ ...ada, doors }, { ...ada, doors, groups: bound });
  expect(openings.map(said)).toEqual([
    `loses ada at front | way: from afar, or at no reader of it | ${ACCEPTED} | always`,
  ]);
  expect(restrictions.map(({ witness: _, ...rest }) => rest)).toEqual([
    {
      kind: 'restriction',
      change: 'appears',
      at: { type: 'group', id: 'staff' },
      restriction: 'reader',
      after: true,
    },
  ]);
  expect(restrictions[0]?.witness.after.context.reasons[0]).toMatchObject({ code: 'reader' });
  expect(restrictions[0]?.witness.before.decision).toBe(true);
});

test('restrictions that begin and end together are each told, with a request that each of them refuses', () => {
  const on = (restrictions: object, atDoor: object) => ({
    ...ada,
    doors: [{ id: 'front', place: 'hq', readers: [{ id: 'in' }], restrictions: atDoor }],
    groups: [{ id: 'staff', doors: ['front'], restrictions }],
  });
  const before = on({ secondFactor: true }, { primaryDevice: false });
  const after = on({ appAccess: false }, { reader: true });
  const found = diff(before, after).restrictions;
  expect(
    found.map(({ at, restriction, change, witness }) => {
      const refused = change === 'appears' ? witness.after : witness.before;
      const codes = refused.context.reasons.map(({ code }) => code);
      return [at.id, restriction, change, ...codes];
    }),
  ).toEqual([
    ['front', 'reader', 'appears', 'reader'],
    ['staff', 'secondFactor', 'vanishes', 'second_factor'],
  ]);
});

test('a restriction by which nobody is refused is not told', () => {
  const bound = [{ id: 'staff', doors: ['front'], restrictions: { reader: true } }];
  expect(diff({}, { groups: bound })).toMatchObject({ openings: [], restrictions: [] });
});

test('who joins a team gains what the team holds, and nobody else does', () => {
  const assignments = [right('a', 'x', { subject: { type: 'team', id: 'crew' } })];
  const users = [{ id: 'ada' }, { id: 'bob' }];
  const crew = (...ids: string[]) => ({ users, assignments, teams: [{ id: 'crew', users: ids }] });
  expect(lines(crew('ada'), crew('ada', 'bob'))).toEqual([
    `gains bob at front | ${ACCEPTED} | always`,
  ]);
});

test('a lockdown takes all from its beginning on, and what stands unlocked from others too', () => {
  const unlock = {
    ...ada,
    doors: [{ id: 'front', place: 'hq', unlock: [{ schedule: 'hours' }] }],
    schedules: [schedule('hours', '08:00', '17:00')],
  };
  const lockdowns = [
    { id: 'l', scope: { type: 'place', id: 'hq' }, since: '2026-03-27T12:00:00Z' },
  ];
  const { openings, restrictions } = diff(unlock, { ...unlock, lockdowns });
  const spans = openings.map(({ subjects, when }) => [subjects.others, ...when.spans]);
  expect(spans).toContainEqual([
    true,
    { from: '2026-03-27T12:00:00Z', until: '2026-03-27T17:00:00Z' },
  ]);
  expect(openings.every(({ effect }) => effect === 'loses')).toBe(true);
  expect(restrictions).toMatchObject([{ at: { type: 'lockdown', id: 'l' }, change: 'appears' }]);
});

test('a door that leaves a group leaves its holders, one that stays is not told', () => {
  const doors = ['front', 'back'].map((id) => ({ id, place: 'hq' }));
  const group = (...ids: string[]) => ({ ...ada, doors, groups: [{ id: 'staff', doors: ids }] });
  expect(lines(group('front', 'back'), group('back'))).toEqual([
    `loses ada at front | ${ACCEPTED} | always`,
  ]);
});

test('an unlock schedule opens to everybody, whoever it is and whatever the facts are', () => {
  const schedules = [schedule('hours', '08:00', '17:00')];
  const doors = [{ id: 'front', place: 'hq', unlock: [{ schedule: 'hours' }] }];
  expect(lines({ schedules }, { schedules, doors })).toEqual([
    'gains others at front | motuwethfr 08:00-17:00',
  ]);
});

test('a fence that grows lets in whoever stands between the two, and whom the smaller one did not trust', () => {
  const fence = (radius: number) => ({
    ...ada,
    places: [{ id: 'hq', location: { latitude: 52, longitude: 13 } }],
    groups: [{ id: 'staff', doors: ['front'], restrictions: { geofence: { radius } } }],
  });
  const { openings, restrictions } = diff(fence(100), fence(300));
  expect(openings.map(said)).toEqual([
    `gains ada at front | ${ACCEPTED} | location: inside the fence of group \`staff\` afterwards, not shown to be inside the fence of group \`staff\` before | always`,
  ]);
  expect(restrictions).toMatchObject([{ restriction: 'geofence', change: 'changes' }]);
});

test('a credential that is lost is lost to its user alone, one that goes is strange to nobody any more', () => {
  const users = [{ id: 'ada' }, { id: 'bob' }];
  const assignments = [right('a', 'ada'), right('b', 'bob')];
  const card = (state?: string) => ({
    ...{ users, assignments },
    credentials: state === undefined ? [] : [{ id: 'c', kind: 'card', user: 'ada', state }],
  });
  expect(lines(card('active'), card('lost'))).toEqual([
    'loses ada at front | device: a device that is accepted before only | always',
  ]);
  const gone = diff(card('active'), card()).openings;
  expect(gone.map(said).filter((line) => line.includes('everybody'))).toEqual([
    'gains everybody else at * | device: naming credential `c` of user `ada` | always',
  ]);
  expect(gone.map(said).filter((line) => line.startsWith('loses'))).toEqual([
    'loses c at front | device: no device that is refused | always',
    'loses ada at front | device: a device that is accepted before only | always',
  ]);
});

test('a tenant who moves in suspends everybody but himself', () => {
  const users = [{ id: 'ada' }, { id: 'bob' }];
  const assignments = [right('a', 'ada'), right('b', 'bob')];
  const tenant = { user: 'ada', since: '2026-03-16T00:00:00Z' };
  const doors = [{ id: 'front', place: 'hq', tenant }];
  const found = diff({ users, assignments }, { users, assignments, doors }).openings;
  expect(found.map(({ effect, subjects }) => [effect, subjects.named[0]?.id])).toEqual([
    ['loses', 'bob'],
  ]);
  expect(found[0]?.when.spans).toEqual([{ from: tenant.since, until: SPAN.until }]);
  expect(found[0]?.witness.after.context.reason).toBe('tenancy');
});

test('at a door that asks for two, who may vouch is the affair of everybody', () => {
  const users = [{ id: 'ada' }, { id: 'bob' }];
  const groups = [{ id: 'staff', doors: ['front'], restrictions: { twoPerson: true } }];
  const both = [right('a', 'ada'), right('b', 'bob')];
  const [alone, together] = [both.slice(0, 1), both];
  expect(
    lines({ users, groups, assignments: alone }, { users, groups, assignments: together }),
  ).toEqual([
    `gains ada at front | ${ACCEPTED} | company: somebody along who vouches afterwards only | always`,
    `gains bob at front | ${ACCEPTED} | company: somebody along who vouches | always`,
  ]);
});

test('at a tenanted door, who loses a right takes it from those to whom he granted theirs', () => {
  const scope = { type: 'door', id: 'front' };
  const guest = (id: string, grantedBy: string) =>
    right(id, id, { role: 'guest', scope, grantedBy });
  const house = (...assignments: object[]) => ({
    organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' },
    users: [{ id: 'ada' }, { id: 'bob' }, { id: 'carl' }],
    doors: [{ id: 'front', place: 'hq', tenant: { user: 'ada', since: '2026-01-01T00:00:00Z' } }],
    assignments,
  });
  expect(
    lines(house(guest('carl', 'ada'), guest('bob', 'carl')), house(guest('bob', 'carl'))),
  ).toEqual([`loses bob carl at front | ${ACCEPTED} | always`]);
});

test('engines and documents may be mixed, the default is a year, and a span must be one', () => {
  const policy = site(ada) as unknown as Policy;
  const { from, until } = diffPolicies(compilePolicy(policy), policy, {
    from: '2026-03-02T00:00:00+00:00',
  });
  expect([from, until]).toEqual(['2026-03-02T00:00:00Z', '2027-03-08T00:00:00Z']);
  const refused = (options: object) => () => diffPolicies(policy, policy, options as never);
  expect(refused({ from: '2026-03-02' })).toThrow(TypeError);
  expect(refused({ from: SPAN.until, until: SPAN.from })).toThrow(RangeError);
});

test('a chain of grants that is longer than any is refused at once, and as what it is', () => {
  const users = Array.from({ length: 2000 }, (_, index) => ({ id: `u${index}` }));
  const policy = {
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kiwi' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'flat', place: 'hq', tenant: { user: 'u0', since: '2026-01-01T00:00:00Z' } }],
    users,
    assignments: users.slice(1).map(({ id }, index) => ({
      id: `of-${id}`,
      subject: { type: 'user', id },
      role: 'host',
      scope: { type: 'door', id: 'flat' },
      grantedBy: `u${index}`,
    })),
  };
  const after = {
    ...policy,
    assignments: policy.assignments.map((each, index) => ({ ...each, enabled: index > 0 })),
  };
  expect(() => diffPolicies(compilePolicy(policy), compilePolicy(after), SPAN)).toThrow(
    OutOfRangeError,
  );
});

test('a lockdown is told in one order, whatever the order of its roles', () => {
  const before = site({ assignments: [right('a', 'ada')] });
  const locked = (exempt: readonly string[]) => ({
    ...before,
    lockdowns: [
      { id: 'l', scope: { type: 'place', id: 'hq' }, since: '2026-01-01T00:00:00Z', exempt },
    ],
  });
  const told = (exempt: readonly string[]) =>
    diffPolicies(before as Policy, locked(exempt) as unknown as Policy, SPAN).restrictions;
  const roles = ['organization_owner', 'place_administrator'];
  expect(told(roles)).toHaveLength(1);
  expect(told([...roles].reverse())).toEqual(told(roles));
});
