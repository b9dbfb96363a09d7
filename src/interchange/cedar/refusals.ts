/** Clauses D2 to D6 and the part of A1 that asks who somebody is: what refuses, whatever rights there are. */

import { find } from '../../engine/table.js';
import type { Assignment, Lockdown } from '../../policy/document.js';
import { OPENING, PERMISSION } from './actions.js';
import {
  failuresOf,
  HELD_TO_THE_LOCK,
  IS_KNOWN,
  LEAVING,
  milliseconds,
  type Restricted,
  STANDS_OPEN,
  validityOf,
} from './conditions.js';
import { placeOfDoor, type Source, zoneOfPlace, zonesWithin } from './hours.js';
import { shownUid } from './literals.js';
import { NAMESPACE, uidOf } from './names.js';
import type { Statement } from './statement.js';

/** D3: the door stands open for everybody, if the model knows the action at all (D1). */
export function standingOpen(): Statement {
  const when = [STANDS_OPEN];
  return { id: 'standing open', effect: 'permit', clause: 'D3', action: OPENING, when, unless: [] };
}

/** D2: one policy a lockdown. It comes before D3, so nothing spares it an open door. */
export function* lockdownRefusals(source: Source): Generator<Statement> {
  for (const lockdown of source.policy.lockdowns ?? []) {
    const { id, scope, since, until, blocksExit } = lockdown;
    yield {
      id: `lockdown ${id}`,
      effect: 'forbid',
      clause: 'D2',
      code: 'lockdown',
      action: OPENING,
      resource: `resource in ${shownUid(uidOf(scope))}`,
      when: [
        ...(since === undefined ? [] : [`context.now >= ${milliseconds(since)}`]),
        ...(until === undefined ? [] : [`context.now < ${milliseconds(until)}`]),
      ],
      unless: [...(blocksExit === true ? [] : [LEAVING]), ...exemptions(source, lockdown)],
    };
  }
}

/** D4: who it is, and with what. A door that stands open asks nobody (R6). */
export function* subjectRefusals(): Generator<Statement> {
  const of = (code: string, when: readonly string[]): Statement => ({
    id: `subject ${code}`,
    effect: 'forbid',
    clause: 'D4',
    code,
    action: OPENING,
    when,
    unless: [STANDS_OPEN],
  });
  const isCard = 'context.method == "card"';
  const isHeld = 'context has device && context.device.credential has holder';
  yield of('subject_unknown', [`!(${IS_KNOWN})`]);
  yield of('subject_inactive', [`${IS_KNOWN} && !principal.active`]);
  yield of('credential_missing', [
    `${IS_KNOWN} && ${isCard} && !(context has device) && !context.deviceUnreadable`,
  ]);
  yield of('credential_unknown', [
    `${IS_KNOWN} && (context.deviceUnreadable || (${isCard} && context has device && !(context.device.credential has holder)))`,
  ]);
  yield of('credential_foreign', [
    `${IS_KNOWN} && (context.secondDevice || (${isHeld} && !(principal is ${NAMESPACE}::User && context.device.credential.holder == principal)))`,
  ]);
  yield of('credential_inactive', [
    `${IS_KNOWN} && ${isHeld} && !context.device.credential.active`,
  ]);
  // The same of somebody who does not stand at a door: his devices are not looked at (A1).
  for (const { code, when } of [
    of('subject_unknown', [`!(${IS_KNOWN})`]),
    of('subject_inactive', [`${IS_KNOWN} && !principal.active`]),
  ]) {
    yield {
      ...of(code ?? '', when),
      id: `${code} elsewhere`,
      clause: 'A1',
      action: PERMISSION,
      unless: [],
    };
  }
}

/** D5: an offline door opens only to what is held to it. */
export function offlineRefusal(): Statement {
  return {
    id: 'offline door',
    effect: 'forbid',
    clause: 'D5',
    code: 'offline_door',
    action: OPENING,
    when: ['resource has offline && resource.offline'],
    unless: [HELD_TO_THE_LOCK, STANDS_OPEN],
  };
}

