/** Where somebody may open, as he would say it: the scopes of his rights. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { groupEnabled, holdingsOf } from '../../engine/holding.js';
import { SWITCHED_OFF } from '../../engine/records.js';
import { GROUP } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';
import { parseInstant } from '../../values/instant.js';

/** A scope within which somebody holds a right that opens. */
export interface HeldAccess {
  readonly type: 'organization' | 'place' | 'group' | 'door';
  readonly id: string;
  readonly name?: string;
  /** Instants of the policy, if all such rights have one: the earliest and the latest. */
  readonly from?: string;
  readonly until?: string;
}

/**
 * By scope, what somebody holds himself or by a team: switched on, in a group that is, of a role that opens, and
 * not over at `time`. Nothing for whoever is inactive.
 */
export function heldAccess(
  engine: Engine,
  user: string,
  time: number,
): ReadonlyMap<string, HeldAccess> {
  const s = snapshotOf(engine);
  const held = new Map<string, HeldAccess>();
  const holder = find(s.tables.users, user);
  if (holder === undefined || !holder.active) return held;
  for (const { scope, role, flags, assignment } of holdingsOf(s, holder)) {
    const opens = s.mayUnlock?.[role] === 1 || s.mayGetAccess?.[role] === 1;
    const isOn = (flags & SWITCHED_OFF) === 0 && ((scope & 3) !== GROUP || groupEnabled(s, scope));
    const until = at(s.tables.validities, assignment)?.until ?? Number.POSITIVE_INFINITY;
    const document = at(s.tables.assignments, assignment);
    if (!opens || !isOn || until <= time || document === undefined) continue;
    const key = `${document.scope.type} ${document.scope.id}`;
    held.set(key, joined(held.get(key), accessOf(s, document)));
  }
  return held;
}

function accessOf(s: Snapshot, { scope, validity }: Assignment): HeldAccess {
  const name = nameOf(s, scope);
  const { from, until } = validity ?? {};
  return {
    type: scope.type,
    id: scope.id,
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Two rights within one scope: from the first beginning to the last end, and without one where one has none. */
function joined(one: HeldAccess | undefined, other: HeldAccess): HeldAccess {
  if (one === undefined) return other;
  const { from: _, until: __, ...scope } = one;
  const from = pick(one.from, other.from, (a, b) => parseInstant(a) < parseInstant(b));
  const until = pick(one.until, other.until, (a, b) => parseInstant(a) > parseInstant(b));
  return {
    ...scope,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function pick(
  a: string | undefined,
  b: string | undefined,
  isFirst: (a: string, b: string) => boolean,
): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return isFirst(a, b) ? a : b;
}

function nameOf(s: Snapshot, { type, id }: Assignment['scope']): string | undefined {
  switch (type) {
    case 'organization':
      return s.organization.name;
    case 'place':
      return find(s.tables.places, id)?.document.name;
    case 'group':
      return find(s.tables.groups, id)?.document.name;
    case 'door': {
      const document = find(s.tables.doors, id)?.document;
      return document?.name;
    }
    default: {
      const never: never = type;
      return never;
    }
  }
}
