/** An engine in which one door lacks the unlocks that the last to leave has ended. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Unlock } from '../../policy/document.js';
import type { EntityName } from '../events/event.js';
import { strangerAt } from './stranger.js';

/** Per engine: made once a revision and door, asked at every opening until the span is over. */
const made = new WeakMap<Engine, Map<string, Engine>>();

/**
 * The engine without these unlock schedules at one door or stop, which everything else leaves as it is but the
 * revision: decisions of it are told as of the engine's own.
 */
export function engineWithout(engine: Engine, door: EntityName, ended: readonly string[]): Engine {
  let known = made.get(engine);
  if (known === undefined) {
    known = new Map();
    made.set(engine, known);
  }
  const key = JSON.stringify([door.type, door.id, [...ended].sort()]);
  let found = known.get(key);
  if (found === undefined) {
    found = door.type === 'door' ? ofDoor(engine, door.id, ended) : ofStop(engine, door, ended);
    known.set(key, found);
  }
  return found;
}

function ofDoor(engine: Engine, id: string, ended: readonly string[]): Engine {
  const door = findElement(engine, 'doors', id);
  if (door === undefined) return engine;
  const { unlock, ...rest } = door;
  return engine.apply({ put: { doors: [{ ...rest, unlock: without(unlock, ended) }] } });
}

function ofStop(engine: Engine, door: EntityName, ended: readonly string[]): Engine {
  const elevator = strangerAt(engine, door, 0, [])?.portal.elevator;
  if (elevator === undefined) return engine;
  const stops = elevator.stops.map((stop) =>
    stop.id === door.id ? { ...stop, unlock: without(stop.unlock, ended) } : stop,
  );
  return engine.apply({ put: { elevators: [{ ...elevator, stops }] } });
}

function without(unlock: readonly Unlock[] | undefined, ended: readonly string[]): Unlock[] {
  return (unlock ?? []).filter(({ schedule }) => !ended.includes(schedule));
}
