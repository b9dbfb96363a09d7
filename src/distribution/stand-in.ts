/** Who holds, in a slice, the credentials of everybody who is not in it. */
import type { User } from '../policy/document.js';

/** The id of the stand-in, unless somebody has it; no user of the policy is ever meant by it. */
const STAND_IN = 'somebody-else';

/** The stand-in of a policy: an id that no user of it has. Inactive, so that whoever passes for him may nothing. */
export function standInOf(isUser: (id: string) => boolean): User {
  let id = STAND_IN;
  for (let number = 1; isUser(id); number++) id = `${STAND_IN}-${number}`;
  return { id, active: false };
}

/** Whether a user of this id may make the stand-in of a policy another. */
export function mayBeStandIn(id: string): boolean {
  return id.startsWith(STAND_IN);
}
