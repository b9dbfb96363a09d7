/** The bearer token that a request brings. @see RFC 6750 §2.1 */

/** Characters of a token: longer ones are none of ours. */
const TOKEN_LENGTH_MAX = 4096;
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/iu;

/** The bearer token in the header `authorization`, if it is one. */
export function bearerToken(request: {
  header(name: string): string | undefined;
}): string | undefined {
  const value = request.header('authorization');
  if (value === undefined || value.length > TOKEN_LENGTH_MAX + 16) return undefined;
  const token = BEARER.exec(value)?.[1];
  return token !== undefined && token.length <= TOKEN_LENGTH_MAX ? token : undefined;
}
