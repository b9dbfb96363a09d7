/**
 * Lets the rules run over a document that has shape issues, without telling anything that is not so:
 * a malformed part is wrapped so that reading what could not be copied throws {@link CANNOT_TELL}, and
 * the rule that asked stays silent. Everything well-formed reads as it is.
 */
import type { Shaped } from './shape.js';

/** Thrown when a rule reads what the document holds in a shape that cannot be read. */
export const CANNOT_TELL: unique symbol = Symbol('cannot tell');

/** The value, with guards around every part that has shape issues; the value itself when none has. */
export function guarded(shaped: Shaped): unknown {
  return guard(shaped.value, shaped.damage);
}

/** Runs a rule that may stumble over a guard. */
export function unlessUnreadable(rule: () => void): void {
  try {
    rule();
  } catch (error) {
    if (error !== CANNOT_TELL) throw error;
  }
}

function guard(value: unknown, damage: Shaped['damage']): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const parts = damage.get(value);
  if (parts === undefined) return value;
  // A copy, because a proxy must show the members of a frozen target as they are. The shape bounds the depth.
  const target: object = Array.isArray(value)
    ? value.map((item: unknown) => guard(item, damage))
    : Object.fromEntries(Object.entries(value).map(([name, part]) => [name, guard(part, damage)]));
  return new Proxy(target, {
    get(from, name, receiver): unknown {
      const unreadable =
        typeof name === 'string' &&
        (parts.lost.has(name) || (parts.unknownMembers && !Object.hasOwn(from, name)));
      if (unreadable) throw CANNOT_TELL;
      return Reflect.get(from, name, receiver);
    },
    ownKeys(from) {
      // A record with a member that could not be read is no whole list of its names.
      if (!Array.isArray(from) && (parts.lost.size > 0 || parts.unknownMembers)) throw CANNOT_TELL;
      return Reflect.ownKeys(from);
    },
  });
}
