/** What things are called in the Cedar export. */
import type { Entity } from '../../engine/request.js';

/** The namespace of every entity type and action. */
export const NAMESPACE = 'Doorwright';

/** An entity as Cedar's JSON names it. */
export interface CedarUid {
  readonly type: string;
  readonly id: string;
}

/** The entity types of resources the document holds, by the names a request may give them (R18). */
const HELD_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['organization', 'Organization'],
  ['place', 'Place'],
  ['floor', 'Floor'],
  ['door', 'Door'],
  ['elevator', 'Elevator'],
  ['elevator_stop', 'ElevatorStop'],
  ['group', 'Group'],
  ['user', 'User'],
  ['team', 'Team'],
  ['card', 'Credential'],
  ['credential', 'Credential'],
  ['access_link', 'Link'],
  ['link', 'Link'],
  ['access_right', 'AccessRight'],
  ['assignment', 'AccessRight'],
  ['access_schedule', 'Schedule'],
  ['unlock_schedule', 'Schedule'],
  ['schedule', 'Schedule'],
  ['calendar', 'Calendar'],
  ['door_lockdown', 'DoorLockdown'],
  ['place_lockdown', 'PlaceLockdown'],
  ['lockdown', 'Lockdown'],
]);

/** The entity type of a held resource, undefined for a type the document does not hold. */
export function heldEntity(type: string): string | undefined {
  return HELD_ENTITIES.get(type);
}

/** An entity of the export, or of a request. */
export function uid(type: string, id: string): CedarUid {
  return { type: `${NAMESPACE}::${type}`, id: wellFormed(id) };
}

/** A text as Cedar can read it: half a character, which no name of a policy has, would make it refuse the whole question. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** An entity of the document: a scope, a user, a team or a link. */
export function uidOf({ type, id }: Pick<Entity, 'type' | 'id'>): CedarUid {
  return uid(HELD_ENTITIES.get(type) ?? 'Stranger', id);
}

/** Whatever lies at a scope and is not in the document (A2). The blank keeps it apart from every id. */
export function withinUid(scope: Pick<Entity, 'type' | 'id'>): CedarUid {
  return uid('Within', `${scope.type} ${scope.id}`);
}
