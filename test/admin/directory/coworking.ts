/** The coworking space of the OfficeRnD manual: London with two floors, desks, an office and a meeting room. */
import type { DirectoryCurrent } from '../../../src/admin/directory/current.js';
import { directoryCurrent } from '../../../src/admin/directory/current.js';
import { directoryChanges } from '../../../src/admin/directory/directory-changes.js';
import type { DirectoryPlan } from '../../../src/admin/directory/directory-line.js';
import { planDirectory } from '../../../src/admin/directory/plan-directory.js';
import type { DirectoryRules } from '../../../src/admin/directory/rules.js';
import type { DirectorySnapshot } from '../../../src/admin/directory/snapshot.js';
import type { Engine } from '../../../src/engine/engine.js';
import { compilePolicy } from '../../../src/index.js';

/** Monday, 2 March 2026, noon. */
export const NOON = Date.parse('2026-03-02T12:00:00Z');

export const MINUTE = 60_000;

/** Groups with the doors they open; `vip` is nobody's but ours. */
const GROUPS = ['common', 'building', 'first-floor', 'suite-9', 'elephant', 'guests', 'vip'];

/** The policy of the space, owned by `owner`, with more users and rights. */
export function space(parts: { users?: readonly object[]; rights?: readonly object[] } = {}) {
  return {
    version: 1,
    organization: { id: 'cowork', timeZone: 'Europe/London', roles: 'kisi' },
    places: [{ id: 'london' }],
    doors: GROUPS.map((id) => ({ id: `${id}-door`, place: 'london' })),
    groups: GROUPS.map((id) => ({ id, doors: [`${id}-door`] })),
    users: [{ id: 'owner' }, ...(parts.users ?? [])],
    assignments: [
      {
        id: 'o',
        subject: { type: 'user', id: 'owner' },
        role: 'organization_owner',
        scope: { type: 'organization', id: 'cowork' },
      },
      ...(parts.rights ?? []),
    ],
  };
}

/** The mapping of the manual's tabs. */
export const RULES: DirectoryRules = {
  id: 'crm',
  rows: [
    { kind: 'plan', id: 'hot-desk', groups: ['common'] },
    { kind: 'location', id: 'london', groups: ['building'] },
    { kind: 'floor', id: 'floor-1', groups: ['first-floor'] },
    { kind: 'office', id: 'suite', groups: ['suite-9'] },
    { kind: 'resource', id: 'elephant-room', groups: ['elephant'] },
    { kind: 'day_pass', groups: ['guests'] },
  ],
};

/** What the directory says of the building; nobody has anything yet. */
export const CRM: DirectorySnapshot = {
  members: [
    { id: 'joe', name: 'Joe', email: 'Joe@Example.org', phone: '+44 1', team: 'acme' },
    { id: 'jane', name: 'Jane', email: 'jane@example.org', team: 'acme' },
    { id: 'john', name: 'John', email: 'john@example.org' },
  ],
  teams: [{ id: 'acme' }],
  plans: [{ id: 'hot-desk' }, { id: 'office-plan' }],
  locations: [{ id: 'london' }, { id: 'paris' }],
  floors: [
    { id: 'floor-1', location: 'london' },
    { id: 'floor-2', location: 'london' },
  ],
  resources: [
    { id: 'desk-11', kind: 'desk', floor: 'floor-1' },
    { id: 'desk-21', kind: 'desk', floor: 'floor-2' },
    { id: 'suite', kind: 'office', floor: 'floor-1' },
    { id: 'elephant-room', kind: 'bookable', floor: 'floor-2' },
  ],
};

/** The engine of a policy. */
export function engineOf(policy: unknown): Engine {
  return compilePolicy(policy) as Engine;
}

/** What a run would do. */
export function planOf(
  engine: Engine,
  crm: DirectorySnapshot,
  options: { time?: number; rules?: DirectoryRules; links?: Readonly<Record<string, string>> } = {},
): DirectoryPlan {
  const { time = NOON, rules = RULES, links = {} } = options;
  return planDirectory(currentOf(engine, rules, new Map(Object.entries(links)), time), crm, rules);
}

/** The present state. */
export function currentOf(
  engine: Engine,
  rules: DirectoryRules,
  links: ReadonlyMap<string, string>,
  time: number,
): DirectoryCurrent {
  return directoryCurrent(engine, rules, links, time);
}

/** A directory that runs: the policy and links after each run. */
export interface Runner {
  engine: Engine;
  readonly links: Map<string, string>;
}

/** Runs a directory once and applies what it says, as `owner`. */
export function runOnce(
  runner: Runner,
  crm: DirectorySnapshot,
  options: { time?: number; rules?: DirectoryRules; actor?: string; most?: number } = {},
): DirectoryPlan {
  const { time = NOON, rules = RULES, actor = 'owner', most = 1000 } = options;
  const plan = planDirectory(currentOf(runner.engine, rules, runner.links, time), crm, rules);
  let next = 0;
  const prefix = `n${runner.engine.revision}`;
  const hand = { actor, time, newId: () => `${prefix}-${next++}` };
  const drafted = directoryChanges(runner.engine, plan, hand, most);
  if (drafted.changes !== undefined) runner.engine = runner.engine.apply(drafted.changes);
  for (const { member, user } of drafted.links) runner.links.set(member, user);
  return { ...plan, refuse: [...plan.refuse, ...drafted.refused] };
}

/** Lines as `group member-or-user reason`. */
export function said(lines: DirectoryPlan['add']): string[] {
  return lines.map(({ group, member, user, reason }) => `${group} ${member ?? user} ${reason}`);
}

/** Whether the account of a member opens a group's door at an instant. */
export function opens(runner: Runner, member: string, group: string, time: number): boolean {
  const user = runner.links.get(member) ?? member;
  return runner.engine.can(user, 'unlock', `${group}-door`, { time });
}
