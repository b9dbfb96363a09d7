/** Which permission running and setting up a directory needs, beside those for each right it gives. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { at, find } from '../../engine/table.js';
import type { PermissionNeed } from '../plan.js';
import { wholeSite } from '../whole-site.js';
import { type DirectoryRules, managedGroups } from './rules.js';

/**
 * `integration` `update`: at the place where all managed groups lie if there is one, else at the organisation. A
 * place's administrator may so connect a directory to groups of that place and to no others.
 */
export function directoryNeed(engine: Engine, rules: DirectoryRules): PermissionNeed {
  const { tables } = snapshotOf(engine);
  const places = new Set(managedGroups(rules).map((id) => find(tables.groups, id)?.place ?? -1));
  const [first = -1] = places;
  const place = places.size === 1 ? at(tables.places, first)?.document.id : undefined;
  const scope = place === undefined ? wholeSite(engine) : { type: 'place', id: place };
  const resource = { type: 'integration', id: rules.id, properties: { scope } };
  return { action: 'update', resource };
}
