/** The nearest miss: the smallest change of facts that would turn a refusal into a permit. */
import { formatInstant } from '../values/instant.js';
import { isOpening, judge, portalOf } from './decide.js';
import { holderOf, placeOf } from './encounter.js';
import type { NearestMiss } from './explain.js';
import { candidatesOf } from './holding.js';
import { containersOf } from './location.js';
import type { HolderRecord, PortalRecord } from './records.js';
import type { AccessRequest, Facts } from './request.js';
import type { Snapshot } from './snapshot.js';
import { at } from './table.js';
import { nextInstant } from './valid-until.js';

/** Later instants tried: each is one at which something changes, of which a week of windows has about ten. */
const INSTANTS_MAX = 1000;

/** A change of facts of one kind: standing at a reader, being near, a second factor, another device. */
type Alternatives = readonly Partial<Facts>[];

/**
 * The change of the fewest kinds of facts that permits, each combination verified by deciding; `time`
 * is changed only where nothing else helps, and then to the earliest instant found. Null where no
 * fact helps: the policy would have to change.
 */
export function nearestMiss(s: Snapshot, request: AccessRequest, time: number): NearestMiss | null {
  const holder = holderOf(s, request.subject);
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  if (!couldEver(s, request, portal, holder)) return null;
  const kinds = portal === undefined ? [] : factKinds(s, request, portal, holder);
  const now = tryCombinations(s, request, time, kinds, {});
  if (now !== undefined) return { change: now };
  return laterMiss(s, request, time, kinds);
}

/** Whether facts matter at all: the door may stand unlocked, or the subject holds something here. */
function couldEver(
  s: Snapshot,
  request: AccessRequest,
  portal: PortalRecord | undefined,
  holder: HolderRecord | undefined,
): boolean {
  if (isOpening(request) && portal === undefined) return false;
  if (portal !== undefined && portal.unlocks.length > 0) return true;
  const roles = s.permissions.get(request.resource.type, request.action.name);
  if (roles === undefined || holder === undefined || !holder.active) return false;
  const containers = portal?.containers ?? containersOf(s, request);
  return containers !== undefined && candidatesOf(s, holder, roles, containers).length > 0;
}

/** The earliest later instant at which the facts, changed or not, would permit. */
function laterMiss(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  kinds: readonly Alternatives[],
): NearestMiss | null {
  let instant: number | null = time;
  for (let tried = 0; tried < INSTANTS_MAX; tried++) {
    instant = nextInstant(s, request, instant as number);
    if (instant === null || instant >= s.zones.until) return null;
    // With every other fact at its best only the clock is left to refuse.
    if (![...products(kinds, {})].some((best) => permits(s, request, best, instant as number))) {
      continue;
    }
    const found = tryCombinations(s, request, instant, kinds, { time: formatInstant(instant) });
    return found === undefined ? null : { change: found };
  }
  return null;
}

function permits(s: Snapshot, request: AccessRequest, change: Partial<Facts>, time: number): boolean {
  return judge(s, changed(request, change), time, undefined);
}

/** The first permitting combination, fewest kinds first; undefined if none permits. */
function tryCombinations(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  kinds: readonly Alternatives[],
  base: Partial<Facts>,
): Partial<Facts> | undefined {
  const sets = Array.from({ length: 1 << kinds.length }, (_, set) => set);
  sets.sort((a, b) => countBits(a) - countBits(b) || a - b);
  for (const set of sets) {
    const chosen = kinds.filter((_, kind) => (set >> kind) & 1);
    for (const change of products(chosen, base)) {
      if (permits(s, request, change, time)) return change;
    }
  }
  return undefined;
}

function* products(kinds: readonly Alternatives[], base: Partial<Facts>): Generator<Partial<Facts>> {
  const [first, ...rest] = kinds;
  if (first === undefined) {
    yield base;
    return;
  }
  for (const alternative of first) yield* products(rest, { ...base, ...alternative });
}

/** What the person could do otherwise at this door, most natural first. */
function factKinds(
  s: Snapshot,
  request: AccessRequest,
  portal: PortalRecord,
  holder: HolderRecord | undefined,
): Alternatives[] {
  const kinds: Alternatives[] = [];
  if (request.context.secondFactor !== true) kinds.push([{ secondFactor: true }]);
  const centre = centreOf(s, portal);
  if (centre !== undefined) kinds.push([{ location: { ...centre, accuracy: 0 } }]);
  const devices = devicesOf(s, holder);
  if (devices.length > 0) kinds.push(devices);
  kinds.push(presences(request.context, portal));
  return kinds;
}

/** Coming to the door: at its first reader of either direction, entry first; without readers by a tap. */
function presences(facts: Facts, portal: PortalRecord): Alternatives {
  const entry = portal.readers.find(({ direction }) => direction !== 'exit');
  const exit = portal.readers.find(({ direction }) => direction === 'exit');
  const stated = facts.method === 'tap' || facts.method === 'card' || facts.method === 'qr';
  const method = stated ? {} : { method: 'tap' };
  const at = [entry, exit].flatMap((reader) => (reader ? [{ ...method, reader: reader.id }] : []));
  return at.length > 0 ? at : [{ method: 'tap' }];
}

/** A position that satisfies a circle round the door; polygons are tried with a corner. */
function centreOf(s: Snapshot, portal: PortalRecord) {
  const place = placeOf(s, portal);
  for (const restrictions of [portal.restrictions, place.restrictions, ...groupsOf(s, portal)]) {
    const corner = restrictions?.geofence?.polygon?.[0];
    if (corner !== undefined) return { latitude: corner[1], longitude: corner[0] };
  }
  const own = 'location' in portal.document ? portal.document.location : undefined;
  return own ?? place.document.location;
}

function groupsOf(s: Snapshot, portal: PortalRecord) {
  return portal.groups.map((group) => at(s.tables.groups, group)?.restrictions);
}

/** The primary device, then active credentials of the holder. */
function devicesOf(s: Snapshot, holder: HolderRecord | undefined): Partial<Facts>[] {
  if (holder === undefined) return [];
  const ids = new Set<string>();
  if (holder.primaryDevice !== undefined) ids.add(holder.primaryDevice);
  for (const number of holder.credentials) {
    const credential = at(s.tables.credentials, number);
    if (credential?.state === 'active' && ids.size < 3) ids.add(credential.id);
  }
  return [...ids].map((device) => ({ device }));
}

function changed(request: AccessRequest, change: Partial<Facts>): AccessRequest {
  return { ...request, context: { ...request.context, ...change } };
}

function countBits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
