/** What Users and Groups consist of: schemas, extensions and the attributes every resource has. */
import { type Attribute, attribute, type ResourceShape, type Schema } from './attribute.js';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from './user-schema.js';

/** URN of the Group schema. */
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The schema of a Group. @see RFC 7643 §4.2, §8.7.1 */
export const GROUP_SCHEMA: Schema = {
  id: GROUP_URN,
  name: 'Group',
  description: 'Group: those who hold one role at a group of doors, or belong to a team',
  attributes: [
    attribute('displayName', 'The name; unique', { required: true, uniqueness: 'server' }),
    attribute('members', 'The users in the group', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'Id of the user', { caseExact: true, mutability: 'immutable' }),
        attribute('$ref', 'URI of the user', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User'],
          mutability: 'immutable',
        }),
        attribute('display', 'Name of the user', { mutability: 'readOnly' }),
        attribute('type', 'What the member is', {
          canonicalValues: ['User'],
          mutability: 'immutable',
        }),
      ],
    }),
  ],
};

/** The attributes of every resource. @see RFC 7643 §3.1 */
const COMMON: readonly Attribute[] = [
  attribute('id', 'Given by this server', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'Given by the directory', { caseExact: true }),
  attribute('schemas', 'URNs of the schemas', {
    type: 'reference',
    multiValued: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  attribute('meta', 'About the resource', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'User or Group', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When it was made', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When it was last written over SCIM', {
        type: 'dateTime',
        mutability: 'readOnly',
      }),
      attribute('location', 'Its URI', {
        type: 'reference',
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('version', 'Its ETag', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];

/** What a User consists of. */
export const USER_SHAPE: ResourceShape = {
  core: USER_SCHEMA,
  extensions: [ENTERPRISE_SCHEMA],
  common: COMMON,
};

/** What a Group consists of. */
export const GROUP_SHAPE: ResourceShape = { core: GROUP_SCHEMA, extensions: [], common: COMMON };
