/** Who keeps a site: the holder of a role that only one has, as an owner is. */
import { snapshotOf } from '../engine/compile.js';
import { elementsOf } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';

/** The id of the user who holds a role that only one has; undefined where nobody does, or the role model has none. */
export function soleHolderOf(engine: Engine): string | undefined {
  const { roles } = snapshotOf(engine).model;
  const unique = new Set(roles.flatMap(({ id, unique: isUnique }) => (isUnique ? [id] : [])));
  for (const { role, subject } of elementsOf(engine, 'assignments')) {
    if (unique.has(role) && subject.type === 'user') return subject.id;
  }
  return undefined;
}
