/** Random questions about a random site: mostly such as a door would ask, with a hostile share. */

import type { AccessRequest, Entity } from '../../src/engine/request.js';
import type { Assignment, Policy } from '../../src/policy/document.js';
import { rolesOf } from '../reference/roles.js';
import { holds } from '../reference/scopes.js';
import type { World } from './arbitraries.js';
import type { Draw } from './arbitraries-draw.js';
import { drawFacts, drawTime } from './arbitraries-facts.js';
import { idsOf, openable, openingsOf, reaches } from './openings.js';

/** Values no fact may be: missing, null, not a number, wrong types, out of range. */
export const BAD_VALUES: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Infinity,
  -1,
  1e9,
  '',
  'x',
  '__proto__',
  {},
  [],
  [null],
  true,
  false,
];

type Loose = Record<string, unknown>;

/** One question about a world. */
export function drawRequest(draw: Draw, { policy, anchor }: World): AccessRequest {
  const kind = draw.int(0, 99);
  const request = kind < 72 ? drawOpening(draw, policy, anchor) : drawOther(draw, policy, anchor);
  return kind % 10 === 7 ? spoil(draw, request) : request;
}

/** `unlock` of a door or `get_access` of a stop, mostly by somebody who may. */
export function drawOpening(draw: Draw, policy: Policy, anchor: number): AccessRequest {
  const openings = openingsOf(policy);
  const held = draw.chance(85) ? openable(policy) : [];
  const assignment = held.length > 0 ? draw.pick(held) : undefined;
  const reached = openings.filter((each) => assignment === undefined || reaches(assignment, each));
  const opening = draw.pick(reached.length > 0 ? reached : openings);
  const subject = drawSubject(draw, policy, assignment);
  return {
    subject,
    action: { name: opening.type === 'door' ? 'unlock' : 'get_access' },
    resource: { type: opening.type, id: opening.id },
    context: drawFacts(draw, policy, anchor, opening, subject),
  };
}

/** Anything but an opening: A1, A2 and A3. */
function drawOther(draw: Draw, policy: Policy, anchor: number): AccessRequest {
  const held = policy.assignments ?? [];
  const assignment = held.length > 0 && draw.chance(85) ? draw.pick(held) : undefined;
  const able = rolesOf(policy).filter(
    ({ id }) => assignment === undefined || id === assignment.role || draw.chance(10),
  );
  const cells = able.flatMap((role) =>
    Object.entries(role.permissions).flatMap(([type, actions]) =>
      actions.map((name) => ({ type, name })),
    ),
  );
  const rights = cells.filter(({ type }) => type === 'access_right');
  const own = draw.chance(30) && rights.length > 0 ? rights : cells;
  const cell =
    draw.chance(93) && own.length > 0
      ? draw.pick(own)
      : draw.pick([
          { type: 'access_right', name: 'create' },
          { type: 'place', name: 'view' },
          { type: 'dragon', name: 'feed' },
        ]);
  const ids = idsOf(policy, cell.type);
  const id =
    ids.length > 0 && draw.chance(75)
      ? draw.pick(ids)
      : draw.pick(['*', '*', '*', 'new', '__proto__']);
  const assigning = cell.type === 'access_right' && draw.chance(80);
  const scope = draw.chance(55) ? { scope: drawScope(draw, policy, assignment) } : {};
  const properties = { ...scope, ...(assigning ? drawGrant(draw, policy, anchor) : {}) };
  return {
    subject: drawSubject(draw, policy, assignment),
    action: { name: cell.name },
    resource: {
      type: cell.type,
      id,
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
    },
    context: {
      time: drawTime(draw, policy, anchor),
      ...draw.maybe(20, { device: 'fob' }),
      ...draw.maybe(20, { method: 'card' }),
    },
  };
}

