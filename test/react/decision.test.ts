// @vitest-environment happy-dom
/** `useDecision` in a real React under happy-dom: what is shown is what the engine says at that instant. */
import { act, cleanup, renderHook } from '@testing-library/react';
import { createElement, type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AccessProvider,
  type AccessProviderProps,
  type ShownDecision,
  useDecision,
} from '../../src/adapters/for-react.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Engine } from '../../src/index.js';
import { changing, counted, HOUR, house, NOON, page, question } from './world.js';

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Asked = ReturnType<typeof question>;

/** Renders the hook under a provider; answers every object it has shown, too. */
function show(props: Omit<AccessProviderProps, 'children'>, first: Asked, strict = false) {
  const shown: ShownDecision[] = [];
  const wrapper = ({ children }: { children: ReactNode }) => {
    const tree = createElement(AccessProvider, props, children);
    return strict ? createElement(StrictMode, null, tree) : tree;
  };
  const hook = renderHook(
    ({ asked }) => {
      const decision = useDecision(asked);
      shown.push(decision);
      return decision;
    },
    { wrapper, initialProps: { asked: first } },
  );
  return { ...hook, shown };
}
/** One hook of a screen with three decisions. */
const useThree = () => [
  useDecision(question('ada', 'front')),
  useDecision(question('ada', 'back')),
  useDecision(question('ben', 'side')),
];
const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

describe('a decision is looked at again', () => {
  test.each([false, true])(
    'exactly at its end, neither before nor after (strict: %s)',
    (strict) => {
      const { result } = show({ source: house() }, question('ada', 'front'), strict);
      expect(result.current).toMatchObject({
        decision: true,
        reason: 'granted',
        grants: ['at-day'],
        validUntil: '2026-03-02T17:00:00Z',
      });
      pass(5 * HOUR - 1);
      expect(result.current.decision).toBe(true);
      pass(1);
      expect(result.current).toMatchObject({
        decision: false,
        reason: 'inactive_hours',
        validUntil: '2026-03-09T09:00:00Z',
      });
    },
  );

  test('at the beginning of hours, too: over many days a door opens and closes on its minute', () => {
    const { result } = show({ source: house() }, question('ada', 'front'));
    pass(5 * HOUR);
    pass((6 * 24 + 16) * HOUR - 1);
    expect(result.current.decision).toBe(false);
    pass(1);
    expect(result.current).toMatchObject({ decision: true, validUntil: '2026-03-09T17:00:00Z' });
    pass(8 * HOUR);
    expect(result.current.decision).toBe(false);
  });

  test('and the engine is asked once for each answer: nothing polls', () => {
    const { engine, asked } = counted(house());
    show({ source: engine }, question('ada', 'front'));
    expect(asked.times).toBe(1);
    pass(5 * HOUR - 1);
    expect(asked.times).toBe(1);
    pass(1);
    expect(asked.times).toBe(2);
    pass(24 * HOUR);
    expect(asked.times).toBe(2);
  });

  test('an end farther away than a timer reaches is still met exactly', () => {
    const until = NOON + 100 * 24 * HOUR;
    const engine = house({
      assignments: [
        {
          id: 'long',
          subject: { type: 'user', id: 'ada' },
          role: 'door_access',
          scope: { type: 'group', id: 'staff' },
          validity: { until: new Date(until).toISOString() },
        },
      ],
    });
    const waits: number[] = [];
    const setTimer = (callback: () => void, ms: number) => {
      waits.push(ms);
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    };
    const { result } = show(
      { source: engine, setTimer, clockLookMs: 2 ** 31 - 1 },
      question('ada', 'front'),
    );
    pass(until - NOON - 1);
    expect(result.current.decision).toBe(true);
    pass(1);
    expect(result.current).toMatchObject({ decision: false, reason: 'expired' });
    expect(Math.max(...waits)).toBe(2 ** 31 - 1);
    expect(waits.length).toBe(5);
  });

  test('at once for a new engine, and not rendered for one that says the same', () => {
    const source = changing(house());
    const { result, shown } = show({ source }, question('ada', 'back'));
    const before = result.current;
    const renders = shown.length;
    act(() => source.become(house()));
    expect(result.current).toBe(before);
    expect(shown.length).toBe(renders);
    act(() => source.become(house({ users: [{ id: 'ada', active: false }, { id: 'ben' }] })));
    expect(result.current).toMatchObject({ decision: false, reason: 'subject_inactive' });
    act(() => source.become(undefined));
    expect(result.current).toMatchObject({ decision: false, reason: 'not_ready' });
    act(() => source.become(house()));
    expect(result.current.decision).toBe(true);
  });

  test('for a source that is given anew by the provider', () => {
    let source: Engine | undefined;
    const wrapper = ({ children }: { children: ReactNode }) =>
      createElement(AccessProvider, { source }, children);
    const { result, rerender } = renderHook(() => useDecision(question('ada', 'back')), {
      wrapper,
    });
    expect(result.current.reason).toBe('not_ready');
    source = house();
    rerender();
    expect(result.current.reason).toBe('granted');
  });

  test('for other facts and another door, but not for literals written anew', () => {
    const near = { location: { latitude: 0, longitude: 0, accuracy: 5 } };
    const places = [
      {
        id: 'hq',
        location: { latitude: 0, longitude: 0 },
        restrictions: { geofence: { radius: 50 } },
      },
    ];
    const { engine, asked } = counted(house({ places }));
    const { result, rerender } = show({ source: engine }, question('ada', 'back', near));
    expect(result.current.decision).toBe(true);
    const before = result.current;
    rerender({ asked: question('ada', 'back', structuredClone(near)) });
    expect(result.current).toBe(before);
    expect(asked.times).toBe(1);
    rerender({ asked: question('ada', 'back', { location: { ...near.location, latitude: 1 } }) });
    expect(result.current).toMatchObject({ decision: false, reason: 'geofence' });
    rerender({ asked: question('ada', 'back') });
    expect(result.current.reasons[0]?.detail).toBe('missing');
    rerender({ asked: question('ben', 'side', near) });
    expect(result.current.reason).toBe('no_access_right');
  });
});

