/** Scores together: by door, by person, for the organisation, and which doors to go to first. */
import { kept } from './keyed.js';
import {
  alarmReasons,
  type Colour,
  lockOf,
  type PermissionScore,
  type Score,
  type SyncAction,
  type SyncReason,
  scored,
  scorePermission,
} from './score.js';
import type { SyncState } from './state.js';

/** `permission`: each shows its own score. `door`: each shows its door's worst, as KIWI does. */
export type SyncView = 'permission' | 'door';

/** Several scores as one: the worst, and how many there are of each. */
export interface RollUp {
  readonly score: Score;
  readonly colour: Colour;
  /** How many permissions have score 0, 1, … 5. */
  readonly counts: readonly number[];
}

/** A door with its permissions. */
export interface DoorScore extends RollUp {
  readonly door: string;
  readonly connection: 'online' | 'offline';
  readonly action: SyncAction;
  /** Every reason of a permission with the worst score. */
  readonly reasons: readonly SyncReason[];
  /** The latest of its permissions. */
  readonly exposedUntil: number | null | 'unbounded';
  /** The latest forecast of its permissions. */
  readonly expectedBy: number | null;
  readonly lastOpening: number | null;
  readonly lastAck: { readonly pv: number; readonly at: number } | null;
  /** By id of the permission. */
  readonly permissions: readonly PermissionScore[];
}

/** A person with all permissions. */
export interface HolderScore extends RollUp {
  readonly holder: string;
}

/** A door worth going to. */
export interface SyncTask {
  readonly door: string;
  readonly score: Score;
  readonly action: SyncAction;
  /** Permissions that the visit would mend, by the score they have now: 0, 1, 2 and 3. */
  readonly mends: readonly number[];
  readonly exposedUntil: number | null | 'unbounded';
  readonly expectedBy: number | null;
}

/** Everything at once. */
export interface SyncOverview {
  readonly at: number;
  readonly view: SyncView;
  readonly organization: RollUp;
  /** By id. */
  readonly doors: readonly DoorScore[];
  /** By id. */
  readonly holders: readonly HolderScore[];
  readonly tasks: readonly SyncTask[];
}

/**
 * A door's score at `now`: the worst of its permissions, or of the lock itself where nobody has any.
 * @throws RangeError for an unknown door.
 */
export function scoreDoor(state: SyncState, door: string, now: number): DoorScore {
  const here = kept(state.permissions, ({ doors }) => doors.includes(door));
  return doorOf(state, door, Object.keys(here), now);
}

/** All scores of an organisation at `now`, Unix seconds. */
export function overviewOf(state: SyncState, now: number, view: SyncView): SyncOverview {
  const at = new Map<string, string[]>(Object.keys(state.doors).map((door) => [door, []]));
  for (const [permission, { doors }] of Object.entries(state.permissions)) {
    for (const door of doors) at.get(door)?.push(permission);
  }
  const own = [...at].map(([door, permissions]) => doorOf(state, door, permissions, now));
  own.sort((one, other) => compareText(one.door, other.door));
  const doors = view === 'door' ? own.map(inDoorView) : own;
  const all = doors.flatMap(({ permissions }) => permissions);
  const byHolder = new Map<string, PermissionScore[]>();
  for (const permission of all) {
    const list = byHolder.get(permission.holder) ?? [];
    byHolder.set(permission.holder, list);
    list.push(permission);
  }
  const holders = [...byHolder].map(([holder, scores]) => ({ holder, ...rolledUp(scores) }));
  holders.sort((one, other) => compareText(one.holder, other.holder));
  // A door where nobody has a permission still counts for the organisation: its lock may have an alarm.
  const worst = Math.min(5, ...doors.map(({ score }) => score)) as Score;
  const { counts } = rolledUp(all);
  const organization = { score: worst, colour: scored(worst, []).colour, counts };
  // What a visit mends does not depend on how it is shown.
  return { at: now, view, organization, doors, holders, tasks: tasksOf(own) };
}

function doorOf(state: SyncState, door: string, ids: readonly string[], now: number): DoorScore {
  const lock = lockOf(state, door);
  const permissions = [...ids].sort().map((id) => scorePermission(state, id, door, now));
  const alone: Score = lock !== undefined && alarmReasons(lock).length > 0 ? 0 : 5;
  const { counts } = rolledUp(permissions);
  const score = Math.min(alone, ...permissions.map((one) => one.score)) as Score;
  const worst = permissions.filter((one) => one.score === score);
  const own = lock === undefined ? (['online'] as const) : alarmReasons(lock);
  const reasons = worst.length === 0 ? own : worst.flatMap((one) => one.reasons);
  return {
    door,
    connection: lock === undefined ? 'online' : 'offline',
    ...scored(score, [...new Set(reasons)]),
    counts,
    exposedUntil: latest(permissions.map(({ exposedUntil }) => exposedUntil)),
    expectedBy: latestOf(permissions.map((one) => one.expectedBy)),
    lastOpening: lock?.lastOpening ?? null,
    lastAck: lock?.ack ?? null,
    permissions,
  };
}

/** Every permission with its door's score; what it is exposed to and who brings the news stays its own. */
function inDoorView(door: DoorScore): DoorScore {
  const { score, colour, action, reasons } = door;
  const permissions = door.permissions.map((one) => ({ ...one, score, colour, action, reasons }));
  return { ...door, counts: rolledUp(permissions).counts, permissions };
}

function rolledUp(scores: readonly { readonly score: Score }[]): RollUp {
  const counts = [0, 0, 0, 0, 0, 0];
  let worst: Score = 5;
  for (const { score } of scores) {
    counts[score] = (counts[score] ?? 0) + 1;
    if (score < worst) worst = score;
  }
  return { score: worst, colour: scored(worst, []).colour, counts };
}

/**
 * Doors where a visit mends something: most permissions grey or red first, then most orange; among equals the
 * one that stays exposed longest, then the one with most yellow.
 */
function tasksOf(doors: readonly DoorScore[]): SyncTask[] {
  const tasks = doors
    .filter(({ score }) => score <= 3)
    .map(({ door, score, action, counts, exposedUntil, expectedBy: expected }) => ({
      door,
      score,
      action,
      mends: counts.slice(0, 4),
      exposedUntil,
      expectedBy: expected,
    }));
  return tasks.sort((one, other) => {
    const [a, b] = [urgencyOf(one), urgencyOf(other)];
    const place = a.findIndex((value, index) => value !== b[index]);
    return place < 0 ? compareText(one.door, other.door) : (b[place] ?? 0) - (a[place] ?? 0);
  });
}

function urgencyOf({ score, mends, exposedUntil }: SyncTask): number[] {
  const [grey = 0, red = 0, orange = 0, yellow = 0] = mends;
  const exposed = exposedUntil === 'unbounded' ? Number.MAX_SAFE_INTEGER : (exposedUntil ?? 0);
  return [grey + red, orange, exposed, yellow, 5 - score];
}

function latest(values: readonly (number | null | 'unbounded')[]): number | null | 'unbounded' {
  return values.includes('unbounded') ? 'unbounded' : latestOf(values as (number | null)[]);
}

function latestOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((one, other) => Math.max(one, other));
}

/** By code units: the same order on every host. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
