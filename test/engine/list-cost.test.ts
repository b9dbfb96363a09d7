/**
 * What a list costs: how many are asked about, which must not grow with those who cannot be on it. Counted by the
 * looks at the name of the action, of which each question has some.
 */
import { describe, expect, test } from 'vitest';
import { compilePolicy, type Engine } from '../../src/index.js';
import { MONDAY_NOON, right, site } from '../helpers/builders.js';
import { OWN_MODEL } from '../helpers/own-model.js';

const context = { time: MONDAY_NOON };
const held = (type: string, id: string, scope: string, within: string) => ({
  subject: { type, id },
  role: 'visitor',
  scope: { type: scope, id: within },
});
const ids = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}` }));

/** A site with `others` of each kind that hold nothing and are held by nobody, and `residents` who hold its place. */
function engineWith(extra: { others: number; residents: number }): Engine {
  const others = (prefix: string) => ids(extra.others, prefix);
  const residents = ids(extra.residents, 'r');
  return compilePolicy<unknown>(
    site({
      organization: { id: 'org', timeZone: 'UTC', roles: OWN_MODEL },
      places: [{ id: 'hq' }, { id: 'annex' }],
      floors: [{ id: 'f', place: 'hq' }],
      doors: [
        { id: 'front', place: 'hq' },
        { id: 'watched', place: 'hq', unlock: [{ schedule: 'never' }] },
        ...others('d').map((door) => ({ ...door, place: 'annex' })),
      ],
      elevators: [
        { id: 'lift', place: 'hq', stops: [{ id: 's', floor: 'f' }] },
        ...others('e').map(({ id }) => ({
          id,
          place: 'hq',
          stops: [{ id: `${id}s`, floor: 'f' }],
        })),
      ],
      schedules: [{ id: 'never', enabled: false }],
      groups: [{ id: 'staff', doors: ['front', 'watched'], stops: ['s'] }],
      users: [{ id: 'ada' }, { id: 'dan' }, ...residents, ...others('u')],
      links: [{ id: 'zip' }, ...others('l')],
      assignments: [
        right('a', 'ada', held('user', 'ada', 'group', 'staff')),
        right('d', 'dan', held('user', 'dan', 'door', 'front')),
        right('z', '', held('link', 'zip', 'group', 'staff')),
        ...residents.map(({ id }) => right(id, '', held('user', id, 'place', 'hq'))),
      ],
    }),
  );
}

const small = engineWith({ others: 1, residents: 0 });
const crowded = engineWith({ others: 30, residents: 0 });
const lived = engineWith({ others: 1, residents: 30 });

type Ask = (engine: Engine, action: { readonly name: string }) => unknown;

/** How often a list looked at the name of the action. */
function looks(engine: Engine, name: string, ask: Ask): number {
  let count = 0;
  ask(engine, {
    get name() {
      count += 1;
      return name;
    },
  });
  return count;
}

const resources =
  (type: string, user: string): Ask =>
  (engine, action) =>
    engine.searchResources({
      subject: { type: 'user', id: user },
      action,
      resource: { type },
      context,
    });
const subjects =
  (type: string, resource: string, kind = 'door'): Ask =>
  (engine, action) =>
    engine.searchSubjects({
      subject: { type },
      action,
      resource: { type: kind, id: resource },
      context,
    });

describe('who cannot be on a list is not asked about', () => {
  test.each([
    ['doors of somebody with a group', 'unlock', resources('door', 'ada')],
    ['doors of somebody with a door', 'unlock', resources('door', 'dan')],
    ['doors of a stranger', 'unlock', resources('door', 'nobody')],
    ['stops of somebody with a group', 'get_access', resources('elevator_stop', 'ada')],
    ['stops of somebody with a door', 'get_access', resources('elevator_stop', 'dan')],
    ['users at a door', 'unlock', subjects('user', 'front')],
    ['users at a door that opens at times', 'unlock', subjects('user', 'watched')],
    ['users at a stop', 'get_access', subjects('user', 's', 'elevator_stop')],
    ['users at a door that is none', 'unlock', subjects('user', 'nowhere')],
    ['links at a door', 'unlock', subjects('link', 'front')],
    ['links at a stop', 'get_access', subjects('link', 's', 'elevator_stop')],
  ])('%s', (_, name, ask) => {
    expect(looks(crowded, name, ask)).toBe(looks(small, name, ask));
  });

  test('users at a door, when links are searched', () => {
    const ask = subjects('link', 'front');
    expect(looks(lived, 'unlock', ask)).toBe(looks(small, 'unlock', ask));
  });
});

test('whoever may be on a list is asked about', () => {
  const ask = subjects('user', 's', 'elevator_stop');
  expect(looks(lived, 'get_access', ask)).toBeGreaterThan(looks(small, 'get_access', ask));
});
