/** Credentials of a site that an administrator has in his hand. */
import {
  type Badge,
  type BadgeCode,
  type BadgeOrder,
  planBadge,
} from '../../admin/provisioning/badge.js';
import {
  type CredentialCode,
  type NewCredential,
  planAddCredential,
  planCredentialState,
  planRemoveCredential,
} from '../../admin/provisioning/credentials.js';
import type { Credential } from '../../policy/document.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Gives a user a credential, active unless it says otherwise. */
export function addCredential(
  site: Site,
  actor: Person,
  order: NewCredential,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly credential: string }, CredentialCode>> {
  return writePlanned(site, actor, 'credential.add', (p) => planAddCredential(p, order), options);
}

/** Puts a credential into another state: lost, stolen, found again. */
export function setCredentialState(
  site: Site,
  actor: Person,
  order: { readonly credential: string; readonly state: Credential['state'] },
  options?: WriteOptions,
): Promise<WriteResult<{ readonly credential: string }, CredentialCode>> {
  const operation = 'credential.state';
  return writePlanned(site, actor, operation, (p) => planCredentialState(p, order), options);
}

/** Forgets a credential. */
export function removeCredential(
  site: Site,
  actor: Person,
  credential: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly credential: string }, CredentialCode>> {
  const operation = 'credential.remove';
  return writePlanned(site, actor, operation, (p) => planRemoveCredential(p, credential), options);
}

/** Makes a contractor's badge: the next numbered user, and his card. */
export function makeBadge(
  site: Site,
  actor: Person,
  order: BadgeOrder,
  options?: WriteOptions,
): Promise<WriteResult<Badge, BadgeCode>> {
  return writePlanned(site, actor, 'badge.make', (p) => planBadge(p, order), options);
}
