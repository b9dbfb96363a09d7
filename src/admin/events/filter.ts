/** Which events a filter lets through: the plain meaning that every store's index must agree with. */
import { parseInstant } from '../../values/instant.js';
import type { EntityName, EventFilter, PersonalPart, StoredEvent } from './event.js';

/**
 * Whether an event matches all members of a filter. What was erased matches nothing that asks for it.
 */
export function matchesFilter(event: StoredEvent, filter: EventFilter): boolean {
  const { types, outcome, from, until, object, place, reason, subject, actor } = filter;
  if (types !== undefined && !types.includes(event.type)) return false;
  if (outcome !== undefined && event.outcome !== outcome) return false;
  const time = parseInstant(event.time);
  if (from !== undefined && !(time >= parseInstant(from))) return false;
  if (until !== undefined && !(time < parseInstant(until))) return false;
  if (object !== undefined || place !== undefined || reason !== undefined) {
    const content = read<{ object: EntityName; place?: string; reason?: string }>(event.content);
    if (content === undefined) return false;
    if (object !== undefined && !isSame(content.object, object)) return false;
    if (place !== undefined && content.place !== place) return false;
    if (reason !== undefined && content.reason !== reason) return false;
  }
  if (subject === undefined && actor === undefined) return true;
  const personal = read<PersonalPart>(event.personal);
  if (personal === undefined) return false;
  if (subject !== undefined && !isSame(personal.subject, subject)) return false;
  return actor === undefined || isSame(personal.actor, actor);
}

function read<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T);
}

function isSame(a: EntityName | undefined, b: EntityName): boolean {
  return a?.type === b.type && a.id === b.id;
}
