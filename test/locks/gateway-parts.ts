/** A gateway with one clock, an engine that tests change, and locks in memory. */

import {
  type LockGatewayOptions,
  type LockProvider,
  lockGateway,
  memoryLocks,
} from '../../src/adapters/for-locks.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import { compilePolicy, type Engine, parsePolicy } from '../../src/index.js';
import { testClock } from './clock.js';

/** A Monday, ten o'clock. */
export const START: number = Date.UTC(2026, 10, 23, 10);
export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;

/** A policy with two doors; `front` stands open from twelve to one. */
export const POLICY = {
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
  places: [{ id: 'hq' }],
  schedules: [{ id: 'morning', windows: [{ days: ['mo'], from: '12:00', until: '13:00' }] }],
  doors: [
    { id: 'front', place: 'hq', unlock: [{ schedule: 'morning' }] },
    { id: 'back', place: 'hq' },
  ],
  users: [{ id: 'ann' }, { id: 'bob' }],
  assignments: [
    {
      id: 'ann-hq',
      subject: { type: 'user', id: 'ann' },
      role: 'organization_owner',
      scope: { type: 'organization', id: 'acme' },
    },
  ],
} as const;

/** An engine of the policy, with parts replaced. */
export function engineOf(more: object = {}): Engine {
  const parsed = parsePolicy({ ...POLICY, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return compilePolicy(parsed.value);
}

/** Engines never change, so all tests may begin with the same. */
const ENGINE: Engine = engineOf();

export const LOCKDOWN = {
  put: {
    lockdowns: [{ id: 'alarm', scope: { type: 'place', id: 'hq' }, since: '2026-01-01T00:00:00Z' }],
  },
};

/** What one gateway of a test is made of. */
export function gatewayOf(
  more: {
    readonly policy?: object;
    readonly pdp?: (pdp: Pdp) => Pdp;
    readonly provider?: (provider: LockProvider) => LockProvider;
    readonly options?: Partial<LockGatewayOptions>;
  } = {},
) {
  // Nothing here waits for anything but promises and this clock.
  const clock = testClock(START, 1);
  const locks = memoryLocks(['lock-front', 'lock-back'], clock);
  const state = { engine: more.policy === undefined ? ENGINE : engineOf(more.policy) };
  const pdp = enginePdp({ engine: () => state.engine });
  const lines: [string, object, string][] = [];
  const line = (level: string) => (fields: object, message: string) =>
    void lines.push([level, fields, message]);
  const gateway = lockGateway({
    pdp: more.pdp?.(pdp) ?? pdp,
    providers: { memory: more.provider?.(locks.provider) ?? locks.provider },
    doors: {
      front: { provider: 'memory', device: 'lock-front', unlockSeconds: 3 },
      back: { provider: 'memory', device: 'lock-back' },
    },
    host: clock,
    waitMs: 5000,
    logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    ...more.options,
  });
  const apply = (changes: object) => {
    state.engine = state.engine.apply(changes as never);
  };
  /** The end of something, with time passing as long as it takes. */
  const end = async <T>(work: Promise<T>): Promise<T> => {
    let ended = false;
    const result = work.finally(() => {
      ended = true;
    });
    for (let step = 0; !ended && step < 200; step++) await clock.pass(100);
    return result;
  };
  return { clock, locks, gateway, lines, apply, end, pdp, state };
}

/** Somebody at a door. */
export function asks(user: string, door = 'front', context: object = {}) {
  return { subject: { type: 'user', id: user }, resource: { type: 'door', id: door }, context };
}
