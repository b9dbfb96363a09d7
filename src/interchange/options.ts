/** Options of importers that come from a file: a mistake in one is the caller's, and is told by its place. */

/** An object whose members are all among these; anything else is a mistake. @throws TypeError */
export function optionsObject(
  value: unknown,
  pointer: string,
  members: readonly string[] | 'any',
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${pointer || '/'}: not an object`);
  }
  const strange =
    members === 'any' ? undefined : Object.keys(value).find((name) => !members.includes(name));
  if (strange !== undefined) throw new TypeError(`${pointer}/${strange}: unknown option`);
  return value as Readonly<Record<string, unknown>>;
}

/** A text. @throws TypeError for anything else, but for undefined where it may be absent. */
export function requireText(value: unknown, pointer: string, isOptional = false): void {
  if (typeof value === 'string' || (isOptional && value === undefined)) return;
  throw new TypeError(`${pointer}: not a text`);
}

/** A list, each of whose elements is looked at. @throws TypeError for anything else. */
export function requireList(
  value: unknown,
  pointer: string,
  look: (element: unknown, pointer: string) => void,
): void {
  if (!Array.isArray(value)) throw new TypeError(`${pointer}: not a list`);
  for (const [index, element] of value.entries()) look(element, `${pointer}/${index}`);
}

/** Every member of an object, each of which is looked at. @throws TypeError for anything that is no object. */
export function requireMembers(
  value: unknown,
  pointer: string,
  look: (element: unknown, pointer: string) => void,
): void {
  for (const [name, element] of Object.entries(optionsObject(value, pointer, 'any'))) {
    look(element, `${pointer}/${name}`);
  }
}
