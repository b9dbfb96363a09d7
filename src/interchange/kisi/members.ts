/** Which collections and members of Kisi's objects are read, and which are known and left behind. */
import type { Draft } from '../imported.js';
import type { KisiObject } from './objects.js';

const SWITCHES = [
  'geofence_restriction_enabled',
  'geofence_restriction_radius',
  'reader_restriction_enabled',
  'time_restriction_enabled',
  'time_restriction_time_zone',
];

/** Members that are read, by collection. */
const READ: Readonly<Record<string, readonly string[]>> = {
  places: [
    'id',
    'name',
    'time_zone',
    'tz_time_zone',
    'latitude',
    'longitude',
    'locked_down',
    ...SWITCHES,
  ],
  floors: ['id', 'name', 'place_id'],
  locks: [
    'id',
    'name',
    'place_id',
    'floor_id',
    'latitude',
    'longitude',
    'locked_down',
    ...SWITCHES,
  ],
  elevators: ['id', 'name', 'place_id'],
  elevator_stops: ['id', 'name', 'elevator_id', 'floor_id', ...SWITCHES],
  groups: [
    'id',
    'name',
    'place_id',
    'login_enabled',
    'primary_device_restriction_enabled',
    'tap_to_access_restriction_enabled',
    'managed_device_restriction_enabled',
    ...SWITCHES,
  ],
  group_locks: ['id', 'group_id', 'lock_id'],
  group_elevator_stops: ['id', 'group_id', 'elevator_stop_id'],
  users: ['id', 'name', 'email', 'access_enabled', 'scim_access_enabled'],
  members: ['id', 'name', 'user_id', 'user', 'access_enabled', 'scim_access_enabled'],
  logins: ['id', 'name', 'type', 'user_id', 'primary'],
  role_assignments: [
    'id',
    'user_id',
    'role_id',
    'group_id',
    'place_id',
    'organization_id',
    'type',
    'scope',
    'valid_from',
    'valid_until',
  ],
  group_links: ['id', 'name', 'group_id', 'enabled', 'valid_from', 'valid_until'],
};

/** Members that say nothing about access: counts, dates, states of the moment, and copies of other objects. */
const SILENT = new Set(
  (
    'created_at updated_at description organization organization_id place group lock user elevator floor elevator_stop ' +
    'locks_count users_count members_count elevator_stops_count groups_count integrations_count shares_count occupancy_rate ' +
    'address online open unlocked unlocked_until configured order_id integration_id locked_down_since number metadata confirmed ' +
    'password_flow_enabled otp_required_for_login notify issued_by_id issued_by last_used_at os os_name app device device_brand ' +
    'device_model user_agent expire image'
  ).split(' '),
);

/** Collections that say nothing about who may open what. */
const SILENT_COLLECTIONS = new Set([
  'events',
  'reports',
  'scheduled_reports',
  'cameras',
  'integrations',
  'roles',
]);

/** The collections an import reads. */
export const COLLECTIONS: readonly string[] = Object.keys(READ);

/** Notes every collection that is not read. */
export function noteCollections(draft: Draft, input: object): void {
  for (const name of Object.keys(input)) {
    if (COLLECTIONS.includes(name) || name === 'organization') continue;
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isKnown = SILENT_COLLECTIONS.has(name);
    draft.note(
      pointer,
      isKnown ? 'collection' : 'unknown',
      `not carried over: collection \`${name}\``,
    );
  }
}

/** Notes, once a collection, every member that is not read. A restriction nobody knows is another matter: `hasUnknownRestriction`. */
export function noteMembers(
  draft: Draft,
  collection: string,
  objects: readonly KisiObject[],
): void {
  const noted = new Set<string>();
  const read = READ[collection] ?? [];
  for (const object of objects) {
    for (const member of presentMembers(object)) {
      if (read.includes(member) || SILENT.has(member) || noted.has(member)) continue;
      noted.add(member);
      const pointer = `${object.pointer}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      draft.note(pointer, 'member', `not carried over, here and elsewhere: \`${member}\``);
    }
  }
}

/** A restriction that is on and that no policy can say. */
export function unknownRestriction(
  collection: string,
  { members }: KisiObject,
): string | undefined {
  const read = READ[collection] ?? [];
  return Object.keys(members).find(
    (member) =>
      /_restriction_enabled$/u.test(member) &&
      (!read.includes(member) || member === 'managed_device_restriction_enabled') &&
      (members[member] ?? false) !== false,
  );
}

/** Members with a value. */
function presentMembers({ members }: KisiObject): string[] {
  return Object.keys(members).filter((member) => (members[member] ?? undefined) !== undefined);
}
