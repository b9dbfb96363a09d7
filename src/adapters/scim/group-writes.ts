/** Making, replacing, changing and deleting Groups: each is one write of the site. */

import { isPolicyId } from '../../admin/policy-id.js';
import { refuse, type ScimCode, type ScimOutcome } from '../../admin/scim/code.js';
import {
  groupAttributes,
  groupName,
  type KeptGroup,
  readKeptGroup,
} from '../../admin/scim/group-mapping.js';
import { type GroupState, patchGroup, readGroup } from '../../admin/scim/group-patch.js';
import { type GroupMeaning, membersOf } from '../../admin/scim/membership.js';
import { readPatch } from '../../admin/scim/patch-request.js';
import { type GroupGround, planGroup, planGroupDeletion } from '../../admin/scim/plan-group.js';
import { isShelved } from '../../admin/scim/shelf.js';
import { namesVersion } from '../../admin/scim/version.js';
import type { SiteView, WriteOrder } from '../site/site.js';
import { type Directory, directoryAt } from './directory.js';
import { type Call, type Exchange, meaningOf, type Reply, toOutcome } from './exchange.js';
import { GROUPS } from './kinds.js';
import { missing, readGround, replyAfterWrite, versionIn } from './reads.js';
import { groupOf } from './resources.js';

/** `POST /Groups`: a group of doors without any, or a team. */
export async function createGroup(exchange: Exchange, call: Call): Promise<ScimOutcome<Reply>> {
  const read = readGroup(call.body ?? {});
  if (!read.ok) return read;
  const { attributes, members = [] } = read.value;
  const wanted = { attributes, members: new Set(members) };
  const written = await writeGroup(exchange, 'scim.group.create', async (view, { ground }) => {
    const id = view.newId();
    const planned = planGroup(ground, id, undefined, wanted);
    return planned.ok ? { ok: true, value: { ...planned.value.plan, value: id } } : planned;
  });
  return written.ok ? answerGroup(exchange, written.value, call, 201) : written;
}

/** `PUT /Groups/{id}`. A body without `members` leaves them as they are. */
export async function replaceGroup(
  exchange: Exchange,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const read = readGroup(call.body ?? {});
  if (!read.ok) return read;
  const { attributes, members } = read.value;
  const written = await changeGroup(exchange, id, call, 'scim.group.replace', (before) => {
    const wanted = members === undefined ? before.members : new Set(members);
    return { ok: true, value: { attributes, members: wanted } };
  });
  return written.ok ? answerGroup(exchange, id, call, 200) : written;
}

/** `PATCH /Groups/{id}`: 204, as Entra ID expects, unless attributes are asked for. */
export async function patchGroupOf(
  exchange: Exchange,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const operations = readPatch(call.body ?? {});
  if (!operations.ok) return operations;
  const { allowRemoveAllMembers } = exchange;
  const written = await changeGroup(exchange, id, call, 'scim.group.patch', (before) =>
    patchGroup(before, operations.value, { allowRemoveAllMembers }),
  );
  if (!written.ok) return written;
  const { attributes, excludedAttributes } = call.query;
  const wants = attributes !== undefined || excludedAttributes !== undefined;
  return wants ? answerGroup(exchange, id, call, 200) : { ok: true, value: { status: 204 } };
}

/** `DELETE /Groups/{id}`. */
export async function deleteGroup(
  exchange: Exchange,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const written = await writeGroup(exchange, 'scim.group.delete', async (view, room) => {
    const found = await findGroup(exchange, view, room, id, call.ifMatch);
    if (!found.ok) return found;
    const planned = planGroupDeletion(room.ground, id, found.value.kept);
    return planned.ok ? { ok: true, value: { ...planned.value, value: id } } : planned;
  });
  return written.ok ? { ok: true, value: { status: 204 } } : written;
}

type GroupPlan = Awaited<ReturnType<WriteOrder<string, ScimCode>['plan']>>;

/** What a write of a group is planned in. */
interface Room {
  readonly ground: GroupGround;
  readonly meaning: GroupMeaning;
  readonly directory: Directory;
}

interface FoundGroup {
  readonly kept: KeptGroup | undefined;
  readonly state: GroupState;
}

function changeGroup(
  exchange: Exchange,
  id: string,
  call: Call,
  operation: string,
  change: (before: GroupState) => ScimOutcome<GroupState>,
): Promise<ScimOutcome<string>> {
  return writeGroup(exchange, operation, async (view, room) => {
    const found = await findGroup(exchange, view, room, id, call.ifMatch);
    if (!found.ok) return found;
    const changed = change(found.value.state);
    if (!changed.ok) return changed;
    const planned = planGroup(room.ground, id, found.value.kept, changed.value);
    return planned.ok ? { ok: true, value: { ...planned.value.plan, value: id } } : planned;
  });
}

async function writeGroup(
  exchange: Exchange,
  operation: string,
  plan: (view: SiteView, room: Room) => Promise<GroupPlan>,
): Promise<ScimOutcome<string>> {
  const { site, actor, directories, groupsAre } = exchange;
  const result = await site.write<string, ScimCode>({
    actor,
    operation,
    plan: async (view) => {
      const { engine, store, now } = view;
      const meaning = meaningOf(exchange, engine);
      if (!meaning.ok) return meaning;
      const directory = await directoryAt(directories, site, groupsAre, engine, store);
      const { users, groups } = directory;
      const newId = () => view.newId();
      const ground = { engine, meaning: meaning.value, users, groups, actor: actor.id, now, newId };
      return plan(view, { ground, meaning: meaning.value, directory });
    },
  });
  return toOutcome(result);
}

async function findGroup(
  exchange: Exchange,
  { engine, store }: SiteView,
  { meaning, directory }: Room,
  id: string,
  ifMatch: string | undefined,
): Promise<ScimOutcome<FoundGroup>> {
  const name = isPolicyId(id) ? groupName(engine, meaning, id) : undefined;
  if (name === undefined || !isShelved(directory.groups, id)) return missing(id);
  const record = await store.record('scim_group', id);
  if (ifMatch !== undefined) {
    const resource = groupOf({ exchange, engine, directory, meaning }, id, record);
    if (resource === undefined || !namesVersion(ifMatch, versionIn(resource))) {
      return refuse('preconditionFailed', 'the group is at another version');
    }
  }
  const kept = readKeptGroup(record);
  const members = new Set(membersOf(engine, meaning, id).keys());
  return { ok: true, value: { kept, state: { attributes: groupAttributes(name, kept), members } } };
}

async function answerGroup(
  exchange: Exchange,
  id: string,
  call: Call,
  status: number,
): Promise<ScimOutcome<Reply>> {
  const ground = await readGround(exchange);
  const resource = groupOf(ground, id, await exchange.site.store.record('scim_group', id));
  if (resource === undefined) return missing(id);
  const value = await replyAfterWrite(exchange, GROUPS, resource, call.query, status);
  return { ok: true, value };
}
