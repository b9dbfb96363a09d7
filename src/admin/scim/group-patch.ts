/** A Group as clients send and change it: its attributes, and its members apart from them. */
import type { Json, JsonObject } from '../record.js';
import type { ResourceShape } from './attribute.js';
import { memberNamed } from './body.js';
import { refuse, type ScimOutcome } from './code.js';
import { editMembers, type MemberRules, readMemberIds } from './members.js';
import { applyOperation } from './patch.js';
import { type PatchOperation, withPaths } from './patch-request.js';
import { readTarget } from './patch-target.js';
import { plainBody, readResource } from './read-resource.js';
import { GROUP_SHAPE } from './resource-shape.js';

/** A Group without its id and meta. */
export interface GroupState {
  /** `displayName` and `externalId`. */
  readonly attributes: JsonObject;
  /** Ids of users. */
  readonly members: ReadonlySet<string>;
}

/** The members of a whole Group, read apart: they are too many for a list of values. */
const WITHOUT_MEMBERS: ResourceShape = {
  ...GROUP_SHAPE,
  core: {
    ...GROUP_SHAPE.core,
    attributes: GROUP_SHAPE.core.attributes.filter(({ name }) => name !== 'members'),
  },
};

/** A Group as sent whole; members undefined where the body does not name them, which changes none. */
export function readGroup(body: JsonObject): ScimOutcome<{
  readonly attributes: JsonObject;
  readonly members: readonly string[] | undefined;
}> {
  const plain = plainBody(GROUP_SHAPE, body);
  if (!plain.ok) return plain;
  const attributes = readResource(WITHOUT_MEMBERS, plain.value);
  if (!attributes.ok) return attributes;
  const listed: Json | undefined = memberNamed(plain.value, 'members');
  if (listed === undefined) {
    return { ok: true, value: { attributes: attributes.value, members: undefined } };
  }
  if (!Array.isArray(listed)) return refuse('invalidValue', '`members` must be a list');
  const members = readMemberIds(listed as readonly Json[]);
  if (!members.ok) return members;
  return { ok: true, value: { attributes: attributes.value, members: members.value } };
}

/**
 * A Group after all operations, or the first fault: then nothing was applied.
 * @returns as `applyPatch` and `editMembers`.
 */
export function patchGroup(
  group: GroupState,
  operations: readonly PatchOperation[],
  rules: MemberRules,
): ScimOutcome<GroupState> {
  let { attributes } = group;
  const members = new Set(group.members);
  for (const operation of operations) {
    const expanded = withPaths(operation, GROUP_SHAPE.core.id);
    if (!expanded.ok) return expanded;
    for (const each of expanded.value) {
      const target = readTarget(GROUP_SHAPE, each.path ?? '');
      if (!target.ok) return target;
      if (target.value?.attribute?.name === 'members') {
        const edited = editMembers(members, target.value, each, rules);
        if (!edited.ok) return edited;
      } else if (target.value !== undefined) {
        const next = applyOperation(WITHOUT_MEMBERS, attributes, each);
        if (!next.ok) return next;
        attributes = next.value;
      }
    }
  }
  return { ok: true, value: { attributes, members } };
}
