/** Everything lint looks for: how grave it is unless told otherwise, what it is, and what to do about it. */

/** How grave a finding is. */
export type Severity = 'error' | 'warning' | 'note';

/** One kind of finding. */
export interface LintRule {
  /** What findings of the kind weigh unless the options say otherwise. */
  readonly severity: Severity;
  /** What it is, in one line: lower case, no full stop. */
  readonly summary: string;
  /** What to do about it. */
  readonly advice: string;
  /** It is judged by the date, so nothing of it is told without `at`. */
  readonly dated?: true;
}

/** Every kind of finding by its code, in the order of docs/lint.md. */
export const LINT_RULES = {
  schedule_never_opens: {
    severity: 'warning',
    summary: 'a schedule that is never open',
    advice: 'correct its windows and dates, or remove it',
  },
  schedule_over: {
    severity: 'warning',
    summary: 'a schedule that opened once and will not open again',
    advice: 'give it new dates, or remove it and what names it',
    dated: true,
  },
  recurrence_over: {
    severity: 'note',
    summary: 'a recurrence whose last occurrence is past',
    advice: 'remove it, or move its COUNT or UNTIL',
    dated: true,
  },
  schedule_not_examined: {
    severity: 'warning',
    summary: 'schedules whose recurrences end by a COUNT too large to be followed',
    advice: 'end them by UNTIL, which needs no counting, or have fewer occurrences',
  },
  schedule_disabled: {
    severity: 'warning',
    summary: 'a switched-off schedule where one is meant to restrict',
    advice: 'switch the schedule on, or take it out of the restriction or validity',
  },
  transition_hour: {
    severity: 'warning',
    summary: 'a boundary inside an hour that the zone skips or repeats',
    advice: 'move the boundary out of the hour, or accept that those nights differ',
  },
  hours_never_meet: {
    severity: 'warning',
    summary: 'access schedules that bind together and are never open together',
    advice: 'let the hours overlap, or take the door out of the group',
  },
  calendar_ends: {
    severity: 'warning',
    summary: 'a holiday calendar that ends before the next year does',
    advice: "add the next year's days",
    dated: true,
  },
  unlock_always_open: {
    severity: 'error',
    summary: 'an unlock schedule that leaves a door open to everybody at all hours',
    advice: 'give the schedule windows, or remove the unlock',
  },
  unlock_never_opens: {
    severity: 'warning',
    summary: 'an unlock that never takes effect',
    advice: 'switch its schedules on and let the arrivals fall on the same days, or remove it',
  },
  assignment_never_counts: {
    severity: 'warning',
    summary: 'an assignment that can never count',
    advice: 'correct its validity, schedule or role, or remove it',
  },
  assignment_opens_nothing: {
    severity: 'warning',
    summary: 'an assignment made for opening, at a scope with nothing its role opens',
    advice: 'move it to where the doors are, or remove it',
  },
  assignment_disabled: {
    severity: 'note',
    summary: 'an assignment that is switched off',
    advice: 'switch it on, or remove it',
  },
  assignment_expired: {
    severity: 'note',
    summary: 'an assignment that has ended for good',
    advice: 'remove it, or extend its validity',
    dated: true,
  },
  assignment_of_nobody: {
    severity: 'note',
    summary: 'an assignment that no active person or link holds',
    advice: 'remove it, or it comes back to life with its holder',
  },
  assignment_shadowed: {
    severity: 'note',
    summary: 'an assignment that adds nothing to a broader one of the same holder',
    advice: 'remove it, or narrow the broader one',
  },
  group_empty: {
    severity: 'warning',
    summary: 'a group with assignments and without doors or stops',
    advice: 'put doors into it, or remove it with its assignments',
  },
  group_disabled: {
    severity: 'note',
    summary: 'a switched-off group with assignments, none of which counts',
    advice: 'switch the group on, or remove its assignments',
  },
  link_never_meets: {
    severity: 'warning',
    summary: 'a link where a primary device is asked for, which no link has',
    advice: 'give the link another scope, or a person an account',
  },
  link_hardly_meets: {
    severity: 'note',
    summary: 'a link that opens only with what a bearer without an account rarely has',
    advice: 'make sure the host vouches for it, or give the link another scope',
  },
  link_passes_restriction: {
    severity: 'note',
    summary: 'a link where people must be near, which does not bind links',
    advice: 'keep the link short-lived, or give it doors without such a restriction',
  },
  link_without_end: {
    severity: 'warning',
    summary: 'a link that opens doors without an end',
    advice: 'give its assignment a validity with `until`',
  },
  restriction_repeated: {
    severity: 'warning',
    summary: 'the same restriction twice on one way in',
    advice: 'keep it in one place: at the door for everybody, or at the group for its members',
  },
  restriction_stacked: {
    severity: 'note',
    summary: 'two restrictions of one kind that must both hold',
    advice: 'keep the stricter one, unless both are meant',
  },
  reader_missing: {
    severity: 'warning',
    summary: 'a reader is asked for where there is none',
    advice: 'enter the reader of the door, or drop the restriction',
  },
  no_exit_reader: {
    severity: 'warning',
    summary: 'people inside are counted, and no reader tells who leaves',
    advice: 'add a reader of direction exit, or drop the limit and the anti-passback',
  },
  offline_needs_server: {
    severity: 'warning',
    summary: 'an offline door with a restriction that its lock cannot judge',
    advice: 'drop the restriction there, or bring the door on line',
  },
  two_person_alone: {
    severity: 'warning',
    summary: 'two persons are asked for where at most one may open',
    advice: 'give somebody else a right to the door, or drop the restriction',
  },
  primary_device_missing: {
    severity: 'note',
    summary: 'a user without a primary device, with a right where one is asked for',
    advice: 'let the user name a device',
  },
  primary_device_unusable: {
    severity: 'warning',
    summary: "a primary device that is lost, stolen, inactive or somebody else's",
    advice: 'let the user name a device in use',
  },
  primary_device_unknown: {
    severity: 'note',
    summary: 'a primary device that is none of the credentials of its user',
    advice: 'enter the device as a credential, so that it can be reported lost',
  },
  credential_of_nobody: {
    severity: 'note',
    summary: 'an active credential of a user who is inactive or holds nothing',
    advice: 'collect the credential and set its state to inactive',
  },
  owner_missing: {
    severity: 'warning',
    summary: 'a unique role that nobody holds so that it counts',
    advice: 'give the role to somebody: some changes are for its holder alone',
  },
  privileged_without_second_factor: {
    severity: 'warning',
    summary: 'holders of a privileged role open doors without a second factor',
    advice: 'ask for a second factor at those doors or their place',
  },
  everyone_everywhere: {
    severity: 'warning',
    summary: 'a team of everybody may open every door at any time',
    advice: 'narrow the scope, or give the assignment a schedule or the group restrictions',
  },
  toxic_pair: {
    severity: 'error',
    summary: 'one person holds two duties that must be apart',
    advice: 'take one of the two away',
  },
  door_unreachable: {
    severity: 'warning',
    summary: 'a door or stop that nobody may ever open',
    advice: 'put it into a group, or give somebody a right to it',
  },
  tenant_without_right: {
    severity: 'warning',
    summary: 'a tenant without a right to the door that was handed over',
    advice: 'give the tenant an assignment at the door',
  },
  lockdown_without_end: {
    severity: 'note',
    summary: 'a lockdown without an end',
    advice: 'give it an end, or make sure that somebody lifts it',
  },
  lockdown_over: {
    severity: 'note',
    summary: 'a lockdown that has ended',
    advice: 'remove it',
    dated: true,
  },
  lockdown_blocks_exit: {
    severity: 'warning',
    summary: 'a lockdown that keeps people in',
    advice: 'leave `blocksExit` out unless people can get out another way',
  },
  unused_group: {
    severity: 'note',
    summary: 'a group without assignments',
    advice: 'remove it, or assign somebody to it',
  },
  unused_schedule: {
    severity: 'note',
    summary: 'a schedule that nothing names',
    advice: 'remove it, or name it where it was meant to be',
  },
  unused_calendar: {
    severity: 'note',
    summary: 'a calendar that no schedule names',
    advice: 'remove it, or name it in the schedules it was meant for',
  },
  unused_team: {
    severity: 'note',
    summary: 'a team without assignments, in no other team',
    advice: 'remove it, or assign something to it',
  },
  unused_link: {
    severity: 'note',
    summary: 'a link without assignments',
    advice: 'remove it, or assign something to it',
  },
} as const satisfies Readonly<Record<string, LintRule>>;

/** The closed list of what lint tells. Stable across minor versions; texts are not. */
export type FindingCode = keyof typeof LINT_RULES;

/** The codes, in the order of docs/lint.md. */
export const FINDING_CODES = Object.keys(LINT_RULES) as readonly FindingCode[];
