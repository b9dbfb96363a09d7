/** What the policy of a site knows: a name that it does not is told with the nearest one. */
import { snapshotOf } from '../../engine/compile.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { hint, InputError } from '../failure.js';

/** Elements of the policy among which the nearest id is looked for: enough for a hint, and never slow. */
const CANDIDATES_MAX = 10_000;

/** @throws InputError where the policy has no such element, with the nearest id there is. */
export function requireElement(
  engine: Engine,
  collection: 'users' | 'teams' | 'links' | 'places' | 'doors',
  noun: string,
  id: string,
): void {
  if (findElement(engine, collection, id) !== undefined) return;
  const ids: string[] = [];
  for (const element of elementsOf(engine, collection)) {
    if (ids.push(element.id) === CANDIDATES_MAX) break;
  }
  throw new InputError(`unknown ${noun} \`${id}\`${hint(id, ids)}`);
}

/** @throws InputError where the role model of the site has no such role, with the nearest it has. */
export function requireRole(engine: Engine, role: string): void {
  const { byId } = snapshotOf(engine).model;
  if (!byId.has(role))
    throw new InputError(`unknown role \`${role}\`${hint(role, [...byId.keys()])}`);
}
