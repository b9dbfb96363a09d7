/**
 * Resources by what clients look them up by, so that finding one among a hundred thousand reads no other. A shelf
 * is a memo of the policy and the records beside it; whoever keeps one keeps it up to date.
 */
import { type ResourceShape, targetOf } from './attribute.js';
import type { Filter } from './filter.js';

/** What is known of one resource. */
export interface ShelfEntry {
  /** `userName` or `displayName`, folded. */
  readonly name: string;
  readonly externalId: string | undefined;
  /** Deleted over SCIM: still in the policy, but nothing here finds it. */
  readonly deleted: boolean;
}

/** Resources of one type. */
export interface Shelf {
  readonly entries: Map<string, ShelfEntry>;
  readonly byName: Map<string, Set<string>>;
  readonly byExternalId: Map<string, Set<string>>;
  /** Ids by code units of those that were not deleted when {@link visibleIds} was last asked. */
  ids: readonly string[];
  /** Ids whose place in that list may be another by now. */
  readonly moved: Set<string>;
}

/** The form in which names that mean the same are equal: no letter case, no spaces around, one way of composing letters. */
export function foldedName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** A shelf with these resources. */
export function newShelf(entries: Iterable<readonly [id: string, entry: ShelfEntry]>): Shelf {
  const shelf: Shelf = {
    entries: new Map(),
    byName: new Map(),
    byExternalId: new Map(),
    ids: [],
    moved: new Set(),
  };
  for (const [id, entry] of entries) {
    enter(shelf, id, entry);
    shelf.moved.add(id);
  }
  return shelf;
}

/** Ids of those that were not deleted, by code units. A list once answered is never altered. */
export function visibleIds(shelf: Shelf): readonly string[] {
  const { moved } = shelf;
  if (moved.size === 0) return shelf.ids;
  const stayed = shelf.ids.filter((id) => !moved.has(id));
  const come = [...moved].filter((id) => isShelved(shelf, id)).sort(byCodeUnits);
  // Two sorted runs: sorting them is one walk.
  shelf.ids = [...stayed, ...come].sort(byCodeUnits);
  moved.clear();
  return shelf.ids;
}

/** Puts a resource on a shelf as it is now, or takes it off. */
export function shelve(shelf: Shelf, id: string, entry: ShelfEntry | undefined): void {
  const before = shelf.entries.get(id);
  if (before !== undefined) {
    shelf.entries.delete(id);
    drop(shelf.byName, before.name, id);
    if (before.externalId !== undefined) drop(shelf.byExternalId, before.externalId, id);
  }
  if (entry !== undefined) enter(shelf, id, entry);
  shelf.moved.add(id);
}

/** Whether there is such a resource that was not deleted. */
export function isShelved(shelf: Shelf, id: string): boolean {
  return shelf.entries.get(id)?.deleted === false;
}

/** Ids of those with this name, in any letter case, that were not deleted. */
export function idsNamed(shelf: Shelf, name: string): readonly string[] {
  return [...(shelf.byName.get(foldedName(name)) ?? [])].filter((id) => isShelved(shelf, id));
}

/**
 * The only ids a filter can be true of, where it asks for one name, `externalId` or id, alone or joined to more
 * by `and`; undefined where it may be true of any.
 */
export function candidatesOf(
  shelf: Shelf,
  shape: ResourceShape,
  nameAttribute: 'userName' | 'displayName',
  filter: Filter,
): readonly string[] | undefined {
  if (filter.kind === 'and') {
    for (const part of filter.parts) {
      const found = candidatesOf(shelf, shape, nameAttribute, part);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const { text, value } = filter.value;
  const target = targetOf(shape, filter.path);
  if (value === null || target === undefined || target.home !== undefined) return undefined;
  switch (target.attribute?.name) {
    case nameAttribute:
      return sorted(idsNamed(shelf, text));
    case 'externalId':
      return sorted([...(shelf.byExternalId.get(text) ?? [])].filter((id) => isShelved(shelf, id)));
    case 'id':
      return isShelved(shelf, text) ? [text] : [];
    default:
      return undefined;
  }
}

function enter(shelf: Shelf, id: string, entry: ShelfEntry): void {
  shelf.entries.set(id, entry);
  add(shelf.byName, entry.name, id);
  if (entry.externalId !== undefined) add(shelf.byExternalId, entry.externalId, id);
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

function drop(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}

function sorted(ids: readonly string[]): readonly string[] {
  return [...ids].sort(byCodeUnits);
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
