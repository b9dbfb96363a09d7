/** Answers in plain English: one sentence for each reason code and detail. For people; it may change. */
import type { Reason } from '../engine/decision.js';
import type { AssignmentTrace, Clause, NearestMiss } from '../engine/explain.js';
import type { AccessEntry } from '../engine/search.js';
import { shown } from './terminal.js';

/** How an entity is called in a sentence: its kind and id, such as ``door `front` ``. */
export function called(entity: { readonly type: string; readonly id: string }): string {
  return `${KINDS[entity.type] ?? shown(entity.type)} \`${shown(entity.id)}\``;
}

/** One reason as a sentence without a full stop. */
export function sentence(reason: Reason): string {
  const at = called(reason.at);
  switch (reason.code) {
    case 'granted':
      return `an access right opens ${at}`;
    case 'door_unlocked':
      return `${at} stands unlocked by its schedule, for everybody`;
    case 'action_unknown':
      return `no role knows this action on ${at}`;
    case 'resource_unknown':
      return `${at} does not exist`;
    case 'lockdown':
      return `${at} is in force`;
    case 'subject_unknown':
      return `${at} is not known here`;
    case 'subject_inactive':
      return `${at} is deactivated`;
    case 'credential_missing':
      return `opening by card names no card of ${at}`;
    case 'credential_unknown':
      return `${at} is not a credential that is known here`;
    case 'credential_foreign':
      return `${at} belongs to somebody else`;
    case 'credential_inactive':
      return `${at} is ${shown(reason.detail ?? 'not active')}`;
    case 'offline_door':
      return `${at} has no network: it opens by tap or card only`;
    case 'geofence':
    case 'reader':
    case 'occupancy_limit':
    case 'anti_passback':
    case 'two_person':
      return detailed(reason.code, reason.detail, at);
    case 'schedule':
      return `the access schedule of ${at} is closed at this time`;
    case 'primary_device':
      return `${at} asks for the person's primary device`;
    case 'second_factor':
      return `${at} asks for a second factor`;
    case 'app_access':
      return `${at} does not open from the app away from the reader`;
    case 'disabled':
      return `${at} is switched off`;
    case 'pending':
      return `${at} is not valid yet`;
    case 'expired':
      return `${at} has expired`;
    case 'inactive_hours':
      return `${at} is outside its hours`;
    case 'no_access_right':
      return `no access right reaches ${at} with this permission`;
    case 'tenancy':
      return `${at} is let: only its tenant, and whom the tenant admits, may open it`;
    default:
      return unreachable(reason.code);
  }
}

/** Several reasons as one sentence. */
export function sentences(reasons: readonly Reason[]): string {
  return reasons.map(sentence).join('; ');
}

/** What each clause of docs/clauses.md is about, and what it means that the request passed it. */
export const CLAUSES: Readonly<
  Record<Clause, { readonly title: string; readonly passed: string }>
> = {
  D1: { title: 'action and resource', passed: 'action and resource exist' },
  D2: { title: 'lockdowns', passed: 'no lockdown binds this request' },
  D3: { title: 'unlock schedules', passed: 'it does not stand unlocked: go on' },
  D4: { title: 'subject and credential', passed: 'subject and credential are good' },
  D5: { title: 'offline lock', passed: 'no offline lock is asked from afar' },
  D6: { title: 'restrictions of door and place', passed: 'restrictions of door and place hold' },
  D7: { title: 'access rights that reach it', passed: 'access rights reach it' },
  D8: { title: 'access rights that count now', passed: 'an access right counts now' },
  D9: { title: 'one that counts is enough', passed: 'one that counts is enough' },
  D10: { title: 'tenancy', passed: 'no tenancy is in the way' },
  A1: { title: 'permission', passed: 'an access right has the permission' },
  A3: { title: 'granting and ending rights', passed: 'the rules for granting rights hold' },
};

/** What became of an assignment, in words. */
export function fate(trace: AssignmentTrace): string {
  switch (trace.outcome) {
    case 'counts':
      return 'counts';
    case 'fails':
      return `fails because ${sentences(trace.reasons)}`;
    case 'excluded':
      return 'suspended while the door is let';
    case 'elsewhere':
      return 'reaches other doors only';
    case 'no_permission':
      return 'its role has no such permission';
    default:
      return unreachable(trace.outcome);
  }
}

