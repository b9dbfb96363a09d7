/** Credentials given, taken out of use, found again, and taken away. */
import { findElement } from '../../engine/elements.js';
import type { Credential } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import type { Draft, Planning } from './planning.js';

/** A credential to be given. */
export interface NewCredential extends Omit<Credential, 'state'> {
  /** Default `active`. */
  readonly state?: Credential['state'];
}

/** Why a credential is not written. */
export type CredentialCode = 'credential_exists' | 'credential_unknown';

/** A credential that opens for a user from now on, or, made `inactive`, once somebody activates it. */
export function planAddCredential(
  { engine }: Planning,
  order: NewCredential,
): Outcome<Draft<{ readonly credential: string }>, CredentialCode> {
  if (findElement(engine, 'credentials', order.id) !== undefined) {
    const detail = `there is already a credential \`${order.id}\``;
    return { ok: false, code: 'credential_exists', detail };
  }
  return { ok: true, value: draftOf({ ...order, state: order.state ?? 'active' }) };
}

/** A credential in another state; every one but `active` is refused at every door at once. */
export function planCredentialState(
  { engine }: Planning,
  order: { readonly credential: string; readonly state: Credential['state'] },
): Outcome<Draft<{ readonly credential: string }>, CredentialCode> {
  const before = findElement(engine, 'credentials', order.credential);
  if (before === undefined) return unknown(order.credential);
  return { ok: true, value: draftOf({ ...before, state: order.state }) };
}

/** Forgets a credential: whoever presents it is a stranger, and it may be given to somebody else. */
export function planRemoveCredential(
  { engine }: Planning,
  id: string,
): Outcome<Draft<{ readonly credential: string }>, CredentialCode> {
  const before = findElement(engine, 'credentials', id);
  if (before === undefined) return unknown(id);
  return {
    ok: true,
    value: {
      value: { credential: id },
      changes: { remove: { credentials: [id] } },
      audit: auditOf(before),
    },
  };
}

function draftOf(credential: Credential): Draft<{ readonly credential: string }> {
  return {
    value: { credential: credential.id },
    changes: { put: { credentials: [credential] } },
    audit: auditOf(credential),
  };
}

/** It is about whoever has the credential: what the log holds of him is erased with him, the number of his card too. */
function auditOf({ id, user }: Credential): NonNullable<Draft<unknown>['audit']> {
  return { object: { type: 'user', id: user }, data: { credential: id } };
}

function unknown(id: string): Outcome<never, CredentialCode> {
  return { ok: false, code: 'credential_unknown', detail: `unknown credential \`${id}\`` };
}
