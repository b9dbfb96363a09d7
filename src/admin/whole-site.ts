/** Where the whole of a site lies, for permissions that are about all of it. */
import { snapshotOf } from '../engine/compile.js';
import type { Engine } from '../engine/engine.js';
import { values } from '../engine/table.js';

/**
 * The organisation. In a model whose roles are all held at places and below nobody could ever act there: then the
 * place, if there is but one.
 */
export function wholeSite(engine: Engine): { readonly type: string; readonly id: string } {
  const { model, organization, tables } = snapshotOf(engine);
  const whole = { type: 'organization', id: organization.id };
  if (model.roles.some(({ levels }) => levels.has('organization'))) return whole;
  const [only, second] = values(tables.places);
  return only === undefined || second !== undefined
    ? whole
    : { type: 'place', id: only.document.id };
}
