/** Versions of resources: their ETags. */
import type { JsonObject } from '../record.js';

/**
 * The weak ETag of a resource without `meta.location`: from its content, so that it is another one also after a change that did not come
 * over SCIM. It guards against lost updates, not against forgers, so 64 bits without a secret will do.
 * @see RFC 7644 §3.14
 */
export function versionOf(resource: JsonObject): string {
  const text = JSON.stringify(resource, (name, value) => (name === '$ref' ? undefined : value));
  let one = 0x811c9dc5;
  let other = 0xdeadbeef;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x85ebca6b) ^ (other >>> 13);
  }
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return `W/"${hex(one)}${hex(other)}"`;
}

/**
 * Whether a list of ETags, as `If-Match` and `If-None-Match` have it, names a version. Weak and strong forms of a
 * tag are the same here.
 */
export function namesVersion(header: string, version: string): boolean {
  const bare = version.replace(/^W\//u, '');
  return header.split(',').some((each) => {
    const tag = each.trim();
    return tag === '*' || tag.replace(/^W\//u, '') === bare;
  });
}
