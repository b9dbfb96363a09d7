// @vitest-environment happy-dom
/** `useDoors` and `useAccessList`: whose doors are shown, how each stands, and when the list is looked at again. */
import { act, cleanup, renderHook } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AccessProvider,
  type AccessSource,
  useAccessList,
  useDoors,
} from '../../src/adapters/for-react.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Engine } from '../../src/index.js';
import { right } from '../helpers/builders.js';
import { changing, HOUR, house, NOON } from './world.js';

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const ADA = { type: 'user', id: 'ada' };

function render<T>(useIt: () => T, source: AccessSource | undefined) {
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(AccessProvider, { source }, children);
  return renderHook(useIt, { wrapper });
}
const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const useAdasDoors = () => useDoors({ ...ADA });
const HERE = { latitude: 0, longitude: 0, accuracy: 5 };
const useNear = () => [useDoors(ADA, { location: HERE }), useDoors(ADA)] as const;
const useNobody = () => useDoors({ type: 'user' } as unknown as typeof ADA);
const useAdasAccess = () => useAccessList({ ...ADA });

describe('useDoors', () => {
  test('shows every door somebody has, open now or not, and follows each', () => {
    const { result } = render(useAdasDoors, house());
    const brief = () =>
      result.current.doors.map(({ resource, reason }) => `${resource.id} ${reason}`);
    expect(brief()).toEqual(['back granted', 'front granted']);
    expect(result.current.validUntil).toBe('2026-03-02T17:00:00Z');
    pass(5 * HOUR);
    expect(brief()).toEqual(['back granted', 'front inactive_hours']);
    expect(result.current.fault).toBe(null);
  });

  test('names a door once that is held twice, and decides lift stops by their own action', () => {
    const engine = house({
      floors: [{ id: 'f1', place: 'hq' }],
      elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'stop-1', floor: 'f1' }] }],
      assignments: [
        right('a', 'ada'),
        right('c', 'ada', {
          role: 'place_door_access',
          scope: { type: 'place', id: 'hq' },
        }),
      ],
    });
    const { result } = render(useAdasDoors, engine);
    expect(result.current.doors.map(({ resource, decision }) => [resource.id, decision])).toEqual([
      ['back', true],
      ['front', true],
      ['side', true],
      ['stop-1', true],
    ]);
  });

  test('decides with the facts given', () => {
    const engine = house({
      places: [
        {
          id: 'hq',
          location: { latitude: 0, longitude: 0 },
          restrictions: { geofence: { radius: 50 } },
        },
      ],
    });
    const { result } = render(useNear, engine);
    const [near, far] = result.current.map(({ doors }) => doors.map(({ decision }) => decision));
    expect([near, far]).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('is empty, with the fault named, where nothing can be read', () => {
    expect(render(useAdasDoors, undefined).result.current).toEqual({
      doors: [],
      fault: 'not_ready',
      validUntil: null,
    });
    expect(render(useNobody, house()).result.current.fault).toBe('request_invalid');
    const strange = { decide: () => undefined } as unknown as Engine;
    expect(render(useAdasDoors, strange).result.current.fault).toBe('fault');
  });

  test('of a stale decision point: the doors stay, each is refused', () => {
    const fresh = enginePdp({ engine: house() }).local();
    if (!fresh.ok) throw new Error('a bare engine is never stale');
    const context = { reason: 'stale' as const, reasons: [], grants: [], revision: 0 };
    const value = { ...fresh.value, stale: true, decide: () => ({ decision: false, context }) };
    const pdp = { ...enginePdp({ engine: house() }), local: () => ({ ok: true as const, value }) };
    const { doors } = render(useAdasDoors, pdp).result.current;
    expect(doors.map(({ decision, reason }) => [decision, reason])).toEqual([
      [false, 'stale'],
      [false, 'stale'],
    ]);
    expect(render(useAdasAccess, pdp).result.current).toMatchObject({ stale: true, fault: null });
  });
});

describe('useAccessList', () => {
  test('shows what somebody holds, and each status on its minute', () => {
    const { result } = render(useAdasAccess, house());
    const brief = () =>
      result.current.entries.map(({ assignment, status }) => `${assignment} ${status}`);
    expect(brief()).toEqual(['always active', 'at-day active']);
    const before = result.current;
    pass(5 * HOUR - 1);
    expect(result.current).toBe(before);
    pass(1);
    expect(brief()).toEqual(['always active', 'at-day inactive_hours']);
  });

  test('follows a status that no decision shows: the door is locked down', () => {
    const scope = { type: 'door', id: 'front' };
    const engine = house({ lockdowns: [{ id: 'drill', scope }] });
    const { result } = render(useAdasAccess, engine);
    pass(5 * HOUR);
    expect(result.current.entries.at(-1)).toMatchObject({ status: 'inactive_hours' });
  });

  test('follows a right over places in several time zones, each by its own clock', () => {
    const engine = house({
      places: [{ id: 'hq' }, { id: 'east', timeZone: 'Asia/Tokyo' }],
      doors: [
        { id: 'front', place: 'hq' },
        { id: 'gate', place: 'east' },
      ],
      groups: [],
      assignments: [
        {
          id: 'all',
          subject: ADA,
          role: 'organization_owner',
          scope: { type: 'organization', id: 'org' },
          validity: { schedule: 'day' },
        },
      ],
    });
    const { result } = render(useAdasAccess, engine);
    const statuses = () =>
      result.current.entries.map(({ resource, status }) => `${resource.id} ${status}`);
    expect(statuses()).toEqual(['front active', 'gate inactive_hours']);
    // Monday ends at seventeen in UTC, and begins at nine in Tokyo six and a half days later.
    pass(5 * HOUR);
    expect(statuses()).toEqual(['front inactive_hours', 'gate inactive_hours']);
    pass((6 * 24 + 7) * HOUR);
    expect(statuses()).toEqual(['front inactive_hours', 'gate active']);
  });

  test('changes at once with the engine', () => {
    const source = changing(house());
    const { result } = render(useAdasAccess, source);
    act(() => source.become(house({ assignments: [] })));
    expect(result.current).toMatchObject({ entries: [], fault: null });
    act(() => source.become(undefined));
    expect(result.current).toMatchObject({ entries: [], fault: 'not_ready' });
  });
});
