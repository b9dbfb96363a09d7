/** Who could bring a change to a lock, and who is known to hold it. */
import type { Exposure } from './exposure.js';
import type { Watched } from './forecast.js';
import { found } from './keyed.js';
import type { LockRecord } from './state.js';

/** The carriers of what is pending. */
export interface Carriers {
  /** Devices that acknowledged a version that would end it, with what their visits are forecast from; sorted. */
  readonly holding: readonly (Watched & { readonly device: string })[];
  /** Devices that may open the door now but are not known to hold such a version; sorted. */
  readonly pending: readonly string[];
}

/**
 * Devices with a grant for this lock that is valid at `now`, except those from which something was taken:
 * nothing is hoped of a person who would have to carry his own withdrawal.
 */
export function carriersOf(lock: LockRecord, exposure: Exposure, now: number): Carriers {
  const devices = new Set<string>();
  for (const grant of Object.values(lock.grants)) {
    const isValid = grant.from <= now && now < grant.exp && Object.keys(grant.taken).length === 0;
    if (isValid && !exposure.takenFrom.has(grant.device)) devices.add(grant.device);
  }
  const holding: (Watched & { readonly device: string })[] = [];
  const pending: string[] = [];
  for (const device of [...devices].sort()) {
    const carrier = found(lock.carriers, device);
    const held = carrier?.holdings.find(({ pv }) => pv >= exposure.neededPv);
    if (carrier === undefined || held === undefined) pending.push(device);
    else {
      const { since, visits } = carrier;
      holding.push({ device, heldSince: held.at, countedSince: since, visits });
    }
  }
  return { holding, pending };
}
