/** A world's policy as the tables of an application: who holds which scope, which door lies in which. */
import type { Policy } from '../src/policy/document.js';
import { UNLOCKING_ROLES } from './worlds.js';

/** What the floors and peers are built from: only what bears on unlocking, under its document ids. */
export interface Site {
  readonly users: readonly SiteUser[];
  readonly doors: readonly SiteDoor[];
  readonly groups: readonly string[];
  readonly places: readonly string[];
}

/** A user and the scopes at which he holds a role that unlocks. */
export interface SiteUser {
  readonly id: string;
  readonly groups: readonly string[];
  readonly places: readonly string[];
  readonly everywhere: boolean;
}

/** A door, its place and the groups that hold it. */
export interface SiteDoor {
  readonly id: string;
  readonly place: string;
  readonly groups: readonly string[];
}

/** Reads the tables off a policy of {@link buildWorld}: direct assignments without validity. */
export function siteOf(policy: Policy): Site {
  const held = new Map<string, { groups: string[]; places: string[]; everywhere: boolean }>();
  for (const user of policy.users ?? [])
    held.set(user.id, { groups: [], places: [], everywhere: false });
  for (const { subject, role, scope } of policy.assignments ?? []) {
    const user = held.get(subject.id);
    if (user === undefined || !UNLOCKING_ROLES.has(role)) continue;
    if (scope.type === 'organization') user.everywhere = true;
    else if (scope.type === 'place') user.places.push(scope.id);
    else user.groups.push(scope.id);
  }
  const groupsOfDoor = new Map<string, string[]>();
  for (const door of policy.doors ?? []) groupsOfDoor.set(door.id, []);
  for (const group of policy.groups ?? []) {
    for (const door of group.doors ?? []) groupsOfDoor.get(door)?.push(group.id);
  }
  return {
    users: [...held].map(([id, user]) => ({ id, ...user })),
    doors: (policy.doors ?? []).map((door) => ({
      id: door.id,
      place: door.place,
      groups: groupsOfDoor.get(door.id) ?? [],
    })),
    groups: (policy.groups ?? []).map((group) => group.id),
    places: (policy.places ?? []).map((place) => place.id),
  };
}
