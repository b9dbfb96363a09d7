/** Making, altering and deactivating users. */
import { findElement } from '../../engine/elements.js';
import type { User } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { emailKey, usersOfEmail } from './email.js';
import { type Draft, given, type Patch, type Planning, patched } from './planning.js';

/** A user to be made. */
export interface NewUser extends Omit<User, 'id' | 'active'> {
  /** Default: a fresh one. */
  readonly id?: string;
}

/** A user's members to be altered; null takes one away. */
export interface UserPatch extends Patch<Omit<User, 'id' | 'active'>> {
  readonly user: string;
}

/** Why a user is not written. */
export type UserCode = 'user_exists' | 'user_unknown' | 'email_invalid' | 'email_taken';

/**
 * A user who may hold something later. He holds nothing yet.
 * @returns code `user_exists`, `email_invalid`, or `email_taken`: people are found by their address, so two never
 *   share one.
 */
export function planCreateUser(
  { engine, newId }: Planning,
  order: NewUser,
): Outcome<Draft<{ readonly user: string }>, UserCode> {
  const id = order.id ?? newId();
  if (findElement(engine, 'users', id) !== undefined) {
    return { ok: false, code: 'user_exists', detail: `there is already a user \`${id}\`` };
  }
  const user: User = { ...given(order), id };
  return checkedEmail(engine, user) ?? { ok: true, value: draftOf(user) };
}

/** The user with other members. Whether he is active is not among them: see {@link planSetUserActive}. */
export function planUpdateUser(
  { engine }: Planning,
  { user: id, ...patch }: UserPatch,
): Outcome<Draft<{ readonly user: string }>, UserCode> {
  const before = findElement(engine, 'users', id);
  if (before === undefined) return unknownUser(id);
  const user: User = patched(before, patch);
  const isSame = user.email === before.email;
  return (isSame ? undefined : checkedEmail(engine, user)) ?? { ok: true, value: draftOf(user) };
}

/**
 * Switches a user off or on. Off, he is refused everywhere at once, whatever he holds; he keeps what he holds,
 * so that switching him on again gives it back. An account is never deleted: what it granted names it.
 */
export function planSetUserActive(
  { engine }: Planning,
  order: { readonly user: string; readonly active: boolean },
): Outcome<Draft<{ readonly user: string }>, UserCode> {
  const before = findElement(engine, 'users', order.user);
  if (before === undefined) return unknownUser(order.user);
  const user: User = patched(before, { active: order.active ? null : false });
  return { ok: true, value: draftOf(user) };
}

function draftOf(user: User): Draft<{ readonly user: string }> {
  return {
    value: { user: user.id },
    changes: { put: { users: [user] } },
    audit: { object: { type: 'user', id: user.id } },
  };
}

function checkedEmail(
  engine: Planning['engine'],
  { id, email }: User,
): Outcome<never, UserCode> | undefined {
  if (email === undefined) return undefined;
  if (emailKey(email) === undefined) {
    return { ok: false, code: 'email_invalid', detail: `not an e-mail address \`${email}\`` };
  }
  if (usersOfEmail(engine, email).every((other) => other.id === id)) return undefined;
  return { ok: false, code: 'email_taken', detail: `somebody else has the address \`${email}\`` };
}

function unknownUser(id: string): Outcome<never, UserCode> {
  return { ok: false, code: 'user_unknown', detail: `unknown user \`${id}\`` };
}
