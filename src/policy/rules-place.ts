/** Rules about places, floors, doors, elevators and groups. Source: docs/policy.md, "Collections". */
import { SCOPE_COLLECTIONS } from './assignment-numbers.js';
import type { Door, Elevator, Floor, Group, Lockdown, Place, Restrictions } from './document.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';
import {
  checkDoorCentre,
  checkGeofence,
  checkGroupCentres,
  checkStopCentres,
} from './rules-geofence.js';
import { checkOccupancy } from './rules-presence.js';
import {
  checkInstants,
  checkScheduleUse,
  checkTimeZone,
  checkUnlock,
  hasZone,
} from './rules-time.js';
import type { PolicyView } from './view.js';

/** One rule about one element; what it cannot read it leaves alone. */
export type Rule<E> = (view: PolicyView, element: E, pointer: string, report: Report) => void;

/** A place: its zone, and its own restrictions. Whether its circle has a centre is asked door by door. */
export const PLACE_RULES: readonly Rule<Place>[] = [
  checkTimeZone,
  (view, place, pointer, report) => {
    checkOwnSchedule(view, place.restrictions, place.id, pointer, report);
  },
  (_view, place, pointer, report) => checkGeofence(place.restrictions, pointer, report),
  (view, place, pointer, report) => {
    checkOccupancy(view, place.restrictions, place.id, pointer, report);
  },
];

export const FLOOR_RULES: readonly Rule<Floor>[] = [checkPlace];

export const DOOR_RULES: readonly Rule<Door>[] = [
  checkPlace,
  (view, door, pointer, report) => {
    if (door.floor !== undefined)
      checkFloor(view, door.floor, door.place, `${pointer}/floor`, report);
  },
  (view, door, pointer, report) => {
    checkOwnSchedule(view, door.restrictions, door.place, pointer, report);
  },
  (_view, door, pointer, report) => checkGeofence(door.restrictions, pointer, report),
  checkDoorCentre,
  (view, door, pointer, report) => {
    checkOccupancy(view, door.restrictions, door.place, pointer, report);
  },
  (view, door, pointer, report) => {
    checkUnlock(view, door.unlock, door.place, `${pointer}/unlock`, report);
  },
  (_view, door, pointer, report) => {
    if (door.lock !== 'offline' || door.unlock === undefined) return;
    const message = `an offline door cannot be unlocked by a schedule ${quote(door.id)}`;
    report({ pointer: `${pointer}/unlock`, code: 'offline_unlock', message });
  },
  (view, door, pointer, report) => {
    if (door.tenant === undefined || view.find('users', door.tenant.user) !== undefined) return;
    const message = `unknown user ${quote(door.tenant.user)}`;
    report({ pointer: `${pointer}/tenant/user`, code: 'reference', message });
  },
];

export const ELEVATOR_RULES: readonly Rule<Elevator>[] = [
  checkPlace,
  (view, elevator, pointer, report) => {
    elevator.stops.forEach((stop, index) => {
      checkFloor(view, stop.floor, elevator.place, `${pointer}/stops/${index}/floor`, report);
    });
  },
  (view, elevator, pointer, report) => {
    elevator.stops.forEach((stop, index) => {
      const at = `${pointer}/stops/${index}`;
      checkOwnSchedule(view, stop.restrictions, elevator.place, at, report);
      checkUnlock(view, stop.unlock, elevator.place, `${at}/unlock`, report);
    });
  },
  (_view, elevator, pointer, report) => {
    elevator.stops.forEach((stop, index) => {
      checkGeofence(stop.restrictions, `${pointer}/stops/${index}`, report);
    });
  },
  checkStopCentres,
  (view, elevator, pointer, report) => {
    elevator.stops.forEach((stop, index) => {
      checkOccupancy(view, stop.restrictions, elevator.place, `${pointer}/stops/${index}`, report);
    });
  },
];

export const GROUP_RULES: readonly Rule<Group>[] = [
  (view, group, pointer, report) => {
    if (group.place === undefined || view.find('places', group.place) !== undefined) return;
    const message = `unknown place ${quote(group.place)}`;
    report({ pointer: `${pointer}/place`, code: 'reference', message });
  },
  (view, group, pointer, report) => {
    group.doors?.forEach((id, index) => {
      const door = view.find('doors', id);
      checkMember(group, door?.place, 'door', id, `${pointer}/doors/${index}`, report);
    });
  },
  (view, group, pointer, report) => {
    group.stops?.forEach((id, index) => {
      const elevator = view.stop(id)?.elevator;
      checkMember(group, elevator?.place, 'stop', id, `${pointer}/stops/${index}`, report);
    });
  },
  (_view, group, pointer, report) => checkGeofence(group.restrictions, pointer, report),
  checkGroupSchedule,
  checkGroupCentres,
];

