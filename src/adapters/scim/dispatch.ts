/** Which endpoint a call is for. */

import type { JsonObject } from '../../admin/record.js';
import { refuse, type ScimOutcome } from '../../admin/scim/code.js';
import { resourceTypes, schemas, serviceProviderConfig } from '../../admin/scim/discovery.js';
import { listBody, readSearch } from '../../admin/scim/query.js';
import type { Call, Exchange, Reply } from './exchange.js';
import { createGroup, deleteGroup, patchGroupOf, replaceGroup } from './group-writes.js';
import { GROUPS, type Kind, USERS } from './kinds.js';
import { missing, readMany, readOne } from './reads.js';
import { createUser, deleteUser, patchUser, replaceUser } from './user-writes.js';

/** Answers a call of any endpoint but Bulk. A method that an endpoint does not have is answered with 405. */
export async function dispatch(exchange: Exchange, call: Call): Promise<ScimOutcome<Reply>> {
  const [first = '', second, ...more] = call.segments;
  if (more.length > 0) return missing(call.segments.join('/'));
  switch (first.toLowerCase()) {
    case 'users':
      return dispatchTo(exchange, USERS, second, call);
    case 'groups':
      return dispatchTo(exchange, GROUPS, second, call);
    case '.search':
      return second === undefined ? search(exchange, [USERS, GROUPS], call) : missing(second);
    case 'me':
      return refuse('notImplemented', 'a token belongs to a directory, not to a user');
    case 'serviceproviderconfig':
      return describe(call, serviceProviderConfig(exchange.locate));
    case 'resourcetypes':
      return describeAmong(call, second, resourceTypes(exchange.locate));
    case 'schemas':
      return describeAmong(call, second, schemas(exchange.locate));
    default:
      return missing(first);
  }
}

/** A call whose method is none of those an endpoint has. */
export function notAllowed(...allowed: readonly string[]): ScimOutcome<Reply> {
  return { ok: true, value: { status: 405, headers: { Allow: allowed.join(', ') } } };
}

async function dispatchTo(
  exchange: Exchange,
  kind: Kind,
  id: string | undefined,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const isUser = kind === USERS;
  if (id === undefined) {
    if (call.method === 'GET') return readMany(exchange, [kind], call.query);
    if (call.method !== 'POST') return notAllowed('GET', 'POST');
    return isUser ? createUser(exchange, call) : createGroup(exchange, call);
  }
  if (id.toLowerCase() === '.search') return search(exchange, [kind], call);
  switch (call.method) {
    case 'GET':
      return readOne(exchange, kind, id, call);
    case 'PUT':
      return isUser ? replaceUser(exchange, id, call) : replaceGroup(exchange, id, call);
    case 'PATCH':
      return isUser ? patchUser(exchange, id, call) : patchGroupOf(exchange, id, call);
    case 'DELETE':
      return isUser ? deleteUser(exchange, id, call) : deleteGroup(exchange, id, call);
    default:
      return notAllowed('GET', 'PUT', 'PATCH', 'DELETE');
  }
}

async function search(
  exchange: Exchange,
  kinds: readonly Kind[],
  call: Call,
): Promise<ScimOutcome<Reply>> {
  if (call.method !== 'POST') return notAllowed('POST');
  const query = readSearch(call.body ?? {});
  return query.ok ? readMany(exchange, kinds, query.value) : query;
}

function describe(call: Call, body: JsonObject): ScimOutcome<Reply> {
  return call.method === 'GET' ? { ok: true, value: { status: 200, body } } : notAllowed('GET');
}

/** @see RFC 7644 §4: a filter here is refused, since it would be ignored. */
function describeAmong(
  call: Call,
  id: string | undefined,
  bodies: readonly JsonObject[],
): ScimOutcome<Reply> {
  if (call.method !== 'GET') return notAllowed('GET');
  if (call.query.filter !== undefined) return refuse('forbidden', 'nothing is filtered here');
  if (id === undefined) return describe(call, listBody(bodies, bodies.length, 1));
  const found = bodies.find((body) => String(body['id']).toLowerCase() === id.toLowerCase());
  return found === undefined ? missing(id) : describe(call, found);
}
