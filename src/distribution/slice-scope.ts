/** What a slice is cut around: the doors and stops of one bridge, and every scope that contains one of them. */
import type { Policy } from '../policy/document.js';

/** The openings of a slice, and where a right must lie to reach one of them. By id. */
export interface SliceScope {
  readonly doors: ReadonlySet<string>;
  readonly stops: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** Who took over one of the doors, by door. */
  readonly tenants: ReadonlyMap<string, string>;
}

/** The scope of a slice of a document. Ids that are neither a door's nor a stop's are passed over. */
export function scopeOfPolicy(policy: Policy, openings: ReadonlySet<string>): SliceScope {
  const doors = (policy.doors ?? []).filter(({ id }) => openings.has(id));
  const elevators = (policy.elevators ?? []).filter(({ stops }) =>
    stops.some(({ id }) => openings.has(id)),
  );
  const doorIds = new Set(doors.map(({ id }) => id));
  const stopIds = new Set(elevators.flatMap(({ stops }) => stops.map(({ id }) => id)));
  for (const id of stopIds) if (!openings.has(id)) stopIds.delete(id);
  const groups = (policy.groups ?? []).filter(
    (group) =>
      group.doors?.some((id) => doorIds.has(id)) || group.stops?.some((id) => stopIds.has(id)),
  );
  return {
    doors: doorIds,
    stops: stopIds,
    places: new Set([...doors, ...elevators].map(({ place }) => place)),
    groups: new Set(groups.map(({ id }) => id)),
    tenants: new Map(doors.flatMap(({ id, tenant }) => (tenant ? [[id, tenant.user]] : []))),
  };
}

/** Whether something at a scope reaches one of the openings. */
export function reaches(
  slice: SliceScope,
  { type, id }: { readonly type: string; readonly id: string },
): boolean {
  switch (type) {
    case 'organization':
      return slice.doors.size + slice.stops.size > 0;
    case 'place':
      return slice.places.has(id);
    case 'group':
      return slice.groups.has(id);
    case 'door':
      return slice.doors.has(id);
    default:
      return false;
  }
}