describe('a clock that leaps', () => {
  const asleep = () => {
    // The device slept: no timer ran, and the clock has gone on.
    vi.setSystemTime(NOON + 6 * HOUR);
  };

  test('is noticed when the app is looked at again', () => {
    const { result } = show({ source: house() }, question('ada', 'front'));
    asleep();
    expect(result.current.decision).toBe(true);
    act(() => void page.document.dispatchEvent(new page.Event('visibilitychange')));
    expect(result.current.decision).toBe(false);
  });

  test('is noticed by any render before something else is', () => {
    const { result, rerender } = show({ source: house() }, question('ada', 'front'));
    asleep();
    rerender({ asked: question('ada', 'front') });
    expect(result.current.decision).toBe(false);
  });

  test('is noticed within a minute of waking where nobody tells of it', () => {
    const onWake = () => () => undefined;
    const { result } = show({ source: house(), onWake }, question('ada', 'front'));
    asleep();
    pass(60_000);
    expect(result.current.decision).toBe(false);
  });

  test('is noticed by a render, which sets the timer anew', () => {
    const props = { source: house(), clockLookMs: 2 ** 31 - 1 };
    const { result, rerender } = show(props, question('ada', 'front'));
    vi.setSystemTime(NOON + (6 * 24 + 21) * HOUR - 60_000);
    rerender({ asked: question('ada', 'front') });
    expect(result.current.decision).toBe(false);
    pass(60_000);
    expect(result.current.decision).toBe(true);
  });

  test('backwards is noticed, too: a right that has not begun is not shown', () => {
    const from = new Date(NOON).toISOString();
    const assignments = [
      {
        id: 'new',
        subject: { type: 'user', id: 'ada' },
        role: 'door_access',
        scope: { type: 'group', id: 'staff' },
        validity: { from },
      },
    ];
    const { result } = show({ source: house({ assignments }) }, question('ada', 'front'));
    expect(result.current).toMatchObject({ decision: true, validUntil: null });
    vi.setSystemTime(NOON - 1);
    act(() => void page.dispatchEvent(new page.Event('focus')));
    expect(result.current).toMatchObject({
      decision: false,
      reason: 'pending',
      validUntil: '2026-03-02T12:00:00Z',
    });
    pass(1);
    expect(result.current.decision).toBe(true);
  });

  test('from an own clock: React Native hands over its clock and its `AppState`', () => {
    let time = NOON;
    let wake = () => {};
    const onWake = (listener: () => void) => {
      wake = listener;
      return () => undefined;
    };
    const { result } = show(
      { source: house(), clock: () => time, onWake },
      question('ada', 'front'),
    );
    time = NOON + 5 * HOUR;
    act(() => wake());
    expect(result.current.decision).toBe(false);
  });
});

