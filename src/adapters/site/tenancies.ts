/** Handing doors over to tenants and taking them back. */
import {
  type HandOverOrder,
  planHandOver,
  planReturn,
  type TenancyCode,
} from '../../admin/tenancy/tenancies.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Hands a door over: from then on it is the tenant's to open and to let others in, and nobody else's. */
export function handOverDoor(
  site: Site,
  actor: Person,
  order: HandOverOrder,
  options?: WriteOptions,
): Promise<
  WriteResult<{ readonly assignment: string | undefined; readonly since: string }, TenancyCode>
> {
  return writePlanned(site, actor, 'tenancy.hand_over', (p) => planHandOver(p, order), options);
}

/** Takes a door back: what the tenancy brought ends, what rested counts again. */
export function returnDoor(
  site: Site,
  actor: Person,
  order: { readonly door: string },
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, TenancyCode>> {
  return writePlanned(site, actor, 'tenancy.return', (p) => planReturn(p, order), options);
}
