/** The words in which a formula speaks of facts: names of tests, shared by both policies where they make the same of a fact. */
import { compileFence } from '../../checks/place/geofence.js';
import { placeOf } from '../../engine/encounter.js';
import type { PortalRecord, UnlockRecord } from '../../engine/records.js';
import { type Snapshot, zoneAt, zoneOf } from '../../engine/snapshot.js';
import { at, numberOf } from '../../engine/table.js';
import type { Geofence, Location } from '../../policy/document.js';
import { type Comparison, type Pair, SIDES, type Side } from './comparison.js';
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
      fences.set(plan.key, joinedPlan(fences.get(plan.key), plan));
      return book.fact('location', plan.key);
    },
    below: (limit) => book.fact('occupancy', String(limit)),
    presence: (test) => book.fact('presence', String(test)),
    company: () => book.fact('company', `vouched@${side}`),
    arrived: (unlock) => {
      const key = arrivalKey(c, portal, side, unlock);
      return key === undefined ? book.never : book.fact('arrivals', key);
    },
  };
}

/** A fence that several elements ask for is named after one of them, whichever came first. */
function joinedPlan(known: FencePlan | undefined, plan: FencePlan): FencePlan {
  if (known === undefined) return plan;
  const first = known.where < plan.where ? known : plan;
  const sides = SIDES.filter((side) => known.sides.includes(side) || plan.sides.includes(side));
  return { ...first, sides };
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

/**
 * Names a first-to-arrive unlock: `schedule after arrival`, shared where both policies say the same of it at this door;
 * undefined where nobody can arrive.
 */
export function arrivalKey(
  c: Comparison,
  portal: Pair['portal'],
  side: Side,
  unlock: UnlockRecord,
): string | undefined {
  const own = waitingText(c, portal, side, unlock);
  if (own === undefined) return undefined;
  const { schedules } = c.snapshots[side].tables;
  const ids = [unlock.schedule, unlock.arrival].map((number) => idOf(at(schedules, number)));
  const other = side === 0 ? 1 : 0;
  const elsewhere = c.snapshots[other].tables.schedules;
  const [schedule = -1, arrival = -1] = ids.map((id) => numberOf(elsewhere, id));
  const theirs = waitingText(c, portal, other, { schedule, arrival });
  return sided(ids.join(' after '), own === theirs && hasOneSource(c), side);
}

/** Whether both policies take the rules of time zones from one source. */
function hasOneSource({ snapshots }: Comparison): boolean {
  return snapshots[0].zones.source === snapshots[1].zones.source;
}

/** All that answers about such an unlock rest on. */
function waitingText(
  c: Comparison,
  { records }: Pair['portal'],
  side: Side,
  unlock: UnlockRecord,
): string | undefined {
  const [s, portal] = [c.snapshots[side], records[side]];
  const fallback = zoneAt(s, portal?.place ?? -1);
  const parts = [unlock.schedule, unlock.arrival].map((number) => {
    const record = at(s.tables.schedules, number);
    const zone = record && zoneOf(s, record, fallback);
    if (portal === undefined || !record?.enabled || zone === undefined) return undefined;
    const calendar = record.calendar < 0 ? undefined : at(s.tables.calendars, record.calendar);
    const { name: _, ...body } = record.document as { name?: string };
    return text([body, calendar?.days ?? null, zone.name]);
  });
  return parts.some((part) => part === undefined) ? undefined : parts.join(' ');
}

function idOf(record: { readonly document: object } | undefined): string {
  return (record?.document as { id?: string } | undefined)?.id ?? '';
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

/** JSON with members and lists in order: every list of a schedule or calendar is a set. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(text))].sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members
    .map(([name, each]) => `${JSON.stringify(name)}:${text(each)}`)
    .sort()
    .join()}}`;
}
