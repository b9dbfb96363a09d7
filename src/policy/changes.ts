/** A change of a policy: what `apply` takes and `authorizeChange` judges. */
import type { CollectionName, ElementOf, Organization } from './document.js';

/**
 * Elements to put (create, or replace whole by id) and ids to remove, per collection. The change is
 * judged and applied whole. Naming one id of a collection twice, in `put`, in `remove` or across the
 * two, is an error; so is removing what is not there.
 */
export interface Changes {
  /** The revision after the change; greater than the one before. Default: one more. */
  readonly revision?: number;
  /** The organisation and its role model, replaced whole. */
  readonly organization?: Organization;
  readonly put?: { readonly [K in CollectionName]?: readonly ElementOf<K>[] };
  readonly remove?: { readonly [K in CollectionName]?: readonly string[] };
}
