import { expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { compiledFor, PermissionIndex, ZoneBook, zoneAt } from '../../src/engine/snapshot.js';
import { at } from '../../src/engine/table.js';
import { INSTANT_END, INSTANT_MIN } from '../../src/values/instant.js';
import { compiled } from '../helpers/busy-site.js';

const s = snapshotOf(compiled());

test('permissions are closed by type, further ones beside those before, or all at once', () => {
  const all = new PermissionIndex(s.model);
  const may = (index: PermissionIndex, type: string, action: string) =>
    index.get(type, action)?.includes(1);
  expect([may(all, 'door', 'unlock'), may(all, 'user', 'view')]).toEqual([true, true]);
  expect(all.get('door', 'fly')).toBeUndefined();
  expect(all.without(new Set())).toBe(all);
  const doors = all.without(new Set(['door']));
  expect([may(doors, 'door', 'unlock'), may(doors, 'user', 'view')]).toEqual([false, true]);
  const both = doors.without(new Set(['user']));
  expect([may(both, 'door', 'unlock'), may(both, 'user', 'view')]).toEqual([false, false]);
  expect(may(both, 'place', 'view')).toBe(true);
  const none = both.without('all');
  expect([may(none, 'door', 'unlock'), may(none, 'place', 'view')]).toEqual([false, false]);
  expect(none.without(new Set(['door']))).toBe(none);
});

test('zones are compiled once, within the time their source and this library know', () => {
  const zones = new ZoneBook(s.zones.source);
  expect(zones.get('Europe/Berlin')).toBe(zones.get('Europe/Berlin'));
  const spanned = (from: number, until: number) =>
    new ZoneBook({ ...s.zones.source, span: { from, until } } as never);
  const wide = spanned(INSTANT_MIN - 5, INSTANT_END + 5);
  expect([wide.from, wide.until]).toEqual([INSTANT_MIN, INSTANT_END]);
  const narrow = spanned(10, 20);
  expect([narrow.from, narrow.until]).toEqual([10, 20]);
});

test('a schedule is compiled once for a zone, and not at all without one', () => {
  const hours = at(s.tables.schedules, 0)!;
  const utc = s.zones.get('UTC');
  const berlin = s.zones.get('Europe/Berlin');
  expect(compiledFor(s, hours, undefined)).toBeUndefined();
  const first = compiledFor(s, hours, utc);
  expect(first).toBeDefined();
  expect(compiledFor(s, hours, utc)).toBe(first);
  expect(compiledFor(s, hours, berlin)).not.toBe(first);
  expect(compiledFor(s, hours, utc)).toBe(first);
  expect(compiledFor(s, hours, undefined)).toBeUndefined();
});

test('nowhere is in the zone of the organisation', () => {
  expect([zoneAt(s, -1), zoneAt(s, 0), zoneAt(s, 99)]).toEqual([
    s.organizationZone,
    s.organizationZone,
    s.organizationZone,
  ]);
});
