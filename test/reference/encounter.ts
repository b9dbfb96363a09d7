/** The oracle's reading of one person at one door: the device (D4), the method, the reader and what is asked for (D6). */
import type { Reason, ReasonCode } from '../../src/engine/decision.js';
import type { Entity } from '../../src/engine/request.js';
import type { Policy, Restrictions } from '../../src/policy/document.js';
import { outsideOf } from './place.js';
import { crowded, passedBack } from './presence.js';
import { find, type Named, placeOf } from './scopes.js';
import { isOpen } from './time.js';

/** A request as the clauses see it. */
export interface Ask {
  readonly policy: Policy;
  readonly time: number;
  readonly action: string;
  readonly resource: Entity;
  /** The subject as named. */
  readonly named: Entity;
  /** The subject, a credential's holder in its place; undefined for an unknown credential. */
  readonly person: Named | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Somebody who came along, judged for the sake of another. */
  readonly isCompanion?: true;
}

// The device part of D4: R7, R8.
export function badDevice({ policy, facts, named, person }: Ask): Reason[] {
  const device = facts['device'] ?? undefined;
  const own = named.type === 'credential' ? named.id : undefined;
  const reasons: Reason[] = [];
  if (device !== undefined && typeof device !== 'string')
    reasons.push(reason('credential_unknown', named));
  if (own !== undefined && typeof device === 'string' && device !== own) {
    reasons.push(reason('credential_foreign', { type: 'credential', id: device }));
  }
  const used = own ?? device;
  if (used === undefined && facts['method'] === 'card')
    reasons.push(reason('credential_missing', named));
  if (typeof used !== 'string') return reasons;
  const at = { type: 'credential', id: used };
  const credential = find(policy.credentials, used);
  if (credential === undefined)
    return facts['method'] === 'card' ? [...reasons, reason('credential_unknown', at)] : reasons;
  if (person!.type !== 'user' || credential.user !== person!.id)
    reasons.push(reason('credential_foreign', at));
  if (credential.state !== 'active')
    reasons.push(reason('credential_inactive', at, credential.state));
  return reasons;
}

/** The door or stop of an opening. */
export function thing({ policy, resource }: Ask) {
  if (resource.type === 'door') return find(policy.doors, resource.id)!;
  return find(
    policy.elevators?.flatMap(({ stops }) => stops),
    resource.id,
  )!;
}

function readersOf({ policy, resource }: Ask) {
  const elevator = policy.elevators?.find(({ stops }) => find(stops, resource.id));
  return (resource.type === 'door' ? find(policy.doors, resource.id) : elevator)?.readers ?? [];
}

export function methodOf(ask: Ask): string {
  const stated = ask.facts['method'];
  if (stated === 'link') return ask.person?.type === 'link' ? 'link' : 'remote';
  if (stated !== 'tap' && stated !== 'card' && stated !== 'qr') return 'remote';
  const readers = readersOf(ask);
  return readers.length > 0 && !readers.some(({ id }) => id === ask.facts['reader'])
    ? 'remote'
    : stated;
}

/** The reader that counts, if one does. */
export function readerOf(ask: Ask) {
  if (!['tap', 'card', 'qr'].includes(methodOf(ask))) return undefined;
  return readersOf(ask).find(({ id }) => id === ask.facts['reader']);
}

/** D11: whether the clock and the map do not refuse. */
export function isExit(ask: Ask): boolean {
  const strict =
    ask.resource.type === 'door' && find(ask.policy.doors, ask.resource.id)!.strictExit === true;
  return readerOf(ask)?.direction === 'exit' && !strict;
}

// The restrictions table, but for two persons, which is a question about rights.
export function failing(ask: Ask, restrictions: Restrictions | undefined, at: Named): Reason[] {
  const { policy, facts, person } = ask;
  const { geofence, reader, schedule, primaryDevice, secondFactor, appAccess } = restrictions ?? {};
  const place = find(policy.places, placeOf(policy, ask.resource)!)!;
  const isLink = person!.type === 'link';
  const reasons: Reason[] = [];
  if (geofence && !isLink && readerOf(ask) === undefined) {
    const here = thing(ask);
    const detail = outsideOf(
      geofence,
      ('location' in here ? here.location : undefined) ?? place.location,
      facts['location'],
    );
    if (detail !== undefined) reasons.push(reason('geofence', at, detail));
  }
  if (reader === true && !isLink && readerOf(ask) === undefined) {
    const elsewhere =
      typeof facts['reader'] === 'string' &&
      !readersOf(ask).some(({ id }) => id === facts['reader']);
    reasons.push(reason('reader', at, elsewhere ? 'elsewhere' : 'missing'));
  }
  const hours = schedule === undefined ? undefined : find(policy.schedules, schedule)!;
  const closed =
    hours && hours.enabled !== false && !isOpen(policy, hours, zoneOf(policy, place.id), ask.time);
  if (closed && !isExit(ask)) reasons.push(reason('schedule', at));
  const device = ask.named.type === 'credential' ? ask.named.id : facts['device'];
  const own = isLink ? undefined : find(policy.users, person!.id)!.primaryDevice;
  if (primaryDevice === true && (own === undefined || own !== device))
    reasons.push(reason('primary_device', at));
  if (secondFactor === true && facts['secondFactor'] !== true)
    reasons.push(reason('second_factor', at));
  if (appAccess === false && !isLink && methodOf(ask) === 'remote')
    reasons.push(reason('app_access', at));
  if (readerOf(ask)?.direction === 'exit') return reasons;
  const full = crowded(restrictions ?? {}, place, facts);
  if (full !== undefined) reasons.push(reason('occupancy_limit', at, full));
  const again = passedBack(restrictions ?? {}, facts, ask.time);
  if (again !== undefined) reasons.push(reason('anti_passback', at, again));
  return reasons;
}

/** The zone of a place, else of the organisation; a schedule that needs one and finds none is no valid policy (R3). */
export function zoneOf(policy: Policy, placeId: string | undefined): string {
  return find(policy.places, placeId)?.timeZone ?? policy.organization.timeZone ?? 'UTC';
}

export function reason(code: ReasonCode, at: Named, detail?: string): Reason {
  const where = { type: at.type, id: at.id };
  return detail === undefined ? { code, at: where } : { code, at: where, detail };
}
