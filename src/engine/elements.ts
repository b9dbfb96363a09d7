/** Looking into an engine's policy without building the whole document. */
import type { CollectionName, ElementOf, Organization } from '../policy/document.js';
import { elementOf } from './change-rules.js';
import { snapshotOf } from './compile.js';
import type { Engine } from './engine.js';
import { elementsIn } from './written.js';

/** One element of the policy an engine decides by; constant time, where `engine.policy` builds a document. */
export function findElement<K extends CollectionName>(
  engine: Engine,
  collection: K,
  id: string,
): ElementOf<K> | undefined {
  return elementOf(snapshotOf(engine), collection, id);
}

/** The organisation of the policy an engine decides by; constant time. */
export function organizationOf(engine: Engine): Organization {
  return snapshotOf(engine).organization;
}

/** All elements of a collection, in no particular order. */
export function* elementsOf<K extends CollectionName>(
  engine: Engine,
  collection: K,
): Generator<ElementOf<K>, void, undefined> {
  yield* elementsIn(snapshotOf(engine), collection);
}