/** The smallest change of facts that would permit, one sentence for each fact. */
export function missWords(miss: NearestMiss | null, clock: (time: unknown) => string): string[] {
  if (miss === null) return ['no change of facts was found that would permit it'];
  return Object.entries(miss.change).map(([fact, value]) => factWords(fact, value, clock));
}

/** The status of an assignment as a list shows it. */
export function statusWords(entry: Pick<AccessEntry, 'status' | 'enabled'>): string {
  const status = STATUSES[entry.status];
  if (entry.enabled) return status;
  return entry.status === 'active' ? 'switched off' : `switched off (${status})`;
}

const STATUSES: Readonly<Record<AccessEntry['status'], string>> = {
  active: 'active',
  pending: 'pending, not valid yet',
  expired: 'expired',
  inactive_hours: 'inactive, outside its hours',
};

/** What the restrictions say that have details. */
const DETAILS = {
  geofence: {
    missing: (at) => `the phone did not say where it is, and ${at} has a geofence`,
    inaccurate: (at) => `the phone's position is too inexact for the geofence of ${at}`,
    outside: (at) => `the phone is outside the geofence of ${at}`,
  },
  reader: {
    missing: (at) => `nobody stands at a reader of ${at}`,
    elsewhere: (at) => `the reader in use is not one of ${at}`,
  },
  occupancy_limit: {
    missing: (at) => `nobody said how many people are inside, and ${at} has a limit`,
    full: (at) => `as many people are inside as ${at} allows`,
  },
  anti_passback: {
    missing: (at) => `nobody said whether the person is inside already, which ${at} asks for`,
    inside: (at) => `${at} lets nobody in who is inside already`,
  },
  two_person: {
    missing: (at) => `${at} opens for two persons, and nobody else is at the reader`,
    unauthorised: (at) => `${at} opens for two persons, and nobody who came along may open it`,
  },
} satisfies Record<string, Readonly<Record<string, (at: string) => string>>>;

/** Types whose name in a sentence differs from the one in a policy. */
const KINDS: Readonly<Record<string, string>> = {
  access_link: 'link',
  access_right: 'access right',
  elevator_stop: 'elevator stop',
  door_lockdown: 'lockdown',
  place_lockdown: 'lockdown',
};

function detailed(code: keyof typeof DETAILS, detail: string | undefined, at: string): string {
  const sentences: Readonly<Record<string, (at: string) => string>> = DETAILS[code];
  return sentences[detail ?? '']?.(at) ?? `the ${code.replaceAll('_', ' ')} of ${at} is not met`;
}

function factWords(fact: string, value: unknown, clock: (time: unknown) => string): string {
  switch (fact) {
    case 'time':
      return `at another time: ${clock(value)}`;
    case 'location':
      return `with the phone at the door: ${placeWords(value)}`;
    case 'reader':
      return value === null ? 'without a reader' : `at reader \`${shown(String(value))}\``;
    case 'method':
      return `by method \`${shown(String(value))}\``;
    case 'device':
      return value === null ? 'without naming a device' : `with device \`${shown(String(value))}\``;
    case 'secondFactor':
      return 'with a second factor';
    case 'arrivals':
      return `after somebody has arrived: ${shown(JSON.stringify(value))}`;
    case 'occupancy':
      return `while no more than ${Number(value)} people are inside`;
    case 'presence':
      return `when counted as ${shown(String(Object(value).state))}`;
    case 'companions':
      return `with ${namesOf(value)} at the reader too`;
    default:
      return `with ${shown(fact)} ${shown(JSON.stringify(value) ?? 'absent')}`;
  }
}

function namesOf(ids: unknown): string {
  const all = Array.isArray(ids) ? ids : [];
  return all.map((id) => called({ type: 'user', id: String(id) })).join(' and ');
}

function placeWords(value: unknown): string {
  const { latitude, longitude, accuracy } = (value ?? {}) as Record<string, unknown>;
  const exact = accuracy === undefined ? '' : `, known to ${Number(accuracy)} m`;
  return `latitude ${Number(latitude)}, longitude ${Number(longitude)}${exact}`;
}

function unreachable(value: never): string {
  return String(value);
}
