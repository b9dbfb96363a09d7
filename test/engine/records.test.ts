/** What a snapshot keeps of each element, made from the element as written. */
import { describe, expect, test } from 'vitest';
import { makeDoor, makeStop } from '../../src/engine/make-portals.js';
import {
  flagsOf,
  makeGroup,
  makeLockdown,
  makePlace,
  makeSchedule,
  makeValidity,
} from '../../src/engine/make-records.js';
import { HAS_VALIDITY, readRestrictions, SWITCHED_OFF } from '../../src/engine/records.js';
import { resolveModel } from '../../src/policy/resolve-model.js';

const numbers = { schedule: () => 4, calendar: () => 5, user: () => 0 };
const lists = { groups: [], holdings: [], lockdowns: [] };
const parts = { number: 3, place: 2, ...lists };
const model = resolveModel({ id: 'acme' } as never);
const lockdown = (parts: object = {}) =>
  makeLockdown(
    { id: 'l', scope: { type: 'organization', id: 'acme' }, ...parts } as never,
    0,
    model,
  );

describe('a door', () => {
  const door = (element: object = {}, own: object = {}) =>
    makeDoor({ id: 'd', place: 'p', ...element } as never, { ...parts, ...own }, numbers);

  test('about which nothing is said asks nothing', () => {
    expect(door()).toMatchObject({
      ...{ type: 'door', number: 3, id: 'd', place: 2, elevator: undefined, readers: [] },
      ...{ unlocks: [], offline: false, strictExit: false, tenant: -1, plain: true },
      ...{ tenantSince: Number.POSITIVE_INFINITY, restrictions: undefined },
    });
  });

  test.each([
    [{ restrictions: { reader: true } }, {}],
    [{ unlock: [{ schedule: 's' }] }, {}],
    [{ lock: 'offline' }, {}],
    [{ tenant: { user: 'u', since: '2026-01-01T00:00:00Z' } }, {}],
    [{}, { lockdowns: [lockdown()] }],
  ])('is not plain with %j %j', (element, own) => {
    expect(door(element, own).plain).toBe(false);
  });

  test('keeps what is said', () => {
    const readers = [{ id: 'r', direction: 'exit' }];
    const tenant = { user: 'u', since: '2026-01-01T00:00:00Z' };
    expect(door({ readers, strictExit: true, lock: 'offline', tenant })).toMatchObject({
      ...{ readers, strictExit: true, offline: true, tenant: 0 },
      tenantSince: Date.UTC(2026, 0, 1),
    });
    const unlock = [{ schedule: 's' }, { schedule: 's', firstToArrive: 's' }];
    expect(door({ unlock }).unlocks).toEqual([
      { schedule: 4, arrival: -1 },
      { schedule: 4, arrival: 4 },
    ]);
  });

  test('lies in its scopes, sorted', () => {
    expect(door({}, { groups: [1, 7] }).containers).toEqual([0, 6, 9, 15, 30]);
    expect(door({}, { number: 1, place: 5 }).containers).toEqual([0, 7, 21]);
    expect(door({}, { number: 0, place: 0 }).containers).toEqual([0, 1, 3]);
  });
});

test('a stop has the readers of its elevator and no tenant', () => {
  const elevator = { id: 'e', place: 'p', stops: [] };
  const stop = (own: object = {}) =>
    makeStop({ id: 's', floor: 'f' }, { ...elevator, ...own }, { ...parts, groups: [1] }, numbers);
  expect(stop()).toMatchObject({
    ...{ type: 'elevator_stop', elevator, readers: [], offline: false, strictExit: false },
    ...{ tenant: -1, plain: true, containers: [0, 6, 9] },
  });
  expect(stop({ readers: [{ id: 'r' }] }).readers).toEqual([{ id: 'r' }]);
});

test('a place is plain while neither restrictions nor a lockdown are at it', () => {
  const own = { doors: [1], stops: [2], holdings: [3], lockdowns: [] };
  const place = (element: object, lockdowns: never[] = []) =>
    makePlace(2, { id: 'p', ...element }, undefined, { ...own, lockdowns }, numbers);
  expect(place({})).toMatchObject({ ...own, number: 2, plain: true });
  expect(place({ restrictions: { secondFactor: true } }).plain).toBe(false);
  expect(place({ restrictions: { secondFactor: false } }).plain).toBe(true);
  expect(place({}, [lockdown() as never]).plain).toBe(false);
});

