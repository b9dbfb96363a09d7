/**
 * From one snapshot to the next: puts and removals, each record rebuilt once, all others shared.
 * Compiling a document is the update of an empty snapshot that puts everything.
 */
import type { AssignmentNumbers } from '../policy/assignment-numbers.js';
import type { Changes } from '../policy/changes.js';
import type {
  Assignment,
  CollectionName,
  Credential,
  Door,
  ElementOf,
  Elevator,
  Floor,
  Group,
  Lockdown,
  Place,
  Schedule,
  Team,
} from '../policy/document.js';
import { Drafts } from './drafts.js';
import { finish, type Updated } from './finish.js';
import type { ListEdits } from './list-edits.js';
import { flagsOf } from './make-records.js';
import type { Frame, Snapshot } from './snapshot.js';
import { at, find } from './table.js';

/**
 * Applies changes whose elements the rules have found sound. The base stays as it is.
 * @param base - the snapshot before, over the same frame.
 * @param named - what the assignments put name, by their places. Where it is known, the base has numbers for whatever is
 *   put already, each its place in its list.
 */
export function update(
  base: Snapshot,
  frame: Frame,
  changes: Changes,
  revision: number,
  named?: AssignmentNumbers,
): Updated {
  const drafts = new Drafts(base, frame, named);
  const each = <K extends CollectionName>(
    collection: K,
    change: (drafts: Drafts, number: number, id: string, element: ElementOf<K> | undefined) => void,
  ): void => {
    for (const id of changes.remove?.[collection] ?? []) {
      drafts.removals.push({ collection, id });
      change(drafts, drafts.number(collection, id), id, undefined);
    }
    const put = (changes.put?.[collection] ?? []) as readonly ElementOf<K>[];
    for (const [place, element] of put.entries()) {
      const number = named !== undefined ? place : drafts.number(collection, element.id);
      change(drafts, number, element.id, element);
    }
  };
  each('calendars', (_, number, __, element) => drafts.calendars.set(number, element));
  each('schedules', changeSchedule);
  each('places', changePlace);
  each('floors', changeFloor);
  each('elevators', changeElevator);
  each('doors', changeDoor);
  each('groups', changeGroup);
  each('users', (_, number, __, element) => drafts.users.set(number, element));
  each('links', (_, number, __, element) => drafts.links.set(number, element));
  each('teams', changeTeam);
  each('credentials', changeCredential);
  each('assignments', changeAssignment);
  each('lockdowns', changeLockdown);
  return finish(drafts, revision);
}

function changeSchedule(
  drafts: Drafts,
  number: number,
  id: string,
  element: Schedule | undefined,
): void {
  const before = find(drafts.base.tables.schedules, id)?.document;
  drafts.refer('calendars', before?.calendar, element?.calendar);
  drafts.schedules.set(number, element);
}

function changePlace(drafts: Drafts, number: number, _: string, element: Place | undefined): void {
  drafts.referSchedules(at(drafts.base.tables.places, number)?.document, element);
  drafts.places.set(number, element);
}

function changeFloor(drafts: Drafts, number: number, id: string, element: Floor | undefined): void {
  drafts.refer('places', drafts.floors.find(id)?.place, element?.place);
  drafts.floors.set(number, element);
}

function changeElevator(
  drafts: Drafts,
  number: number,
  id: string,
  element: Elevator | undefined,
): void {
  const before = drafts.elevators.find(id);
  drafts.refer('places', before?.place, element?.place);
  drafts.setReaders(before?.readers, element?.readers, `elevator ${id}`);
  drafts.elevators.set(number, element);
  const places = drafts.base.tables.places.numbering;
  for (const stop of before?.stops ?? []) {
    const stopNumber = drafts.number('stops', stop.id);
    drafts.refer('floors', stop.floor, undefined);
    drafts.referSchedules(stop, undefined);
    drafts.placeStops.drop(places.get(before?.place ?? '') ?? -1, stopNumber);
    drafts.stops.set(stopNumber, undefined);
  }
  for (const stop of element?.stops ?? []) {
    const stopNumber = drafts.number('stops', stop.id);
    drafts.refer('floors', undefined, stop.floor);
    drafts.referSchedules(undefined, stop);
    drafts.placeStops.add(drafts.number('places', element?.place ?? ''), stopNumber);
    if (element !== undefined) drafts.stops.set(stopNumber, { stop, elevator: element });
  }
}

