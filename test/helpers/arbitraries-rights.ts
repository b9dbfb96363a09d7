/** Random teams, assignments and lockdowns at a random site. */
import type { Policy, RoleDocument } from '../../src/policy/document.js';
import { may, rolesOf } from '../reference/roles.js';
import type { Draw } from './arbitraries-draw.js';
import { drawSchedule, instantText } from './arbitraries-schedules.js';
import type { Loose, Site } from './arbitraries-site.js';

export function drawTeams(draw: Draw, users: readonly string[]): Loose[] {
  const ids = draw.upTo(3, ['crew', 'Crew', '__proto__']);
  // A team nests only teams that come after it, so that no cycle can form.
  return ids.map((id, index) => {
    const own = draw.some(45, users);
    return {
      id,
      users: draw.chance(20) ? [...own, ...own] : own,
      teams: draw.some(50, ids.slice(index + 1)),
    };
  });
}

export function drawAssignments(
  draw: Draw,
  base: Policy,
  site: Site,
  people: Record<'user' | 'team' | 'link', readonly string[]>,
  schedules: readonly string[],
  anchor: number,
): Loose[] {
  const roles = rolesOf(base).filter((role) => role.deprecated !== true);
  const scopes = scopesOf(base, site);
  const taken = new Set<string>();
  const made: Loose[] = [];
  for (let index = draw.int(2, 12); index > 0; index--) {
    const type = draw.pick(['user', 'user', 'user', 'team', 'link'] as const);
    const able = roles.filter((role) => type !== 'link' || isForLinks(base, role));
    if (people[type].length === 0 || able.length === 0) continue;
    const role = draw.pick(
      able
        .filter(
          (each) => may(base, each.id, 'door', 'unlock') || draw.chance(60) || able.length < 2,
        )
        .concat(able.slice(0, 1)),
    );
    const at = scopes.filter((each) => role.levels.includes(each.type as never));
    if (at.length === 0 || (role.unique && (type !== 'user' || taken.has(role.id)))) continue;
    const scope = draw.pick(at);
    const subject = { type, id: draw.pick(people[type]) };
    const key = JSON.stringify([subject, scope]);
    if (taken.has(key)) continue;
    taken.add(key);
    if (role.unique) taken.add(role.id);
    const zoned = site.hasZone || scope.placed;
    made.push({
      id: draw.pick([
        `a${index}`,
        `A${index}`,
        ...(made.some(({ id }) => id === '__proto__') ? [] : ['__proto__']),
      ]),
      subject,
      role: role.id,
      scope: { type: scope.type, id: scope.id },
      ...draw.maybe(45, { validity: drawValidity(draw, zoned ? schedules : [], anchor, zoned) }),
      ...draw.maybe(50, { grantedBy: draw.pick(people.user) }),
      ...draw.maybe(10, { enabled: false }),
    });
  }
  return made;
}

function scopesOf(base: Policy, site: Site): { type: string; id: string; placed: boolean }[] {
  const named = (type: string, all: readonly Loose[]) =>
    all.map((each) => ({
      type,
      id: each.id,
      placed: type !== 'group' || each['place'] !== undefined,
    }));
  const organization = { type: 'organization', id: base.organization.id, placed: false };
  return [
    organization,
    ...named('place', site.places),
    ...named('group', site.groups),
    ...named('group', site.groups),
    ...named('door', site.doors),
  ];
}

function isForLinks(base: Policy, role: RoleDocument): boolean {
  const all = [role, ...rolesOf(base)].filter(
    (each) => each === role || inheritsFrom(base, role, each.id),
  );
  return all.every((each) =>
    Object.values(each.permissions)
      .flat()
      .every((action) => ['view', 'unlock', 'get_access'].includes(action)),
  );
}

function inheritsFrom(base: Policy, role: RoleDocument, id: string): boolean {
  return (role.inherits ?? []).some(
    (junior) =>
      junior === id ||
      rolesOf(base).some((each) => each.id === junior && inheritsFrom(base, each, id)),
  );
}

function drawValidity(
  draw: Draw,
  schedules: readonly string[],
  anchor: number,
  inline: boolean,
): object {
  const drawnSchedule = () => {
    const { id: _, ...body } = drawSchedule(draw, 'inline', anchor, []);
    return body;
  };
  return {
    ...draw.maybe(40, { from: instantText(draw, anchor, -100) }),
    ...draw.maybe(40, { until: instantText(draw, anchor, 101) }),
    ...(schedules.length > 0 && draw.chance(40)
      ? { schedule: draw.pick(schedules) }
      : inline && draw.chance(25)
        ? { schedule: drawnSchedule() }
        : {}),
  };
}

export function drawLockdowns(draw: Draw, base: Policy, site: Site, anchor: number): Loose[] {
  const roles = rolesOf(base).map(({ id }) => id);
  return draw.upTo(draw.chance(40) ? 2 : 0, ['alarm', '__proto__']).map((id) => ({
    id,
    scope: draw.pick([
      { type: 'organization', id: base.organization.id },
      { type: 'place', id: draw.pick(site.places).id },
      { type: 'door', id: draw.pick(site.doors).id },
      { type: 'door', id: draw.pick(site.doors).id },
    ]),
    ...draw.maybe(60, { since: instantText(draw, anchor, -100) }),
    ...draw.maybe(60, { until: instantText(draw, anchor, 101) }),
    ...draw.maybe(50, { exempt: draw.some(50, roles) }),
    ...draw.maybe(25, { blocksExit: draw.chance(80) }),
  }));
}
