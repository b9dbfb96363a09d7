/** Rules about who is inside: the capacity that a limit of occupancy goes by. Source: docs/policy.md, `restrictions`. */
import type { Restrictions } from './document.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';
import type { PolicyView } from './view.js';

/**
 * `occupancyLimit: true` is the capacity of the place, so there must be one: without a number nothing could hold.
 * @param place - the id of the place it is about; its own for a place.
 */
export function checkOccupancy(
  view: PolicyView,
  restrictions: Pick<Restrictions, 'occupancyLimit'> | undefined,
  place: string,
  pointer: string,
  report: Report,
): void {
  if (restrictions?.occupancyLimit !== true) return;
  const found = view.find('places', place);
  if (found === undefined || found.capacity !== undefined) return;
  const message = `a limit by capacity, and the place has none ${quote(place)}`;
  const at = `${pointer}/restrictions/occupancyLimit`;
  report({ pointer: at, code: 'capacity_missing', message });
}
