/** Every person at everything a site holds: the questions that are not about a body at a door. */
import type { AccessRequest } from '../../src/engine/request.js';
import type { World } from '../helpers/arbitraries.js';
import { idsOf } from '../helpers/openings.js';
import { rolesOf } from '../reference/roles.js';
import { peopleOf } from './questions.js';

/** What every role of the model may do to every element, asked by everybody; and giving and ending rights (A1, A3). */
export function administrationOf({ policy, anchor }: World): AccessRequest[] {
  const cells = new Map(
    rolesOf(policy).flatMap((role) =>
      Object.entries(role.permissions).flatMap(([type, actions]) =>
        actions.map((name) => [`${type} ${name}`, { type, name }] as const),
      ),
    ),
  );
  const context = { time: anchor };
  const scopes = [
    { type: 'organization', id: policy.organization.id },
    ...idsOf(policy, 'place').map((id) => ({ type: 'place', id })),
    ...idsOf(policy, 'door').map((id) => ({ type: 'door', id })),
  ];
  return peopleOf(policy).flatMap((subject) =>
    [...cells.values()].flatMap(({ type, name }) => {
      const action = { name };
      const held = idsOf(policy, type).map((id) => ({ type, id }));
      const said = scopes.map((scope) => ({ type, id: '*', properties: { scope } }));
      const asked = [...held, ...(held.length > 0 ? [] : said)];
      return [...asked, ...(type === 'access_right' ? givingOf({ policy, anchor }, name) : [])].map(
        (resource) => ({ subject, action, resource, context }),
      );
    }),
  );
}

/** Rights held and to be given, with the role and the person they are about. */
function givingOf({ policy }: World, name: string) {
  const type = 'access_right';
  const people = (policy.users ?? []).map(({ id }) => ({ type: 'user', id }));
  const rights = policy.assignments ?? [];
  const given = rights
    .slice(0, 2)
    .flatMap(({ role, scope }) =>
      people.map((subject) => ({ type, id: '*', properties: { role, subject, scope } })),
    );
  const changed = rights.flatMap(({ id, role }) =>
    people.slice(0, 2).map((subject) => ({ type, id, properties: { role, subject } })),
  );
  const ended = rights.map(({ id, role, subject }) => ({
    type,
    id,
    properties: { role, subject },
  }));
  return name === 'create' ? given : name === 'update' ? changed : ended;
}
