/** What of a policy its tests can use: every right, restriction, schedule, unlock, lockdown and role, each way it can turn out. */
import type { Assignment, Policy, Restrictions, ScheduleBody } from '../../policy/document.js';

/** Kinds of what is counted. */
export const COVERAGE_KINDS = [
  'assignment',
  'restriction',
  'schedule',
  'unlock',
  'lockdown',
  'role',
] as const;
/** One of them. */
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** What a question can be seen to do with it. */
export type CoverageUse = 'tried' | 'counted' | 'holds' | 'refuses' | 'open' | 'closed';

/** One way in which a part of a policy can turn out. */
export interface PointOfUse {
  readonly kind: CoverageKind;
  /** Where the part stands in the policy. */
  readonly pointer: string;
  /** How people find it, such as ``geofence of group `flex` ``. */
  readonly element: string;
  readonly use: CoverageUse;
  /** The same for the same part, however the document is ordered. */
  readonly key: string;
}

/** The key of a use: of a part by its type and id, and of what is within it. */
export function keyOfUse(type: string, id: string, part: string, use: CoverageUse): string {
  return `${type} ${id} ${part} ${use}`;
}

/** A restriction that restricts: the member that makes it. */
export type RestrictionMember = keyof Restrictions;

/** Every use of every part, in the order of the document. What cannot turn out in a way has no point for it. */
export function pointsOfUse(policy: Policy): readonly PointOfUse[] {
  return [
    ...assignmentPoints(policy),
    ...restrictionPoints(policy),
    ...schedulePoints(policy),
    ...unlockPoints(policy),
    ...lockdownPoints(policy),
    ...rolePoints(policy),
  ];
}

function pointsFor(
  kind: CoverageKind,
  pointer: string,
  element: string,
  [type, id, part]: readonly [type: string, id: string, part: string],
  uses: readonly CoverageUse[],
): PointOfUse[] {
  return uses.map((use) => ({ kind, pointer, element, use, key: keyOfUse(type, id, part, use) }));
}

/** A right that is switched off, or whose holder or group is, can be tried and never count. */
function assignmentPoints(policy: Policy): PointOfUse[] {
  const isLive = liveness(policy);
  return (policy.assignments ?? []).flatMap((assignment, index) =>
    pointsFor(
      'assignment',
      `/assignments/${index}`,
      `access right \`${assignment.id}\``,
      ['assignment', assignment.id, ''],
      isLive(assignment) ? ['tried', 'counted'] : ['tried'],
    ),
  );
}

/** Whether an assignment could ever count, as far as switches tell. */
function liveness(policy: Policy): (assignment: Assignment) => boolean {
  const off = new Set<string>();
  for (const { id, enabled } of policy.groups ?? []) if (enabled === false) off.add(`group ${id}`);
  for (const { id, active } of policy.users ?? []) if (active === false) off.add(`user ${id}`);
  for (const { id, active } of policy.links ?? []) if (active === false) off.add(`link ${id}`);
  return ({ enabled, scope, subject }) =>
    enabled !== false &&
    !off.has(`${scope.type} ${scope.id}`) &&
    !off.has(`${subject.type} ${subject.id}`);
}

/** Restrictions of what is switched off, or by a schedule that is, restrict nothing. */
function restrictionPoints(policy: Policy): PointOfUse[] {
  const disabled = new Set(
    (policy.schedules ?? []).filter(({ enabled }) => enabled === false).map(({ id }) => id),
  );
  const of = (
    pointer: string,
    [type, word]: readonly [type: string, word: string],
    id: string,
    restrictions: Restrictions | undefined,
  ): PointOfUse[] =>
    restrictingMembers(restrictions, disabled).flatMap((member) =>
      pointsFor(
        'restriction',
        `${pointer}/restrictions/${member}`,
        `${member} of ${word} \`${id}\``,
        [type, id, member],
        ['holds', 'refuses'],
      ),
    );
  return [
    ...(policy.places ?? []).flatMap(({ id, restrictions }, index) =>
      of(`/places/${index}`, ['place', 'place'], id, restrictions),
    ),
    ...(policy.doors ?? []).flatMap(({ id, restrictions }, index) =>
      of(`/doors/${index}`, ['door', 'door'], id, restrictions),
    ),
    ...(policy.elevators ?? []).flatMap(({ stops }, index) =>
      stops.flatMap(({ id, restrictions }, at) =>
        of(`/elevators/${index}/stops/${at}`, ['elevator_stop', 'stop'], id, restrictions),
      ),
    ),
    ...(policy.groups ?? []).flatMap(({ id, restrictions, enabled }, index) =>
      of(`/groups/${index}`, ['group', 'group'], id, enabled === false ? undefined : restrictions),
    ),
  ];
}

