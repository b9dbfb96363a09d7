/** JWTs for the AuthZEN endpoints (`doorwright/jwt`): callers known by their identity provider, and signed metadata. */

export type { Client, FactName, Rate } from './authzen/client.js';
export type { Exchange } from './authzen/exchange.js';
export type { MetadataSigner } from './authzen/options.js';
export { type JwtAuthenticationOptions, jwtAuthentication } from './jwt/jwt-authentication.js';
export { type JwtSigning, jwtMetadataSigner } from './jwt/jwt-metadata.js';
