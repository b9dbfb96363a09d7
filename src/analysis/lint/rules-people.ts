/** People, their devices and teams, and roles that somebody must hold. */

import { teamsOf } from '../../engine/holding.js';
import { HOLDING_WIDTH, type HolderRecord, SWITCHED_OFF } from '../../engine/records.js';
import { GROUP, type ScopeCode, scopeCode } from '../../engine/scope-code.js';
import { at, find } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';
import { type Ground, opens, type Path } from './ground.js';
import { fewUsersWith } from './people.js';

/** Codes `primary_device_missing`, `primary_device_unusable` and `primary_device_unknown`, of active users. */
export function lintDevices(ground: Ground): void {
  const { s, policy } = ground;
  const asked = scopesAskingForDevice(ground);
  const known = new Map<HolderRecord, Path | undefined>();
  const places = new Map(policy.credentials?.map(({ id }, index) => [id, index]));
  policy.users?.forEach(({ id, primaryDevice }, index) => {
    const user = find(s.tables.users, id);
    if (user === undefined || !user.active) return;
    const path = ['users', index];
    if (primaryDevice === undefined) {
      const where = asked.size === 0 ? undefined : firstAsking(ground, user, asked, known);
      if (where === undefined) return;
      const message = `user ${quote(id)} names no primary device, and one is asked for where a right of theirs leads`;
      ground.report('primary_device_missing', path, message, [where]);
      return;
    }
    const device = find(s.tables.credentials, primaryDevice);
    const there = [...path, 'primaryDevice'];
    if (device !== undefined && (device.user !== id || device.state !== 'active')) {
      const state = device.user !== id ? `a device of user ${quote(device.user)}` : device.state;
      const message = `the primary device ${quote(primaryDevice)} of user ${quote(id)} is ${state}`;
      const related: Path[] = [['credentials', places.get(primaryDevice) ?? 0]];
      ground.report('primary_device_unusable', there, message, related);
    } else if (device === undefined && user.credentials.length > 0) {
      const message = `the primary device ${quote(primaryDevice)} of user ${quote(id)} is none of their credentials`;
      ground.report('primary_device_unknown', there, message);
    }
  });
}

/** The code `credential_of_nobody`. */
export function lintCredentials(ground: Ground): void {
  const { s } = ground;
  ground.policy.credentials?.forEach(({ id, user, state }, index) => {
    const holder = find(s.tables.users, user);
    if (state !== 'active' || holder === undefined) return;
    const idle =
      holder.holdings.length === 0 &&
      (holder.teams.length === 0 ||
        teamsOf(s, holder).every(({ holdings }) => holdings.length === 0));
    if (holder.active && !idle) return;
    const why = holder.active ? 'holds no assignment' : 'is inactive';
    const message = `credential ${quote(id)} is active, and its user ${quote(user)} ${why}`;
    ground.report('credential_of_nobody', ['credentials', index], message);
  });
}

/** The code `unused_team`. */
export function lintTeams(ground: Ground): void {
  const { s } = ground;
  ground.policy.teams?.forEach(({ id }, index) => {
    const team = find(s.tables.teams, id);
    if (team === undefined || team.holdings.length > 0 || team.teams.length > 0) return;
    const message = `team ${quote(id)} holds no assignment and is in no other team`;
    ground.report('unused_team', ['teams', index], message);
  });
}

/** The code `owner_missing`: for each unique role, that it is held, enabled, not past, by somebody active. */
export function lintOwners(ground: Ground): void {
  const { s, now } = ground;
  for (const role of s.model.roles) {
    if (!role.unique) continue;
    const name = `role ${quote(role.id)}`;
    const held = s.uniqueHoldings.get(role.index) ?? [];
    if (held.length === 0) {
      const message = `nobody holds the unique ${name}`;
      ground.report('owner_missing', ['organization'], message);
    }
    for (const number of held) {
      const assignment = at(s.tables.assignments, number);
      if (assignment === undefined) continue;
      const past = now !== undefined && (at(s.tables.validities, number)?.until ?? Infinity) <= now;
      const counts =
        assignment.enabled !== false && !past && fewUsersWith(s, assignment).length > 0;
      if (counts) continue;
      const message = `the unique ${name} is held by assignment ${quote(assignment.id)}, which does not count`;
      ground.report('owner_missing', ground.assignmentPath(number), message);
    }
  }
}

/** Scopes whose assignments lead to where a primary device is asked for, each with the first such place. */
function scopesAskingForDevice(ground: Ground): Map<ScopeCode, Path> {
  const { s, policy } = ground;
  const asked = new Map<ScopeCode, Path>();
  for (const { portal, path } of ground.openables) {
    const place = at(s.tables.places, portal.place);
    let where: Path | undefined;
    if (portal.restrictions?.primaryDevice) where = path;
    else if (place?.restrictions?.primaryDevice) where = ground.placePath(portal.place);
    if (where === undefined) continue;
    for (const scope of portal.containers) {
      if (!asked.has(scope)) asked.set(scope, [...where, 'restrictions', 'primaryDevice']);
    }
  }
  policy.groups?.forEach(({ id, restrictions }, index) => {
    const number = s.tables.groups.numbering.get(id);
    if (restrictions?.primaryDevice !== true || number === undefined) return;
    asked.set(scopeCode(GROUP, number), ['groups', index, 'restrictions', 'primaryDevice']);
  });
  return asked;
}

function firstAsking(
  { s }: Ground,
  user: HolderRecord,
  asked: ReadonlyMap<ScopeCode, Path>,
  known: Map<HolderRecord, Path | undefined>,
): Path | undefined {
  for (const holder of [user, ...teamsOf(s, user)]) {
    // A team is that of many.
    if (!known.has(holder)) known.set(holder, askingOf(s, holder, asked));
    const where = known.get(holder);
    if (where !== undefined) return where;
  }
  return undefined;
}

function askingOf(
  s: Ground['s'],
  { holdings }: HolderRecord,
  asked: ReadonlyMap<ScopeCode, Path>,
): Path | undefined {
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const packed = holdings[index + 1] as number;
    const where = asked.get(holdings[index] as number);
    if (where === undefined || (packed & SWITCHED_OFF) !== 0) continue;
    if (opens(s, packed >> 2, 'door') || opens(s, packed >> 2, 'elevator_stop')) return where;
  }
  return undefined;
}