/** D6: restrictions of doors, stops and places bind everybody who comes to a door that does not stand open. */
export function* restrictionRefusals(source: Source): Generator<Statement> {
  const { policy, s } = source;
  const capacityOf = (place: string) => find(s.tables.places, place)?.document.capacity;
  const zonesOf = (place: string) =>
    [zoneOfPlace(source, place)].filter((zone) => zone !== undefined);
  for (const { id, restrictions } of policy.places ?? []) {
    const restricted = {
      restrictions,
      fence: `place ${id}`,
      zones: zonesOf(id),
      capacity: capacityOf(id),
    };
    yield* refusals(
      source,
      `place ${id}`,
      `resource in ${shownUid(uidOf({ type: 'place', id }))}`,
      restricted,
    );
  }
  const stops = (policy.elevators ?? []).flatMap(({ place, stops }) =>
    stops.map(({ id, restrictions }) => ({ type: 'elevator_stop', id, place, restrictions })),
  );
  const doors = (policy.doors ?? []).map(({ id, place, restrictions }) => ({
    type: 'door',
    id,
    place,
    restrictions,
  }));
  for (const { type, id, place, restrictions } of [...doors, ...stops]) {
    const name = `${type} ${id}`;
    const restricted = {
      restrictions,
      fence: name,
      zones: zonesOf(place),
      capacity: capacityOf(place),
    };
    yield* refusals(source, name, `resource == ${shownUid(uidOf({ type, id }))}`, restricted);
  }
}

function* refusals(
  source: Source,
  name: string,
  resource: string,
  restricted: Restricted,
): Generator<Statement> {
  for (const { code, fails } of failuresOf(source, restricted)) {
    const id = `${name}/${code}`;
    const when = [fails];
    const unless = [STANDS_OPEN];
    yield { id, effect: 'forbid', clause: 'D6', code, action: OPENING, resource, when, unless };
  }
}

/** R5: an active subject passes by an assignment in force of an exempt role, at the scope of the lockdown or above. */
function exemptions(source: Source, { scope, exempt }: Lockdown): string[] {
  if (exempt === undefined || exempt.length === 0) return [];
  const above = scopesAbove(source, scope);
  // Lists by type, because a set of Cedar's has one.
  const always = new Map<string, string[]>();
  const sometimes: string[] = [];
  for (const assignment of source.policy.assignments ?? []) {
    const { subject, role } = assignment;
    if (!exempt.includes(role) || !isSwitchedOn(source, assignment)) continue;
    if (!above.has(`${assignment.scope.type} ${assignment.scope.id}`)) continue;
    const holder = shownUid(uidOf(subject));
    const reading = { zones: zonesWithin(source, scope), isFixed: false, isLenient: false };
    const conditions = validityOf(source, assignment, reading).map((each) => `(${each})`);
    if (conditions.length > 0)
      sometimes.push(`${[`principal in ${holder}`, ...conditions].join(' && ')}`);
    else addTo(always, subject.type, holder);
  }
  const lists = [...always.values()].map((holders) => `principal in [${holders.join(', ')}]`);
  const ways = [...lists, ...sometimes];
  if (ways.length === 0) return [];
  return [`${IS_KNOWN} && principal.active && ${anyOf(ways)}`];
}

/** A disjunction of any length in a tree that is not deep: Cedar evaluates by recursion. */
function anyOf(conditions: readonly string[]): string {
  if (conditions.length === 1) return `(${conditions[0]})`;
  const half = conditions.length >> 1;
  return `(${anyOf(conditions.slice(0, half))} || ${anyOf(conditions.slice(half))})`;
}

/** Whether an assignment and, if that is its scope, the group are enabled. */
export function isSwitchedOn({ s }: Source, { enabled, scope }: Assignment): boolean {
  const group = scope.type === 'group' ? find(s.tables.groups, scope.id) : undefined;
  return enabled !== false && (scope.type !== 'group' || group?.enabled === true);
}

/** The scopes at which an exempt role must be held, by name. */
function scopesAbove({ s, policy }: Source, { type, id }: Lockdown['scope']): Set<string> {
  const above = new Set([`${type} ${id}`, `organization ${policy.organization.id}`]);
  if (type !== 'door') return above;
  above.add(`place ${placeOfDoor(s, id)}`);
  for (const group of policy.groups ?? []) {
    if (group.doors?.includes(id)) above.add(`group ${group.id}`);
  }
  return above;
}

function addTo(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