describe('whatever goes wrong is shown as a refusal:', () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  const rows: readonly [string, AccessProviderProps, unknown, string][] = [
    ['no engine yet', { source: undefined }, question('ada', 'back'), 'not_ready'],
    ['null for one', { source: null }, question('ada', 'back'), 'not_ready'],
    [
      'no subject',
      { source: house() },
      { ...question('ada', 'back'), subject: undefined },
      'request_invalid',
    ],
    [
      'an id that is none',
      { source: house() },
      { ...question('ada', 'back'), resource: { type: 'door', id: 7 } },
      'request_invalid',
    ],
    ['a question that is none', { source: house() }, undefined, 'request_invalid'],
    ['null for a question', { source: house() }, null, 'fault'],
    [
      'a question that is no JSON',
      { source: house() },
      question('ada', 'back', { device: 1n }),
      'request_invalid',
    ],
    ['a clock that throws', { source: house(), clock: broken }, question('ada', 'back'), 'fault'],
    [
      'a clock that says nothing',
      { source: house(), clock: () => Number.NaN },
      question('ada', 'back'),
      'request_invalid',
    ],
    [
      'a source that throws',
      { source: { current: broken, subscribe: () => () => undefined } },
      question('ada', 'back'),
      'fault',
    ],
    [
      'a source that cannot be heard',
      { source: { current: () => house(), subscribe: broken } },
      question('ada', 'back'),
      'fault',
    ],
    [
      'wakes that cannot be heard',
      { source: house(), onWake: broken },
      question('ada', 'back'),
      'fault',
    ],
    [
      'an engine that throws',
      { source: { decide: broken } as unknown as Engine },
      question('ada', 'back'),
      'fault',
    ],
    [
      'an engine that answers nothing',
      { source: { decide: () => undefined } as unknown as Engine },
      question('ada', 'back'),
      'fault',
    ],
  ];
  test.each(rows)('%s', (_, props, asked, reason) => {
    const { result, unmount } = show(props, asked as Asked);
    expect(result.current).toEqual({
      decision: false,
      reason,
      reasons: [],
      grants: [],
      validUntil: null,
      revision: null,
    });
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['a permit that is not `true`', { decision: 1 }],
    ['an end that nobody can read', { validUntil: 'tomorrow' }],
    ['an end that is over', { validUntil: '2026-03-02T12:00:00Z' }],
  ])('%s', (_, { decision = true, ...more }: { decision?: unknown; validUntil?: string }) => {
    const context = { reason: 'granted', reasons: [], grants: [], revision: 0, ...more };
    const engine = { decide: () => ({ decision, context }) } as unknown as Engine;
    expect(show({ source: engine }, question('ada', 'back')).result.current.decision).toBe(false);
    pass(10 * 60_000);
  });

  test('no provider', () => {
    const { result } = renderHook(() => useDecision(question('ada', 'back')));
    expect(result.current).toMatchObject({ decision: false, reason: 'not_ready' });
  });

  test('a time among the facts: the clock alone says it', () => {
    const asked = question('ada', 'front', { time: NOON });
    const clock = () => NOON + 6 * HOUR;
    expect(show({ source: house(), clock }, asked).result.current.decision).toBe(false);
  });

  test('a source that is none is a mistake of the caller', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const source = {} as unknown as Engine;
    expect(() => show({ source }, question('ada', 'back'))).toThrow(TypeError);
    expect(() => show({ source: house(), clockLookMs: 2 ** 31 }, question('ada', 'back'))).toThrow(
      RangeError,
    );
  });
});

