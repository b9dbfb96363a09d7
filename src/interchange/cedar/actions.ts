/** The actions of a Cedar export and their groups. */
import { type CedarUid, uid } from './names.js';

/** The group of actions in which a body passes a door or stop. */
export const OPENING = 'opening';
/** The group of all other actions, each named `type:action`. */
export const PERMISSION = 'permission';
/** What a request is given whose action no role of the model knows: no policy is about it. */
export const UNKNOWN_ACTION = 'unknown';

/** An action of the export. */
export function actionUid(id: string): CedarUid {
  return uid('Action', id);
}

/** The group of actions a role has. The blank keeps it apart from every permission. */
export function roleAction(role: string, isOpening: boolean): string {
  return isOpening ? `role ${role} at doors` : `role ${role}`;
}
