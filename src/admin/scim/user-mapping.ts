/** A person of the policy as a SCIM User, and back. */
import type { User } from '../../policy/document.js';
import { NAME_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../values/limits.js';
import type { Json, JsonObject, SiteRecord } from '../record.js';
import { refuse, type ScimOutcome } from './code.js';
import { isObject } from './filter-match.js';
import { EXTERNAL_ID_LENGTH_MAX, USER_LENGTH_MAX } from './limits.js';
import { ENTERPRISE_URN, USER_URN } from './user-schema.js';

/** What the record `scim_user` keeps beside the policy. */
export interface KeptUser {
  /** As the directory sent them, but without `active`, which is the policy's. */
  readonly attributes: JsonObject;
  readonly created: string;
  readonly lastModified: string;
  /** Deleted over SCIM: the person stays in the policy, inactive, and is not found any more. */
  readonly deleted: boolean;
}

/** What a record keeps; undefined without one. */
export function readKeptUser(record: SiteRecord | undefined): KeptUser | undefined {
  if (record === undefined) return undefined;
  const { attributes, created, lastModified, deleted } = record.body;
  return {
    attributes: isObject(attributes) ? attributes : {},
    created: String(created ?? ''),
    lastModified: String(lastModified ?? ''),
    deleted: deleted === true,
  };
}

/** The record of a user. */
export function userRecord(id: string, kept: KeptUser): SiteRecord {
  const { attributes, created, lastModified, deleted } = kept;
  return {
    kind: 'scim_user',
    id,
    body: { attributes, created, lastModified, ...(deleted ? { deleted } : {}) },
  };
}

/**
 * The attributes of a user: those kept, else those the policy tells; `active` from the policy in either case.
 * Somebody who never came over SCIM is found by his e-mail address, or by his id where he has none.
 */
export function attributesOf(user: User, kept: KeptUser | undefined): JsonObject {
  const active = user.active ?? true;
  // Nothing is kept of somebody who was deleted before SCIM ever wrote him, and of one who was erased.
  if (kept?.attributes['userName'] !== undefined) return { ...kept.attributes, active };
  const { id, name, email } = user;
  return {
    userName: email ?? id,
    ...(name === undefined ? {} : { displayName: name }),
    ...(email === undefined ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
    active,
  };
}

/**
 * A person of the policy with what these attributes say: name, e-mail address and whether he is active. All else
 * stays as it was.
 * @returns code `invalidValue`, also where `userName` is missing.
 */
export function policyUser(
  id: string,
  before: User | undefined,
  attributes: JsonObject,
): ScimOutcome<User> {
  const { userName, externalId, active = true } = attributes;
  if (typeof userName !== 'string' || userName.trim() === '') {
    return refuse('invalidValue', '`userName` is required');
  }
  if (userName.length > TEXT_LENGTH_MAX) return tooLong('userName', TEXT_LENGTH_MAX);
  if (typeof externalId === 'string' && externalId.length > EXTERNAL_ID_LENGTH_MAX) {
    return tooLong('externalId', EXTERNAL_ID_LENGTH_MAX);
  }
  if (JSON.stringify(attributes).length > USER_LENGTH_MAX) {
    return refuse('tooLarge', `a user has at most ${USER_LENGTH_MAX} characters`);
  }
  const name = shownName(attributes) ?? userName;
  if (name.length > NAME_LENGTH_MAX) return tooLong('displayName', NAME_LENGTH_MAX);
  const email = chosenEmail(attributes);
  if (email !== undefined && email.length > TEXT_LENGTH_MAX) {
    return tooLong('emails', TEXT_LENGTH_MAX);
  }
  const { email: _, ...rest } = before ?? { id };
  const user: User = {
    ...rest,
    name,
    ...(email === undefined ? {} : { email }),
    active: active === true,
  };
  return { ok: true, value: user };
}

/** One group that a user belongs to. */
export interface UserGroup {
  readonly id: string;
  readonly name: string;
}

/** The User as clients see it, without `meta`. */
export function userResource(
  user: User,
  kept: KeptUser | undefined,
  groups: readonly UserGroup[],
  location: (type: 'Users' | 'Groups', id: string) => string,
): JsonObject {
  const { externalId, userName, ...rest } = attributesOf(user, kept);
  return {
    schemas: [USER_URN, ...(rest[ENTERPRISE_URN] === undefined ? [] : [ENTERPRISE_URN])],
    id: user.id,
    ...(externalId === undefined ? {} : { externalId }),
    ...(userName === undefined ? {} : { userName }),
    ...rest,
    ...(groups.length === 0
      ? {}
      : {
          groups: groups.map(({ id, name }) => {
            return { value: id, $ref: location('Groups', id), display: name, type: 'direct' };
          }),
        }),
  };
}

/**
 * Whether a user is gone for SCIM: deleted there, and still switched off. Whoever was let in again by hand is to be
 * seen, or the directory could never take access from him.
 */
export function isGone(user: Pick<User, 'active'>, kept: KeptUser | undefined): boolean {
  return kept?.deleted === true && user.active === false;
}

function shownName(attributes: JsonObject): string | undefined {
  const { displayName, name } = attributes;
  const parts = isObject(name) ? name : {};
  const joined = [parts['givenName'], parts['familyName']].filter(isText).join(' ');
  return [displayName, parts['formatted'], joined].find(isText);
}

/** The primary address, else that for work, else the first. */
function chosenEmail({ emails }: JsonObject): string | undefined {
  const list = Array.isArray(emails) ? (emails as readonly Json[]).filter(isObject) : [];
  const usable = list.filter(({ value }) => isText(value));
  const isWork = ({ type }: JsonObject) => isText(type) && type.toLowerCase() === 'work';
  const chosen = usable.find(({ primary }) => primary === true) ?? usable.find(isWork) ?? usable[0];
  const value = chosen?.['value'];
  return isText(value) ? value : undefined;
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function tooLong(name: string, most: number) {
  return refuse('invalidValue', `\`${name}\` has at most ${most} characters`);
}
