/** What things are called in the Cedar export: entities, actions, and what the context lists. */
import type { Entity } from '../../engine/request.js';

/** The namespace of every entity type and action. */
export const NAMESPACE = 'Doorwright';

/** An entity as Cedar's JSON names it. */
export interface CedarUid {
  readonly type: string;
  readonly id: string;
}

/** The group of actions in which a body passes a door or stop. */
export const OPENING = 'opening';
/** The group of all other actions, each named `type:action`. */
export const PERMISSION = 'permission';
/** What a request is given whose action no role of the model knows: no policy is about it. */
export const UNKNOWN_ACTION = 'unknown';

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

/** An entity of the export. */
export function uid(type: string, id: string): CedarUid {
  return { type: `${NAMESPACE}::${type}`, id };
}

/** An entity of the document: a scope, a user, a team or a link. */
export function uidOf({ type, id }: Pick<Entity, 'type' | 'id'>): CedarUid {
  return uid(HELD_ENTITIES.get(type) ?? 'Stranger', id);
}

/** An action of the export. */
export function actionUid(id: string): CedarUid {
  return uid('Action', id);
}

/** Whatever lies at a scope and is not in the document (A2). The blank keeps it apart from every id. */
export function withinUid(scope: Pick<Entity, 'type' | 'id'>): CedarUid {
  return uid('Within', `${scope.type} ${scope.id}`);
}

/** The group of actions a role has. The blank keeps it apart from every permission. */
export function roleAction(role: string, isOpening: boolean): string {
  return isOpening ? `role ${role} at doors` : `role ${role}`;
}

/** An entity in the text of a policy. */
export function shownUid({ type, id }: CedarUid): string {
  return `${type}::${quoted(id)}`;
}

/** A string literal of Cedar: everything but plain ASCII is escaped, so that no text ends it early. */
export function quoted(text: string): string {
  let literal = '';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const isPlain = code >= 0x20 && code < 0x7f && character !== '"' && character !== '\\';
    literal += isPlain ? character : `\\u{${code.toString(16)}}`;
  }
  return `"${literal}"`;
}
