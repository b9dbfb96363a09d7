/** @cedar-policy/cedar-wasm by its stateful interface: the policy is parsed once, two entities go with each call. */
import { setFlagsFromString } from 'node:v8';
import {
  type EntityJson,
  preparsePolicySet,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Contender } from '../contender.js';
import type { Site } from '../site.js';

// V8 11 inlines calls into WebAssembly, and one run in four died leaving such code ("unreachable code" in its deoptimizer).
// What is inlined is the way there and back, microseconds of the millisecond that an answer takes.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const POLICY = `permit (principal, action == Action::"unlock", resource)
  when { principal in resource.scopes };`;

/** Entities of users and doors are built before timing; a call passes the two it is about. */
export function cedarPeer(site: Site, asked: ReadonlySet<string>, inputsMax: number): Contender {
  const answer = preparsePolicySet('bench', { staticPolicies: POLICY });
  if (answer.type !== 'success') throw new TypeError('cedar refused the policy');
  const scope = (id: string): { type: string; id: string } => ({ type: 'Scope', id });
  const users = new Map<string, EntityJson>();
  for (const user of site.users) {
    if (!asked.has(user.id)) continue;
    const scopes = [...(user.everywhere ? ['everywhere'] : []), ...user.places, ...user.groups];
    users.set(user.id, {
      uid: { type: 'User', id: user.id },
      attrs: {},
      parents: scopes.map(scope),
    });
  }
  const doors = new Map<string, EntityJson>();
  for (const door of site.doors) {
    const scopes = ['everywhere', door.place, ...door.groups];
    doors.set(door.id, {
      uid: { type: 'Door', id: door.id },
      attrs: { scopes: scopes.map((id) => ({ __entity: scope(id) })) },
      parents: [],
    });
  }
  return {
    name: '@cedar-policy/cedar-wasm, stateful',
    note: 'policy parsed before timing; the user and the door travel as entities with each call',
    inputsMax,
    check(request) {
      const user = users.get(request.subject.id);
      const door = doors.get(request.resource.id);
      if (user === undefined || door === undefined) return false;
      const reply = statefulIsAuthorized({
        principal: { type: 'User', id: request.subject.id },
        action: { type: 'Action', id: request.action.name },
        resource: { type: 'Door', id: request.resource.id },
        context: {},
        preparsedPolicySetId: 'bench',
        entities: [user, door],
      });
      return reply.type === 'success' && reply.response.decision === 'allow';
    },
  };
}
