/** Users and Groups as clients see them, from the policy and the records beside it. */

import type { JsonObject, SiteRecord } from '../../admin/record.js';
import { groupName, groupResource, readKeptGroup } from '../../admin/scim/group-mapping.js';
import { type GroupMeaning, groupsOf, membersOf } from '../../admin/scim/membership.js';
import { isShelved } from '../../admin/scim/shelf.js';
import { isGone, readKeptUser, userResource } from '../../admin/scim/user-mapping.js';
import { versionOf } from '../../admin/scim/version.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Directory } from './directory.js';
import type { Exchange } from './exchange.js';

/** What resources are made from, at one revision. */
export interface Ground {
  readonly exchange: Exchange;
  readonly engine: Engine;
  readonly directory: Directory;
  /** Undefined where no role is set for members: then there are no groups. */
  readonly meaning: GroupMeaning | undefined;
  /** Without versions, which cost more than all else, while many resources are only looked through. */
  readonly unversioned?: boolean;
}

/** A User whole, with `meta`; undefined where there is none. */
export function userOf(
  ground: Ground,
  id: string,
  record: SiteRecord | undefined,
): JsonObject | undefined {
  const { exchange, engine, directory, meaning } = ground;
  const user = findElement(engine, 'users', id);
  const kept = readKeptUser(record);
  if (user === undefined || isGone(user, kept)) return undefined;
  const groups =
    meaning === undefined
      ? []
      : groupsOf(engine, meaning, id).filter((group) => isShelved(directory.groups, group.id));
  const resource = userResource(user, kept, groups, exchange.locate);
  return withMeta(ground, 'User', resource, kept, exchange.locate('Users', id));
}

/** A Group whole, with `meta`; undefined where there is none. */
export function groupOf(
  ground: Ground,
  id: string,
  record: SiteRecord | undefined,
): JsonObject | undefined {
  const { exchange, engine, directory, meaning } = ground;
  const name = meaning && groupName(engine, meaning, id);
  const kept = readKeptGroup(record);
  if (meaning === undefined || name === undefined || kept?.deleted === true) return undefined;
  const members = [...membersOf(engine, meaning, id).keys()]
    .filter((user) => isShelved(directory.users, user))
    .map((user) => ({ id: user, name: findElement(engine, 'users', user)?.name }));
  const resource = groupResource(id, name, kept, members, exchange.locate);
  return withMeta(ground, 'Group', resource, kept, exchange.locate('Groups', id));
}

function withMeta(
  { unversioned = false }: Ground,
  resourceType: 'User' | 'Group',
  resource: JsonObject,
  kept: { readonly created: string; readonly lastModified: string } | undefined,
  location: string,
): JsonObject {
  const times =
    kept === undefined ? {} : { created: kept.created, lastModified: kept.lastModified };
  const version = unversioned ? {} : { version: versionOf({ ...resource, ...times }) };
  return { ...resource, meta: { resourceType, ...times, location, ...version } };
}
