/** What a SCIM server says about itself. */
import type { JsonObject } from '../record.js';
import type { Attribute, Schema } from './attribute.js';
import { BODY_BYTES_MAX, BULK_OPERATIONS_MAX, PAGE_COUNT_MAX } from './limits.js';
import { GROUP_SCHEMA, GROUP_URN } from './resource-shape.js';
import { ENTERPRISE_SCHEMA, ENTERPRISE_URN, USER_SCHEMA, USER_URN } from './user-schema.js';

/** Makes the URI of something below the base of the server. */
export type Locate = (...path: readonly string[]) => string;

/** The body of `/ServiceProviderConfig`. @see RFC 7643 §5 */
export function serviceProviderConfig(locate: Locate): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: BULK_OPERATIONS_MAX,
      maxPayloadSize: BODY_BYTES_MAX,
    },
    filter: { supported: true, maxResults: PAGE_COUNT_MAX },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'An API key of the organisation as bearer token',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: locate('ServiceProviderConfig') },
  };
}

/** The bodies of `/ResourceTypes`. @see RFC 7643 §6 */
export function resourceTypes(locate: Locate): readonly JsonObject[] {
  const type = (name: string, endpoint: string, schema: string, extensions: readonly string[]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    description: name,
    schema,
    schemaExtensions: extensions.map((each) => ({ schema: each, required: false })),
    meta: { resourceType: 'ResourceType', location: locate('ResourceTypes', name) },
  });
  return [
    type('User', '/Users', USER_URN, [ENTERPRISE_URN]),
    type('Group', '/Groups', GROUP_URN, []),
  ];
}

/** The bodies of `/Schemas`. @see RFC 7643 §7 */
export function schemas(locate: Locate): readonly JsonObject[] {
  return [USER_SCHEMA, ENTERPRISE_SCHEMA, GROUP_SCHEMA].map((schema) => schemaBody(schema, locate));
}

function schemaBody({ id, name, description, attributes }: Schema, locate: Locate): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes: attributes.map(attributeBody),
    meta: { resourceType: 'Schema', location: locate('Schemas', id) },
  };
}

function attributeBody(attribute: Attribute): JsonObject {
  const { subAttributes, referenceTypes, canonicalValues, ...rest } = attribute;
  return {
    ...rest,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeBody) }),
  };
}
