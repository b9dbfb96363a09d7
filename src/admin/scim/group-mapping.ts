/** A group of doors, or a team, as a SCIM Group. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { NAME_LENGTH_MAX } from '../../values/limits.js';
import type { JsonObject, SiteRecord } from '../record.js';
import { refuse, type ScimOutcome } from './code.js';
import { EXTERNAL_ID_LENGTH_MAX } from './limits.js';
import type { GroupMeaning } from './membership.js';
import { GROUP_URN } from './resource-shape.js';

/** What the record `scim_group` keeps beside the policy. */
export interface KeptGroup {
  readonly externalId: string | undefined;
  readonly created: string;
  readonly lastModified: string;
  /** Made over SCIM, so that deleting it may take it out of the policy. */
  readonly made: boolean;
  /** Deleted over SCIM, while the policy still needs it: nothing here finds it. */
  readonly deleted: boolean;
}

/** What a record keeps; undefined without one. */
export function readKeptGroup(record: SiteRecord | undefined): KeptGroup | undefined {
  if (record === undefined) return undefined;
  const { externalId, created, lastModified, made, deleted } = record.body;
  return {
    externalId: typeof externalId === 'string' ? externalId : undefined,
    created: String(created ?? ''),
    lastModified: String(lastModified ?? ''),
    made: made === true,
    deleted: deleted === true,
  };
}

/** The record of a group. */
export function groupRecord(id: string, kept: KeptGroup): SiteRecord {
  const { externalId, created, lastModified, made, deleted } = kept;
  return {
    kind: 'scim_group',
    id,
    body: {
      ...(externalId === undefined ? {} : { externalId }),
      created,
      lastModified,
      ...(made ? { made } : {}),
      ...(deleted ? { deleted } : {}),
    },
  };
}

/** The name of a group of the policy, as SCIM shows it; undefined where there is no such group. */
export function groupName(engine: Engine, meaning: GroupMeaning, id: string): string | undefined {
  const found = findElement(engine, meaning.kind, id);
  return found && (found.name ?? found.id);
}

/** The attributes of a group that clients set. */
export function groupAttributes(name: string, kept: KeptGroup | undefined): JsonObject {
  return {
    displayName: name,
    ...(kept?.externalId === undefined ? {} : { externalId: kept.externalId }),
  };
}

/** Both attributes, checked. @returns code `invalidValue`. */
export function readGroupAttributes(
  attributes: JsonObject,
): ScimOutcome<{ readonly name: string; readonly externalId: string | undefined }> {
  const { displayName: name, externalId } = attributes;
  if (typeof name !== 'string' || name.trim() === '') {
    return refuse('invalidValue', '`displayName` is required');
  }
  if (name.length > NAME_LENGTH_MAX) {
    return refuse('invalidValue', `\`displayName\` has at most ${NAME_LENGTH_MAX} characters`);
  }
  if (typeof externalId !== 'string') return { ok: true, value: { name, externalId: undefined } };
  if (externalId.length > EXTERNAL_ID_LENGTH_MAX) {
    return refuse(
      'invalidValue',
      `\`externalId\` has at most ${EXTERNAL_ID_LENGTH_MAX} characters`,
    );
  }
  return { ok: true, value: { name, externalId } };
}

/** The Group as clients see it, without `meta`. */
export function groupResource(
  id: string,
  name: string,
  kept: KeptGroup | undefined,
  members: readonly { readonly id: string; readonly name: string | undefined }[],
  location: (type: 'Users' | 'Groups', id: string) => string,
): JsonObject {
  return {
    schemas: [GROUP_URN],
    id,
    ...groupAttributes(name, kept),
    members: members.map((member) => {
      return {
        value: member.id,
        $ref: location('Users', member.id),
        ...(member.name === undefined ? {} : { display: member.name }),
        type: 'User',
      };
    }),
  };
}
