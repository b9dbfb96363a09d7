/** What all rules of lint look at: the document, the engine's tables of it, and where findings go. */
import type { Zone } from '../../checks/time/zone.js';
import type { HolderRecord, PortalRecord, ScheduleRecord } from '../../engine/records.js';
import { GROUP, PLACE, type ScopeCode } from '../../engine/scope-code.js';
import { type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { at, find, values } from '../../engine/table.js';
import { portalsWithin } from '../../engine/within.js';
import type { Policy } from '../../policy/document.js';
import type { FindingCode } from './catalogue.js';
import type { ToxicPair } from './finding.js';

/** A place in the document. */
export type Path = readonly (string | number)[];

/** A door or stop, and where it stands in the document. */
export interface Openable {
  readonly portal: PortalRecord;
  readonly path: Path;
}

/** Everything a rule needs. */
export interface Ground {
  readonly s: Snapshot;
  readonly policy: Policy;
  /** The instant that tells past from future, epoch milliseconds. */
  readonly now: number | undefined;
  readonly segregation: readonly ToxicPair[];
  readonly privileged: readonly string[] | undefined;
  /** Doors, then stops, in document order. */
  readonly openables: readonly Openable[];
  /** The same, by their records. */
  readonly pathOf: ReadonlyMap<PortalRecord, Path>;
  /** What {@link zonesIn} has found, since many assignments share a scope. */
  readonly zones: Map<ScopeCode, readonly Zone[]>;
  /** What was found of schedules of assignments: by zone, beginning and schedules, when they are first open together. */
  readonly meetings: Map<string, number>;
  /** Schedules of which nothing is asked by the clock, as it would take too long: they are told as that. */
  readonly unexamined: Set<ScheduleRecord>;
  /** Takes a finding. */
  report(code: FindingCode, path: Path, message: string, related?: readonly Path[]): void;
  /** Where an assignment stands in the document, by its number. */
  assignmentPath(number: number): Path;
  /** Where a place stands in the document, by its number. */
  placePath(number: number): Path;
}

/** The ground of a snapshot and the document it was compiled from. */
export function groundOf(
  s: Snapshot,
  policy: Policy,
  options: Pick<Ground, 'now' | 'segregation' | 'privileged' | 'report'>,
): Ground {
  const openables: Openable[] = [];
  policy.doors?.forEach((door, index) => {
    const portal = find(s.tables.doors, door.id);
    if (portal !== undefined) openables.push({ portal, path: ['doors', index] });
  });
  policy.elevators?.forEach((elevator, above) => {
    elevator.stops.forEach((stop, index) => {
      const portal = find(s.tables.stops, stop.id);
      if (portal !== undefined) {
        openables.push({ portal, path: ['elevators', above, 'stops', index] });
      }
    });
  });
  const { numbering } = s.tables.places;
  const placeAt = new Map(policy.places?.map(({ id }, index) => [numbering.get(id), index]));
  let assignmentAt: Int32Array | undefined;
  return {
    s,
    policy,
    ...options,
    zones: new Map(),
    meetings: new Map(),
    unexamined: new Set(),
    openables,
    pathOf: new Map(openables.map(({ portal, path }) => [portal, path])),
    assignmentPath(number) {
      assignmentAt ??= assignmentPlaces(s, policy);
      return ['assignments', assignmentAt[number] ?? 0];
    },
    placePath: (number) => ['places', placeAt.get(number) ?? 0],
  };
}

/** The doors and stops that a scope contains; of the organisation in document order. */
export function portalsIn({ s, openables }: Ground, scope: ScopeCode): PortalRecord[] {
  return scope === 0 ? openables.map(({ portal }) => portal) : [...portalsWithin(s, scope)];
}

/** The zones in which a schedule without one of its own is read for assignments at a scope, each once. */
export function zonesIn(ground: Ground, scope: ScopeCode): readonly Zone[] {
  let found = ground.zones.get(scope);
  if (found === undefined) {
    found = findZones(ground, scope);
    ground.zones.set(scope, found);
  }
  return found;
}

/** Users, links and teams. */
export function* holders(ground: Ground): Generator<HolderRecord> {
  yield* values(ground.s.tables.users);
  yield* values(ground.s.tables.links);
  yield* values(ground.s.tables.teams);
}

/** Whether a role opens a door or stop of this type. */
export function opens(s: Snapshot, role: number, type: PortalRecord['type']): boolean {
  return (type === 'door' ? s.mayUnlock : s.mayGetAccess)?.[role] === 1;
}

/** Numbers of the assignments held at a scope around a door or stop, widest scope first. */
export function holdingsAround(s: Snapshot, portal: PortalRecord): (readonly number[])[] {
  return [
    s.holdings,
    at(s.tables.places, portal.place)?.holdings ?? [],
    ...portal.groups.map((group) => at(s.tables.groups, group)?.holdings ?? []),
    portal.holdings,
  ];
}

function findZones(ground: Ground, scope: ScopeCode): readonly Zone[] {
  const zones = new Set<Zone>();
  for (const { place } of portalsIn(ground, scope)) {
    const zone = zoneAt(ground.s, place);
    if (zone !== undefined) zones.add(zone);
  }
  if (zones.size === 0) {
    const group = (scope & 3) === GROUP ? at(ground.s.tables.groups, scope >> 2) : undefined;
    const zone = zoneAt(ground.s, (scope & 3) === PLACE ? scope >> 2 : (group?.place ?? -1));
    if (zone !== undefined) zones.add(zone);
  }
  return [...zones];
}

/** The place in the document of each assignment, by number. */
function assignmentPlaces(s: Snapshot, policy: Policy): Int32Array {
  const { numbering } = s.tables.assignments;
  const places = new Int32Array(numbering.size);
  policy.assignments?.forEach(({ id }, index) => {
    places[numbering.get(id) ?? 0] = index;
  });
  return places;
}
