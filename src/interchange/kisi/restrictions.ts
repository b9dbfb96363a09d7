/** Kisi's restrictions of places, doors, stops and groups as those of a policy, never weaker than they were. */
import type { Schedule } from '../../policy/document.js';
import { RADIUS_METRES_DEFAULT, RADIUS_METRES_MAX } from '../../values/limits.js';
import type { Draft } from '../imported.js';
import { flagOf, type KisiObject, optionalFlag, optionalNumber, optionalText } from './objects.js';

/** Hours as a schedule without an id. */
export type Hours = Omit<Schedule, 'id'>;

/** How restrictions are read. */
export interface RestrictionReading {
  readonly collection: 'places' | 'locks' | 'elevator_stops' | 'groups';
  /** The hours of its access schedule, which Kisi keeps apart. */
  readonly hours: Hours | undefined;
  /** Whether everything it binds has a position or lies in a place that has one. */
  readonly hasCentre: boolean;
}

/** The schedule of hours that are not known: open for one minute, two thousand years ago. */
const UNKNOWN_HOURS = 'unknown-hours';

/** The restrictions of one object, or undefined if it has none; schedules they need are put too. */
export function restrictionsOf(
  draft: Draft,
  object: KisiObject,
  reading: RestrictionReading,
): object | undefined {
  const { collection, hasCentre } = reading;
  const isAsked = collection === 'locks' || collection === 'groups';
  const flag = (member: string): boolean =>
    isAsked ? flagOf(draft, object, member) : optionalFlag(draft, object, member);
  const restrictions: Record<string, unknown> = {};
  if (flag('geofence_restriction_enabled')) {
    if (hasCentre) restrictions['geofence'] = { radius: radiusOf(draft, object) };
    else {
      restrictions['reader'] = true;
      const message = 'a geofence without a position: only who stands at a reader may open';
      draft.note(`${object.pointer}/geofence_restriction_enabled`, 'narrowed', message);
    }
  }
  if (flag('reader_restriction_enabled')) restrictions['reader'] = true;
  const isStop = collection === 'elevator_stops';
  const member = 'time_restriction_enabled';
  if (isStop ? flagOf(draft, object, member) : flag(member)) {
    restrictions['schedule'] = scheduleOf(draft, object, reading);
  }
  if (collection === 'groups') {
    if (flag('primary_device_restriction_enabled')) restrictions['primaryDevice'] = true;
    const isTapOnly = optionalFlag(draft, object, 'tap_to_access_restriction_enabled');
    if (!flag('login_enabled') || isTapOnly) restrictions['appAccess'] = false;
  }
  return Object.keys(restrictions).length === 0 ? undefined : restrictions;
}

function radiusOf(draft: Draft, object: KisiObject): number {
  const pointer = `${object.pointer}/geofence_restriction_radius`;
  const radius =
    optionalNumber(draft, object, 'geofence_restriction_radius') ?? RADIUS_METRES_DEFAULT;
  if (radius <= 0) draft.refuse(pointer, 'value', `not a radius \`${radius}\``);
  if (radius <= RADIUS_METRES_MAX) return radius;
  draft.note(pointer, 'narrowed', `a radius goes to ${RADIUS_METRES_MAX} m \`${radius}\``);
  return RADIUS_METRES_MAX;
}

/** The id of the access schedule: the hours given for this object, else one that is never open. */
function scheduleOf(
  draft: Draft,
  object: KisiObject,
  { collection, hours }: RestrictionReading,
): string {
  const pointer = `${object.pointer}/time_restriction_enabled`;
  const timeZone = optionalText(draft, object, 'time_restriction_time_zone');
  if (hours === undefined) {
    const message = 'the hours are not known, so it never opens; give them in `hours`';
    draft.note(pointer, 'narrowed', message);
    const events = [{ from: '0001-01-01T00:00', until: '0001-01-01T00:01' }];
    draft.putOnce('schedules', { id: UNKNOWN_HOURS, timeZone: 'UTC', events }, pointer);
    return UNKNOWN_HOURS;
  }
  const id = `${collection}-${object.id}`;
  const zone = hours.timeZone ?? timeZone;
  draft.put(
    'schedules',
    { id, ...hours, ...(zone === undefined ? {} : { timeZone: zone }) },
    pointer,
  );
  return id;
}
