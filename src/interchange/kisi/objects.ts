/** Reading Kisi's API objects: collections of records with numeric ids, of which nothing is taken on trust. */
import type { Draft } from '../imported.js';

/** One object of a collection, with the pointer to it. */
export interface KisiObject {
  readonly pointer: string;
  readonly id: string;
  readonly members: Readonly<Record<string, unknown>>;
}

const ID = /^[A-Za-z0-9._~:@+-]{1,128}$/u;

/** The objects of one collection, each of whose ids occurs once; what is none is refused. */
export function objectsOf(draft: Draft, input: object, collection: string): KisiObject[] {
  const list: unknown = Object.hasOwn(input, collection)
    ? (input as Readonly<Record<string, unknown>>)[collection]
    : [];
  if (!Array.isArray(list)) {
    draft.refuse(`/${collection}`, 'type', 'not a list');
    return [];
  }
  const seen = new Set<string>();
  return list.flatMap((members: unknown, index): KisiObject[] => {
    const pointer = `/${collection}/${index}`;
    if (typeof members !== 'object' || members === null || Array.isArray(members)) {
      draft.refuse(pointer, 'type', 'not an object');
      return [];
    }
    const object = { pointer, id: '', members: members as Record<string, unknown> };
    const id = idOf(draft, object, 'id');
    if (id === undefined) return [];
    if (seen.has(id)) draft.refuse(`${pointer}/id`, 'duplicate', `occurs twice \`${id}\``);
    seen.add(id);
    return [{ ...object, id }];
  });
}

/** An id that must be there. Kisi's are integers; texts that a policy takes pass too. */
export function idOf(draft: Draft, object: KisiObject, member: string): string | undefined {
  const id = optionalId(draft, object, member);
  if (id === undefined && (memberOf(object, member) ?? undefined) === undefined) {
    draft.refuse(`${object.pointer}/${member}`, 'missing', 'missing');
  }
  return id;
}

/** An id that may be absent or null. */
export function optionalId(draft: Draft, object: KisiObject, member: string): string | undefined {
  const value = memberOf(object, member) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  if (typeof value === 'string' && ID.test(value)) return value;
  draft.refuse(`${object.pointer}/${member}`, 'type', 'not an id');
  return undefined;
}

/** A text that may be absent or null. */
export function optionalText(draft: Draft, object: KisiObject, member: string): string | undefined {
  const value = memberOf(object, member) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  draft.refuse(`${object.pointer}/${member}`, 'type', 'not a text');
  return undefined;
}

/** A number that may be absent or null. */
export function optionalNumber(
  draft: Draft,
  object: KisiObject,
  member: string,
): number | undefined {
  const value = memberOf(object, member) ?? undefined;
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  draft.refuse(`${object.pointer}/${member}`, 'type', 'not a number');
  return undefined;
}

/** A switch that must be there: whether a restriction is on is never guessed. */
export function flagOf(draft: Draft, object: KisiObject, member: string): boolean {
  const value = memberOf(object, member) ?? undefined;
  if (value === undefined) draft.refuse(`${object.pointer}/${member}`, 'missing', 'missing');
  return value !== undefined && optionalFlag(draft, object, member);
}

/** A switch that is off when absent or null. */
export function optionalFlag(draft: Draft, object: KisiObject, member: string): boolean {
  const value = memberOf(object, member) ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  draft.refuse(`${object.pointer}/${member}`, 'type', 'not true or false');
  return true;
}

/** A member of the object itself, never one it inherits. */
export function memberOf({ members }: KisiObject, member: string): unknown {
  return Object.hasOwn(members, member) ? members[member] : undefined;
}
