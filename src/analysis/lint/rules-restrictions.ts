/** Restrictions that repeat each other, or that nobody can satisfy where they stand. */
import type { PortalRecord } from '../../engine/records.js';
import { GROUP, scopeCode } from '../../engine/scope-code.js';
import { at, numberOf } from '../../engine/table.js';
import type { Restrictions } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { type Ground, type Path, portalsIn } from './ground.js';
import { demandOf, KINDS, type Kind } from './restriction-kinds.js';
import { capped, nameOf } from './words.js';

/** Codes `restriction_repeated` and `restriction_stacked`: a door with its place, a group with its doors. */
export function lintRepeated(ground: Ground): void {
  const { s } = ground;
  for (const { portal, path } of ground.openables) {
    const own = portal.document.restrictions;
    if (own === undefined) continue;
    const above = placeRestrictions(ground, portal);
    for (const kind of KINDS) {
      const demand = demandOf(s, own, kind);
      const other = demandOf(s, above, kind);
      if (demand === undefined || other === undefined) continue;
      const same = demand === other;
      const message = same
        ? `${kind} is asked for at ${nameOf(portal)} and at its place`
        : `${kind} is asked for at ${nameOf(portal)} and otherwise at its place: both must hold`;
      const code = same ? 'restriction_repeated' : 'restriction_stacked';
      const related = [[...ground.placePath(portal.place), 'restrictions', kind]];
      ground.report(code, [...path, 'restrictions', kind], message, related);
    }
  }
  eachGroup(ground, (restrictions, id, path, portals) => {
    for (const kind of KINDS) {
      const demand = demandOf(s, restrictions, kind);
      if (demand !== undefined) lintGroupKind(ground, kind, demand, id, path, portals());
    }
  });
}

/** Codes `reader_missing` and `offline_needs_server`. */
export function lintUnmeetable(ground: Ground): void {
  const { s } = ground;
  for (const { portal, path } of ground.openables) {
    const own = portal.document.restrictions;
    const above = placeRestrictions(ground, portal);
    for (const kind of KINDS) {
      const here = demandOf(s, own, kind) !== undefined;
      if (!here && demandOf(s, above, kind) === undefined) continue;
      const told = here ? [...path, 'restrictions', kind] : path;
      const related = here ? [] : [[...ground.placePath(portal.place), 'restrictions', kind]];
      const bound = here ? own : above;
      if (kind === 'reader' && portal.readers.length === 0) {
        const message = `${nameOf(portal)} asks for a reader and has none: it opens for nobody but links`;
        ground.report('reader_missing', told, message, related);
      } else if (portal.offline && needsServer(kind, bound, portal)) {
        const message = `the lock of offline ${nameOf(portal)} cannot judge ${kind}, so it gets no grants`;
        ground.report('offline_needs_server', told, message, related);
      }
    }
  }
  eachGroup(ground, (restrictions, id, path, portals) => {
    for (const kind of KINDS) {
      if (demandOf(s, restrictions, kind) === undefined) continue;
      const without =
        kind === 'reader' ? portals().filter(({ readers }) => readers.length === 0) : [];
      const offline = portals().filter(
        (portal) => portal.offline && needsServer(kind, restrictions, portal),
      );
      const there = [...path, 'restrictions', kind];
      if (without.length > 0) {
        const message = `group ${quote(id)} asks for a reader, and there is none at ${listed(without)}`;
        ground.report('reader_missing', there, message, pathsOf(ground, without));
      }
      if (offline.length > 0) {
        const message = `group ${quote(id)} asks for ${kind}, which the locks of offline ${listed(offline)} cannot judge`;
        ground.report('offline_needs_server', there, message, pathsOf(ground, offline));
      }
    }
  });
}

/** The code `no_exit_reader`: a place that counts who is inside, where no reader tells who leaves. */
export function lintExits(ground: Ground): void {
  const { policy, s } = ground;
  const counted = new Map<number, Path[]>();
  const left = new Set<number>();
  for (const { portal, path } of ground.openables) {
    if (portal.readers.some(({ direction }) => direction === 'exit')) left.add(portal.place);
    for (const kind of ['occupancyLimit', 'antiPassback'] as const) {
      if (demandOf(s, portal.document.restrictions, kind) === undefined) continue;
      const there: Path = [...path, 'restrictions', kind];
      const known = counted.get(portal.place);
      if (known === undefined) counted.set(portal.place, [there]);
      else known.push(there);
    }
  }
  policy.places?.forEach((place, index) => {
    const number = numberOf(s.tables.places, place.id);
    const own = (['occupancyLimit', 'antiPassback'] as const)
      .filter((kind) => demandOf(s, place.restrictions, kind) !== undefined)
      .map((kind): Path => ['places', index, 'restrictions', kind]);
    const related = [...own, ...(counted.get(number) ?? [])];
    if (related.length === 0 || left.has(number)) return;
    const message = `place ${quote(place.id)} counts who is inside, and none of its readers is an exit`;
    ground.report('no_exit_reader', ['places', index], message, related);
  });
}

function lintGroupKind(
  ground: Ground,
  kind: Kind,
  demand: string,
  id: string,
  path: Path,
  portals: readonly PortalRecord[],
): void {
  const { s } = ground;
  const same: PortalRecord[] = [];
  const other: PortalRecord[] = [];
  for (const portal of portals) {
    const demands = [portal.document.restrictions, placeRestrictions(ground, portal)]
      .map((each) => demandOf(s, each, kind))
      .filter((each) => each !== undefined);
    if (demands.includes(demand)) same.push(portal);
    else if (demands.length > 0) other.push(portal);
  }
  const there = [...path, 'restrictions', kind];
  if (same.length > 0) {
    const message = `${kind} is asked for at group ${quote(id)} and again at ${listed(same)} or the place`;
    ground.report('restriction_repeated', there, message, pathsOf(ground, same));
  }
  if (other.length > 0) {
    const message = `${kind} is asked for at group ${quote(id)} and otherwise at ${listed(other)} or the place: both must hold`;
    ground.report('restriction_stacked', there, message, pathsOf(ground, other));
  }
}

/** Each group with restrictions; its doors and stops are looked up when first asked for. */
function eachGroup(
  ground: Ground,
  visit: (
    restrictions: Restrictions,
    id: string,
    path: Path,
    portals: () => readonly PortalRecord[],
  ) => void,
): void {
  const { s, policy } = ground;
  policy.groups?.forEach(({ id, restrictions }, index) => {
    if (restrictions === undefined) return;
    let found: readonly PortalRecord[] | undefined;
    const portals = () => {
      found ??= portalsIn(ground, scopeCode(GROUP, numberOf(s.tables.groups, id)));
      return found;
    };
    visit(restrictions, id, ['groups', index], portals);
  });
}

/** What no lock knows by itself. @see docs/lowering.md */
function needsServer(
  kind: Kind,
  restrictions: Restrictions | undefined,
  portal: PortalRecord,
): boolean {
  switch (kind) {
    case 'occupancyLimit':
    case 'twoPerson':
      return true;
    case 'antiPassback':
      return restrictions?.antiPassback?.mode === 'hard';
    case 'geofence':
      return portal.readers.length === 0;
    default:
      return false;
  }
}

function placeRestrictions({ s }: Ground, portal: PortalRecord): Restrictions | undefined {
  return at(s.tables.places, portal.place)?.document.restrictions;
}

function pathsOf(ground: Ground, portals: readonly PortalRecord[]): Path[] {
  return portals.map((portal) => ground.pathOf.get(portal) ?? []);
}

function listed(portals: readonly PortalRecord[]): string {
  return capped(portals.map(nameOf));
}
