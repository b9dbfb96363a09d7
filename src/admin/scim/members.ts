/** Who belongs to a group: what clients send, read so that nothing unclear ever means "nobody". */
import type { Json, JsonObject } from '../record.js';
import { memberNamed } from './body.js';
import { refuse, type ScimOutcome } from './code.js';
import type { Filter } from './filter.js';
import { isObject } from './filter-match.js';
import { MEMBERS_MAX } from './limits.js';
import type { PatchOperation } from './patch-request.js';
import type { PatchTarget } from './patch-target.js';

/** What a server allows besides. */
export interface MemberRules {
  /**
   * Whether `remove` of `members` without a value empties the group, as RFC 7644 has it. Without it such a request
   * is refused: a client that means one member and loses his id on the way would lock everybody out.
   */
  readonly allowRemoveAllMembers: boolean;
}

/**
 * Does one operation on `members` to a set of user ids.
 * @param members - altered, also when a fault is answered: give a copy.
 * @returns codes `invalidValue`, `invalidFilter`, `mutability`, `tooLarge`.
 */
export function editMembers(
  members: Set<string>,
  target: PatchTarget,
  operation: PatchOperation,
  rules: MemberRules,
): ScimOutcome<undefined> {
  const done = { ok: true, value: undefined } as const;
  if (target.sub !== undefined) {
    // Names and links of members come from the users themselves.
    if (target.sub.name !== 'value') return done;
    return refuse('mutability', 'a member is added or removed, never altered');
  }
  const chosen = target.chosen && chosenIds(target.chosen.filter);
  if (target.chosen !== undefined) {
    if (chosen === undefined) return refuse('invalidFilter', 'members are chosen by `value eq`');
    if (operation.op !== 'remove') return refuse('mutability', 'members are added by their value');
    for (const id of chosen) members.delete(id);
    return done;
  }
  return editListed(members, operation, rules);
}

/**
 * Ids of the users that a value of `members` lists: objects with a `value`, or plain ids; one, or a list.
 * @returns codes `invalidValue`, `tooLarge`. An empty list is the only way to list nobody.
 */
export function readMemberIds(value: Json): ScimOutcome<readonly string[]> {
  const list: readonly Json[] = Array.isArray(value) ? value : [value as Json];
  if (list.length > MEMBERS_MAX) {
    return refuse('tooLarge', `a group has at most ${MEMBERS_MAX} members`);
  }
  const ids: string[] = [];
  for (const each of list) {
    const id = isObject(each) ? memberNamed(each, 'value') : each;
    if (typeof id !== 'string' || id === '') {
      return refuse('invalidValue', 'a member needs the id of a user as its `value`');
    }
    if (isObject(each) && isNested(each)) {
      return refuse('invalidValue', `groups do not nest over SCIM \`${id.slice(0, 128)}\``);
    }
    ids.push(id);
  }
  return { ok: true, value: ids };
}

function editListed(
  members: Set<string>,
  { op, value }: PatchOperation,
  { allowRemoveAllMembers }: MemberRules,
): ScimOutcome<undefined> {
  if (op === 'remove' && value === undefined) {
    if (!allowRemoveAllMembers) {
      return refuse('invalidValue', 'say which members to remove: this server does not remove all');
    }
    members.clear();
    return { ok: true, value: undefined };
  }
  const read = readMemberIds(value ?? null);
  if (!read.ok) return read;
  if (op === 'replace') members.clear();
  for (const id of read.value) {
    if (op === 'remove') members.delete(id);
    else members.add(id);
  }
  if (members.size > MEMBERS_MAX) {
    return refuse('tooLarge', `a group has at most ${MEMBERS_MAX} members`);
  }
  return { ok: true, value: undefined };
}

function isNested(member: JsonObject): boolean {
  const type = memberNamed(member, 'type');
  return typeof type === 'string' && type.toLowerCase() === 'group';
}

/**
 * The ids a filter names by `value eq`, alternatives joined by `or`. Anything that could choose members by what
 * they are not is not understood: it might be true of everybody.
 */
function chosenIds(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const parts = filter.parts.map(chosenIds);
    return parts.every((each) => each !== undefined) ? parts.flat() : undefined;
  }
  if (filter.kind === 'and') {
    const rest = filter.parts.filter((part) => !isAlwaysTrue(part));
    const [only] = rest;
    return rest.length === 1 && only !== undefined ? chosenIds(only) : undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const isValue = filter.path.toLowerCase() === 'value' && filter.value.value !== null;
  return isValue ? [filter.value.text] : undefined;
}

/** `$ref eq null` and `type eq "User"`, which clients write beside the value. */
function isAlwaysTrue(filter: Filter): boolean {
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return false;
  const path = filter.path.toLowerCase();
  if (path === '$ref') return filter.value.value === null;
  return path === 'type' && filter.value.text.toLowerCase() === 'user';
}
