/** Elements laid over a policy one after the other, each looked up with those before it. */
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Changes } from '../policy/changes.js';
import type { CollectionName, ElementOf } from '../policy/document.js';

/** What is to be laid over an engine's policy. */
export interface Overlay {
  /** The organisation's id. */
  readonly organization: string;
  /** An element as it was laid over, else as the policy has it. */
  find<K extends CollectionName>(collection: K, id: string): ElementOf<K> | undefined;
  /** Lays an element over, by its id. */
  lay<K extends CollectionName>(collection: K, element: ElementOf<K>): void;
  /** Closes resources of a type to every question but opening. */
  close(type: string): void;
  /** What was laid over, undefined for nothing, and the types that were closed. */
  laid(): {
    readonly put: NonNullable<Changes['put']> | undefined;
    readonly closed: ReadonlySet<string>;
  };
}

/** An overlay with nothing in it. */
export function overlayOf(engine: Engine, organization: string): Overlay {
  const laid = new Map<CollectionName, Map<string, unknown>>();
  const closed = new Set<string>();
  return {
    organization,
    find<K extends CollectionName>(collection: K, id: string) {
      const own = laid.get(collection)?.get(id) as ElementOf<K> | undefined;
      return own ?? findElement(engine, collection, id);
    },
    lay(collection, element) {
      const elements = laid.get(collection) ?? new Map<string, unknown>();
      laid.set(collection, elements.set(element.id, Object.freeze(element)));
    },
    close: (type) => void closed.add(type),
    laid() {
      const put =
        laid.size === 0
          ? undefined
          : Object.fromEntries([...laid].map(([name, all]) => [name, [...all.values()]]));
      return { put, closed };
    },
  };
}

/** A list without some of its elements; the very list when none of them is in it. */
export function less(
  list: readonly string[] | undefined,
  gone: readonly string[] | undefined,
): readonly string[] | undefined {
  if (list === undefined || gone === undefined) return list;
  const left = new Set(gone);
  return list.some((id) => left.has(id)) ? list.filter((id) => !left.has(id)) : list;
}
