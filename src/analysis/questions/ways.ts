/**
 * Every way in which somebody could come to a door, as far as it matters there: complete, so that whoever is refused on
 * each of them is refused whatever the facts are. Facts that can only help (a second factor, nobody inside)
 * are needed or not; how one comes, with whom, after whom, where one stands and with which device are tried one by one.
 */
import { judge } from '../../engine/decide.js';
import { placeOf } from '../../engine/encounter.js';
import { Findings } from '../../engine/findings.js';
import type { HolderRecord, PortalRecord, RestrictionRecord } from '../../engine/records.js';
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import { formatInstant } from '../../values/instant.js';
import { type Doorway, STRANGER } from './doorway.js';
import type { Need } from './need.js';

/** One way: a need, and what it is made of. */
export interface Way extends Need {
  /** Of each kind of fact which alternative is taken, 0 for none. */
  readonly picks: readonly number[];
}

/** One kind of fact with its alternatives. */
interface Kind {
  readonly alternatives: readonly Partial<Need>[];
  /** A later alternative does all that an earlier one does. */
  readonly rising: boolean;
}

/** The ways of one person at one door. */
export class Ways {
  /** Coming in before leaving, the fewest kinds of facts first. */
  readonly all: readonly Way[];
  /** A few of them, of which one permits wherever any does. */
  readonly widest: readonly Way[];
  readonly subject: Entity;
  readonly #doorway: Doorway;
  readonly #rising: readonly boolean[];

  constructor(doorway: Doorway, subject: Entity, holder: HolderRecord | undefined) {
    this.#doorway = doorway;
    this.subject = subject;
    const kinds = kindsOf(doorway, holder);
    this.#rising = kinds.map(({ rising }) => rising);
    this.all = waysOf(kinds).sort((a, b) => weight(a) - weight(b));
    this.widest = this.all.filter(({ picks }) =>
      kinds.every((kind, index) => !kind.rising || picks[index] === kind.alternatives.length),
    );
  }

  /** The request of a way at a time; undefined where nobody can come along, or have been let in before. */
  request(way: Way, time: number): AccessRequest | undefined {
    const facts: Record<string, unknown> = { ...way.facts };
    if (way.company) {
      const companion = this.#doorway.voucher(this.subject, way.facts, time);
      if (companion === undefined) return undefined;
      facts['companions'] = [companion];
    }
    if (way.arrival) {
      const arrivals = this.#doorway.arrivals(time);
      if (arrivals.length === 0) return undefined;
      facts['arrivals'] = arrivals.map(formatInstant);
    }
    return this.#doorway.request(this.subject, { ...facts, time: formatInstant(time) });
  }