export const LOCKDOWN_RULES: readonly Rule<Lockdown>[] = [
  (view, { scope }, pointer, report) => checkScope(view, scope, pointer, report),
  (_view, { since, until }, pointer, report) => checkInstants(since, until, pointer, report),
  (view, { exempt }, pointer, report) => {
    exempt?.forEach((role, index) => {
      if (view.model.byId.has(role)) return;
      const message = `unknown role ${quote(role)}`;
      report({ pointer: `${pointer}/exempt/${index}`, code: 'reference', message });
    });
  },
];

/**
 * The scope of an assignment or lockdown must exist; the organisation's is its own id (R4).
 * @param pointer - where the assignment or lockdown stands.
 */
export function checkScope(
  view: PolicyView,
  scope: { readonly type: 'organization' | 'place' | 'group' | 'door'; readonly id: string },
  pointer: string,
  report: Report,
): void {
  const { type, id } = scope;
  const known =
    type === 'organization'
      ? view.organization.id === id
      : view.find(SCOPE_COLLECTIONS[type], id) !== undefined;
  if (known) return;
  report({
    pointer: `${pointer}/scope/id`,
    code: 'reference',
    message: `unknown ${type} ${quote(id)}`,
  });
}

function checkPlace(
  view: PolicyView,
  element: { readonly place: string },
  pointer: string,
  report: Report,
): void {
  if (view.find('places', element.place) !== undefined) return;
  const message = `unknown place ${quote(element.place)}`;
  report({ pointer: `${pointer}/place`, code: 'reference', message });
}

function checkFloor(
  view: PolicyView,
  id: string,
  place: string,
  pointer: string,
  report: Report,
): void {
  const floor = view.find('floors', id);
  if (floor === undefined) {
    report({ pointer, code: 'reference', message: `unknown floor ${quote(id)}` });
  } else if (floor.place !== place) {
    const message = `a floor of another place, ${quote(floor.place)}: ${quote(id)}`;
    report({ pointer, code: 'place_mismatch', message });
  }
}

/** `place` is where the door or stop lies, `undefined` when there is no such door or stop. */
function checkMember(
  group: Group,
  place: string | undefined,
  kind: 'door' | 'stop',
  id: string,
  pointer: string,
  report: Report,
): void {
  if (place === undefined) {
    report({ pointer, code: 'reference', message: `unknown ${kind} ${quote(id)}` });
  } else if (group.place !== undefined && group.place !== place) {
    const message = `a ${kind} of another place, ${quote(place)}: ${quote(id)}`;
    report({ pointer, code: 'place_mismatch', message });
  }
}

function checkOwnSchedule(
  view: PolicyView,
  restrictions: Restrictions | undefined,
  place: string,
  pointer: string,
  report: Report,
): void {
  const schedule = restrictions?.schedule;
  if (schedule === undefined) return;
  checkScheduleUse(view, schedule, place, `${pointer}/restrictions/schedule`, report);
}

/** A group's schedule must have a zone wherever one of its doors or stops lies (R3). */
function checkGroupSchedule(view: PolicyView, group: Group, pointer: string, report: Report): void {
  const id = group.restrictions?.schedule;
  if (id === undefined) return;
  const schedule = view.find('schedules', id);
  const at = `${pointer}/restrictions/schedule`;
  if (schedule === undefined) {
    report({ pointer: at, code: 'reference', message: `unknown schedule ${quote(id)}` });
    return;
  }
  if (schedule.timeZone !== undefined) return;
  const door = group.doors?.find((door) => {
    const place = view.find('doors', door)?.place;
    return place !== undefined && !hasZone(view, place);
  });
  const stop = group.stops?.find((stop) => {
    const place = view.stop(stop)?.elevator.place;
    return place !== undefined && !hasZone(view, place);
  });
  const first = door ?? stop;
  if (first === undefined) return;
  const kind = door === undefined ? 'stop' : 'door';
  const message = `no time zone: neither the schedule nor place or organisation of ${kind} ${quote(first)} has one`;
  report({ pointer: at, code: 'time_zone_missing', message });
}
