/** What every part of the SCIM server shares: who asks, of which site, and how the server is set up. */

import type { JsonObject } from '../../admin/record.js';
import type { ScimOutcome } from '../../admin/scim/code.js';
import { refuse } from '../../admin/scim/code.js';
import { defaultRole, faultOfRole, type GroupMeaning } from '../../admin/scim/membership.js';
import type { ListQuery } from '../../admin/scim/query.js';
import type { Engine } from '../../engine/engine.js';
import { mayRead } from '../site/api-keys.js';
import type { Actor, Site, WriteResult } from '../site/site.js';
import { StoreError } from '../store/store.js';
import type { Directory } from './directory.js';

/** Who a bearer token stands for: one organisation, and the user whose rights are used there. */
export interface ScimCaller {
  readonly site: Site;
  readonly actor: Actor;
}

/** How the server is set up. */
export interface ScimSettings {
  /** Without a slash at its end. */
  readonly basePath: string;
  /** Scheme and host of answered URIs; undefined: as the request has them. */
  readonly origin: string | undefined;
  readonly groupsAre: 'groups' | 'teams';
  readonly role: string | undefined;
  readonly allowRemoveAllMembers: boolean;
  readonly bodyBytesMax: number;
  /** What was looked up before, by site. */
  readonly directories: WeakMap<Site, Directory>;
  /** Throws nothing. */
  readonly onError: (error: unknown) => void;
}

/** One request under way. */
export interface Exchange extends ScimCaller, ScimSettings {
  /** The URI of something below the base path. */
  locate(...path: readonly string[]): string;
}

/** One call of an endpoint, from HTTP or from within a bulk request. */
export interface Call {
  readonly method: string;
  /** Decoded, below the base path. */
  readonly segments: readonly string[];
  readonly query: ListQuery;
  readonly body: JsonObject | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** What an endpoint answers. */
export interface Reply {
  readonly status: number;
  readonly body?: JsonObject | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What SCIM Groups are at this site. @returns code `notImplemented` where no role can be a member's. */
export function meaningOf(
  { groupsAre, role }: ScimSettings,
  engine: Engine,
): ScimOutcome<GroupMeaning> {
  if (groupsAre === 'teams') return { ok: true, value: { kind: 'teams' } };
  const chosen = role ?? defaultRole(engine);
  if (chosen === undefined) return refuse('notImplemented', 'no role is set for members of groups');
  const fault = faultOfRole(engine, chosen);
  if (fault !== undefined) return refuse('notImplemented', fault);
  return { ok: true, value: { kind: 'groups', role: chosen } };
}

/**
 * Whether the caller may see things of a type, one by its id or all by `*`: by the scopes of his key, if he comes by
 * one, and by the rights of its maker.
 */
export async function maySee(
  { site, actor }: Exchange,
  resource: { readonly type: string; readonly id: string },
): Promise<boolean> {
  return actor.type === 'user' && mayRead(site, actor, 'scim.read', [{ action: 'view', resource }]);
}

/** A refusal to see. */
export function unseen() {
  return refuse('forbidden', 'this token may not see that');
}

/** What a write came to, in the codes of SCIM. */
export function toOutcome<T>(
  result: WriteResult<T, Extract<ScimOutcome<T>, { ok: false }>['code']>,
): ScimOutcome<T> {
  if (result.ok) return { ok: true, value: result.value };
  const { code, detail } = result;
  switch (code) {
    case 'refused':
    case 'not_a_withdrawal':
      return refuse('forbidden', detail);
    case 'invalid':
      return refuse('invalidValue', detail);
    case 'conflict':
      throw new StoreError('conflict', detail, { retryable: true });
    default:
      return refuse(code, detail);
  }
}
