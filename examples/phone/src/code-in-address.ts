/** A code for enrolling that stands behind the address, as in a link that somebody was sent: `#code=…`. */

/**
 * The code, if there is one. It is taken out of the address at once, so that it is neither in the history nor in what somebody
 * copies; a server never gets it, because browsers send no fragment.
 */
export function takeCode(): string {
  const { hash, pathname, search } = location;
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? '';
  if (code !== '') history.replaceState(undefined, '', pathname + search);
  return code;
}
