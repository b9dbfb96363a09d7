/** What is to be written for a Group that a directory makes, changes or deletes. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';
import type { Assignment, Group, Team } from '../../policy/document.js';
import type { Plan } from '../plan.js';
import { refuse, type ScimOutcome } from './code.js';
import { groupName, groupRecord, type KeptGroup, readGroupAttributes } from './group-mapping.js';
import type { GroupState } from './group-patch.js';
import {
  type GroupMeaning,
  holdingsAt,
  isFreeTeam,
  membersOf,
  otherwiseHeld,
} from './membership.js';
import { idsNamed, isShelved, type Shelf } from './shelf.js';

/** What a plan is made from. */
export interface GroupGround {
  readonly engine: Engine;
  readonly meaning: GroupMeaning;
  readonly users: Shelf;
  readonly groups: Shelf;
  /** The user whose rights are used, and who signs what is granted. */
  readonly actor: string;
  /** RFC 3339. */
  readonly now: string;
  newId(): string;
}

/** A group after a write, and what writes it. */
export interface PlannedGroup {
  readonly plan: Plan;
  readonly name: string;
  readonly kept: KeptGroup;
}

/**
 * A group with this name and these members; it is made where the policy has none of this id, without doors: those
 * are for an administrator to put in. Members become assignments, signed by the actor; who is a member already keeps
 * the assignment he has, with its hours and its end.
 * @returns codes `invalidValue`, also for a member who is no user; `uniqueness`.
 */
export function planGroup(
  ground: GroupGround,
  id: string,
  kept: KeptGroup | undefined,
  wanted: GroupState,
): ScimOutcome<PlannedGroup> {
  const { engine, meaning, now, groups } = ground;
  const read = readGroupAttributes(wanted.attributes);
  if (!read.ok) return read;
  const { name, externalId } = read.value;
  if (idsNamed(groups, name).some((other) => other !== id)) {
    return refuse('uniqueness', 'there is a group with this `displayName`');
  }
  const members = planMembers(ground, id, wanted.members);
  if (!members.ok) return members;
  const before = groupName(engine, meaning, id);
  const isPut = before !== name || kept?.externalId !== externalId;
  const changes = isPut ? withGroup(ground, id, name, members.value) : members.value;
  const next: KeptGroup = {
    externalId,
    created: kept?.created || now,
    lastModified: now,
    made: kept?.made ?? before === undefined,
    deleted: false,
  };
  const audit = { object: { type: singular(meaning), id } };
  const plan: Plan = isEmpty(changes)
    ? { needs: [{ action: 'view', resource: anyGroup(meaning, id) }], audit }
    : { changes, records: { put: [groupRecord(id, next)] }, audit };
  return { ok: true, value: { plan, name, kept: isEmpty(changes) && kept ? kept : next } };
}

/**
 * A group deleted: nobody is a member any more. The policy's group goes with it if SCIM made it and nothing else
 * rests on it; else it stays, with its doors and what else is held there, and is not found over SCIM again.
 */
export function planGroupDeletion(
  ground: GroupGround,
  id: string,
  kept: KeptGroup | undefined,
): ScimOutcome<Plan> {
  const { engine, meaning, now } = ground;
  const members = planMembers(ground, id, new Set());
  if (!members.ok) return members;
  const ended = members.value.remove?.assignments ?? [];
  const goes = kept?.made === true && isFree(engine, meaning, id, ended.length);
  const gone: KeptGroup = {
    externalId: kept?.externalId,
    created: kept?.created || now,
    lastModified: now,
    made: kept?.made ?? false,
    deleted: true,
  };
  const changes: Changes = goes
    ? { remove: { assignments: ended, [meaning.kind]: [id] } }
    : withGroup(ground, id, groupName(engine, meaning, id) ?? id, members.value);
  return {
    ok: true,
    value: {
      changes,
      records: goes ? { remove: [{ kind: 'scim_group', id }] } : { put: [groupRecord(id, gone)] },
      audit: { object: { type: singular(meaning), id }, data: { removed: goes } },
    },
  };
}

/** Where to ask for the permission to see a group; teams are seen by whoever sees groups. */
export function anyGroup(meaning: GroupMeaning, id: string) {
  return { type: 'group', id: meaning.kind === 'groups' ? id : '*' };
}

/** What makes exactly these users members. */
function planMembers(
  { engine, meaning, users, actor, newId }: GroupGround,
  id: string,
  wanted: ReadonlySet<string>,
): ScimOutcome<Changes> {
  const present = membersOf(engine, meaning, id);
  const added = [...wanted].filter((user) => !present.has(user));
  const stranger = added.find((user) => !isShelved(users, user));
  if (stranger !== undefined) {
    return refuse('invalidValue', `no such user \`${stranger.slice(0, 128)}\``);
  }
  // Whoever was deleted over SCIM is seen by nobody here, so nobody here decides about him.
  const isHidden = (user: string) => !isShelved(users, user);
  const left = [...present].filter(([user]) => !wanted.has(user) && !isHidden(user));
  if (meaning.kind === 'teams') {
    if (added.length === 0 && left.length === 0) return { ok: true, value: {} };
    const hidden = [...present.keys()].filter((user) => !wanted.has(user) && isHidden(user));
    const named = [...wanted, ...hidden];
    const team: Team = { ...(findElement(engine, 'teams', id) ?? { id }), users: named };
    return { ok: true, value: { put: { teams: [team] } } };
  }
  const others = otherwiseHeld(engine, meaning, id);
  const assignments = added
    .filter((user) => !others.has(user))
    .map(
      (user): Assignment => ({
        id: newId(),
        subject: { type: 'user', id: user },
        role: meaning.role,
        scope: { type: 'group', id },
        grantedBy: actor,
      }),
    );
  const ended = left.flatMap(([, ids]) => ids);
  return {
    ok: true,
    value: {
      ...(assignments.length === 0 ? {} : { put: { assignments } }),
      ...(ended.length === 0 ? {} : { remove: { assignments: ended } }),
    },
  };
}

/** The same changes, and the group or team put with this name. */
function withGroup(
  { engine, meaning }: GroupGround,
  id: string,
  name: string,
  changes: Changes,
): Changes {
  if (meaning.kind === 'groups') {
    const group: Group = { ...(findElement(engine, 'groups', id) ?? { id }), name };
    return { ...changes, put: { ...changes.put, groups: [group] } };
  }
  const planned = changes.put?.teams?.[0];
  const team: Team = { ...(planned ?? findElement(engine, 'teams', id) ?? { id }), name };
  return { ...changes, put: { ...changes.put, teams: [team] } };
}

function isEmpty({ put = {}, remove = {} }: Changes): boolean {
  return Object.keys(put).length === 0 && Object.keys(remove).length === 0;
}

/** Whether nothing in the policy rests on a group but these assignments of its members. */
function isFree(engine: Engine, meaning: GroupMeaning, id: string, ended: number): boolean {
  if (meaning.kind === 'teams') return isFreeTeam(engine, id);
  const group = findElement(engine, 'groups', id);
  const holds = (group?.doors?.length ?? 0) + (group?.stops?.length ?? 0);
  return holds === 0 && group?.restrictions === undefined && holdingsAt(engine, id) === ended;
}

function singular({ kind }: GroupMeaning): string {
  return kind === 'groups' ? 'group' : 'team';
}
