/**
 * Compiled, never run: the types of the policy document that the package ships, printed in full by the
 * build, are those that the source infers from its schemas.
 */
import type * as Built from '../../dist/index.js';
import type * as Source from '../../src/policy/document.js';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export const same: readonly true[] = [
  true satisfies Same<Built.Policy, Source.Policy>,
  true satisfies Same<Built.Organization, Source.Organization>,
  true satisfies Same<Built.Place, Source.Place>,
  true satisfies Same<Built.Floor, Source.Floor>,
  true satisfies Same<Built.Door, Source.Door>,
  true satisfies Same<Built.Elevator, Source.Elevator>,
  true satisfies Same<Built.Stop, Source.Stop>,
  true satisfies Same<Built.Reader, Source.Reader>,
  true satisfies Same<Built.Group, Source.Group>,
  true satisfies Same<Built.User, Source.User>,
  true satisfies Same<Built.Team, Source.Team>,
  true satisfies Same<Built.Link, Source.Link>,
  true satisfies Same<Built.Credential, Source.Credential>,
  true satisfies Same<Built.Assignment, Source.Assignment>,
  true satisfies Same<Built.Validity, Source.Validity>,
  true satisfies Same<Built.Schedule, Source.Schedule>,
  true satisfies Same<Built.ScheduleBody, Source.ScheduleBody>,
  true satisfies Same<Built.Calendar, Source.Calendar>,
  true satisfies Same<Built.Recurrence, Source.Recurrence>,
  true satisfies Same<Built.Lockdown, Source.Lockdown>,
  true satisfies Same<Built.Restrictions, Source.Restrictions>,
  true satisfies Same<Built.Geofence, Source.Geofence>,
  true satisfies Same<Built.Location, Source.Location>,
  true satisfies Same<Built.Unlock, Source.Unlock>,
  true satisfies Same<Built.RoleModelDocument, Source.RoleModelDocument>,
  true satisfies Same<Built.RoleDocument, Source.RoleDocument>,
  true satisfies Same<Built.Level, Source.Level>,
  true satisfies Same<Built.CollectionName, Source.CollectionName>,
  true satisfies Same<Built.ElementOf<'doors'>, Source.ElementOf<'doors'>>,
];

// @ts-expect-error the comparison is exact: a member that may be missing is another member
true satisfies Same<{ a?: string }, { a: string }>;
// @ts-expect-error and so is one that may be written
true satisfies Same<{ readonly a: string }, { a: string }>;
