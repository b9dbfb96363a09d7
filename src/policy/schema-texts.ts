/** What an editor shows beside the members of a policy. Texts of the JSON Schema only, not of the library. */

/** By name of the definition. */
export const DEFINITION_TEXTS: Readonly<Record<string, string>> = {
  policy: 'Who may open which door, and when: everything doorwright needs to decide.',
  id: 'Letters, digits and . _ ~ : @ + -, at most 128 characters.',
  organization: 'The organisation and the role model it uses.',
  roleModel: 'A role model of your own.',
  role: 'What its holders may do, and what they may hand on.',
  place: 'A building or site.',
  location: 'A position in degrees of WGS 84.',
  restrictions: 'What must hold besides a right. On a place they bind every door of it.',
  stopRestrictions: 'What must hold besides a right at a stop, for everybody.',
  groupRestrictions: 'What must hold besides a right that is given through the group.',
  antiPassback: 'Nobody comes in twice without having left.',
  geofence: 'Where the person must be: in a circle round the door or place, or in a polygon.',
  floor: 'A floor of a place.',
  door: 'Something that `unlock` opens.',
  reader: 'A reader at a door or in an elevator.',
  unlock: 'A time during which the door stands unlocked for everybody.',
  tenant:
    'Whom a flat was handed over to. From then on only rights from the tenant count at the door.',
  elevator: 'An elevator, with its stops.',
  stop: 'A stop of an elevator: what `get_access` opens.',
  group: 'Doors and stops that are given together. With `place`, only those of that place.',
  user: 'A person.',
  team: 'A set of users, by name or through other teams.',
  link: 'An access link: opens for whoever has it, without an account.',
  credential: 'A phone, pass, card or PIN of a user.',
  assignment: 'Who holds which role where. The only source of rights.',
  subject: 'Who: a user, a team or a link.',
  scope: 'Where: the organisation (by its own id), a place, a group or a door.',
  validity: 'When the assignment counts; everything written here must hold.',
  inlineSchedule: 'A schedule that is used here alone.',
  schedule:
    'Open while a window, a recurrence or an event is, by the clock on the wall at the door; always, where it has none of them. Closed days close it.',
  window: 'A weekly window. An `until` before `from` lies on the next day.',
  recurrence: 'Occurrences by an RFC 5545 rule, in local time.',
  event: 'One span of local time.',
  exception: 'Local dates on which the schedule is closed all day.',
  calendar: 'Holidays: days that are closed or have windows of their own.',
  day: 'A day of the calendar. Without windows it is closed.',
  dayWindow: 'A window of that day. An `until` before `from` lies on the next day.',
  lockdownScope: 'Where: the organisation (by its own id), a place or a door.',
  lockdown: 'Refuses everybody, also while a door stands unlocked.',
};

const RESTRICTION: Readonly<Record<string, string>> = {
  geofence: 'Where the person must be. {} is a circle of 300 metres.',
  reader: 'The person stands at one of the readers.',
  schedule: 'Id of the schedule during which it may be opened.',
  primaryDevice: "Only with the user's primary device.",
  secondFactor: 'Only with a second factor.',
  appAccess: 'false: no opening from the app away from the reader.',
  twoPerson: 'Only with somebody else at the reader who may open it too.',
};
const OCCUPANCY =
  "How many people may be inside the place; true: the place's capacity. Who is inside already may still open.";
const RESTRICTIONS = 'What must hold besides a right, for everybody.';
const UNLOCK = 'When it stands unlocked for everybody.';
const SPAN_FROM = 'The start; it belongs to the span.';
const SPAN_UNTIL = 'The end; it no longer belongs to the span, and is later than the start.';

const SCHEDULE: Readonly<Record<string, string>> = {
  timeZone: 'IANA name. Default: the zone of the place, else of the organisation.',
  windows: 'Weekly windows.',
  recurrences: 'Recurring spans.',
  events: 'Single spans.',
  calendar: 'Id of the calendar whose days count instead of everything else.',
  except: 'Dates on which it is closed all day.',
  enabled: 'Default true. A disabled schedule restricts nothing and unlocks nothing.',
};

