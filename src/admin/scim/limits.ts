/** Every size the SCIM server refuses to exceed, with its reason. */

/** Bytes of one request body: a group PATCH of some twenty thousand members fits. */
export const BODY_BYTES_MAX = 1_048_576;

/** How deep JSON of a request may nest. SCIM needs six: bulk, operation, data, PATCH operation, attribute, value. */
export const BODY_DEPTH_MAX = 16;

/** Characters of a filter. The longest that Okta or Entra ID sends is below 400. */
export const FILTER_LENGTH_MAX = 4096;

/** How deep a filter may nest, brackets, parentheses and `not` alike: bounds the recursion of the parser. */
export const FILTER_DEPTH_MAX = 16;

/** Comparisons in one filter: with this the work for one resource is bounded. */
export const FILTER_TERMS_MAX = 128;

/** Operations of one PATCH: Entra ID sends changes of members in batches, far below. */
export const PATCH_OPERATIONS_MAX = 1000;

/** Members that one group may have over SCIM: a whole site of the largest benchmark. */
export const MEMBERS_MAX = 100_000;

/** Values of one multi-valued attribute of a user. Nobody has a hundred telephones. */
export const VALUES_MAX = 100;

/** Characters of one string: an X.509 certificate in base64 fits. */
export const STRING_LENGTH_MAX = 16_384;

/** Characters of all that is kept of one user, as JSON. */
export const USER_LENGTH_MAX = 65_536;

/** Characters of an `externalId`: directories send GUIDs and distinguished names. */
export const EXTERNAL_ID_LENGTH_MAX = 512;

/** Operations of one bulk request. */
export const BULK_OPERATIONS_MAX = 1000;

/** Resources of one page, at most and by default. */
export const PAGE_COUNT_MAX = 1000;
export const PAGE_COUNT_DEFAULT = 100;

/** Paths in `attributes` or `excludedAttributes`. */
export const PROJECTION_PATHS_MAX = 200;

/** Characters of one such path: the longest there is, with its URN and a filter in brackets, has not half of them. */
export const PROJECTION_PATH_LENGTH_MAX = 512;
