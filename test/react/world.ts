/** A small house for screens to show: `ada` may open `front` from nine to five, and `back` always. */
import type { Window } from 'happy-dom';
import { compilePolicy, type Engine } from '../../src/index.js';
import { MONDAY_NOON, right, site } from '../helpers/builders.js';

export const NOON = Date.parse(MONDAY_NOON);
/** The browser that vitest puts around a test with `@vitest-environment happy-dom`. */
export const page = globalThis as unknown as Window;
export const HOUR = 3_600_000;

/** The engine of the house; `parts` replaces members. */
export function house(parts: object = {}): Engine {
  return compilePolicy(
    site({
      doors: [
        { id: 'back', place: 'hq' },
        { id: 'front', place: 'hq' },
        { id: 'side', place: 'hq' },
      ],
      groups: [
        { id: 'staff', doors: ['front'] },
        { id: 'yard', doors: ['back'] },
      ],
      users: [{ id: 'ada' }, { id: 'ben' }],
      schedules: [{ id: 'day', windows: [{ days: ['mo'], from: '09:00', until: '17:00' }] }],
      assignments: [
        right('at-day', 'ada', { validity: { schedule: 'day' } }),
        right('always', 'ada', { scope: { type: 'group', id: 'yard' } }),
      ],
      ...parts,
    }),
  ) as Engine;
}

/** `unlock` of a door by a user, written anew at each call. */
export const question = (user: string, door: string, facts?: Record<string, unknown>) => ({
  subject: { type: 'user', id: user },
  action: { name: 'unlock' },
  resource: { type: 'door', id: door },
  ...(facts && { facts }),
});

/** A source that is told what it decides by, and counts who listens. */
export function changing(first: Engine | undefined) {
  let engine = first;
  const listeners = new Set<() => void>();
  return {
    current: () => engine,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listeners,
    become(next: Engine | undefined) {
      engine = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

/** An engine that counts how often it is asked. */
export function counted(engine: Engine) {
  const asked = { times: 0 };
  const counting = Object.create(engine) as Engine;
  Object.defineProperty(counting, 'decide', {
    value: (...question: Parameters<Engine['decide']>) => {
      asked.times++;
      return engine.decide(...question);
    },
  });
  return { engine: counting, asked };
}
