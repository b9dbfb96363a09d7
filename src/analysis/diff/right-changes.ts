/**
 * Who gains and who loses permissions beside opening (A1), between two policies. What stayed is never looked at twice:
 * subjects who hold the same are one class, and what lies in the same scopes is spoken of by its scopes.
 */

import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import type { Span } from '../../values/instant.js';
import { OutOfRangeError } from '../out-of-range.js';
import { whenOf } from '../week-pattern.js';
import type { When } from '../when.js';
import type { RightChange, RightReach, Witness } from './policy-diff.js';
import { affectedRights } from './right-affected.js';
import type { Comparison } from './right-differences.js';
import { peopleOf } from './right-holders.js';
import { type FoundLine, firstInstant, joined, whenBook } from './right-lines.js';
import { type Members, membersOf } from './right-members.js';
import { moveRights, namedRights, saidRights } from './right-named.js';
import { permissionBook } from './right-permissions.js';
import { movedScopes, positionClasses, usersOfOne } from './right-positions.js';
import { sidesOf } from './right-scopes.js';
import { standingsOf } from './right-standings.js';
import { timesBook } from './right-times.js';
import { rightsWithin } from './right-within.js';

/**
 * Every permission beside opening that the two policies answer differently, for requests whose time lies in the span and
 * that name neither `properties.role` nor `properties.subject` (A3). Sorted; the same whatever the order of the documents.
 * @param span - epoch milliseconds, whole ones.
 * @throws RangeError where a time-zone source knows nothing of a part of the span.
 */
export function rightChanges(before: Engine, after: Engine, span: Span): RightChange[] {
  if (!(span.from < span.until)) throw new OutOfRangeError('a span ends after its start');
  const [old, now] = [snapshotOf(before), snapshotOf(after)];
  const sides = sidesOf(old, now);
  const permissions = permissionBook(old, now);
  const times = timesBook(span);
  const affected = affectedRights(sides, permissions);
  const positions = positionClasses(sides, permissions, affected);
  const moved = movedScopes(sides, affected);
  const ofOne = usersOfOne(sides, affected);
  const people = peopleOf(sides, permissions, affected, { positions, moved, ofOne });
  const { credentials } = affected.resources;
  const standings = standingsOf(sides, permissions, times, people, credentials);
  const comparison = { sides, permissions, times, standings, whens: whenBook(span) };
  const lines = joined([
    ...rightsWithin(comparison),
    ...namedRights(comparison, positions),
    ...saidRights(comparison, moved),
    ...moveRights(comparison, ofOne),
  ]);
  const whens = comparison.whens.all.map(({ spans, zone }) => whenOf(spans, span, zone));
  const members = membersOf(sides);
  const changes = lines.map((line): RightChange => {
    const subjects = subjectsOf(comparison, line);
    const reach = reachOf(comparison, line);
    const request = {
      subject: subjects[0] as Entity,
      ...sampleOf(comparison, members, line, reach),
      context: { time: firstInstant(comparison.whens.all[line.when]?.spans ?? []) },
    };
    return {
      kind: 'right',
      effect: line.effect,
      subjects: { named: subjects, others: false },
      permissions: line.parts.map(({ type, actions }) => ({ type, actions })),
      reach,
      when: whens[line.when] as When,
      witness: witnessed(before, after, request, line),
    };
  });
  return sorted(changes);
}

function subjectsOf({ standings }: Comparison, { classes }: FoundLine): Entity[] {
  return inOrder(classes.flatMap((number) => standings.classes[number]?.subjects ?? []));
}

/** By type and id, each once. */
function inOrder(entities: readonly Entity[]): Entity[] {
  return [...entities].sort((a, b) => compareText(a.type, b.type) || compareText(a.id, b.id));
}

function reachOf({ sides }: Comparison, { reach, parts }: FoundLine): RightReach {
  const units = parts[0]?.reach.units ?? [];
  const scopes = (numbers: readonly unknown[]) =>
    inOrder(numbers.map((number) => sides.nameOf(number as number)));
  switch (reach.kind) {
    case 'named': {
      const resources = parts.flatMap(({ type, reach: own }) =>
        own.units.map((id) => ({ type, id: String(id) })),
      );
      return { kind: 'named', resources: inOrder(resources) };
    }
    case 'into': {
      const users = (JSON.parse(reach.of) as string[]).map((id) => ({ type: 'user', id }));
      return { kind: 'named', resources: users, into: scopes(units) };
    }
    case 'within':
      return { kind: 'within', within: scopes(units), outside: scopes(JSON.parse(reach.of)) };
    case 'said': {
      const said = units.map((unit) => JSON.parse(String(unit)) as [string, string]);
      return { kind: 'said', scopes: inOrder(said.map(([type, id]) => ({ type, id }))) };
    }
    default: {
      const never: never = reach.kind;
      return never;
    }
  }
}

/** An action and a resource that a line covers. */
function sampleOf(
  { sides }: Comparison,
  members: Members,
  { parts }: FoundLine,
  reach: RightReach,
): Pick<AccessRequest, 'action' | 'resource'> {
  const [{ type, actions, reach: own }] = parts as [FoundLine['parts'][number]];
  const name = actions[0] as string;
  const of = (resource: Entity | undefined) => {
    if (resource === undefined) throw new Error('a line of rights that covers nothing');
    return { action: { name }, resource };
  };
  switch (reach.kind) {
    case 'named': {
      const resource = reach.resources.find((each) => each.type === type);
      const [scope] = reach.into ?? [];
      return of(
        resource && (scope === undefined ? resource : { ...resource, properties: { scope } }),
      );
    }
    case 'within': {
      const scope = sides.find(reach.within[0] as Entity);
      return of(members.sample(scope, JSON.parse(own.of) as number[], type, name));
    }
    case 'said':
      return of({ type, id: '*', properties: { scope: reach.scopes[0] } });
    default: {
      const never: never = reach;
      return never;
    }
  }
}

/** Both answers to a request of a line. A line whose own example does not differ must not be told. */
function witnessed(
  before: Engine,
  after: Engine,
  request: AccessRequest,
  { effect }: FoundLine,
): Witness {
  const witness = { request, before: before.decide(request), after: after.decide(request) };
  const gains = effect === 'gains';
  if (witness.before.decision === gains || witness.after.decision !== gains) {
    throw new Error(`not a difference: ${JSON.stringify(request)}`);
  }
  return witness;
}

/** Gains first, then by subjects, permissions, reach and time: an order of what is said alone. */
function sorted(changes: readonly RightChange[]): RightChange[] {
  const keyed = changes.map((change) => {
    const { effect, subjects, permissions, reach, when } = change;
    return { change, key: JSON.stringify([effect, subjects, permissions, reach, when.spans]) };
  });
  keyed.sort((a, b) => compareText(a.key, b.key));
  return keyed.map(({ change }) => change);
}
