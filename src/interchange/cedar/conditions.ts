/** The conditions of the clauses as Cedar expressions over the facts of a request. */
import type { Assignment, Restrictions } from '../../policy/document.js';
import { MINUTE_MS, parseInstant } from '../../values/instant.js';
import { hoursNamed, hoursOfRight, openCondition, type Source } from './hours.js';
import { quoted } from './literals.js';
import { NAMESPACE } from './names.js';

const AT_A_READER = '["tap", "card", "qr"].contains(context.method)';
const IS_LINK = `principal is ${NAMESPACE}::Link`;

/** A reader of this door counts: the person stands at it. */
const READER_COUNTS = `(${AT_A_READER} && resource.readers.contains(context.reader))`;

/** The reader that counts leads out. */
export const LEAVING = `(${AT_A_READER} && resource.exits.contains(context.reader))`;

/** D11: the clock and the fence do not refuse. */
const LENIENT = `(${AT_A_READER} && resource.freeExits.contains(context.reader))`;

/** A stated method is believed where the door has no readers or one of them is named. */
function present(methods: string): string {
  return `(${methods}.contains(context.method) && (resource.readers.isEmpty() || resource.readers.contains(context.reader)))`;
}

/** D5: what opens an offline door. */
export const HELD_TO_THE_LOCK = present('["tap", "card"]');

/** D3. A resource that is not there stands open for nobody. */
export const STANDS_OPEN = [
  'resource has unlocks',
  '(resource.unlocks.containsAny(context.open) || resource.firstUnlocks.containsAny(context.arrived))',
  '!(resource has tenancy && resource.tenancy.since <= context.now)',
].join(' && ');

/** A known subject, active or not. */
export const IS_KNOWN = 'principal has active';

/** A restriction that can refuse: its code, and when it does. */
export interface Failure {
  readonly code: string;
  readonly fails: string;
}

/** Where restrictions are written. */
export interface Restricted {
  readonly restrictions: Restrictions | undefined;
  /** The name under which `context.fences` lists its geofence. */
  readonly fence: string;
  /** The zones of the doors it binds. */
  readonly zones: readonly string[];
  /** How many people the place holds, for a limit of `true`. */
  readonly capacity: number | undefined;
}

/** Every restriction of one place, door, stop or group (D6, D8, D11), in the order of the codes. */
export function failuresOf(source: Source, restricted: Restricted): Failure[] {
  const { restrictions = {}, fence, zones, capacity = 0 } = restricted;
  const failures: Failure[] = [];
  const add = (code: string, fails: string): void => void failures.push({ code, fails });
  if (restrictions.geofence !== undefined) {
    const inside = `context.fences.contains(${quoted(fence)})`;
    add('geofence', `!(${IS_LINK}) && !${READER_COUNTS} && !${inside}`);
  }
  if (restrictions.reader === true) add('reader', `!(${IS_LINK}) && !${READER_COUNTS}`);
  const hours =
    restrictions.schedule === undefined ? undefined : hoursNamed(source, restrictions.schedule);
  if (hours?.record.enabled) {
    add('schedule', `!${LENIENT} && !${openCondition(source, hours, zones, false)}`);
  }
  if (restrictions.primaryDevice === true) {
    add(
      'primary_device',
      `!(principal is ${NAMESPACE}::User && principal has primaryDevice && context has device && principal.primaryDevice == context.device.id)`,
    );
  }
  if (restrictions.secondFactor === true) add('second_factor', '!context.secondFactor');
  if (restrictions.appAccess === false) {
    add('app_access', `!(${IS_LINK}) && !${present('["tap", "card", "qr"]')}`);
  }
  addPresence(restrictions, capacity, add);
  return failures;
}

function addPresence(
  { occupancyLimit, antiPassback, twoPerson }: Restrictions,
  capacity: number,
  add: (code: string, fails: string) => void,
): void {
  if (occupancyLimit !== undefined) {
    const most = occupancyLimit === true ? capacity : occupancyLimit;
    const hasRoom = `(context has occupancy && context.occupancy < ${most})`;
    add('occupancy_limit', `!${LEAVING} && context.presence != "inside" && !${hasRoom}`);
  }
  if (antiPassback?.mode === 'hard') {
    const { resetMinutes } = antiPassback;
    const elsewhere = '["outside", "unknown"].contains(context.presence)';
    const reset =
      resetMinutes === undefined
        ? ''
        : ` && !(context.presence == "inside" && context has since && context.since + ${resetMinutes * MINUTE_MS} <= context.now)`;
    add('anti_passback', `!${LEAVING} && !${elsewhere}${reset}`);
  }
  if (twoPerson === true) add('two_person', `!${LENIENT} && !context.accompanied`);
}

/** When and on which clock a validity is looked at. */
export interface ValidityReading {
  /** Of the doors asked about, or of the scope. */
  readonly zones: readonly string[];
  /** One zone is meant whatever the resource (R24). */
  readonly isFixed: boolean;
  /** D11 applies: who leaves is not refused by `expired` and `inactive_hours`. */
  readonly isLenient: boolean;
}

/** Everything that must hold for an assignment to be valid, as conditions that all must be true. */
export function validityOf(
  source: Source,
  assignment: Assignment,
  { zones, isFixed, isLenient }: ValidityReading,
): string[] {
  const { from, until } = assignment.validity ?? {};
  const spared = isLenient ? `${LENIENT} || ` : '';
  const conditions: string[] = [];
  if (from !== undefined) conditions.push(`context.now >= ${milliseconds(from)}`);
  if (until !== undefined) conditions.push(`${spared}context.now < ${milliseconds(until)}`);
  const hours = hoursOfRight(source, assignment);
  if (hours?.record.enabled) {
    conditions.push(`${spared}${openCondition(source, hours, zones, isFixed)}`);
  }
  return conditions;
}

/** The first whole millisecond of an instant: Cedar counts in whole ones, as the engine does. */
export function milliseconds(instant: string): number {
  return Math.ceil(parseInstant(instant));
}
