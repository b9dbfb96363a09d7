/** A Casbin model and policy of the RBAC family as a policy, under a role model of its own. */
import { Draft, type Imported } from '../imported.js';
import { readModel } from './model.js';
import { type CasbinOptions, checkCasbinOptions } from './options.js';
import { type CasbinMembership, type CasbinRule, readRules } from './rules.js';

/** Casbin follows a chain of roles so far and no further. */
const DEPTH_MAX = 10;

/**
 * A policy that decides about doors as Casbin does. Refused, with issues that point to lines of the two texts, are models
 * other than RBAC with or without domains and their ACL without roles: deny rules, patterns, functions and any other matcher.
 * Rules about objects and actions that are not named are left out, each with a note.
 * @throws TypeError for options that are none.
 */
export function fromCasbin(model: string, policy: string, options: CasbinOptions): Imported {
  checkCasbinOptions(options);
  const draft = new Draft();
  const { organization, place, actions } = options;
  const read = readModel(draft, model);
  // Under a model that is not understood, no rule is.
  if (read === undefined || draft.issues.length > 0) return draft.finish({});
  const { rules, memberships } = readRules(draft, read, policy);
  const doors = new Map(
    options.doors.map(({ object, domain, door }) => [keyOf(object, domain ?? ''), door]),
  );
  draft.put('places', place, '');
  putDoors(draft, options);
  refuseDepth(draft, memberships);
  const { teams, people } = putPeople(draft, rules, memberships, options);
  const granted = new Set<string>();
  for (const { pointer, sub, dom, obj, act } of rules) {
    const door = doors.get(keyOf(obj, dom));
    const action = Object.hasOwn(actions, act) ? actions[act] : undefined;
    if (door === undefined || action === undefined) {
      const name = door === undefined ? obj : act;
      draft.note(
        pointer,
        'left_out',
        `${door === undefined ? 'no door' : 'no action'} is named \`${name}\``,
      );
      continue;
    }
    const team = teams.get(keyOf(sub, dom));
    if (team === undefined && !people.has(sub)) {
      draft.note(pointer, 'left_out', `nobody has this role here \`${sub}\``);
      continue;
    }
    // The team of a role has the person of that name in it, if there is one.
    const subject = team === undefined ? { type: 'user', id: sub } : { type: 'team', id: team };
    const key = `${subject.type} ${subject.id} ${action} ${door}`;
    if (granted.has(key)) continue;
    granted.add(key);
    const right = { subject, role: roleOf(action), scope: { type: 'door', id: door } };
    draft.put('assignments', { id: `rule-${granted.size}`, ...right }, pointer);
  }
  return draft.finish({ ...organization, roles: roleModel(Object.values(actions)) });
}

/** A role for every action, held at a door. */
function roleModel(actions: readonly string[]): object {
  const roles = [...new Set(['unlock', ...actions])].map((action, index) => ({
    id: roleOf(action),
    levels: ['door'],
    rank: index,
    permissions: { door: [action] },
  }));
  return { id: 'casbin', roles };
}

function roleOf(action: string): string {
  return `may-${action}`;
}

function putDoors(draft: Draft, { doors, place }: CasbinOptions): void {
  for (const { door, name } of doors) {
    draft.put('doors', { id: door, place: place.id, ...(name === undefined ? {} : { name }) }, '');
  }
}

/** Puts users and, for each role in each domain, a team; answers the teams by role and domain. */
function putPeople(
  draft: Draft,
  rules: readonly CasbinRule[],
  memberships: readonly CasbinMembership[],
  options: CasbinOptions,
): { teams: ReadonlyMap<string, string>; people: ReadonlyMap<string, string> } {
  const teams = new Map<string, string>();
  const members = new Map<
    string,
    { users: Set<string>; teams: Set<string>; pointer: string; name: string }
  >();
  const isRole = new Set(memberships.map(({ role }) => role));
  for (const { role, dom, pointer } of memberships) {
    const key = keyOf(role, dom);
    if (teams.has(key)) continue;
    teams.set(key, `role-${teams.size + 1}`);
    const users = isPerson(role, options) ? [role] : [];
    const name = dom === '' ? role : `${role} in ${dom}`;
    members.set(key, { users: new Set(users), teams: new Set(), pointer, name });
  }
  const people = new Map<string, string>();
  const meet = (name: string, pointer: string): void => {
    const isUser = !isRole.has(name) || isPerson(name, options);
    if (isUser && !people.has(name)) people.set(name, pointer);
  };
  for (const { member, role, dom, pointer } of memberships) {
    meet(member, pointer);
    meet(role, pointer);
    const team = members.get(keyOf(role, dom));
    const nested = teams.get(keyOf(member, dom));
    if (nested !== undefined) team?.teams.add(nested);
    else if (people.has(member)) team?.users.add(member);
  }
  for (const { sub, pointer } of rules) meet(sub, pointer);
  for (const [id, pointer] of people) draft.put('users', { id }, pointer);
  for (const [key, { users, teams: nested, name, pointer }] of members) {
    const lists = { users: [...users], teams: [...nested] };
    draft.put('teams', { id: teams.get(key), name, ...lists }, pointer);
  }
  return { teams, people };
}

/** Casbin goes round a circle of roles and stops at the tenth step; a policy does neither. */
function refuseDepth(draft: Draft, memberships: readonly CasbinMembership[]): void {
  const above = new Map<string, CasbinMembership[]>();
  for (const each of memberships) {
    const key = keyOf(each.member, each.dom);
    const own = above.get(key);
    if (own === undefined) above.set(key, [each]);
    else own.push(each);
  }
  const depths = new Map<string, number>();
  const walk = (key: string, path: ReadonlySet<string>): number => {
    const known = depths.get(key);
    if (known !== undefined) return known;
    let depth = 0;
    for (const { role, dom, pointer } of above.get(key) ?? []) {
      const next = keyOf(role, dom);
      if (path.has(next) || path.size > DEPTH_MAX) {
        const isCircle = path.has(next);
        draft.refuse(
          pointer,
          isCircle ? 'cycle' : 'unsupported',
          isCircle
            ? `a circle of roles \`${role}\``
            : `more than ${DEPTH_MAX} roles above each other`,
        );
        return 0;
      }
      depth = Math.max(depth, 1 + walk(next, new Set([...path, next])));
    }
    depths.set(key, depth);
    return depth;
  };
  for (const key of above.keys()) {
    if (walk(key, new Set([key])) <= DEPTH_MAX) continue;
    const [first] = above.get(key) ?? [];
    draft.refuse(
      first?.pointer ?? '',
      'unsupported',
      `more than ${DEPTH_MAX} roles above each other`,
    );
    return;
  }
}

function isPerson(name: string, { users }: CasbinOptions): boolean {
  return users?.includes(name) === true;
}

/** No field of a rule has a line break in it. */
function keyOf(name: string, domain: string): string {
  return `${name}\n${domain}`;
}
