/** What differs between Users and Groups when they are read. */

import type { JsonObject, SiteRecord } from '../../admin/record.js';
import type { ResourceShape } from '../../admin/scim/attribute.js';
import { GROUP_SHAPE, USER_SHAPE } from '../../admin/scim/resource-shape.js';
import type { Shelf } from '../../admin/scim/shelf.js';
import type { Directory } from './directory.js';
import { type Ground, groupOf, userOf } from './resources.js';

/** One type of resources. */
export interface Kind {
  readonly endpoint: 'Users' | 'Groups';
  readonly shape: ResourceShape;
  readonly nameAttribute: 'userName' | 'displayName';
  readonly record: 'scim_user' | 'scim_group';
  /** The type that the policy's permissions name. */
  readonly type: 'user' | 'group';
  shelf(directory: Directory): Shelf;
  resource(ground: Ground, id: string, record: SiteRecord | undefined): JsonObject | undefined;
}

/** Users. */
export const USERS: Kind = {
  endpoint: 'Users',
  shape: USER_SHAPE,
  nameAttribute: 'userName',
  record: 'scim_user',
  type: 'user',
  shelf: ({ users }) => users,
  resource: userOf,
};

/** Groups. */
export const GROUPS: Kind = {
  endpoint: 'Groups',
  shape: GROUP_SHAPE,
  nameAttribute: 'displayName',
  record: 'scim_group',
  type: 'group',
  shelf: ({ groups }) => groups,
  resource: groupOf,
};
