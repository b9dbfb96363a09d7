/** Whom a door lets in under some facts: at one instant, or ever within a span of time. */
import { readEntity, readTime } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compareText, unique } from '../../engine/findings.js';
import { candidatesOf } from '../../engine/holding.js';
import { holdingsAt, usersWithin } from '../../engine/lists.js';
import type { HolderRecord } from '../../engine/records.js';
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Span } from '../../values/instant.js';
import { Doorway, STRANGER } from './doorway.js';
import { readLook } from './look.js';
import type { Possible, PossiblePeople } from './need.js';
import { stretches } from './stretches.js';
import { needOf, type Way, Ways } from './ways.js';

/** Who could be let in within a span of time. */
export interface WhoCouldEverOptions {
  /** RFC 3339, a `Date` or epoch milliseconds. Inside. */
  readonly from: Facts['time'];
  /** Outside. Default: 53 weeks after `from`. */
  readonly until?: Facts['time'];
}

/**
 * Everybody whom a door or elevator stop lets in at an instant with the facts of some request, each with the least it
 * takes. Complete: whoever is not listed is refused at that instant whatever the facts are, unless `anyone` is there.
 * Empty for a door that does not exist.
 * @throws RequestError for an instant that is none.
 */
export function whoCould(engine: Engine, resource: Entity, time: Facts['time']): PossiblePeople {
  const s = snapshotOf(engine);
  const from = readTime({ time }, s.zones);
  return peopleAt(s, resource, { from, until: from + 1 });
}

/**
 * Everybody whom a door or elevator stop lets in at some time of the span with the facts of some request, each with
 * the assignments through which and with the first request that is permitted. Complete as `whoCould` is.
 * @throws RequestError for an instant that is none, RangeError for a span that does not end after it begins, or within which
 *   more changes than can be looked at.
 */
export function whoCouldEver(
  engine: Engine,
  resource: Entity,
  options: WhoCouldEverOptions,
): PossiblePeople {
  const s = snapshotOf(engine);
  return peopleAt(s, resource, readLook(s, options));
}

function peopleAt(s: Snapshot, resource: Entity, look: Span): PossiblePeople {
  readEntity('/resource', resource, true);
  const doorway = doorwayOf(s, resource);
  if (doorway === undefined) return { people: [] };
  const anyone = openToAll(doorway, look);
  const people = holdersAt(doorway).flatMap((holder) => possible(doorway, holder, look) ?? []);
  return anyone === undefined ? { people } : { anyone, people };
}

/** A door or stop that exists, where some role of the model opens it. */
function doorwayOf(s: Snapshot, { type, id }: Entity): Doorway | undefined {
  if (type !== 'door' && type !== 'elevator_stop') return undefined;
  const portal = find(type === 'door' ? s.tables.doors : s.tables.stops, id);
  const roles = type === 'door' ? s.mayUnlock : s.mayGetAccess;
  return portal && roles && new Doorway(s, portal, roles);
}

/** The first request of a stranger that is permitted: the door stands unlocked. */
function openToAll(doorway: Doorway, look: Span): AccessRequest | undefined {
  if (doorway.portal.unlocks.length === 0) return undefined;
  const ways = new Ways(doorway, STRANGER, undefined);
  for (const { from } of stretches(doorway, STRANGER, look)) {
    if (!ways.widest.some((way) => ways.permits(way, from))) continue;
    const least = ways.all.find((way) => ways.permits(way, from));
    return least && ways.request(least, from);
  }
  return undefined;
}

/** Users by id, then links by id, with any assignment around the door: one that opens it, or one that a lockdown spares. */
function holdersAt({ s, portal }: Doorway): HolderRecord[] {
  const users = Array.from(usersWithin(s, portal), (number) => at(s.tables.users, number));
  const links = new Set<HolderRecord | undefined>();
  for (const number of holdingsAt(s, portal).flat()) {
    const { type, id } = at(s.tables.assignments, number)?.subject ?? {};
    if (type === 'link' && id !== undefined) links.add(find(s.tables.links, id));
  }
  const sorted = (holders: readonly (HolderRecord | undefined)[]): HolderRecord[] =>
    holders.flatMap((holder) => holder ?? []).sort((a, b) => compareText(a.id, b.id));
  return [...sorted(users), ...sorted([...links])];
}

/** A way that is permitted, and when. */
interface Found {
  readonly way: Way;
  readonly time: number;
}

/** Whether and how somebody is let in at some time of a span. */
function possible(doorway: Doorway, holder: HolderRecord, look: Span): Possible | undefined {
  const { s, portal, roles } = doorway;
  if (!holder.active) return undefined;
  const candidates = candidatesOf(s, holder, roles, portal.containers);
  const spared = [...s.lockdowns, ...portal.lockdowns, ...placeLockdowns(doorway)];
  if (candidates.length === 0 && !spared.some(({ exempt }) => exempt.size > 0)) return undefined;
  const subject = { type: holder.kind, id: holder.id };
  const ways = new Ways(doorway, subject, holder);
  const grants = new Set<string>();
  let coming: Found | undefined;
  let leaving: Found | undefined;
  for (const { from: time } of stretches(doorway, subject, look)) {
    if (coming === undefined) {
      const found = first(ways, time);
      if (found?.way.leaving === false) coming = found;
      else leaving ??= found;
    }
    for (const grant of ways.grantsAt(time, true)) grants.add(grant);
    if (coming !== undefined && grants.size === candidates.length) break;
  }
  const found = coming ?? leaving;
  const witness = found && ways.request(found.way, found.time);
  if (found === undefined || witness === undefined) return undefined;
  return { subject, need: needOf(found.way), assignments: unique([...grants]), witness };
}

/** The least way that is permitted at a time to somebody and not to a stranger. */
function first(ways: Ways, time: number): Found | undefined {
  if (!ways.widest.some((way) => ways.permitsAlone(way, time))) return undefined;
  const way = ways.all.find((one) => ways.permitsAlone(one, time));
  return way && { way, time };
}

function placeLockdowns({ s, portal }: Doorway) {
  return at(s.tables.places, portal.place)?.lockdowns ?? [];
}
