/** A SCIM 2.0 server (`doorwright/scim`): Okta, Entra ID and their like give and take access to a site. */

export { nodeListener } from './node-listener.js';
export { apiKeyCallers } from './scim/api-key-callers.js';
export type { ScimCaller } from './scim/exchange.js';
export { type ScimOptions, scimHandler } from './scim/handler.js';
