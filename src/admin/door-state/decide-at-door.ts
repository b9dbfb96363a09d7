/** Deciding at a door with what the site remembers of it. */
import { readRequest } from '../../engine/ask.js';
import { attemptChange, snapshotOf } from '../../engine/compile.js';
import { isOpening } from '../../engine/decide.js';
import type { Decision } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Changes } from '../../policy/changes.js';
import type { Unlock } from '../../policy/document.js';
import type { EntityName } from '../events/event.js';
import { arrivalsFor } from './arrivals.js';
import type { DoorRecord } from './door-record.js';
import { strangerAt } from './stranger.js';
import { unlockStandings } from './unlock-standing.js';

/**
 * The engine's decision on an opening, with the arrivals the site remembers in place of any the request claims, and as if
 * unlock schedules that the last to leave has ended were not there. Other requests are decided as they are.
 * @throws RequestError as `decide`.
 */
export function decideAtDoor(
  engine: Engine,
  request: AccessRequest,
  remembered: DoorRecord,
): Decision {
  const time = readRequest(request, snapshotOf(engine).zones);
  if (!isOpening(request)) return engine.decide(request);
  const arrivals = arrivalsFor(remembered, time);
  const asked = { ...request, context: { ...request.context, arrivals } };
  const decision = engine.decide(asked);
  if (decision.context.reason !== 'door_unlocked') return decision;
  const stranger = strangerAt(engine, request.resource, time, arrivals);
  const ended = (stranger === undefined ? [] : unlockStandings(stranger, remembered))
    .filter(({ standing }) => standing === 'ended')
    .map(({ schedule }) => schedule);
  return ended.length === 0 ? decision : decideWithout(engine, asked, ended);
}

/** The decision as if the door lacked these unlock schedules; of the engine's own revision, since nothing is changed. */
function decideWithout(engine: Engine, asked: AccessRequest, ended: readonly string[]): Decision {
  const attempt = attemptChange(engine, { put: putWithout(engine, asked.resource, ended) });
  try {
    const { decision, context } = attempt.engine.decide(asked);
    return { decision, context: { ...context, revision: engine.revision } };
  } finally {
    attempt.undo();
  }
}

function putWithout(
  engine: Engine,
  { type, id }: EntityName,
  ended: readonly string[],
): NonNullable<Changes['put']> {
  const others = (unlock: readonly Unlock[] | undefined) =>
    (unlock ?? []).filter(({ schedule }) => !ended.includes(schedule));
  if (type === 'door') {
    const door = findElement(engine, 'doors', id);
    return door === undefined ? {} : { doors: [{ ...door, unlock: others(door.unlock) }] };
  }
  const elevator = strangerAt(engine, { type, id }, 0, [])?.portal.elevator;
  if (elevator === undefined) return {};
  const stops = elevator.stops.map((stop) =>
    stop.id === id ? { ...stop, unlock: others(stop.unlock) } : stop,
  );
  return { elevators: [{ ...elevator, stops }] };
}