function drawGrant(draw: Draw, policy: Policy, anchor: number): Loose {
  const roles = rolesOf(policy).map(({ id }) => id);
  const people = (['user', 'team', 'link'] as const).flatMap((type) =>
    ({ user: policy.users, team: policy.teams, link: policy.links })[type]!.map(({ id }) => ({
      type,
      id,
    })),
  );
  const until = new Date(anchor + draw.pick([0, 1, 24 * 60, 48 * 60]) * 60_000).toISOString();
  return {
    ...draw.maybe(85, {
      role: draw.chance(93) ? draw.pick(roles) : draw.pick(['nobody', null, 7, '__proto__']),
    }),
    ...draw.maybe(80, {
      subject: draw.chance(93)
        ? draw.pick(people)
        : draw.pick([{ type: 'user', id: 'nobody' }, null, 'ada', { type: 'card', id: 'fob' }]),
    }),
    ...draw.maybe(45, {
      validity: draw.pick<unknown>([
        { until },
        { until },
        { from: until },
        {},
        null,
        { until: 'soon' },
      ]),
    }),
  };
}

function drawScope(draw: Draw, policy: Policy, assignment: Assignment | undefined): unknown {
  if (draw.chance(5))
    return draw.pick<unknown>([
      null,
      'hq',
      { type: 'place' },
      { type: 'floor', id: 'f0' },
      { type: 'place', id: 'nowhere' },
    ]);
  if (assignment !== undefined && draw.chance(45)) return { ...assignment.scope };
  const all = [
    ...named('place', policy.places),
    ...named('group', policy.groups),
    ...named('door', policy.doors),
  ];
  return draw.pick([{ type: 'organization', id: policy.organization.id }, ...all]);
}

/** The assignment's holder or one of them, a credential of his, or anybody. */
function drawSubject(draw: Draw, policy: Policy, assignment: Assignment | undefined): Entity {
  const everybody = [
    ...named('user', policy.users),
    ...named('link', policy.links),
    { type: 'user', id: 'nobody' },
  ];
  const holders =
    assignment === undefined
      ? []
      : everybody.filter((each) => holds(policy, each, assignment.subject));
  const person = draw.pick(holders.length > 0 && draw.chance(92) ? holders : everybody);
  const credentials = (policy.credentials ?? []).filter(
    ({ user }) => person.type === 'user' && user === person.id,
  );
  if (credentials.length > 0 && draw.chance(15))
    return { type: 'credential', id: draw.pick(credentials).id };
  return person;
}

/** Makes one member of a request something it must not be, or names what the document does not hold. */
function spoil(draw: Draw, request: AccessRequest): AccessRequest {
  const bad = draw.pick(BAD_VALUES);
  const facts = [
    ...['method', 'location', 'reader', 'device', 'secondFactor', 'arrivals'],
    ...['occupancy', 'presence', 'companions'],
  ];
  const { subject, action, resource, context } = request;
  const spoiled = (entity: Entity): Entity =>
    draw.pick<unknown>([
      { ...entity, id: draw.pick(['nobody', '*', '', 'ADA', 'FRONT', 'constructor']) },
      {
        ...entity,
        type: draw.pick(['team', 'credential', 'constructor', '__proto__', 'Door', '']),
      },
      { ...entity, id: bad },
      { ...entity, properties: bad },
      bad,
    ]) as Entity;
  switch (draw.int(0, 9)) {
    case 0:
      return { ...request, subject: spoiled(subject) };
    case 1:
      return { ...request, resource: spoiled(resource) };
    case 2:
      return {
        ...request,
        action: draw.pick<unknown>([
          { ...action, name: bad },
          { name: 'unlock' },
          { name: 'toString' },
          bad,
        ]) as never,
      };
    case 3:
      return {
        ...request,
        context: draw.pick<unknown>([
          { ...context, time: bad },
          { ...context, time: '2026-03-29T01:00:00' },
          bad,
        ]) as never,
      };
    case 4:
      return { ...request, subject: { type: 'team', id: 'crew' } };
    case 5: {
      const location = {
        ...(context.location as object),
        [draw.pick(['latitude', 'longitude', 'accuracy'])]: bad,
      };
      return { ...request, context: { ...context, location } };
    }
    default:
      return { ...request, context: { ...context, [draw.pick(facts)]: bad } };
  }
}

function named(type: string, all: readonly { id: string }[] | undefined): Entity[] {
  return (all ?? []).map(({ id }) => ({ type, id }));
}
