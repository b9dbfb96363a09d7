/** Making, replacing, changing and deleting Users: each is one write of the site. */

import { isPolicyId } from '../../admin/policy-id.js';
import type { JsonObject } from '../../admin/record.js';
import { memberNamed } from '../../admin/scim/body.js';
import { refuse, type ScimCode, type ScimOutcome } from '../../admin/scim/code.js';
import { applyPatch } from '../../admin/scim/patch.js';
import { readPatch } from '../../admin/scim/patch-request.js';
import { planUser, planUserDeletion } from '../../admin/scim/plan-user.js';
import { plainBody, readResource } from '../../admin/scim/read-resource.js';
import { USER_SHAPE } from '../../admin/scim/resource-shape.js';
import { isShelved } from '../../admin/scim/shelf.js';
import { attributesOf, type KeptUser, readKeptUser } from '../../admin/scim/user-mapping.js';
import { namesVersion } from '../../admin/scim/version.js';
import { findElement } from '../../engine/elements.js';
import type { User } from '../../policy/document.js';
import type { SiteView, WriteOrder } from '../site/site.js';
import { type Directory, directoryAt } from './directory.js';
import { type Call, type Exchange, meaningOf, type Reply, toOutcome } from './exchange.js';
import { USERS } from './kinds.js';
import { missing, readGround, replyAfterWrite, versionIn } from './reads.js';
import { userOf } from './resources.js';

/** `POST /Users`. @returns codes of `planUser` and `readResource`. */
export async function createUser(exchange: Exchange, call: Call): Promise<ScimOutcome<Reply>> {
  const read = readUser(call.body ?? {});
  if (!read.ok) return read;
  return writeUser(exchange, call, 'scim.user.create', 201, async (view, directory) => {
    const id = view.newId();
    const ground = { engine: view.engine, shelf: directory.users, now: view.now };
    const planned = planUser(ground, id, { user: undefined, kept: undefined }, read.value);
    return planned.ok ? { ok: true, value: { ...planned.value.plan, value: id } } : planned;
  });
}

/** `PUT /Users/{id}`. What the body does not name is gone, except `active`, which stays as it is. */
export async function replaceUser(
  exchange: Exchange,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const read = readUser(call.body ?? {});
  if (!read.ok) return read;
  return changeUser(exchange, id, call, 'scim.user.replace', (before) => {
    const { active } = before;
    return { ok: true, value: { ...(active === undefined ? {} : { active }), ...read.value } };
  });
}

/** `PATCH /Users/{id}`. */
export async function patchUser(
  exchange: Exchange,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const operations = readPatch(call.body ?? {});
  if (!operations.ok) return operations;
  return changeUser(exchange, id, call, 'scim.user.patch', (before) => {
    const patched = applyPatch(USER_SHAPE, before, operations.value);
    if (!patched.ok || patched.value['active'] !== undefined) return patched;
    // Without `active` a user would be active: no removal may let anybody in.
    return refuse('mutability', '`active` is not removed: say true or false');
  });
}

/** `DELETE /Users/{id}`. */
export async function deleteUser(
  exchange: Exchange,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const { site, actor, directories, groupsAre } = exchange;
  const result = await site.write<undefined, ScimCode>({
    actor,
    operation: 'scim.user.delete',
    plan: async (view) => {
      const directory = await directoryAt(directories, site, groupsAre, view.engine, view.store);
      const found = await findUser(exchange, view, directory, id, call.ifMatch);
      if (!found.ok) return found;
      const ground = { engine: view.engine, shelf: directory.users, now: view.now };
      const { user, kept } = found.value;
      const planned = planUserDeletion(ground, actor.id, view.time, user, kept);
      return planned.ok ? { ok: true, value: { ...planned.value, value: undefined } } : planned;
    },
  });
  const done = toOutcome(result);
  return done.ok ? { ok: true, value: { status: 204 } } : done;
}

type UserPlan = Awaited<ReturnType<WriteOrder<string, ScimCode>['plan']>>;

function changeUser(
  exchange: Exchange,
  id: string,
  call: Call,
  operation: string,
  change: (before: JsonObject) => ScimOutcome<JsonObject>,
): Promise<ScimOutcome<Reply>> {
  return writeUser(exchange, call, operation, 200, async (view, directory) => {
    const found = await findUser(exchange, view, directory, id, call.ifMatch);
    if (!found.ok) return found;
    const { user, kept } = found.value;
    const changed = change(attributesOf(user, kept));
    if (!changed.ok) return changed;
    const ground = { engine: view.engine, shelf: directory.users, now: view.now };
    const planned = planUser(ground, id, { user, kept }, changed.value);
    return planned.ok ? { ok: true, value: { ...planned.value.plan, value: id } } : planned;
  });
}

async function writeUser(
  exchange: Exchange,
  call: Call,
  operation: string,
  status: number,
  plan: (view: SiteView, directory: Directory) => Promise<UserPlan>,
): Promise<ScimOutcome<Reply>> {
  const { site, actor, directories, groupsAre } = exchange;
  const result = await site.write<string, ScimCode>({
    actor,
    operation,
    plan: async (view) =>
      plan(view, await directoryAt(directories, site, groupsAre, view.engine, view.store)),
  });
  const written = toOutcome(result);
  if (!written.ok) return written;
  const id = written.value;
  const ground = await readGround(exchange);
  const resource = userOf(ground, id, await site.store.record('scim_user', id));
  if (resource === undefined) return missing(id);
  const value = await replyAfterWrite(exchange, USERS, resource, call.query, status);
  return { ok: true, value };
}

interface FoundUser {
  readonly user: User;
  readonly kept: KeptUser | undefined;
}

/** The user as he stands in the transaction, at the version asked for. */
async function findUser(
  exchange: Exchange,
  view: SiteView,
  directory: Directory,
  id: string,
  ifMatch: string | undefined,
): Promise<ScimOutcome<FoundUser>> {
  const { engine, store } = view;
  const user = isPolicyId(id) ? findElement(engine, 'users', id) : undefined;
  if (user === undefined || !isShelved(directory.users, id)) return missing(id);
  const record = await store.record('scim_user', id);
  if (ifMatch !== undefined) {
    const meaning = meaningOf(exchange, engine);
    const ground = { exchange, engine, directory, meaning: meaning.ok ? meaning.value : undefined };
    const resource = userOf(ground, id, record);
    if (resource === undefined || !namesVersion(ifMatch, versionIn(resource))) {
      return refuse('preconditionFailed', 'the user is at another version');
    }
  }
  return { ok: true, value: { user, kept: readKeptUser(record) } };
}

function readUser(body: JsonObject): ScimOutcome<JsonObject> {
  const plain = plainBody(USER_SHAPE, body);
  if (!plain.ok) return plain;
  if (memberNamed(plain.value, 'active') === null) {
    return refuse('invalidValue', '`active` is true or false');
  }
  return readResource(USER_SHAPE, plain.value);
}
