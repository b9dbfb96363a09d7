/** Comparing elements member by member, to see what a put changes. */

/** Whether two JSON values are equal; the order of members does not matter, absent equals undefined. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, index) => sameValue(each, b[index]))
    );
  }
  return changedMembers(a, b).size === 0;
}

/** Names of the members in which two objects differ. */
export function changedMembers(a: object, b: object): Set<string> {
  const one = a as Readonly<Record<string, unknown>>;
  const other = b as Readonly<Record<string, unknown>>;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return new Set([...names].filter((name) => !sameValue(one[name], other[name])));
}
