/**
 * What a person could do otherwise at a door: come near, stand at a reader, take another device, show a second
 * factor, leave first, wait until others have left. Whom to bring along is in `possible-companions.ts`.
 */

import { placeOf } from './encounter.js';
import { compareText } from './findings.js';
import { holdingsOf } from './holding.js';
import type { HolderRecord, PlaceRecord, PortalRecord, RestrictionRecord } from './records.js';
import type { Facts } from './request.js';
import { GROUP, scopeCode } from './scope-code.js';
import type { Snapshot } from './snapshot.js';
import { at, find } from './table.js';

/** Devices of one holder that are tried. */
const DEVICES_MAX = 3;

/** Positions that are tried: the door, and the polygons that bind this holder before those that bind others. */
const POSITIONS_MAX = 8;

/** Alternatives of each kind of fact, the most natural first. */
export interface OtherFacts {
  /** Kinds whose last alternatives, taken all together, can only help, whatever the other facts are. */
  readonly helps: readonly (readonly Partial<Facts>[])[];
  /** Kinds that must be tried one by one. */
  readonly choices: readonly (readonly Partial<Facts>[])[];
}

/** Alternatives of each kind of fact that matters at this door. Independent of document order. */
export function otherFacts(
  s: Snapshot,
  facts: Facts,
  portal: PortalRecord,
  holder: HolderRecord | undefined,
): OtherFacts {
  const restrictions = restrictionsAt(s, portal, holder);
  const asked = (name: 'reader' | 'primaryDevice' | 'secondFactor' | 'appAccess') =>
    restrictions.some((restriction) => restriction[name]);
  const fenced = restrictions.some(({ geofence }) => geofence !== undefined);
  const helps: Partial<Facts>[][] = [];
  const choices: Partial<Facts>[][] = [];
  if (restrictions.some(({ presence }) => (presence?.passbackResetMs ?? -1) >= 0)) {
    helps.push([{ presence: { state: 'outside' } }]);
  }
  helps.push(occupancies(facts.occupancy, limitsOf(placeOf(s, portal), restrictions)));
  if (asked('secondFactor') && facts.secondFactor !== true) helps.push([{ secondFactor: true }]);
  if (fenced) choices.push(positions(s, portal, restrictions));
  const device = facts.device ?? undefined;
  if (asked('primaryDevice') || facts.method === 'card' || device !== undefined) {
    choices.push(devices(s, holder, device));
  }
  const exits = portal.readers.some(({ direction }) => direction === 'exit');
  if (
    fenced ||
    asked('reader') ||
    asked('appAccess') ||
    portal.offline ||
    exits ||
    facts.method === 'card'
  ) {
    choices.push(presences(facts, portal));
  }
  const someOf = (kinds: readonly Partial<Facts>[][]) => kinds.filter(({ length }) => length > 0);
  return { helps: someOf(helps), choices: someOf(choices) };
}

/** Of the door, its place, the groups through which the holder comes, and the others: a companion may come through those. */
function restrictionsAt(
  s: Snapshot,
  portal: PortalRecord,
  holder: HolderRecord | undefined,
): RestrictionRecord[] {
  const held = new Set(holder && holdingsOf(s, holder).map(({ scope }) => scope));
  const groups = portal.groups.flatMap((number) => {
    const record = at(s.tables.groups, number);
    return record === undefined ? [] : { record, isHeld: held.has(scopeCode(GROUP, number)) };
  });
  groups.sort(
    (a, b) =>
      Number(b.isHeld) - Number(a.isHeld) ||
      compareText(a.record.document.id, b.record.document.id),
  );
  const all = [portal, placeOf(s, portal), ...groups.map(({ record }) => record)].map(
    ({ restrictions }) => restrictions,
  );
  return all.filter((restriction) => restriction !== undefined);
}

/** Every limit of people inside that somebody may be held to here. */
function limitsOf(place: PlaceRecord, restrictions: readonly RestrictionRecord[]): number[] {
  const { capacity } = place.document;
  return restrictions.flatMap(({ presence }) => {
    const limit = presence?.occupancyLimit;
    return (limit === true ? capacity : limit) ?? [];
  });
}

/** So few inside that the most generous limit holds, then that every one does. */
function occupancies(occupancy: unknown, limits: readonly number[]): Partial<Facts>[] {
  if (limits.length === 0) return [];
  const enough = [Math.max(...limits) - 1, Math.min(...limits) - 1];
  const fewer = enough.filter((most) => !(typeof occupancy === 'number' && occupancy <= most));
  return [...new Set(fewer)].map((most) => ({ occupancy: most }));
}

/** The centre of circles, and a corner of each polygon, which is inside it. */
function positions(
  s: Snapshot,
  portal: PortalRecord,
  restrictions: readonly RestrictionRecord[],
): Partial<Facts>[] {
  const found: { latitude: number; longitude: number }[] = [];
  const own = 'location' in portal.document ? portal.document.location : undefined;
  const centre = own ?? placeOf(s, portal).document.location;
  if (centre !== undefined) found.push(centre);
  for (const { geofence } of restrictions) {
    const corner = geofence?.polygon?.[0];
    if (corner !== undefined) found.push({ latitude: corner[1], longitude: corner[0] });
  }
  return found
    .slice(0, POSITIONS_MAX)
    .map((position) => ({ location: { ...position, accuracy: 0 } }));
}

/** The primary device, other active credentials, and last no device at all. Only what D4 does not refuse. */
function devices(s: Snapshot, holder: HolderRecord | undefined, device: unknown): Partial<Facts>[] {
  const ids: string[] = [];
  if (holder?.primaryDevice !== undefined) ids.push(holder.primaryDevice);
  const own = (holder?.credentials ?? []).flatMap(
    (number) => at(s.tables.credentials, number) ?? [],
  );
  for (const id of own.map((credential) => credential.id).sort()) ids.push(id);
  const usable = [...new Set(ids)].filter((id) => {
    const credential = find(s.tables.credentials, id);
    const refused =
      credential !== undefined && (credential.state !== 'active' || credential.user !== holder?.id);
    return !refused && id !== device;
  });
  const found: Partial<Facts>[] = usable.slice(0, DEVICES_MAX).map((id) => ({ device: id }));
  if (device !== undefined) found.push({ device: null });
  return found;
}

/** Coming to the door: at a reader, entry first, by the method stated or by a tap. */
function presences(facts: Facts, portal: PortalRecord): Partial<Facts>[] {
  const { method, reader } = facts;
  const stated = method === 'tap' || method === 'card' || method === 'qr';
  const first = (direction: 'entry' | 'exit') =>
    portal.readers
      .filter((own) => (own.direction ?? 'entry') === direction)
      .map(({ id }) => id)
      .sort()[0];
  const found: Partial<Facts>[] = [];
  for (const id of [first('entry'), first('exit')]) {
    if (id === undefined) continue;
    if (stated && id !== reader) found.push({ reader: id });
    if (method !== 'tap')
      found.push(id === reader ? { method: 'tap' } : { method: 'tap', reader: id });
  }
  if (found.length === 0 && method !== 'tap') found.push({ method: 'tap' });
  return found;
}
