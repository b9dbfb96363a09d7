/** The attributes of a User. */
import { type Attribute, attribute, type Schema } from './attribute.js';

/** URN of the User schema. */
export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';

const REFERENCE = { type: 'reference', caseExact: true, referenceTypes: ['external'] } as const;

const NAME_PARTS: readonly Attribute[] = [
  attribute('formatted', 'The full name, as shown'),
  attribute('familyName', 'The last name'),
  attribute('givenName', 'The first name'),
  attribute('middleName', 'Middle names'),
  attribute('honorificPrefix', 'A title before the name'),
  attribute('honorificSuffix', 'A suffix behind the name'),
];

const ADDRESS_PARTS: readonly Attribute[] = [
  attribute('formatted', 'The whole address, as shown'),
  attribute('streetAddress', 'Street, house, flat'),
  attribute('locality', 'City'),
  attribute('region', 'State or region'),
  attribute('postalCode', 'Postal code'),
  attribute('country', 'Country, ISO 3166-1 alpha-2'),
  attribute('type', 'What the address is for', { canonicalValues: ['work', 'home', 'other'] }),
  attribute('primary', 'Whether it is the preferred one', { type: 'boolean' }),
];

const GROUP_PARTS: readonly Attribute[] = [
  attribute('value', 'Id of the group', { caseExact: true, mutability: 'readOnly' }),
  attribute('$ref', 'URI of the group', {
    type: 'reference',
    caseExact: true,
    referenceTypes: ['Group'],
    mutability: 'readOnly',
  }),
  attribute('display', 'Name of the group', { mutability: 'readOnly' }),
  attribute('type', 'How the user belongs to it', {
    canonicalValues: ['direct'],
    mutability: 'readOnly',
  }),
];

/** The core schema of a User. @see RFC 7643 §4.1, §8.7.1 */
export const USER_SCHEMA: Schema = {
  id: USER_URN,
  name: 'User',
  description: 'User Account: a person of the policy',
  attributes: [
    attribute('userName', 'The name by which the directory knows the person; unique', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'The parts of the name', { type: 'complex', subAttributes: NAME_PARTS }),
    attribute('displayName', 'The name as shown; becomes the name in the policy'),
    attribute('nickName', 'The casual name'),
    attribute('profileUrl', 'A page about the person', REFERENCE),
    attribute('title', 'Position in the company'),
    attribute('userType', 'Relation to the company'),
    attribute('preferredLanguage', 'Language of choice'),
    attribute('locale', 'Locale for numbers and dates'),
    attribute('timezone', 'IANA time zone of the person'),
    attribute('active', 'Whether the person may use any right; false takes effect at once', {
      type: 'boolean',
    }),
    attribute('password', 'Taken and forgotten: nobody signs in here with it', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    values('emails', 'E-mail addresses; the primary one becomes that of the policy', [
      'work',
      'home',
      'other',
    ]),
    values('phoneNumbers', 'Telephone numbers', [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    values('ims', 'Instant messaging addresses', []),
    values('photos', 'URLs of pictures', ['photo', 'thumbnail'], REFERENCE),
    attribute('addresses', 'Postal addresses', {
      type: 'complex',
      multiValued: true,
      subAttributes: ADDRESS_PARTS,
    }),
    attribute('groups', 'Groups the user belongs to', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: GROUP_PARTS,
    }),
    values('entitlements', 'Kept for the directory; gives no right', []),
    values('roles', 'Kept for the directory; gives no right', []),
    values('x509Certificates', 'Certificates', [], { type: 'binary', caseExact: true }),
  ],
};

/** URN of the enterprise extension. */
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The enterprise extension of a User. @see RFC 7643 §4.3, §8.7.1 */
export const ENTERPRISE_SCHEMA: Schema = {
  id: ENTERPRISE_URN,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    attribute('employeeNumber', 'Number or name given by the organisation'),
    attribute('costCenter', 'Cost centre'),
    attribute('organization', 'Organisation'),
    attribute('division', 'Division'),
    attribute('department', 'Department'),
    attribute('manager', 'The manager of the user', {
      type: 'complex',
      subAttributes: [
        attribute('value', 'Id of the manager', { caseExact: true }),
        attribute('$ref', 'URI of the manager', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User'],
        }),
        attribute('displayName', 'Name of the manager', { mutability: 'readOnly' }),
      ],
    }),
  ],
};

/** A multi-valued attribute with the usual parts. @see RFC 7643 §2.4 */
function values(
  name: string,
  description: string,
  types: readonly string[],
  value: Partial<Attribute> = {},
): Attribute {
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'The value', value),
      attribute('display', 'The value as shown'),
      attribute('type', 'What it is for', types.length === 0 ? {} : { canonicalValues: types }),
      attribute('primary', 'Whether it is the preferred one', { type: 'boolean' }),
    ],
  });
}