/** By name of the definition and of its member. */
export const MEMBER_TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  policy: {
    $schema: 'Where this schema lies, for editors.',
    version: 'The version of the document format.',
    revision: 'Grows with every change of the policy. Default 0.',
    organization: 'The organisation and the role model it uses.',
    places: 'Buildings and sites.',
    floors: 'Floors of places.',
    doors: 'What `unlock` opens.',
    elevators: 'Elevators with their stops.',
    groups: 'Doors and stops that are given together.',
    users: 'People.',
    teams: 'Sets of users; they may nest.',
    links: 'Access links, which need no account.',
    credentials: 'Phones, passes, cards and PINs.',
    assignments: 'Who holds which role where.',
    schedules: 'Times, named by restrictions, unlocks and assignments.',
    calendars: 'Holidays, named by schedules.',
    lockdowns: 'What is locked for everybody.',
  },
  organization: {
    timeZone: 'IANA name, for every place without one of its own.',
    roles: 'A built-in role model, by name (default "kisi"), or one of your own.',
  },
  roleModel: {
    roles: 'The roles, in any order.',
    onePerScope: 'Whether a user or link may hold only one role at one scope. Default false.',
  },
  role: {
    name: 'Labels by language tag. Default: the id, in English.',
    levels: 'At which scopes it may be held.',
    rank: 'Nobody grants a role above their own rank.',
    inherits: 'Roles whose permissions it has too. No cycles.',
    permissions: 'Actions by type of resource.',
    assigns: 'Roles its holders may grant: ids, or every role up to their own rank. Default none.',
    unique: 'Whether at most one may hold it. Default false.',
    assignable: 'Whether it may be granted at all. Default true.',
    deprecated: 'Held only where the program allows deprecated roles. Default false.',
  },
  place: {
    timeZone: "IANA name. Default: the organisation's.",
    location: 'The centre of circles for doors without a location of their own, and for stops.',
    restrictions: 'Bind every door and stop of the place.',
    capacity: 'How many people it holds. Enforced where `occupancyLimit` is true.',
  },
  location: { latitude: 'Degrees north.', longitude: 'Degrees east.' },
  restrictions: {
    ...RESTRICTION,
    occupancyLimit: OCCUPANCY,
    antiPassback: 'Nobody comes in twice without having left. Needs readers on both sides.',
  },
  stopRestrictions: { ...RESTRICTION, occupancyLimit: OCCUPANCY },
  groupRestrictions: {
    ...RESTRICTION,
    occupancyLimit: 'How many people may be inside the place of the door or stop.',
  },
  antiPassback: {
    mode: '"hard" refuses, "soft" is only reported.',
    resetMinutes: 'After how long inside one may come in again. Default: never.',
  },
  geofence: {
    radius: 'Of the circle, in metres. Default 300. Not beside a polygon.',
    polygon: 'Corners as [longitude, latitude]. It must not cross itself.',
    accuracyMax:
      'Worst accuracy of a position that counts, in metres. Default 300. Only beside a polygon.',
  },
  floor: { place: 'Id of the place it belongs to.' },
  door: {
    place: 'Id of the place it belongs to.',
    floor: 'Id of a floor of that place.',
    lock: '"offline" locks open by tap or card only. Default "online".',
    location: "Default: the place's.",
    readers: 'Readers at this door.',
    restrictions: RESTRICTIONS,
    unlock: `${UNLOCK} Not for offline doors.`,
    strictExit: 'Whether schedule and geofence bind at exit readers too. Default false.',
    tenant: 'Whom the flat behind it was handed over to.',
  },
  reader: { direction: 'Default "entry".' },
  unlock: {
    schedule: 'Id of the schedule during which it stands unlocked.',
    firstToArrive: 'Id of the schedule inside which somebody with a right must open first.',
  },
  tenant: { user: 'Id of the user.', since: 'Instant from which the hand-over counts.' },
  elevator: {
    place: 'Id of the place it belongs to.',
    readers: 'Readers in or at the elevator, for all of its stops.',
    stops: 'Where it stops. Ids are unique in the document.',
  },
  stop: {
    floor: "Id of a floor of the elevator's place.",
    restrictions: RESTRICTIONS,
    unlock: UNLOCK,
  },
  group: {
    place: 'Id of a place: only its doors and stops may be in the group.',
    doors: 'Ids of doors.',
    stops: 'Ids of stops.',
    restrictions: 'What must hold for rights that are given through this group.',
    enabled: 'Default true. A disabled group gives nothing.',
  },
  user: {
    email: 'An address for messages.',
    segment: 'employee, resident, service_provider, owner or a word of your own.',
    active: 'Default true. An inactive user opens nothing.',
    primaryDevice: 'Id of the device that `primaryDevice` restrictions ask for.',
  },
  team: { users: 'Ids of users.', teams: 'Ids of teams whose members belong too. No cycles.' },
  link: {
    active: 'Default true. An inactive link opens nothing.',
    secretHash: 'Hash of the secret in the link; not looked at when deciding.',
  },
  credential: {
    kind: 'What it is.',
    user: 'Id of its holder.',
    state: 'Only an active one opens.',
  },
  assignment: {
    subject: 'Who holds the role.',
    role: 'Id of a role of the role model.',
    scope: 'Where the role is held.',
    validity: 'When it counts. Default: always.',
    grantedBy: 'Id of the user who granted it.',
    enabled: 'Default true. A disabled assignment gives nothing.',
  },
  subject: { type: 'What the id names.' },
  scope: { type: 'What the id names.' },
  validity: {
    from: 'First instant at which it counts.',
    until: 'First instant at which it no longer counts.',
    schedule: 'Id of a schedule, or a schedule written out.',
  },
  inlineSchedule: SCHEDULE,
  schedule: SCHEDULE,
  window: {
    days: 'Days on which it starts.',
    from: SPAN_FROM,
    until: 'The end; before `from` it lies on the next day. 24:00 is the end of the day.',
  },
  recurrence: {
    start: 'Local time from which the rule counts.',
    duration: 'Of each occurrence: P[nD][T[nH][nM]], at most 31 days.',
    rrule: 'An RRULE of RFC 5545: DAILY, WEEKLY, MONTHLY or YEARLY.',
    exdates: 'Local starts of occurrences that do not take place.',
    rdates: 'Local starts of further occurrences.',
  },
  event: { from: SPAN_FROM, until: SPAN_UNTIL },
  exception: { from: 'The first closed date.', until: 'The first date that is not closed.' },
  calendar: { days: 'The days, each date once.' },
  day: { date: 'Local date.', windows: 'What is open on this day, instead of everything else.' },
  dayWindow: {
    from: SPAN_FROM,
    until: 'The end; before `from` it lies on the next day. 24:00 is the end of the day.',
  },
  lockdownScope: { type: 'What the id names.' },
  lockdown: {
    scope: 'What is locked: the organisation, a place or a door.',
    since: 'First instant at which it counts. Default: always has.',
    until: 'First instant at which it no longer counts. Default: never ends.',
    exempt: 'Roles whose holders still pass.',
    blocksExit: 'Whether it binds at exit readers too. Default false.',
  },
};