function changeDoor(drafts: Drafts, number: number, _: string, element: Door | undefined): void {
  const record = at(drafts.base.tables.doors, number);
  const before = record?.document as Door | undefined;
  drafts.refer('floors', before?.floor, element?.floor);
  drafts.refer('users', before?.tenant?.user, element?.tenant?.user);
  drafts.referSchedules(before, element);
  drafts.setReaders(before?.readers, element?.readers, `door ${element?.id ?? before?.id ?? ''}`);
  if (before?.place !== element?.place) {
    if (record !== undefined) drafts.placeDoors.drop(record.place, number);
    if (element !== undefined)
      drafts.placeDoors.add(drafts.number('places', element.place), number);
  }
  drafts.doors.set(number, element);
}

function changeGroup(drafts: Drafts, number: number, id: string, element: Group | undefined): void {
  const before = find(drafts.base.tables.groups, id)?.document;
  drafts.refer('places', before?.place, element?.place);
  drafts.referSchedules(before, element);
  moveMembers(drafts, drafts.doorGroups, 'doors', number, before?.doors, element?.doors);
  moveMembers(drafts, drafts.stopGroups, 'stops', number, before?.stops, element?.stops);
  drafts.groups.set(number, element);
}

function changeTeam(drafts: Drafts, number: number, id: string, element: Team | undefined): void {
  const before = find(drafts.base.tables.teams, id)?.document as Team | undefined;
  moveMembers(drafts, drafts.userTeams, 'users', number, before?.users, element?.users);
  moveMembers(drafts, drafts.teamTeams, 'teams', number, before?.teams, element?.teams);
  drafts.teams.set(number, element);
}

/** Enters a group or team into the lists of its new members and takes it out of those of former ones. */
function moveMembers(
  drafts: Drafts,
  lists: ListEdits,
  collection: 'doors' | 'stops' | 'users' | 'teams',
  container: number,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): void {
  if (before === undefined && after === undefined) return;
  const old = new Set(before);
  const next = new Set(after);
  for (const id of old) if (!next.has(id)) lists.drop(drafts.number(collection, id), container);
  for (const id of next) if (!old.has(id)) lists.add(drafts.number(collection, id), container);
}

function changeCredential(
  drafts: Drafts,
  number: number,
  id: string,
  element: Credential | undefined,
): void {
  const before = drafts.credentials.find(id);
  const { userCredentials } = drafts;
  if (before !== undefined) userCredentials.drop(drafts.number('users', before.user), number);
  if (element !== undefined) userCredentials.add(drafts.number('users', element.user), number);
  drafts.credentials.set(number, element);
}

function changeAssignment(
  drafts: Drafts,
  number: number,
  _: string,
  element: Assignment | undefined,
): void {
  const before = drafts.assignments.get(number);
  const { subjectHoldings, holdingsAt } = drafts;
  drafts.refer('users', before?.grantedBy, element?.grantedBy);
  drafts.referValidity(before?.validity, element?.validity);
  if (before !== undefined) {
    const { subject, scope } = before;
    subjectHoldings[subject.type]?.drop(drafts.subjectNumber(subject), number);
    holdingsAt[scope.type]?.drop(drafts.scopeOf(scope) >> 2, number);
    drafts.hold(before.role, number, false);
  }
  if (element !== undefined) {
    const { subject, scope } = element;
    const code = drafts.scopeNamed(number, scope);
    const holderCode = drafts.holderNamed(number, subject);
    const holder = holderCode >> 2;
    const role = drafts.hold(element.role, number, true) * 4 + flagsOf(element);
    subjectHoldings[subject.type]?.addHolding(holder, code, role, number);
    drafts.holders.set(number, holderCode);
    holdingsAt[scope.type]?.add(code >> 2, number);
  }
  if (before?.validity !== undefined || element?.validity !== undefined) {
    drafts.validities.set(number, element);
  }
  if (element === undefined) drafts.holders.set(number, undefined);
  drafts.assignments.set(number, element);
}

function changeLockdown(
  drafts: Drafts,
  number: number,
  id: string,
  element: Lockdown | undefined,
): void {
  const before = drafts.lockdowns.find(id);
  for (const [document, edit] of [
    [before, 'drop'],
    [element, 'add'],
  ] as const) {
    if (document === undefined) continue;
    const { scope } = document;
    drafts.lockdownsAt[scope.type]?.[edit](drafts.scopeOf(scope) >> 2, number);
  }
  drafts.lockdowns.set(number, element);
}
