/** Locking a site down and ending that, with who and why in the record. */
import {
  type LockdownCode,
  type LockdownEnd,
  type LockdownOrder,
  planEndLockdown,
  planLockdown,
} from '../../admin/lockdown/lockdowns.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Begins a lockdown. */
export function lockDown(
  site: Site,
  actor: Person,
  order: LockdownOrder,
  options?: Omit<WriteOptions, 'reason'>,
): Promise<WriteResult<{ readonly lockdown: string }, LockdownCode>> {
  const said = { ...options, reason: order.why };
  return writePlanned(site, actor, 'lockdown.enable', (p) => planLockdown(p, order), said);
}

/** Ends lockdowns. */
export function endLockdown(
  site: Site,
  actor: Person,
  end: LockdownEnd,
  options?: Omit<WriteOptions, 'reason'>,
): Promise<WriteResult<{ readonly ended: readonly string[] }, LockdownCode>> {
  const said = { ...options, reason: end.why };
  return writePlanned(site, actor, 'lockdown.disable', (p) => planEndLockdown(p, end), said);
}
