/** Rights of a site: given, changed, ended, and the unique one passed on. */
import {
  type GrantCode,
  type Granted,
  type GrantOrder,
  planChangeValidity,
  planEnd,
  planGrant,
  planTransfer,
} from '../../admin/provisioning/assignments.js';
import type { Validity } from '../../policy/document.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Gives a right, signed by the actor. */
export function grantAccess(
  site: Site,
  actor: Person,
  order: GrantOrder,
  options?: WriteOptions,
): Promise<WriteResult<Granted, GrantCode>> {
  return writePlanned(site, actor, 'assignment.grant', (p) => planGrant(p, order), options);
}

/** Changes when a right counts; null: always. */
export function changeValidity(
  site: Site,
  actor: Person,
  order: { readonly assignment: string; readonly validity: Validity | null },
  options?: WriteOptions,
): Promise<WriteResult<{ readonly assignment: string }, GrantCode>> {
  const workflow = 'assignment.validity';
  return writePlanned(site, actor, workflow, (p) => planChangeValidity(p, order), options);
}

/** Ends rights, all or none. */
export function endAccess(
  site: Site,
  actor: Person,
  assignments: readonly string[],
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, GrantCode>> {
  return writePlanned(site, actor, 'assignment.end', (p) => planEnd(p, assignments), options);
}

/** Passes the unique role to another user; its holder alone may. */
export function transferRole(
  site: Site,
  actor: Person,
  order: { readonly assignment: string; readonly to: string },
  options?: WriteOptions,
): Promise<
  WriteResult<{ readonly assignment: string; readonly ended: readonly string[] }, GrantCode>
> {
  return writePlanned(site, actor, 'assignment.transfer', (p) => planTransfer(p, order), options);
}
