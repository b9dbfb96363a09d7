/** Rules about geofences: their shape, and the centre of each circle. Source: docs/policy.md, `restrictions`. */
import type { Door, Elevator, Geofence, Group, Restrictions } from './document.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';
import { polygonFault } from './polygon.js';
import type { PolicyView } from './view.js';

/** R2: members that do not belong together, and polygons that enclose no area. */
export function checkGeofence(
  restrictions: Restrictions | undefined,
  pointer: string,
  report: Report,
): void {
  const geofence = restrictions?.geofence;
  if (geofence === undefined) return;
  const at = `${pointer}/restrictions/geofence`;
  if (geofence.polygon === undefined) {
    if (geofence.accuracyMax === undefined) return;
    const message = `only a polygon has an accuracy limit of its own ${quote(geofence.accuracyMax)}`;
    report({ pointer: `${at}/accuracyMax`, code: 'geofence_shape', message });
    return;
  }
  if (geofence.radius !== undefined) {
    const message = `a polygon has no radius ${quote(geofence.radius)}`;
    report({ pointer: `${at}/radius`, code: 'geofence_shape', message });
  }
  const fault = polygonFault(geofence.polygon);
  if (fault !== undefined) {
    report({
      pointer: `${at}/polygon`,
      code: 'geofence_shape',
      message: `the polygon has no area to stand in: ${fault}`,
    });
  }
}

function isCircle(geofence: Geofence | undefined): boolean {
  return geofence !== undefined && geofence.polygon === undefined;
}

/** A circle of the door or of its place needs the location of either. */
export function checkDoorCentre(
  view: PolicyView,
  door: Door,
  pointer: string,
  report: Report,
): void {
  if (door.location !== undefined) return;
  const place = view.find('places', door.place);
  if (place === undefined || place.location !== undefined) return;
  if (isCircle(door.restrictions?.geofence)) {
    const message = `a circle without a centre: neither the door nor its place has a location ${quote(door.id)}`;
    report({ pointer: `${pointer}/restrictions/geofence`, code: 'geofence_centre', message });
  }
  if (isCircle(place.restrictions?.geofence)) {
    const message = `the circle of its place has no centre here: neither has a location ${quote(door.id)}`;
    report({ pointer: `${pointer}/location`, code: 'geofence_centre', message });
  }
}

/** A stop has no location of its own: every circle that binds it needs the place's. */
export function checkStopCentres(
  view: PolicyView,
  elevator: Elevator,
  pointer: string,
  report: Report,
): void {
  const place = view.find('places', elevator.place);
  if (place === undefined || place.location !== undefined) return;
  elevator.stops.forEach((stop, index) => {
    if (!isCircle(stop.restrictions?.geofence)) return;
    const message = `a circle without a centre: the place has no location ${quote(stop.id)}`;
    const at = `${pointer}/stops/${index}/restrictions/geofence`;
    report({ pointer: at, code: 'geofence_centre', message });
  });
  if (elevator.stops.length > 0 && isCircle(place.restrictions?.geofence)) {
    const message = `the circle of its place has no centre: the place has no location ${quote(elevator.place)}`;
    report({ pointer: `${pointer}/place`, code: 'geofence_centre', message });
  }
}

/** A group's circle needs a centre at each of its doors and stops; the first without one is named. */
export function checkGroupCentres(
  view: PolicyView,
  group: Group,
  pointer: string,
  report: Report,
): void {
  if (!isCircle(group.restrictions?.geofence)) return;
  const door = group.doors?.find((id) => {
    const found = view.find('doors', id);
    return found !== undefined && found.location === undefined && lacksLocation(view, found.place);
  });
  const stop = group.stops?.find((id) => {
    const elevator = view.stop(id)?.elevator;
    return elevator !== undefined && lacksLocation(view, elevator.place);
  });
  const first = door ?? stop;
  if (first === undefined) return;
  const kind = door === undefined ? 'stop' : 'door';
  const message = `a circle without a centre for ${kind} ${quote(first)}`;
  report({ pointer: `${pointer}/restrictions/geofence`, code: 'geofence_centre', message });
}

function lacksLocation(view: PolicyView, place: string): boolean {
  const found = view.find('places', place);
  return found !== undefined && found.location === undefined;
}
