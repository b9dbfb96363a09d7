/** A policy as tables: its elements by collection and id, the way a database keeps them. */
import type { Changes } from '../../policy/changes.js';
import { COLLECTIONS, type CollectionName, type Policy } from '../../policy/document.js';

/** Elements of any collection, by id. */
type Elements = Map<string, { readonly id: string }>;

/** One organisation's policy. Not checked here: what is written has been compiled. */
export class PolicyTables {
  revision: number;
  #organization: Policy['organization'];
  readonly #tables = new Map<CollectionName, Elements>();

  constructor(policy: Policy) {
    this.revision = policy.revision ?? 0;
    this.#organization = policy.organization;
    for (const collection of COLLECTIONS) {
      const elements: Elements = new Map();
      for (const element of policy[collection] ?? []) elements.set(element.id, element);
      this.#tables.set(collection, elements);
    }
  }

  /** Puts and removes elements; the revision becomes that of the changes. */
  apply(changes: Changes): void {
    this.revision = changes.revision ?? this.revision + 1;
    this.#organization = changes.organization ?? this.#organization;
    for (const collection of COLLECTIONS) {
      const elements = this.#tables.get(collection) as Elements;
      for (const element of changes.put?.[collection] ?? []) elements.set(element.id, element);
      for (const id of changes.remove?.[collection] ?? []) elements.delete(id);
    }
  }

  /** The document, elements by ascending id. */
  policy(): Policy {
    const policy: Record<string, unknown> = {
      version: 1,
      revision: this.revision,
      organization: this.#organization,
    };
    for (const collection of COLLECTIONS) {
      const elements = [...(this.#tables.get(collection) as Elements).values()];
      elements.sort((a, b) => (a.id < b.id ? -1 : 1));
      if (elements.length > 0) policy[collection] = elements;
    }
    return policy as unknown as Policy;
  }
}