test('a group is plain while it is switched on and restricts nothing', () => {
  const group = (element: object) =>
    makeGroup(2, { id: 'g', ...element }, -1, { doors: [], stops: [], holdings: [] }, numbers);
  expect(group({})).toMatchObject({ enabled: true, plain: true, place: -1 });
  expect(group({ enabled: false })).toMatchObject({ enabled: false, plain: false });
  expect(group({ restrictions: { reader: true } }).plain).toBe(false);
});

test('a lockdown holds from its beginning to its end, and lets pass the roles of the model it names', () => {
  expect(lockdown()).toMatchObject({ since: -Infinity, until: Infinity, exempt: new Set() });
  const since = '2026-01-01T00:00:00Z';
  const until = '2026-01-02T00:00:00Z';
  const owner = model.byId.get('organization_owner')?.index;
  expect(lockdown({ since, until, exempt: ['organization_owner', 'nobody'] })).toMatchObject({
    ...{ since: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 2), exempt: new Set([owner]) },
  });
});

test('a schedule and a validity name others by number, and -1 is none', () => {
  expect(makeSchedule({ id: 's' }, numbers)).toMatchObject({ calendar: -1, enabled: true });
  const off = { id: 's', calendar: 'c', enabled: false };
  expect(makeSchedule(off, numbers)).toMatchObject({ calendar: 5, enabled: false });
  expect(makeValidity(undefined, numbers)).toBeUndefined();
  expect(makeValidity({}, numbers)).toEqual({
    ...{ from: -Infinity, until: Infinity, schedule: -1, inline: undefined },
  });
  expect(makeValidity({ schedule: 's' }, numbers)).toMatchObject({
    schedule: 4,
    inline: undefined,
  });
  const inline = makeValidity({ schedule: { calendar: 'c' } }, numbers);
  expect(inline).toMatchObject({ schedule: -1, inline: { calendar: 5 } });
});

test('a holding is marked by a validity and by being switched off', () => {
  const flags = (parts: object) => flagsOf(parts as never);
  expect(flags({})).toBe(0);
  expect(flags({ validity: {} })).toBe(HAS_VALIDITY);
  expect(flags({ enabled: false })).toBe(SWITCHED_OFF);
  expect(flags({ validity: {}, enabled: false })).toBe(HAS_VALIDITY + SWITCHED_OFF);
});

describe('restrictions', () => {
  const read = (document: object) => readRestrictions(document as never, () => 0);

  test.each([
    {},
    { reader: false, primaryDevice: false, secondFactor: false, appAccess: true, twoPerson: false },
    { antiPassback: { mode: 'soft' } },
    { antiPassback: { mode: 'soft', resetMinutes: 5 } },
  ])('that restrict nothing are none: %j', (document) => {
    expect(read(document)).toBeUndefined();
  });

  test.each([
    [{ geofence: {} }, { geofence: {} }],
    [{ reader: true }, { reader: true, geofence: undefined, schedule: -1, presence: undefined }],
    [{ schedule: 's' }, { schedule: 0, reader: false }],
    [{ primaryDevice: true }, { primaryDevice: true, secondFactor: false }],
    [{ secondFactor: true }, { secondFactor: true, appAccess: false }],
    [{ appAccess: false }, { appAccess: true, primaryDevice: false }],
    [
      { occupancyLimit: 3 },
      { presence: { occupancyLimit: 3, passbackResetMs: -1, twoPerson: false } },
    ],
    [{ twoPerson: true }, { presence: { passbackResetMs: -1, twoPerson: true } }],
    [{ antiPassback: { mode: 'hard' } }, { presence: { passbackResetMs: Infinity } }],
    [
      { antiPassback: { mode: 'hard', resetMinutes: 5 } },
      { presence: { passbackResetMs: 300_000 } },
    ],
  ])('%j are kept', (document, record) => {
    expect(read(document)).toMatchObject(record);
  });
});
