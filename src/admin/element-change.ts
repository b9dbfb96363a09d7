/** A change set as single changes: each element as it is and as it will be. */

import { elementOf } from '../engine/change-rules.js';
import type { Snapshot } from '../engine/snapshot.js';
import type { Changes } from '../policy/changes.js';
import { COLLECTIONS, type CollectionName, type ElementOf } from '../policy/document.js';

/** Made, altered or taken away. */
export type ChangeKind = 'create' | 'update' | 'delete';

/** One element that a change set puts or removes; at least one of `before` and `after` is there. */
export interface ElementChange<K extends CollectionName> {
  readonly collection: K;
  readonly id: string;
  readonly before: ElementOf<K> | undefined;
  readonly after: ElementOf<K> | undefined;
}

/** A change of an element of any collection; `collection` tells which. */
export type AnyChange = { readonly [K in CollectionName]: ElementChange<K> }[CollectionName];

/** Every change of a change set that was applied to one snapshot and gave another. */
export function elementChanges(changes: Changes, before: Snapshot, after: Snapshot): AnyChange[] {
  return COLLECTIONS.flatMap((collection) => {
    const put = (changes.put?.[collection] ?? []).map((element) => element.id);
    const ids = [...put, ...(changes.remove?.[collection] ?? [])];
    return ids.map(
      (id) =>
        ({
          collection,
          id,
          before: elementOf(before, collection, id),
          after: elementOf(after, collection, id),
        }) as AnyChange,
    );
  });
}

/** What is done to the element. */
export function kindOf(change: AnyChange): ChangeKind {
  if (change.before === undefined) return 'create';
  return change.after === undefined ? 'delete' : 'update';
}
