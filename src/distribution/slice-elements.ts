/** How elements look in a slice: what deciding at its doors needs of them, and no more of anybody. */
import type {
  Assignment,
  Credential,
  Elevator,
  Group,
  Link,
  Team,
  User,
} from '../policy/document.js';
import type { SliceScope } from './slice-scope.js';

/** Without name, e-mail address and segment. */
export function slicedUser({ id, active, primaryDevice }: User): User {
  return {
    id,
    ...(active === undefined ? {} : { active }),
    ...(primaryDevice === undefined ? {} : { primaryDevice }),
  };
}

/** Without its name. */
export function slicedLink({ name: _, ...link }: Link): Link {
  return link;
}

/** Without its name. */
export function slicedTeam({ name: _, ...team }: Team): Team {
  return team;
}

/** With the doors and stops of the slice alone, and without its name. */
export function slicedGroup(slice: SliceScope, { name: _, doors, stops, ...group }: Group): Group {
  const ownDoors = doors?.filter((id) => slice.doors.has(id)) ?? [];
  const ownStops = stops?.filter((id) => slice.stops.has(id)) ?? [];
  return {
    ...group,
    ...(ownDoors.length === 0 ? {} : { doors: ownDoors }),
    ...(ownStops.length === 0 ? {} : { stops: ownStops }),
  };
}

/** With the stops of the slice alone. */
export function slicedElevator(slice: SliceScope, elevator: Elevator): Elevator {
  return { ...elevator, stops: elevator.stops.filter(({ id }) => slice.stops.has(id)) };
}

/**
 * A credential of somebody the slice does not know is somebody else's all the same: were it not there, it would be a
 * device that nobody knows, and such a one passes (D4).
 */
export function slicedCredential(
  credential: Credential,
  isKept: boolean,
  standIn: User,
): Credential {
  const { id, state } = credential;
  return isKept ? credential : { id, kind: 'pass', user: standIn.id, state };
}

/**
 * Who granted it matters at tenanted doors alone: the tenant, and at the door itself whoever may count there, who is in
 * the slice for that (D10).
 */
export function slicedAssignment(
  slice: SliceScope,
  assignment: Assignment,
  isKept: (user: string) => boolean,
): Assignment {
  const { grantedBy, ...rest } = assignment;
  if (grantedBy === undefined) return assignment;
  const { scope } = assignment;
  const isAtTenants = scope.type === 'door' && slice.tenants.has(scope.id);
  const isTenant = [...slice.tenants.values()].includes(grantedBy);
  return isTenant || (isAtTenants && isKept(grantedBy)) ? assignment : rest;
}