function restrictingMembers(
  restrictions: Restrictions | undefined,
  disabledSchedules: ReadonlySet<string>,
): readonly RestrictionMember[] {
  if (restrictions === undefined) return [];
  return (Object.keys(restrictions) as RestrictionMember[]).filter((member) => {
    switch (member) {
      case 'schedule':
        return !disabledSchedules.has(restrictions.schedule ?? '');
      case 'appAccess':
        return restrictions.appAccess === false;
      case 'antiPassback':
        return restrictions.antiPassback?.mode === 'hard';
      case 'reader':
      case 'primaryDevice':
      case 'secondFactor':
      case 'twoPerson':
        return restrictions[member] === true;
      case 'geofence':
      case 'occupancyLimit':
        return true;
      default:
        return member satisfies never;
    }
  });
}

/** Schedules of the document, and those written inside rights that can count. */
function schedulePoints(policy: Policy): PointOfUse[] {
  const isLive = liveness(policy);
  return [
    ...(policy.schedules ?? []).flatMap((schedule, index) =>
      pointsFor(
        'schedule',
        `/schedules/${index}`,
        `schedule \`${schedule.id}\``,
        ['schedule', schedule.id, ''],
        scheduleUses(schedule),
      ),
    ),
    ...(policy.assignments ?? []).flatMap((assignment, index) => {
      const inline = assignment.validity?.schedule;
      if (typeof inline !== 'object' || !isLive(assignment)) return [];
      return pointsFor(
        'schedule',
        `/assignments/${index}/validity/schedule`,
        `hours of access right \`${assignment.id}\``,
        ['assignment', assignment.id, 'schedule'],
        scheduleUses(inline),
      );
    }),
  ];
}

function scheduleUses(schedule: ScheduleBody): readonly CoverageUse[] {
  const { enabled, windows, recurrences, events, calendar, except } = schedule;
  if (enabled === false) return [];
  const parts = [windows, recurrences, events, calendar, except?.length === 0 ? undefined : except];
  // Without any of them it is open all of the time.
  return parts.every((part) => part === undefined) ? ['open'] : ['open', 'closed'];
}

function unlockPoints(policy: Policy): PointOfUse[] {
  const of = (
    pointer: string,
    [type, word]: readonly [type: string, word: string],
    id: string,
    unlock: readonly unknown[] | undefined,
  ): PointOfUse[] =>
    (unlock ?? []).flatMap((_, index) =>
      pointsFor(
        'unlock',
        `${pointer}/unlock/${index}`,
        `unlock ${index} of ${word} \`${id}\``,
        [type, id, `unlock ${index}`],
        ['open', 'closed'],
      ),
    );
  return [
    ...(policy.doors ?? []).flatMap(({ id, unlock }, index) =>
      of(`/doors/${index}`, ['door', 'door'], id, unlock),
    ),
    ...(policy.elevators ?? []).flatMap(({ stops }, index) =>
      stops.flatMap(({ id, unlock }, at) =>
        of(`/elevators/${index}/stops/${at}`, ['elevator_stop', 'stop'], id, unlock),
      ),
    ),
  ];
}

function lockdownPoints(policy: Policy): PointOfUse[] {
  return (policy.lockdowns ?? []).flatMap(({ id }, index) =>
    pointsFor(
      'lockdown',
      `/lockdowns/${index}`,
      `lockdown \`${id}\``,
      ['lockdown', id, ''],
      ['refuses'],
    ),
  );
}

/** Roles that somebody holds and that can count: those of a built-in model stand nowhere in the policy but by its name. */
function rolePoints(policy: Policy): PointOfUse[] {
  const isLive = liveness(policy);
  const held = new Set((policy.assignments ?? []).filter(isLive).map(({ role }) => role));
  const model = policy.organization.roles;
  const own = typeof model === 'object' ? model.roles : [];
  return [...held].flatMap((role) => {
    const index = own.findIndex(({ id }) => id === role);
    const pointer = index === -1 ? '/organization/roles' : `/organization/roles/roles/${index}`;
    return pointsFor('role', pointer, `role \`${role}\``, ['role', role, ''], ['counted']);
  });
}
