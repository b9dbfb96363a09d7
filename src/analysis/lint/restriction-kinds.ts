/** The kinds of restrictions, as they are compared. */

import type { Snapshot } from '../../engine/snapshot.js';
import { find } from '../../engine/table.js';
import type { Restrictions } from '../../policy/document.js';

/** Members of `restrictions`, in the order of the document. */
export const KINDS = [
  'geofence',
  'reader',
  'schedule',
  'primaryDevice',
  'secondFactor',
  'appAccess',
  'occupancyLimit',
  'antiPassback',
  'twoPerson',
] as const;

/** One kind of restriction. */
export type Kind = (typeof KINDS)[number];

/** Default radius and accuracy of a geofence, metres. @see docs/policy.md, "Restrictions" */
const FENCE_METRES = 300;

/**
 * What restrictions demand of a kind, as text that is equal where the demands are; undefined where they demand
 * nothing, as `reader: false` and a schedule that is switched off do.
 */
export function demandOf(
  s: Snapshot,
  restrictions: Restrictions | undefined,
  kind: Kind,
): string | undefined {
  if (restrictions === undefined) return undefined;
  switch (kind) {
    case 'geofence':
      return fenceText(restrictions.geofence);
    case 'schedule': {
      const { schedule } = restrictions;
      const enabled = schedule !== undefined && find(s.tables.schedules, schedule)?.enabled;
      return enabled ? schedule : undefined;
    }
    case 'appAccess':
      return restrictions.appAccess === false ? 'false' : undefined;
    case 'occupancyLimit':
    case 'antiPassback': {
      const value = restrictions[kind];
      return value === undefined ? undefined : JSON.stringify(value);
    }
    default:
      return restrictions[kind] === true ? 'true' : undefined;
  }
}

/** A circle is drawn around the door wherever it is written, so equal radii are the same circle. */
function fenceText(geofence: Restrictions['geofence']): string | undefined {
  if (geofence === undefined) return undefined;
  const { polygon, radius = FENCE_METRES, accuracyMax = FENCE_METRES } = geofence;
  return polygon === undefined ? `${radius}` : JSON.stringify([polygon, accuracyMax]);
}
