/** The snapshot of a policy that holds nothing yet, over a frame. */
import type { Organization } from '../policy/document.js';
import { resolveModel } from '../policy/resolve-model.js';
import {
  type Frame,
  PermissionIndex,
  type Snapshot,
  type Tables,
  type ZoneBook,
} from './snapshot.js';
import { emptyTable } from './table.js';

/** What an organisation fixes for every version of its policy. */
export function makeFrame(
  organization: Organization,
  zones: ZoneBook,
  allowDeprecatedRoles: boolean,
): Frame {
  const model = resolveModel(organization);
  const permissions = new PermissionIndex(model);
  const { timeZone } = organization;
  return {
    organization,
    model,
    zones,
    organizationZone: timeZone === undefined ? undefined : zones.get(timeZone),
    permissions,
    mayUnlock: permissions.get('door', 'unlock'),
    mayGetAccess: permissions.get('elevator_stop', 'get_access'),
    allowDeprecatedRoles,
  };
}

/** A snapshot without elements. */
export function emptySnapshot(frame: Frame): Snapshot {
  const assignments = emptyTable<never>();
  const tables: Tables = {
    places: emptyTable(),
    floors: emptyTable(),
    doors: emptyTable(),
    elevators: emptyTable(),
    stops: emptyTable(),
    groups: emptyTable(),
    users: emptyTable(),
    teams: emptyTable(),
    links: emptyTable(),
    credentials: emptyTable(),
    assignments,
    holders: emptyTable(assignments.numbering),
    validities: emptyTable(assignments.numbering),
    schedules: emptyTable(),
    calendars: emptyTable(),
    lockdowns: emptyTable(),
    readers: emptyTable(),
  };
  return {
    ...frame,
    revision: 0,
    tables,
    references: {
      places: emptyTable(tables.places.numbering),
      floors: emptyTable(tables.floors.numbering),
      users: emptyTable(tables.users.numbering),
      schedules: emptyTable(tables.schedules.numbering),
      calendars: emptyTable(tables.calendars.numbering),
    },
    packs: { doors: [], users: [], groups: [] },
    lockdowns: [],
    holdings: [],
    uniqueHoldings: new Map(),
  };
}
