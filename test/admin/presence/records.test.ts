import { describe, expect, test } from 'vitest';
import { checkInShape } from '../../../src/admin/check-ins/check-in.js';
import { alertPolicyShape } from '../../../src/admin/presence/alert-policy.js';
import {
  type Capacity,
  capacityShape,
  parseCapacity,
} from '../../../src/admin/presence/capacity.js';
import { capacityStateShape } from '../../../src/admin/presence/capacity-state.js';
import { presenceId, presenceShape } from '../../../src/admin/presence/presence.js';
import { waitingShape } from '../../../src/admin/presence/waiting.js';
import type { RecordShape } from '../../../src/admin/record-shape.js';
import { zoneShape } from '../../../src/admin/zones/zone.js';
import { zoneStateShape } from '../../../src/admin/zones/zone-state.js';

const ada = { type: 'user', id: 'ada' } as const;
const SHAPES: readonly [RecordShape<object>, object, object][] = [
  [
    capacityShape,
    {
      place: 'hq',
      mode: 'timeout',
      timeoutMinutes: 480,
      onlyWhenOpened: true,
      openSeconds: 20,
      remoteCounts: true,
      exemptRoles: ['owner'],
      exemptSegments: ['Staff & co'],
      forgetHours: 24,
      checkIns: true,
      checkInDays: 90,
    },
    { place: 'hq' },
  ],
  [
    presenceShape,
    {
      place: 'hq',
      subject: ada,
      state: 'inside',
      since: 1,
      door: 'front',
      entered: 1,
      lastSeen: 2,
      lastDoor: 'inner',
      until: 3,
      forgiven: true,
      safe: { at: 4, by: 'owner' },
    },
    { state: 'inside' },
  ],
  [
    capacityStateShape,
    {
      place: 'hq',
      count: 1,
      pending: [
        { subject: ada, door: 'front', direction: 'entry', standing: true, at: 1, adds: true },
      ],
      reached: [{ policy: 'a', threshold: 75 }],
      nextSweep: 3,
    },
    { place: 'hq', count: -1, pending: [], reached: [] },
  ],
  [
    alertPolicyShape,
    { place: 'hq', id: 'a', name: 'A', thresholds: [75], hysteresis: 5, notify: ['ada'] },
    {},
  ],
  [waitingShape, { door: 'front', people: [{ user: 'ada', at: 1 }] }, { door: 'front' }],
  [
    checkInShape,
    { place: 'hq', day: '2026-11-23', user: 'ada', at: 1, door: 'front' },
    { place: 'hq', day: '2026-02-30', user: 'ada', at: 1, door: 'front' },
  ],
  [
    zoneShape,
    {
      place: 'hq',
      id: 'z',
      name: 'Z',
      doors: ['front'],
      exterior: ['front'],
      alarms: [{ schedule: 'night', mode: 'away', onAccess: 'disarm', minutes: 10 }],
      awayDeniesUnlock: true,
      suppressesUnlock: false,
      notify: ['ada'],
    },
    { place: 'hq', id: 'z', doors: [] },
  ],
  [
    zoneStateShape,
    {
      place: 'hq',
      id: 'z',
      manual: { mode: 'away', since: 1, until: 2, by: 'owner', why: 'holiday' },
      override: { mode: 'stay', until: 2 },
      siren: { since: 1, door: 'front', cause: 'forced' },
    },
    { place: 'hq', id: 'z', override: { mode: 'away', until: 2 } },
  ],
];

describe('the record', () => {
  test.each(SHAPES.map(([shape, ...rest]) => [shape.kind, shape, ...rest] as const))(
    '%s is read as it was written, and a damaged one decides nothing',
    (kind, shape, whole, damaged) => {
      const written = shape.record('id', whole);
      expect(shape.ofRecord(JSON.parse(JSON.stringify(written)))).toEqual(whole);
      expect(() => shape.ofRecord({ kind, id: 'id', body: damaged as never })).toThrow(TypeError);
      expect(() =>
        shape.ofRecord({ kind, id: 'id', body: { ...whole, more: 1 } as never }),
      ).toThrow(TypeError);
      expect(shape.parse(null)).toMatchObject({ ok: false, code: 'malformed' });
    },
  );
});

test('a timer needs its minutes, and numbers stay in their bounds', () => {
  const readers: Capacity = { place: 'hq', mode: 'readers' };
  expect(parseCapacity(readers)).toEqual({ ok: true, value: readers });
  for (const wrong of [
    { mode: 'timeout' },
    { mode: 'both' },
    { timeoutMinutes: 0 },
    { timeoutMinutes: 10_081 },
    { timeoutMinutes: 1.5 },
    { openSeconds: 301 },
    { forgetHours: 0 },
    { checkInDays: 3661 },
    { onlyWhenOpened: 'yes' },
    { exemptRoles: Array.from({ length: 65 }, (_, n) => `r${n}`) },
  ]) {
    expect(parseCapacity({ ...readers, ...wrong }), JSON.stringify(wrong)).toMatchObject({
      code: 'malformed',
    });
  }
});

test('no two people or places share a record, whatever ids they have', () => {
  const odd = ['a', 'a:b', 'user', 'link', '__proto__', 'a.b~c@d+e-f_g', 'x'.repeat(128)];
  const ids = odd.flatMap((place) =>
    odd.flatMap((id) => [
      presenceId(place, { type: 'user', id }),
      presenceId(place, { type: 'link', id }),
    ]),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(Math.max(...ids.map(({ length }) => length))).toBeLessThanOrEqual(512);
});
