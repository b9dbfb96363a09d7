/**
 * One place with what is known of the people a question is about. Each step answers with a new scene; what has to be
 * written is the difference between the first and the last, so the count and the presences cannot part.
 */
import type { RecordChanges, SiteRecord } from '../record.js';
import type { AlertPolicy } from './alert-policy.js';
import type { Capacity } from './capacity.js';
import { type CapacityState, capacityStateShape } from './capacity-state.js';
import { type Presence, presenceShape } from './presence.js';

/** A place that keeps count. */
export interface PlaceScene {
  readonly capacity: Capacity;
  /** How many people the place holds, by the policy. */
  readonly people: number | undefined;
  readonly state: CapacityState;
  /** By record id: those that were loaded. */
  readonly presences: ReadonlyMap<string, Presence>;
  readonly alerts: readonly AlertPolicy[];
}

/** The scene with one presence replaced, or forgotten, and counted. */
export function withPresence(
  scene: PlaceScene,
  id: string,
  after: Presence | undefined,
): PlaceScene {
  return withPresences(scene, new Map([[id, after]]));
}

/** As {@link withPresence}, for many at once; undefined forgets one. */
export function withPresences(
  scene: PlaceScene,
  changes: ReadonlyMap<string, Presence | undefined>,
): PlaceScene {
  const presences = new Map(scene.presences);
  let { count, nextSweep } = scene.state;
  let changed = false;
  for (const [id, after] of changes) {
    const before = presences.get(id);
    if (before === after) continue;
    changed = true;
    count += inside(after) - inside(before);
    if (after === undefined) presences.delete(id);
    else presences.set(id, after);
    if (after?.until !== undefined) nextSweep = Math.min(nextSweep ?? after.until, after.until);
  }
  if (!changed) return scene;
  const state = stateWith(scene.state, { count: Math.max(count, 0), nextSweep });
  return { ...scene, presences, state };
}

/** Whether a timer may have run out. Until then the count is right as it stands. */
export function needsSweep({ state }: Pick<PlaceScene, 'state'>, time: number): boolean {
  return state.nextSweep !== undefined && state.nextSweep <= time;
}

/** What a store has to write for the later scene. */
export function sceneChanges(before: PlaceScene, after: PlaceScene): RecordChanges {
  const put: SiteRecord[] = [];
  const remove: { readonly kind: 'presence'; readonly id: string }[] = [];
  for (const [id, presence] of after.presences) {
    if (before.presences.get(id) !== presence) put.push(presenceShape.record(id, presence));
  }
  for (const id of before.presences.keys()) {
    if (!after.presences.has(id)) remove.push({ kind: 'presence', id });
  }
  if (before.state !== after.state) {
    put.push(capacityStateShape.record(after.state.place, after.state));
  }
  return { put, remove };
}

/** The state with another count and another instant to sweep at; the same one when both are what they were. */
export function stateWith(
  state: CapacityState,
  { count, nextSweep }: { readonly count: number; readonly nextSweep: number | undefined },
): CapacityState {
  if (count === state.count && nextSweep === state.nextSweep) return state;
  const { nextSweep: _before, ...rest } = state;
  return { ...rest, count, ...(nextSweep === undefined ? {} : { nextSweep }) };
}

function inside(presence: Presence | undefined): 0 | 1 {
  return presence?.state === 'inside' ? 1 : 0;
}
