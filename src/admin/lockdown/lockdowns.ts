/** Locking down an organisation, a place or a door, and ending it, each with who and why. */
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Lockdown } from '../../policy/document.js';
import { formatInstant, parseInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import type { Draft, Planning } from '../provisioning/planning.js';

/** A lockdown to begin. */
export interface LockdownOrder {
  readonly scope: Lockdown['scope'];
  /** RFC 3339: ends by itself then. Absent: when somebody ends it. */
  readonly until?: string;
  /** Roles that still pass. Default none, as Kisi. */
  readonly exempt?: readonly string[];
  /** Also at readers of direction `exit`. Default no: people get out. */
  readonly blocksExit?: boolean;
  /** An exercise: it locks like any other, and the record says so. */
  readonly drill?: boolean;
  /** For the record: nobody locks a building down without a reason. */
  readonly why: string;
  /** Default: a fresh one. */
  readonly id?: string;
}

/** Which lockdowns to end: one by its id, or all that were begun for exactly this scope. */
export type LockdownEnd = { readonly why: string } & (
  | { readonly lockdown: string }
  | { readonly scope: Lockdown['scope'] }
);

/** Why a lockdown neither begins nor ends. `why`: no reason was given, or one of more than 1 000 characters. */
export type LockdownCode = 'lockdown_exists' | 'lockdown_unknown' | 'until' | 'why';

const WHY_LENGTH_MAX = 1000;

/** Begins a lockdown at once. One that is in force already goes on beside it: each ends by itself. */
export function planLockdown(
  { engine, time, newId }: Planning,
  order: LockdownOrder,
): Outcome<Draft<{ readonly lockdown: string }>, LockdownCode> {
  const { scope, until, exempt, blocksExit, drill = false } = order;
  if (!isWhy(order.why)) return refuse('why', 'say why');
  const id = order.id ?? newId();
  if (findElement(engine, 'lockdowns', id) !== undefined) {
    return refuse('lockdown_exists', `there is already a lockdown \`${id}\``);
  }
  if (until !== undefined && !(parseInstant(until) > time)) {
    return refuse('until', `not an instant to come \`${until}\``);
  }
  const lockdown: Lockdown = {
    id,
    scope: { type: scope.type, id: scope.id },
    since: formatInstant(time),
    ...(until === undefined ? {} : { until }),
    ...(exempt === undefined ? {} : { exempt: [...exempt] }),
    ...(blocksExit === undefined ? {} : { blocksExit }),
  };
  return {
    ok: true,
    value: {
      value: { lockdown: id },
      changes: { put: { lockdowns: [lockdown] } },
      audit: { object: scope, data: { lockdown: id, drill, until: until ?? null } },
    },
  };
}

/** Ends lockdowns. Schedules and rights count again by the clock, as if there had been none. */
export function planEndLockdown(
  { engine }: Planning,
  end: LockdownEnd,
): Outcome<Draft<{ readonly ended: readonly string[] }>, LockdownCode> {
  if (!isWhy(end.why)) return refuse('why', 'say why');
  const ending = lockdownsOf(engine, end);
  const [first] = ending;
  if (first === undefined) {
    const what = 'lockdown' in end ? end.lockdown : `${end.scope.type} ${end.scope.id}`;
    return refuse('lockdown_unknown', `no lockdown \`${what}\``);
  }
  const ended = ending.map(({ id }) => id).sort();
  return {
    ok: true,
    value: {
      value: { ended },
      changes: { remove: { lockdowns: ended } },
      audit: { object: first.scope, data: { lockdowns: ended } },
    },
  };
}

function lockdownsOf(engine: Engine, end: LockdownEnd): Lockdown[] {
  if ('lockdown' in end) {
    const found = findElement(engine, 'lockdowns', end.lockdown);
    return found === undefined ? [] : [found];
  }
  const { type, id } = end.scope;
  return [...elementsOf(engine, 'lockdowns')].filter(
    ({ scope }) => scope.type === type && scope.id === id,
  );
}

function isWhy(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '' && text.length <= WHY_LENGTH_MAX;
}

function refuse(code: LockdownCode, detail: string): Outcome<never, LockdownCode> {
  return { ok: false, code, detail };
}
