/** Elements as they were written, out of the tables that keep some of them as records. */
import type { CollectionName, ElementOf } from '../policy/document.js';
import type { Snapshot } from './snapshot.js';
import { values } from './table.js';

/** All elements of a collection, by number: in the order in which their ids first came. */
export function* elementsIn<K extends CollectionName>(
  s: Snapshot,
  collection: K,
): Generator<ElementOf<K>, void, undefined> {
  for (const found of values<unknown>(s.tables[collection])) yield asWritten(collection, found);
}

/** The element that is in the table of a collection. */
export function asWritten<K extends CollectionName>(collection: K, found: unknown): ElementOf<K> {
  return (
    RECORDS.has(collection) ? (found as { document: unknown }).document : found
  ) as ElementOf<K>;
}

/** Collections kept as records round the element. */
const RECORDS: ReadonlySet<CollectionName> = new Set([
  'places',
  'doors',
  'groups',
  'users',
  'teams',
  'links',
  'schedules',
]);
