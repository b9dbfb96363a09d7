/** The words in which a formula speaks of facts: names of tests, shared by both policies where they make the same of a fact. */
import { compileFence } from '../../checks/place/geofence.js';
import { placeOf } from '../../engine/encounter.js';
import type { PortalRecord, UnlockRecord } from '../../engine/records.js';
import { type Snapshot, zoneAt, zoneOf } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Geofence, Location } from '../../policy/document.js';
import type { Comparison, Pair, Side } from './comparison.js';
import { type FencePlan, planOf } from './fence-points.js';
import type { Words } from './opening-formula.js';

/** A name that both policies share, or one of the policy alone. */
export function sided(name: string, shared: boolean, side: Side): string {
  return shared ? name : `${name}@${side}`;
}

/** The words for somebody at a door or stop under one policy. `fences` and their owners are noted. */
export function wordsOf(
  c: Comparison,
  pair: Pair,
  side: Side,
  fences: Map<string, FencePlan>,
): Words {
  const { book } = c;
  const { portal, subject } = pair;
  const record = portal.records[side] as PortalRecord;
  const s = c.snapshots[side];
  return {
    way: (test) => book.fact('way', sided(test, portal.sameReaders, side)),
    device: (test) => book.fact('device', sided(test, subject.sameDevices, side)),
    secondFactor: () => book.fact('second_factor', 'given'),
    fence: (geofence, where) => {
      const plan = fenceAt(s, record, geofence, where, side);
      if (plan === undefined) return book.never;
      const known = fences.get(plan.key);
      fences.set(
        plan.key,
        known === undefined || known.sides.includes(side)
          ? (known ?? plan)
          : { ...known, sides: [0, 1] },
      );
      return book.fact('location', plan.key);
    },
    below: (limit) => book.fact('occupancy', String(limit)),
    presence: (test) => book.fact('presence', String(test)),
    company: () => book.fact('company', `vouched@${side}`),
    arrived: (unlock) => {
      const key = arrivalKey(c, s, record, unlock);
      return key === undefined ? book.never : book.fact('arrivals', key);
    },
  };
}

/** The words for somebody who comes along: nothing but the way is known of him (P3). */
export function companionWords(c: Comparison, pair: Pair, side: Side): Words {
  const { book } = c;
  const link = pair.subject.entity.type === 'link';
  return {
    // A link is not remote by the method `link`; who comes along with it is.
    way: (test) =>
      book.fact(
        'way',
        sided(test === 'close' && link ? 'close-user' : test, pair.portal.sameReaders, side),
      ),
    device: () => book.never,
    secondFactor: () => book.never,
    fence: () => book.never,
    below: (limit) => book.fact('occupancy', String(limit)),
    presence: () => book.never,
    company: () => book.always,
    arrived: () => book.never,
  };
}

/** Names a first-to-arrive unlock by all that it says, so that the same one in both policies is one; undefined where nobody can arrive. */
export function arrivalKey(
  c: Comparison,
  s: Snapshot,
  portal: PortalRecord,
  unlock: UnlockRecord,
): string | undefined {
  const fallback = zoneAt(s, portal.place);
  const oneSource = c.snapshots[0].zones.source === c.snapshots[1].zones.source;
  const parts = [unlock.schedule, unlock.arrival].map((number) => {
    const record = at(s.tables.schedules, number);
    const zone = record && zoneOf(s, record, fallback);
    if (!record?.enabled || zone === undefined) return undefined;
    const calendar = record.calendar < 0 ? undefined : at(s.tables.calendars, record.calendar);
    const { id: _, name: __, ...body } = record.document as { id?: string; name?: string };
    return text([
      body,
      calendar?.days ?? null,
      zone.name,
      oneSource ? null : c.snapshots.indexOf(s),
    ]);
  });
  return parts.some((part) => part === undefined) ? undefined : parts.join(' ');
}

/** A geofence as it lies around a door or stop. */
function fenceAt(
  s: Snapshot,
  portal: PortalRecord,
  geofence: Geofence,
  where: string,
  side: Side,
): FencePlan | undefined {
  const { document } = portal;
  const own = 'location' in document ? document.location : undefined;
  const centre: Location | undefined = own ?? placeOf(s, portal).document.location;
  const fence = compileFence(geofence, centre);
  return fence && planOf(geofence, centre, fence, where, side);
}

/** JSON with members in order. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