  /** Whether a way is permitted at a time, and, with findings, by what. */
  permits(way: Way, time: number, findings?: Findings): boolean {
    const request = this.request(way, time);
    return request !== undefined && judge(this.#doorway.s, request, time, findings);
  }

  /** Whether a way is permitted at a time and a stranger who comes the same way is refused. */
  permitsAlone(way: Way, time: number, findings?: Findings): boolean {
    const request = this.request(way, time);
    if (request === undefined) return false;
    if (!judge(this.#doorway.s, request, time, findings)) return false;
    return !judge(this.#doorway.s, { ...request, subject: STRANGER }, time, undefined);
  }

  /** Whether whoever comes one way brings all that the other asks for. */
  includes(way: Way, less: Way): boolean {
    return less.picks.every((pick, index) => {
      const own = way.picks[index] ?? 0;
      return pick === 0 || own === pick || (this.#rising[index] === true && own > pick);
    });
  }

  /** Grants of every permitted way among the widest at a time. */
  grantsAt(time: number, leaving: boolean): string[] {
    const findings = new Findings();
    const grants: string[] = [];
    for (const way of this.widest) {
      if (way.leaving && !leaving) continue;
      findings.grants.length = 0;
      if (this.permits(way, time, findings)) grants.push(...findings.grants);
      findings.clear();
    }
    return grants;
  }
}

/** The need that a way is. */
export function needOf({ facts, company, arrival, leaving }: Way): Need {
  return { facts, company, arrival, leaving };
}

/** Leaving comes after every way of coming in. */
function weight({ picks, leaving }: Way): number {
  return picks.filter((pick) => pick > 0).length + (leaving ? picks.length : 0);
}

/** Every choice of at most one alternative of each kind. */
function waysOf(kinds: readonly Kind[]): Way[] {
  let ways: Way[] = [{ facts: {}, company: false, arrival: false, leaving: false, picks: [] }];
  for (const { alternatives } of kinds) {
    ways = ways.flatMap((way) => [
      { ...way, picks: [...way.picks, 0] },
      ...alternatives.map((alternative, index) => ({
        ...way,
        ...alternative,
        facts: { ...way.facts, ...alternative.facts },
        picks: [...way.picks, index + 1],
      })),
    ]);
  }
  return ways;
}

function kindsOf(
  { s, portal, standpoints, forTwo }: Doorway,
  holder: HolderRecord | undefined,
): Kind[] {
  const restrictions = restrictionsAt(s, portal);
  const asked = (name: 'reader' | 'primaryDevice' | 'secondFactor' | 'appAccess'): boolean =>
    restrictions.some((restriction) => restriction[name]);
  const kinds: Kind[] = [];
  const add = (rising: boolean, alternatives: readonly Partial<Need>[]): void => {
    if (alternatives.length > 0) kinds.push({ rising, alternatives });
  };
  const passback = restrictions.some(({ presence }) => (presence?.passbackResetMs ?? -1) >= 0);
  if (passback) add(true, [{ facts: { presence: { state: 'outside' } } }]);
  add(true, occupancies(s, portal, restrictions));
  if (asked('secondFactor')) add(true, [{ facts: { secondFactor: true } }]);
  if (forTwo) add(false, [{ company: true }]);
  if (portal.unlocks.some(({ arrival }) => arrival >= 0)) add(false, [{ arrival: true }]);
  add(
    false,
    standpoints.map((location) => ({ facts: { location } })),
  );
  const primary = holder?.primaryDevice;
  if (asked('primaryDevice') && primary !== undefined) add(false, [{ facts: { device: primary } }]);
  const fenced = restrictions.some(({ geofence }) => geofence !== undefined);
  const atDoor = fenced || asked('reader') || asked('appAccess') || portal.offline;
  add(false, comings(portal, atDoor));
  return kinds;
}

function restrictionsAt(s: Snapshot, portal: PortalRecord): RestrictionRecord[] {
  const groups = portal.groups.map((group) => at(s.tables.groups, group)?.restrictions);
  const all = [portal.restrictions, placeOf(s, portal).restrictions, ...groups];
  return all.filter((restriction) => restriction !== undefined);
}

/** So few inside that the most generous limit holds, then the next. */
function occupancies(
  s: Snapshot,
  portal: PortalRecord,
  restrictions: readonly RestrictionRecord[],
): Partial<Need>[] {
  const { capacity } = placeOf(s, portal).document;
  const limits = restrictions.flatMap(({ presence }) => {
    const limit = presence?.occupancyLimit;
    return (limit === true ? capacity : limit) ?? [];
  });
  const sorted = [...new Set(limits)].sort((a, b) => b - a);
  return sorted.map((limit) => ({ facts: { occupancy: limit - 1 } }));
}

/** At a reader, coming in and leaving: which of several does not matter. Without readers, at the lock. */
function comings(portal: PortalRecord, atDoor: boolean): Partial<Need>[] {
  const first = (direction: 'entry' | 'exit'): string | undefined =>
    portal.readers
      .filter((reader) => (reader.direction ?? 'entry') === direction)
      .map(({ id }) => id)
      .sort()[0];
  const found: Partial<Need>[] = [];
  const [entry, exit] = [first('entry'), first('exit')];
  const tap = (reader: string): Partial<Facts> => ({ method: 'tap', reader });
  if (entry !== undefined && atDoor) found.push({ facts: tap(entry) });
  if (portal.readers.length === 0 && atDoor) found.push({ facts: { method: 'tap' } });
  if (exit !== undefined) found.push({ facts: tap(exit), leaving: true });
  return found;
}
