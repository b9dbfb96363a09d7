/**
 * The rights at one offline door as its lock would see them: which assignments open it, for which phones, under
 * which conditions. Two of these pictures, before a change and after it, say what the lock must hear of.
 */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { holdingsAt } from '../../engine/lists.js';
import type { GroupRecord, PortalRecord, ScheduleRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import { usersOfTeams } from '../../engine/within.js';
import type { Assignment, Restrictions } from '../../policy/document.js';
import { parseInstant } from '../../values/instant.js';

/** One assignment at one door. */
export interface DoorRight {
  /** Its period, epoch milliseconds, infinite where it has no bound. */
  readonly from: number;
  readonly until: number;
  /** Phones that may use it: the credential's id by the phone and whose it is, for a phone that changes hands is lost. */
  readonly devices: ReadonlyMap<string, string>;
  /** Everything else on which an opening rests, to be compared and not read. */
  readonly conditions: unknown;
}

/** What was found of an engine at one door and is the same at others: phones by assignment, members by team. */
export interface Known {
  readonly devices: Map<string, ReadonlyMap<string, string>>;
  readonly members: Map<string, ReadonlySet<string>>;
}

/** Nothing found yet. */
export function nothingKnown(): Known {
  return { devices: new Map(), members: new Map() };
}

/**
 * The rights at a door by assignment; none at a door that is online or does not exist. An assignment that is
 * switched off, or whose role does not open, gives none.
 * @param known - of this engine, for whoever asks of many doors: everybody may have something at all of them.
 */
export function doorRights(
  engine: Engine,
  door: string,
  known: Known = nothingKnown(),
): ReadonlyMap<string, DoorRight> {
  const s = snapshotOf(engine);
  const rights = new Map<string, DoorRight>();
  const portal = find(s.tables.doors, door);
  if (portal === undefined || !portal.offline) return rights;
  const shared = conditionsOfDoor(s, portal, known);
  for (const number of holdingsAt(s, portal).flat()) {
    const assignment = at(s.tables.assignments, number);
    if (assignment === undefined || !opens(s, assignment)) continue;
    const { scope } = assignment;
    const group = scope.type === 'group' ? find(s.tables.groups, scope.id) : undefined;
    if (group?.enabled === false) continue;
    const { from, until, schedule } = assignment.validity ?? {};
    rights.set(assignment.id, {
      from: from === undefined ? Number.NEGATIVE_INFINITY : parseInstant(from),
      until: until === undefined ? Number.POSITIVE_INFINITY : parseInstant(until),
      devices: devicesOf(s, assignment, asksPrimary(s, portal, group), known),
      conditions: {
        shared,
        role: assignment.role,
        subject: assignment.subject,
        grantedBy: assignment.grantedBy,
        hours: typeof schedule === 'string' ? scheduleOf(s, schedule) : inlineOf(s, schedule),
        group: group && conditionsOf(s, group.document.restrictions),
      },
    });
  }
  return rights;
}

function opens(s: Snapshot, { role, enabled }: Assignment): boolean {
  const index = s.model.byId.get(role)?.index;
  return enabled !== false && index !== undefined && s.mayUnlock?.[index] === 1;
}

/**
 * What binds everybody at the door. On a tenanted door one's right may rest on another's (D10), and an exemption from
 * a lockdown on any other of one's own (D2): then all that is held there is a condition of each.
 */
function conditionsOfDoor(s: Snapshot, portal: PortalRecord, known: Known): unknown {
  const place = at(s.tables.places, portal.place);
  const isTenanted = portal.tenant >= 0;
  const lockdowns = [...s.lockdowns, ...(place?.lockdowns ?? []), ...portal.lockdowns];
  const rests = isTenanted || lockdowns.some(({ exempt }) => exempt.size > 0);
  return {
    tenant: isTenanted ? [at(s.tables.users, portal.tenant)?.id, portal.tenantSince] : [],
    others: rests ? heldAt(s, portal, known) : [],
    readers: portal.readers,
    location: 'location' in portal.document ? portal.document.location : undefined,
    door: conditionsOf(s, portal.document.restrictions),
    place: place && {
      restrictions: conditionsOf(s, place.document.restrictions),
      location: place.document.location,
      timeZone: place.document.timeZone ?? s.organization.timeZone,
      capacity: place.document.capacity,
    },
    lockdowns: lockdowns.map(({ document }) => document),
  };
}

/** Everything held at a door and by whom, sorted. */
function heldAt(s: Snapshot, portal: PortalRecord, known: Known): unknown {
  const assignments = holdingsAt(s, portal)
    .flat()
    .flatMap((number) => at(s.tables.assignments, number) ?? []);
  assignments.sort((a, b) => (a.id < b.id ? -1 : 1));
  return assignments.map((assignment) => {
    const { subject, scope, validity } = assignment;
    const { schedule } = validity ?? {};
    return {
      assignment,
      hours: typeof schedule === 'string' ? scheduleOf(s, schedule) : inlineOf(s, schedule),
      members: [...membersOf(s, subject, known)].sort(),
      isOn: scope.type !== 'group' || find(s.tables.groups, scope.id)?.enabled,
    };
  });
}

/** Restrictions with the schedule they name written out. */
function conditionsOf(s: Snapshot, restrictions: Restrictions | undefined): unknown {
  if (restrictions === undefined) return undefined;
  const { schedule } = restrictions;
  return schedule === undefined ? restrictions : { restrictions, hours: scheduleOf(s, schedule) };
}

function scheduleOf(s: Snapshot, id: string): unknown {
  return inlineOf(s, find<ScheduleRecord>(s.tables.schedules, id)?.document);
}

function inlineOf(s: Snapshot, schedule: ScheduleRecord['document'] | undefined): unknown {
  if (schedule?.calendar === undefined) return schedule;
  return { schedule, calendar: find(s.tables.calendars, schedule.calendar) };
}

function asksPrimary(s: Snapshot, portal: PortalRecord, group: GroupRecord | undefined): boolean {
  const place = at(s.tables.places, portal.place);
  return [portal, place, group].some((each) => each?.restrictions?.primaryDevice === true);
}

/** The phones of everybody who holds an assignment; only primary devices where those are asked for. */
function devicesOf(
  s: Snapshot,
  { id: assignment, subject }: Assignment,
  primaryOnly: boolean,
  known: Known,
): ReadonlyMap<string, string> {
  const key = `${primaryOnly ? 'primary' : 'all'} ${assignment}`;
  const found = known.devices.get(key);
  if (found !== undefined) return found;
  const devices = new Map<string, string>();
  known.devices.set(key, devices);
  const users = subject.type === 'user' ? [subject.id] : membersOf(s, subject, known);
  for (const id of users) {
    const user = find(s.tables.users, id);
    if (user?.active !== true) continue;
    for (const number of user.credentials) {
      const credential = at(s.tables.credentials, number);
      if (credential?.kind !== 'phone' || credential.state !== 'active') continue;
      if (primaryOnly && credential.id !== user.primaryDevice) continue;
      devices.set(`${id} ${credential.id}`, credential.id);
    }
  }
  return devices;
}

/** Users of a team and of every team nested in it. */
function membersOf(
  s: Snapshot,
  subject: Assignment['subject'],
  { members }: Known,
): ReadonlySet<string> {
  if (subject.type !== 'team') return new Set();
  const known = members.get(subject.id) ?? usersOfTeams(s, [subject.id]);
  members.set(subject.id, known);
  return known;
}
