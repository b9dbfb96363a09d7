/** Random change sets over a policy: steps that alter, make or remove single elements. */
import fc from 'fast-check';
import type { Changes } from '../../src/policy/changes.js';
import type { Policy, RoleDocument } from '../../src/policy/document.js';

/** One change of one element: `[collection, id, element]`, without an element a removal. */
export type Step = readonly [collection: string, id: string, element: object | undefined];

/**
 * Whether a step is the first or moves nothing that the first is about: rights and teams say where people
 * lie and groups where doors do, so only rights stand beside rights, and people beside people.
 */
export function isApart(step: Step, first: Step | undefined): boolean {
  const kind = ([collection]: Step) =>
    collection === 'users' || collection === 'credentials' ? 'people' : collection;
  return (
    step === first || (first !== undefined && kind(step) === kind(first) && kind(step) !== 'teams')
  );
}

/** Steps as a change set; a collection's element is named once, by the first step that names it. */
export function setOf(steps: readonly Step[], actor: string): Changes {
  const put: Record<string, object[]> = {};
  const remove: Record<string, string[]> = {};
  const seen = new Set<string>();
  for (const [collection, id, element] of steps) {
    if (seen.has(`${collection} ${id}`)) continue;
    seen.add(`${collection} ${id}`);
    if (element === undefined) remove[collection] = [...(remove[collection] ?? []), id];
    else {
      const signed = 'grantedBy' in element ? { ...element, grantedBy: actor } : element;
      put[collection] = [...(put[collection] ?? []), { id, ...signed }];
    }
  }
  return { put, remove } as Changes;
}

export function actors(policy: Policy) {
  return fc.constantFrom(
    ...(policy.users ?? []).filter(({ active }) => active !== false).map(({ id }) => id),
  );
}

export function stepsOf(policy: Policy, roles: readonly RoleDocument[]) {
  return fc.array(stepOf(policy, roles), { minLength: 1, maxLength: 3 }).map((steps) => {
    const named = new Set<string>();
    return steps.filter(([collection, id]) => {
      const fresh = !named.has(`${collection} ${id}`);
      named.add(`${collection} ${id}`);
      return fresh;
    });
  });
}

function stepOf(policy: Policy, roles: readonly RoleDocument[]): fc.Arbitrary<Step> {
  const ids = (elements: readonly { readonly id: string }[] | undefined) =>
    (elements ?? []).map(({ id }) => id);
  const doors = ids(policy.doors);
  const users = ids(policy.users);
  const teams = ids(policy.teams);
  const existing = ids(policy.assignments);
  const scopes = [
    { type: 'organization', id: policy.organization.id },
    ...ids(policy.places).map((id) => ({ type: 'place', id })),
    ...ids(policy.groups).map((id) => ({ type: 'group', id })),
    ...doors.map((id) => ({ type: 'door', id })),
  ];
  const fitting = scopes.flatMap((scope) =>
    roles
      .filter((role) => (role.levels as readonly string[]).includes(scope.type))
      .map((role) => ({ scope, role: role.id })),
  );
  const subject = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...users).map((id) => ({ type: 'user', id })) },
    ...(teams.length > 0 ? [fc.constantFrom(...teams).map((id) => ({ type: 'team', id }))] : []),
  );
  const given = fc.tuple(
    fc.constantFrom('new-1', 'new-2', ...existing),
    fc.constantFrom(...fitting),
    subject,
  );
  const members = fc.subarray(users, { maxLength: 3 });
  return fc.oneof(
    {
      weight: 6,
      arbitrary: given.map(
        ([id, fit, holder]): Step => [
          'assignments',
          id,
          { ...fit, subject: holder, grantedBy: '' },
        ],
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...existing).map((id): Step => ['assignments', id, undefined]),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('new-team', ...teams), members)
        .map(([id, list]): Step => ['teams', id, { users: list }]),
    },
    fc
      .tuple(fc.constantFrom('new-group', ...ids(policy.groups)), fc.subarray(doors))
      .map(([id, list]): Step => ['groups', id, { doors: list }]),
    fc
      .tuple(fc.constantFrom(...doors, 'new-door'), fc.constantFrom('hq', 'lab'))
      .map(([id, place]): Step => ['doors', id, { place }]),
    fc
      .tuple(fc.constantFrom(...users), fc.boolean())
      .map(([id, active]): Step => ['users', id, { active }]),
    fc
      .tuple(fc.constantFrom('c-new', ...ids(policy.credentials)), fc.constantFrom(...users))
      .map(([id, user]): Step => ['credentials', id, { kind: 'card', user, state: 'active' }]),
  );
}
