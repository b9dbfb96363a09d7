/** At most one value of a multi-valued attribute is the primary one. */
import type { Json } from '../record.js';
import { isObject } from './filter-match.js';

/**
 * The values with at most one `primary: true`: the last of those that were not there before, else the last. The
 * others that claim it get `false`. Anything but a list is answered as it is.
 * @see RFC 7643 §2.4; RFC 7644 §3.5.2
 */
export function withOnePrimary(before: Json | undefined, after: Json): Json {
  if (!Array.isArray(after)) return after;
  const values = after as readonly Json[];
  const claims = values.filter(isPrimary);
  if (claims.length < 2) return after;
  const known = new Set<Json>(Array.isArray(before) ? (before as readonly Json[]) : []);
  const fresh = claims.filter((value) => !known.has(value));
  const chosen = fresh.at(-1) ?? claims.at(-1);
  return values.map((value) =>
    isPrimary(value) && value !== chosen && isObject(value) ? { ...value, primary: false } : value,
  );
}

function isPrimary(value: Json): boolean {
  return isObject(value) && value['primary'] === true;
}
