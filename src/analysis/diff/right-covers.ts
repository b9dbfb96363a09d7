/** Which change of rights a request falls under: the reading of a line, apart from how lines are found. */
import { isAssigning } from '../../engine/assigning.js';
import { snapshotOf } from '../../engine/compile.js';
import { isOpening } from '../../engine/decide.js';
import type { Engine } from '../../engine/engine.js';
import { HELD_TYPES } from '../../engine/location.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { find } from '../../engine/table.js';
import { parseInstant } from '../../values/instant.js';
import type { RightChange } from './policy-diff.js';
import { MOVES } from './right-positions.js';
import { type Position, type Sides, samePosition, sidesOf } from './right-scopes.js';

/**
 * The change that covers a request, if one does: it says that the two policies answer the request differently.
 * @param time - the request's time, epoch milliseconds.
 * @returns undefined for openings and for requests about assigning a role (A3) too.
 */
export function coveringRight(
  changes: readonly RightChange[],
  before: Engine,
  after: Engine,
  request: AccessRequest,
  time: number,
): RightChange | undefined {
  if (isOpening(request) || isAssigning(request)) return undefined;
  const sides = sidesBetween(snapshotOf(before), snapshotOf(after));
  const { type } = request.resource;
  const { name } = request.action;
  return changes.find(
    (change) =>
      change.permissions.some((own) => own.type === type && own.actions.includes(name)) &&
      change.subjects.named.some((own) => sameEntity(own, answered(sides, request.subject))) &&
      change.when.spans.some(
        ({ from, until }) => parseInstant(from) <= time && time < parseInstant(until),
      ) &&
      reaches(sides, change, request),
  );
}

/** Sides last asked about, by the policy before: many requests are asked of the same two. */
const asked = new WeakMap<Snapshot, { readonly after: Snapshot; readonly sides: Sides }>();

function sidesBetween(before: Snapshot, after: Snapshot): Sides {
  const known = asked.get(before);
  if (known?.after === after) return known.sides;
  const sides = sidesOf(before, after);
  asked.set(before, { after, sides });
  return sides;
}

/** Who is answered: a credential that stayed with its holder is answered as its holder is. */
function answered({ before, after }: Sides, subject: Entity): Entity {
  if (subject.type !== 'credential') return subject;
  const had = find(before.s.tables.credentials, subject.id)?.user;
  const has = find(after.s.tables.credentials, subject.id)?.user;
  return had !== undefined && had === has ? { type: 'user', id: had } : subject;
}

function reaches(
  sides: Sides,
  { reach }: RightChange,
  { resource, action }: AccessRequest,
): boolean {
  const { before, after } = sides;
  const held = HELD_TYPES.has(resource.type) && resource.id !== '*';
  const said = resource.properties?.['scope'];
  const moves = held && resource.type === 'user' && MOVES.has(action.name) && said !== undefined;
  const had = before.positionOf(resource, action.name);
  const has = after.positionOf(resource, action.name);
  const named = (all: readonly Entity[]) => all.some((own) => sameEntity(own, resource));
  switch (reach.kind) {
    case 'named': {
      if (!held || !named(reach.resources)) return false;
      if (reach.into === undefined) return !moves;
      const position = countOf(sides, resource) === 1 ? (has ?? had) : undefined;
      return moves && reach.into.some((scope) => liesIn(sides, position, scope));
    }
    case 'within': {
      const room = resource.type === 'floor' || resource.type === 'place';
      if (held && room && action.name === 'view') return false;
      return (
        samePosition(had, has) &&
        reach.within.some((scope) => liesIn(sides, has, scope)) &&
        !reach.outside.some((scope) => liesIn(sides, has, scope))
      );
    }
    case 'said': {
      if (samePosition(had, has) || (held && !moves)) return false;
      if (moves && countOf(sides, resource) < 2) return false;
      return reach.scopes.some((scope) => sameEntity(scope, said as Entity | undefined));
    }
    default: {
      const never: never = reach;
      return never;
    }
  }
}

/** How many of the policies hold a user. */
function countOf({ before, after }: Sides, { id }: Entity): number {
  return [before, after].filter(({ s }) => find(s.tables.users, id) !== undefined).length;
}

function liesIn(sides: Sides, position: Position, scope: Entity): boolean {
  return position?.includes(sides.find(scope)) === true;
}

function sameEntity(a: Entity, b: Entity | undefined): boolean {
  return a.type === b?.type && a.id === b.id;
}
