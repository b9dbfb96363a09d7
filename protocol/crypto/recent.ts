/** A memory with a bound: what was used last stays. */

/** Values by name, at most `size` of them; above it the one unused longest goes. */
export interface Recent<T> {
  /** The value of that name, made anew when it is not remembered; undefined is not remembered. */
  take(name: string, make: () => T | undefined): T | undefined;
}

/** An empty memory for `size` values. */
export function recent<T>(size: number): Recent<T> {
  const values = new Map<string, T>();
  return {
    take: (name, make) => {
      const value = values.get(name) ?? make();
      if (value === undefined) return undefined;
      // Set anew, it is the one used last: a Map keeps the order in which its members came.
      values.delete(name);
      values.set(name, value);
      if (values.size > size) {
        for (const eldest of values.keys()) {
          values.delete(eldest);
          break;
        }
      }
      return value;
    },
  };
}
