/** Users of a site, made and altered by people. */
import type { NewUser, UserCode, UserPatch } from '../../admin/provisioning/users.js';
import {
  planCreateUser,
  planSetUserActive,
  planUpdateUser,
} from '../../admin/provisioning/users.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Makes a user, who holds nothing yet. */
export function createUser(
  site: Site,
  actor: Person,
  order: NewUser,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly user: string }, UserCode>> {
  return writePlanned(site, actor, 'user.create', (p) => planCreateUser(p, order), options);
}

/** Alters a user's members; null takes one away. */
export function updateUser(
  site: Site,
  actor: Person,
  patch: UserPatch,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly user: string }, UserCode>> {
  return writePlanned(site, actor, 'user.update', (p) => planUpdateUser(p, patch), options);
}

/** Switches a user off: refused everywhere at once. He keeps what he holds, for when he is switched on again. */
export function deactivateUser(
  site: Site,
  actor: Person,
  user: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly user: string }, UserCode>> {
  const order = { user, active: false };
  return writePlanned(site, actor, 'user.deactivate', (p) => planSetUserActive(p, order), options);
}

/** Switches a user on again. */
export function activateUser(
  site: Site,
  actor: Person,
  user: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly user: string }, UserCode>> {
  const order = { user, active: true };
  return writePlanned(site, actor, 'user.activate', (p) => planSetUserActive(p, order), options);
}
