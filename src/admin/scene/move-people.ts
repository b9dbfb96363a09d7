/** People who passed a door, moved in the count of its place, and what of it is worth telling. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Entity } from '../../engine/request.js';
import { MINUTE_MS } from '../../values/instant.js';
import type { EventDraft } from '../events/event.js';
import { eventTime } from '../events/event-time.js';
import { isExempt } from '../presence/exempt.js';
import { isPassback, type Move, moved } from '../presence/move.js';
import { type PlaceScene, withPresence } from '../presence/place-scene.js';
import { type Presence, presenceId } from '../presence/presence.js';

/** What moving people rests on. */
export interface MoveGround {
  readonly engine: Engine;
  /** The door or stop. */
  readonly resource: Entity;
  readonly newId: () => string;
}

/** The place after the moves, one after the other, and an event for each passback and each person who left. */
export function movePeople(
  ground: MoveGround,
  place: PlaceScene,
  moves: readonly Move[],
): { readonly place: PlaceScene; readonly events: readonly EventDraft[] } {
  let after = place;
  const events: EventDraft[] = [];
  for (const move of moves) {
    const id = presenceId(move.place, move.subject);
    const before = after.presences.get(id);
    after = withPresence(after, id, moved(place.capacity, before, move));
    if (after.presences.get(id) !== before) events.push(...saidOf(ground, place, before, move));
  }
  return { place: after, events };
}

function saidOf(
  { engine, resource, newId }: MoveGround,
  { capacity }: PlaceScene,
  before: Presence | undefined,
  move: Move,
): EventDraft[] {
  const { subject, direction, time, place } = move;
  const said = (type: string): EventDraft => ({
    log: 'access',
    id: newId(),
    type,
    time: eventTime(time),
    object: { type: resource.type, id: resource.id },
    place,
    outcome: 'done',
    data: { direction },
    personal: { subject: { type: subject.type, id: subject.id } },
  });
  const events: EventDraft[] = [];
  const isSpared = () => isExempt(engine, capacity, { subject, resource, context: { time } });
  if (isPassback(before, move) && isGuarded(engine, move, before?.entered) && !isSpared()) {
    events.push(said('doorwright.presence.passback_detected'));
  }
  if (direction === 'exit' && before?.state === 'inside') {
    events.push(said('doorwright.presence.left'));
  }
  return events;
}

/** Whether the door or its place asks for anti-passback, soft or hard, that no time has ended. */
function isGuarded(engine: Engine, move: Move, entered: number | undefined): boolean {
  const asked = [
    findElement(engine, 'doors', move.door)?.restrictions?.antiPassback,
    findElement(engine, 'places', move.place)?.restrictions?.antiPassback,
  ];
  return asked.some((guard) => {
    if (guard === undefined) return false;
    if (move.direction === 'exit' || guard.resetMinutes === undefined) return true;
    return entered === undefined || move.time < entered + guard.resetMinutes * MINUTE_MS;
  });
}
