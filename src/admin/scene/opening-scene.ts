/**
 * All that a site keeps beside its policy and that bears on one opening: presence, companions, the zone, check-ins.
 * `adapters/site` loads it; what is decided and written from it is decided here.
 */
import { companionIds } from '../../engine/companions.js';
import type { Decision } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest, Facts } from '../../engine/request.js';
import { isExempt } from '../presence/exempt.js';
import { type PresenceFacts, presenceFacts } from '../presence/facts.js';
import { type Doorway, isPassing, type Passing } from '../presence/passing.js';
import { needsSweep, type PlaceScene } from '../presence/place-scene.js';
import type { Bearer } from '../presence/presence.js';
import { swept } from '../presence/sweep.js';
import { companionsAt, takesTwo, type Waiting } from '../presence/waiting.js';
import { decideInZone, zoneVerdict } from '../zones/decide-in-zone.js';
import type { Zone } from '../zones/zone.js';
import { type ZoneState, zoneModeAt } from '../zones/zone-state.js';

/** A zone and what happened to it. */
export interface ZoneScene {
  readonly zone: Zone;
  readonly state: ZoneState | undefined;
}

/** What is there when somebody wants in. */
export interface OpeningScene {
  /** Undefined: the request is about no door or stop, and nothing here has a say. */
  readonly doorway: Doorway | undefined;
  /** Where the place keeps count. With every presence if {@link needsSweep}, else of the person and who may come along. */
  readonly place: PlaceScene | undefined;
  /** Who waits at this reader for a second person. */
  readonly waiting: Waiting | undefined;
  /** The zone the door is in. */
  readonly zone: ZoneScene | undefined;
  /** Of the person and who may come along: ids of those checked in today. Undefined: the place checks nobody in. */
  readonly checkedIn: ReadonlySet<string> | undefined;
}

/**
 * The facts that the site knows better than the enforcement point. Where a place keeps count they replace what was
 * stated; companions are added to those stated.
 */
export function sceneFacts(
  engine: Engine,
  request: AccessRequest,
  scene: OpeningScene,
): Partial<Facts> {
  const { doorway } = scene;
  if (!isPassing(doorway)) return {};
  const coming = companionsComing(engine, request, scene.waiting, doorway);
  const stated = companionIds(request.context.companions);
  const companions = [...new Set([...coming.map(({ id }) => id), ...stated])];
  return {
    ...factsOf(engine, request, scene, doorway, coming),
    ...(companions.length === 0 ? {} : { companions }),
  };
}

/** The decision, with what the door's zone says. @param request - with {@link sceneFacts}. */
export function decideInScene(
  engine: Engine,
  request: AccessRequest,
  { zone, doorway }: OpeningScene,
): Decision {
  if (zone === undefined || doorway === undefined) return engine.decide(request);
  const now = zoneModeAt(engine, zone.zone, zone.state, doorway.time);
  return decideInZone(engine, request, zone.zone, zoneVerdict(zone.zone, now));
}

/** The place as it is at this instant. */
export function placeNow(place: PlaceScene, time: number): PlaceScene {
  return needsSweep(place, time) ? swept(place, time) : place;
}

/**
 * Who comes along through this door when it opens, where it may want two: whoever waits here, each of whom could open it
 * in company, and whom the enforcement point states, as far as they are users. A muster that lists somebody too many is
 * better than one that misses somebody.
 */
export function companionsComing(
  engine: Engine,
  request: AccessRequest,
  waiting: Waiting | undefined,
  passing: Passing,
): Bearer[] {
  if (!passing.asksForTwo || !passing.standing) return [];
  const waits = takesTwo(passing) ? companionsAt(waiting, passing) : [];
  const stated = companionIds(request.context.companions);
  return [...new Set([...waits, ...stated])]
    .filter((id) => passing.subject.type !== 'user' || id !== passing.subject.id)
    .filter((id) => findElement(engine, 'users', id) !== undefined)
    .map((id) => ({ type: 'user', id }));
}

function factsOf(
  engine: Engine,
  request: AccessRequest,
  { place }: OpeningScene,
  passing: Passing,
  companions: readonly Bearer[],
): Partial<PresenceFacts> {
  if (place === undefined) return {};
  const exempt = isExempt(engine, place.capacity, request);
  const now = placeNow(place, passing.time);
  return presenceFacts(now, passing, { isExempt: exempt, companions }) ?? {};
}
