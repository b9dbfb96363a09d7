/** Assignments that never count, count no more, or are held by nobody. */
import {
  HAS_VALIDITY,
  HOLDING_WIDTH,
  type HolderRecord,
  type ScheduleRecord,
  SWITCHED_OFF,
} from '../../engine/records.js';
import { GROUP, type ScopeCode } from '../../engine/scope-code.js';
import { at } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';
import { formatInstant } from '../../values/instant.js';
import { type Ground, holders, opens, type Path, portalsIn, zonesIn } from './ground.js';
import { enabledSchedule, firstMeeting } from './meeting.js';
import { fewUsersOf } from './people.js';
import { zonesOf } from './schedule-uses.js';
import { scopeName } from './words.js';

/**
 * Codes `assignment_disabled`, `assignment_expired`, `assignment_never_counts`, `assignment_of_nobody` and
 * `assignment_opens_nothing`: of one assignment the first that is so.
 */
export function lintAssignments(ground: Ground): void {
  const opensNothing = nothingToOpen(ground);
  for (const holder of holders(ground)) {
    const { holdings } = holder;
    if (holdings.length === 0) continue;
    const held = nobodyText(ground, holder);
    for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
      const scope = holdings[index] as number;
      const packed = holdings[index + 1] as number;
      const number = holdings[index + 2] as number;
      const role = packed >> 2;
      const never = packed & 3 ? deadByTime(ground, number, scope, packed & 3) : false;
      if (never) continue;
      if (ground.s.model.roles[role]?.permissions.size === 0) {
        const message = `assignment ${idOf(ground, number)} is of a role without permissions`;
        ground.report(
          'assignment_never_counts',
          [...ground.assignmentPath(number), 'role'],
          message,
        );
      } else if (held !== undefined) {
        const message = `assignment ${idOf(ground, number)} is held by ${held}`;
        ground.report('assignment_of_nobody', ground.assignmentPath(number), message);
      } else if (opensNothing(scope, role)) {
        const message = `assignment ${idOf(ground, number)} opens nothing: ${scopeName(ground.s, scope)} has nothing that its role opens`;
        ground.report('assignment_opens_nothing', ground.assignmentPath(number), message);
      }
    }
  }
}

/** Codes `group_empty`, `group_disabled` and `unused_group`. */
export function lintGroups(ground: Ground): void {
  const { s } = ground;
  ground.policy.groups?.forEach(({ id }, index) => {
    const group = at(s.tables.groups, s.tables.groups.numbering.get(id) ?? -1);
    if (group === undefined) return;
    const path: Path = ['groups', index];
    const count = group.holdings.length;
    const held = `${count} ${count === 1 ? 'assignment' : 'assignments'}`;
    if (count === 0) {
      ground.report('unused_group', path, `nobody is assigned to group ${quote(id)}`);
    } else if (!group.enabled) {
      const message = `group ${quote(id)} is switched off with ${held}`;
      ground.report('group_disabled', [...path, 'enabled'], message);
    } else if (group.doors.length + group.stops.length === 0) {
      const message = `group ${quote(id)} has no doors or stops, but ${held}`;
      ground.report('group_empty', path, message);
    }
  });
}

/** Tells of an assignment that is switched off or never valid. @returns whether it was told. */
function deadByTime(ground: Ground, number: number, scope: ScopeCode, flags: number): boolean {
  const { s, now } = ground;
  if ((flags & SWITCHED_OFF) !== 0) {
    const path = [...ground.assignmentPath(number), 'enabled'];
    ground.report(
      'assignment_disabled',
      path,
      `assignment ${idOf(ground, number)} is switched off`,
    );
    return true;
  }
  const validity = (flags & HAS_VALIDITY) === 0 ? undefined : at(s.tables.validities, number);
  if (validity === undefined) return false;
  if (now !== undefined && validity.until <= now) {
    const message = `assignment ${idOf(ground, number)} ended at ${formatInstant(validity.until)}`;
    const path = [...ground.assignmentPath(number), 'validity', 'until'];
    ground.report('assignment_expired', path, message);
    return true;
  }
  const own = validity.inline?.enabled === true ? validity.inline : undefined;
  const schedule = own ?? enabledSchedule(s, validity.schedule);
  if (schedule === undefined) return false;
  const group = (scope & 3) === GROUP ? at(s.tables.groups, scope >> 2) : undefined;
  const shared = enabledSchedule(s, group?.restrictions?.schedule ?? -1);
  const records = shared === undefined ? [schedule] : [schedule, shared];
  if (everValid(ground, records, scope, validity.from, validity.until)) return false;
  const hours =
    shared === undefined
      ? 'its schedule never opens'
      : `its schedule and that of ${scopeName(s, scope)} are never open together`;
  const message = `assignment ${idOf(ground, number)} never counts: ${hours} within its validity`;
  ground.report('assignment_never_counts', [...ground.assignmentPath(number), 'validity'], message);
  return true;
}

/** Whether schedules are open together within a validity, and from `at` on, in any zone of the scope. */
function everValid(
  ground: Ground,
  records: readonly ScheduleRecord[],
  scope: ScopeCode,
  from: number,
  until: number,
): boolean {
  if (records.some((record) => ground.unexamined.has(record))) return true;
  const begin = Math.max(from, ground.now ?? Number.NEGATIVE_INFINITY);
  const [first] = records;
  const zones =
    records.length === 1 && first
      ? zonesOf(ground, first, zonesIn(ground, scope))
      : zonesIn(ground, scope);
  // Without a zone nothing can be told; the document's rules have seen to it that there is one.
  if (zones.length === 0) return true;
  // A validity may be shared by all of a million assignments, or differ in its end alone.
  const names = records.map(({ document }) => ('id' in document ? document.id : document));
  const key = `${begin} ${JSON.stringify(names)}`;
  return zones.some((zone) => {
    const inZone = `${zone.name} ${key}`;
    const since = begin === Number.NEGATIVE_INFINITY ? undefined : begin;
    const meeting = ground.meetings.get(inZone) ?? firstMeeting(ground.s, records, zone, since);
    ground.meetings.set(inZone, meeting);
    return meeting < until;
  });
}

/** Who is meant to hold it, where that is nobody active. */
function nobodyText(ground: Ground, holder: HolderRecord): string | undefined {
  if (holder.kind !== 'team') {
    return holder.active ? undefined : `the inactive ${holder.kind} ${quote(holder.id)}`;
  }
  const some = fewUsersOf(ground.s, holder.number).length > 0;
  return some ? undefined : `team ${quote(holder.id)}, which has no active user`;
}

/**
 * Whether a role that opens, and hands out nothing, lies at a scope with nothing for it to open; groups without
 * anything are told as such.
 */
function nothingToOpen(ground: Ground): (scope: ScopeCode, role: number) => boolean {
  const { s } = ground;
  const known = new Map<string, boolean>();
  return (scope, role) => {
    if (!opens(s, role, 'door') && !opens(s, role, 'elevator_stop')) return false;
    if (s.model.roles[role]?.permissions.has('access_right')) return false;
    const key = `${scope} ${role}`;
    let found = known.get(key);
    if (found === undefined) {
      const portals = portalsIn(ground, scope);
      found =
        !((scope & 3) === GROUP && portals.length === 0) &&
        !portals.some(({ type }) => opens(s, role, type));
      known.set(key, found);
    }
    return found;
  };
}

function idOf(ground: Ground, number: number): string {
  return quote(at(ground.s.tables.assignments, number)?.id);
}
