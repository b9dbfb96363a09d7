/** Records by outside ids: looked up without their prototype, changed by copying. */

/** The member of that name, if the record itself has one. */
export function found<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The record with this member put in or replaced. */
export function put<T>(
  record: Readonly<Record<string, T>>,
  name: string,
  value: T,
): Readonly<Record<string, T>> {
  return { ...record, [name]: value };
}

/** The record with every member passed through `change`. */
export function mapped<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  );
}

/** The record with only the members that `keeps` says yes to. */
export function kept<T>(
  record: Readonly<Record<string, T>>,
  keeps: (value: T, name: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => keeps(value, name)));
}
