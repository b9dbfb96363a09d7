/** The snapshot of a policy that holds nothing yet, over a frame. */
import type { Organization } from '../policy/document.js';
import { resolveModel } from '../policy/resolve-model.js';
import type { IdNumbers } from '../policy/view.js';
import {
  type Frame,
  PermissionIndex,
  type Snapshot,
  type Tables,
  type ZoneBook,
} from './snapshot.js';
import { emptyTable } from './table.js';

/** Blocks of 64 values, for what a group holds: one change of it changes twenty doors, each in a block of its own. */
const SMALL_BLOCK_BITS = 6;

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

/**
 * A snapshot without elements.
 * @param numbers - numbers the ids of its elements shall have, if they are known already. They are
 *   the snapshot's own from now on.
 */
export function emptySnapshot(frame: Frame, numbers?: IdNumbers): Snapshot {
  const assignments = emptyTable<never>(numbers?.assignments);
  const tables: Tables = {
    places: emptyTable(numbers?.places),
    floors: emptyTable(numbers?.floors),
    doors: emptyTable(numbers?.doors, SMALL_BLOCK_BITS),
    elevators: emptyTable(numbers?.elevators),
    stops: emptyTable(new Map(), SMALL_BLOCK_BITS),
    groups: emptyTable(numbers?.groups),
    users: emptyTable(numbers?.users),
    teams: emptyTable(numbers?.teams),
    links: emptyTable(numbers?.links),
    credentials: emptyTable(numbers?.credentials),
    assignments,
    holders: emptyTable(assignments.numbering),
    validities: emptyTable(assignments.numbering),
    schedules: emptyTable(numbers?.schedules),
    calendars: emptyTable(numbers?.calendars),
    lockdowns: emptyTable(numbers?.lockdowns),
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