describe('a decision point', () => {
  test('decides as its engine, and the newest one at a look', () => {
    let engine = house();
    const source = enginePdp({ engine: () => engine });
    const { result, rerender } = show({ source }, question('ada', 'back'));
    expect(result.current.reason).toBe('granted');
    engine = house({ assignments: [] });
    rerender({ asked: question('ada', 'back') });
    expect(result.current.reason).toBe('no_access_right');
  });

  test('that has become stale refuses as soon as it tells so', () => {
    const ready = enginePdp({ engine: house() });
    let code: 'stale' | undefined;
    const pdp = {
      ...ready,
      local: () => (code === undefined ? ready.local() : { ok: false as const, code, detail: '' }),
    };
    let tell = () => {};
    const subscribe = (listener: () => void) => {
      tell = listener;
      return () => undefined;
    };
    const { result } = show({ source: { current: () => pdp, subscribe } }, question('ada', 'back'));
    expect(result.current.decision).toBe(true);
    code = 'stale';
    act(() => tell());
    expect(result.current).toMatchObject({ decision: false, reason: 'stale' });
  });
});

test('a view that becomes stale while it stays the same is asked again', () => {
  const fresh = enginePdp({ engine: house() }).local();
  if (!fresh.ok) throw new Error('a bare engine is never stale');
  const stale = { reason: 'stale' as const, reasons: [], grants: [], revision: 0 };
  const view = {
    ...fresh.value,
    stale: false,
    decide(...[request, options]: Parameters<typeof fresh.value.decide>) {
      if (view.stale) return { decision: false, context: stale };
      return fresh.value.decide(request, options);
    },
  };
  const pdp = {
    ...enginePdp({ engine: house() }),
    local: () => ({ ok: true as const, value: view }),
  };
  const { result, rerender } = show({ source: pdp }, question('ada', 'back'));
  expect(result.current.decision).toBe(true);
  view.stale = true;
  rerender({ asked: question('ada', 'back') });
  expect(result.current).toMatchObject({ decision: false, reason: 'stale' });
});

describe('many on one screen', () => {
  test('share one subscription and one timer, and leave nothing behind', () => {
    const source = changing(house());
    const off = vi.spyOn(page.document, 'removeEventListener');
    const wrapper = ({ children }: { children: ReactNode }) =>
      createElement(StrictMode, null, createElement(AccessProvider, { source }, children));
    const { result, unmount } = renderHook(useThree, { wrapper });
    expect(result.current.map(({ decision }) => decision)).toEqual([true, true, false]);
    expect(source.listeners.size).toBe(1);
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(source.listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(off).toHaveBeenCalledWith('visibilitychange', expect.any(Function));
  });

  test('of which the earliest end leaves: the timer goes to the next', () => {
    const { result, rerender } = show({ source: house() }, question('ada', 'front'));
    expect(vi.getTimerCount()).toBe(1);
    rerender({ asked: question('ada', 'back') });
    expect(result.current.validUntil).toBe(null);
    expect(vi.getTimerCount()).toBe(0);
  });
});
