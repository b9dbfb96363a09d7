/** Restrictions of a door, stop, place or group: the table "Restrictions" of docs/clauses.md. */
import { compileFence, type Fence, judgeFence } from '../checks/place/geofence.js';
import type { Geofence } from '../policy/document.js';
import { deviceOf, type Encounter } from './encounter.js';
import type { Findings } from './findings.js';
import { presenceHolds } from './presence.js';
import type { RestrictionRecord } from './records.js';
import type { Entity } from './request.js';
import { compiledFor, type Snapshot } from './snapshot.js';
import { at } from './table.js';

/**
 * Whether every restriction holds. With findings, every one that fails is a reason at `place`;
 * without, the first failure ends it.
 */
export function restrictionsHold(
  s: Snapshot,
  e: Encounter,
  restrictions: RestrictionRecord | undefined,
  place: Pick<Entity, 'type' | 'id'>,
  findings: Findings | undefined,
): boolean {
  if (restrictions === undefined) return true;
  const before = findings?.reasons.length ?? 0;
  const link = e.holder?.kind === 'link';
  if (restrictions.geofence !== undefined && !link && e.reader === undefined && !e.lenient) {
    const verdict = judgeGeofence(e, restrictions.geofence);
    if (verdict !== 'holds') {
      if (findings === undefined) return false;
      findings.add('geofence', place, verdict);
    }
  }
  if (restrictions.reader && !link && e.reader === undefined) {
    if (findings === undefined) return false;
    findings.add('reader', place, readerDetail(e));
  }
  if (restrictions.schedule >= 0 && !e.lenient && !accessOpen(s, e, restrictions.schedule)) {
    if (findings === undefined) return false;
    findings.add('schedule', place);
  }
  if (restrictions.primaryDevice && !onPrimaryDevice(e)) {
    if (findings === undefined) return false;
    findings.add('primary_device', place);
  }
  if (restrictions.secondFactor && e.facts.secondFactor !== true) {
    if (findings === undefined) return false;
    findings.add('second_factor', place);
  }
  if (restrictions.appAccess && !link && e.method === 'remote') {
    if (findings === undefined) return false;
    findings.add('app_access', place);
  }
  const { presence } = restrictions;
  if (presence !== undefined && !presenceHolds(e, presence, place, findings)) return false;
  return findings === undefined || findings.reasons.length === before;
}

/** Whether an access schedule lets through: a disabled one restricts nothing. */
function accessOpen(s: Snapshot, e: Encounter, schedule: number): boolean {
  const record = at(s.tables.schedules, schedule);
  if (record === undefined) return false;
  if (!record.enabled) return true;
  return compiledFor(s, record, e.zone)?.isOpen(e.time) ?? false;
}

function judgeGeofence(e: Encounter, geofence: Geofence): ReturnType<typeof judgeFence> {
  const fence = fenceOf(e, geofence);
  return fence === undefined ? 'missing' : judgeFence(fence, e.facts.location);
}

/** The fence around this door, compiled once for the door and the place as they are. */
function fenceOf(e: Encounter, geofence: Geofence): Fence | undefined {
  const { fences, document } = e.portal;
  if (fences.place !== e.place) {
    fences.byDocument.clear();
    fences.place = e.place;
  }
  let fence = fences.byDocument.get(geofence);
  if (fence === undefined) {
    const own = 'location' in document ? document.location : undefined;
    fence = compileFence(geofence, own ?? e.place.document.location);
    fences.byDocument.set(geofence, fence);
  }
  return fence;
}

/** R9: `elsewhere` for a reader of another door, `missing` for none or one that does not count. */
function readerDetail(e: Encounter): 'missing' | 'elsewhere' {
  const { reader } = e.facts;
  if (typeof reader !== 'string') return 'missing';
  return e.portal.readers.some(({ id }) => id === reader) ? 'missing' : 'elsewhere';
}

function onPrimaryDevice(e: Encounter): boolean {
  const { holder } = e;
  return (
    holder !== undefined &&
    holder.kind === 'user' &&
    holder.primaryDevice !== undefined &&
    deviceOf(e) === holder.primaryDevice
  );
}
