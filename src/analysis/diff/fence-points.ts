/**
 * Positions that tell fences apart: for every way in which somebody can be inside some of them and outside the others,
 * one position and accuracy. Found along the edges of each: whatever the edges part lies beside one of them.
 */
import { type Fence, judgeFence } from '../../checks/place/geofence.js';
import type { Geofence, Location } from '../../policy/document.js';
import { DIFF_FENCES_MAX } from '../../values/limits.js';
import type { Side } from './comparison.js';

/** A fence as it lies on the map. */
export interface FencePlan {
  /** Equal for fences that hold the same. */
  readonly key: string;
  readonly fence: Fence;
  /** Whose fence, for people, and in which policies. */
  readonly where: string;
  readonly sides: readonly Side[];
  /** A position surely inside. */
  readonly inside: Position;
  /** Positions just inside and just outside its edge, all the way round; `share` from 0 to 1. */
  readonly edge: (share: number) => readonly [Position, Position];
  /** Positions where the edge turns. */
  readonly corners: readonly Position[];
}

interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** A location as a request states it, and the keys of the fences that hold it. */
export interface Witness {
  readonly holds: ReadonlySet<string>;
  readonly location: (Position & { readonly accuracy: number }) | undefined;
}

const EARTH_METRES = 6_371_000;
const RADIANS = Math.PI / 180;
/** A centimetre and less, in degrees: beside an edge, and far above what floating point loses. */
const BESIDE_DEGREES = 1e-7;
/** Positions along one edge: finer than a person's step for most fences; crossings between them are found by halving. */
const SHARES = 96;

/** A fence and how to walk its edge. */
export function planOf(
  geofence: Geofence,
  centre: Location | undefined,
  fence: Fence,
  where: string,
  side: Side,
): FencePlan {
  const own = { fence, where, sides: [side] };
  const { polygon } = geofence;
  if (polygon !== undefined) {
    const corners = polygon.map(([longitude, latitude]) => ({ latitude, longitude }));
    const key = `polygon ${JSON.stringify(polygon)} ${fence.accuracyMetresMax}`;
    return {
      ...own,
      key,
      inside: corners[0] as Position,
      corners,
      edge: (share) => besideEdge(fence, corners, share),
    };
  }
  const from = centre as Location;
  const metres = fence.accuracyMetresMax;
  const key = `circle ${from.latitude} ${from.longitude} ${metres}`;
  return {
    ...own,
    key,
    inside: from,
    corners: [],
    edge: (share) => besideCircle(fence, from, metres, share * 360),
  };
}

/** Every way in which these fences hold or do not, as far as positions beside their edges tell, each with a location. */
export function fenceWitnesses(plans: readonly FencePlan[]): Witness[] {
  if (plans.length > DIFF_FENCES_MAX)
    throw new RangeError(`more than ${DIFF_FENCES_MAX} fences around one door`);
  const found = new Map<string, Witness>([['', { holds: new Set(), location: undefined }]]);
  const limits = [...new Set(plans.map(({ fence }) => fence.accuracyMetresMax))];
  for (const position of positions(plans)) {
    for (const accuracy of limits) {
      const location = { ...position, accuracy };
      const holds = plans
        .filter(({ fence }) => judgeFence(fence, location) === 'holds')
        .map(({ key }) => key);
      const key = holds.join(';');
      if (!found.has(key)) found.set(key, { holds: new Set(holds), location });
    }
  }
  return [...found.values()];
}

function* positions(plans: readonly FencePlan[]): Generator<Position> {
  for (const plan of plans) {
    yield plan.inside;
    yield* plan.corners;
    if (plans.length > 1) yield* alongEdge(plan, plans);
  }
}

/** Both sides of an edge, and of each point at which it crosses another. */
function* alongEdge(plan: FencePlan, plans: readonly FencePlan[]): Generator<Position> {
  const others = plans.filter((each) => each !== plan);
  const side = (position: Position): string =>
    others.map(({ fence }) => (isInside(fence, position) ? 1 : 0)).join('');
  let before = plan.edge(0);
  yield* before;
  for (let step = 1; step <= SHARES * Math.max(1, plan.corners.length / 4); step++) {
    const count = SHARES * Math.max(1, plan.corners.length / 4);
    const here = plan.edge(step / count);
    yield* here;
    if (side(here[0]) !== side(before[0]) || side(here[1]) !== side(before[1])) {
      yield* atCrossing(plan, side, (step - 1) / count, step / count);
    }
    before = here;
  }
}

/** Positions on both sides of an edge, as near as can be to where something changes between two shares of it. */
function* atCrossing(
  plan: FencePlan,
  side: (position: Position) => string,
  from: number,
  until: number,
): Generator<Position> {
  for (const which of [0, 1] as const) {
    let [low, high] = [from, until];
    const first = side(plan.edge(low)[which]);
    for (let halving = 0; halving < 40; halving++) {
      const middle = (low + high) / 2;
      const here = plan.edge(middle);
      yield* here;
      if (side(here[which]) === first) low = middle;
      else high = middle;
    }
  }
}

function besideCircle(
  fence: Fence,
  centre: Position,
  metres: number,
  bearing: number,
): readonly [Position, Position] {
  let [low, high] = [metres * 0.9, metres * 1.1];
  // The fence is on the ellipsoid, the walk on a sphere: the edge is found by halving.
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (isInside(fence, towards(centre, bearing, middle))) low = middle;
    else high = middle;
  }
  return [towards(centre, bearing, low), towards(centre, bearing, high)];
}

/** The position so many metres away in a direction, on a sphere. */
function towards({ latitude, longitude }: Position, bearing: number, metres: number): Position {
  const [angle, way, from] = [bearing * RADIANS, metres / EARTH_METRES, latitude * RADIANS];
  const sine = Math.sin(from) * Math.cos(way) + Math.cos(from) * Math.sin(way) * Math.cos(angle);
  const to = Math.asin(Math.max(-1, Math.min(1, sine)));
  const turn = Math.atan2(
    Math.sin(angle) * Math.sin(way) * Math.cos(from),
    Math.cos(way) - Math.sin(from) * Math.sin(to),
  );
  return onMap(to / RADIANS, longitude + turn / RADIANS);
}

function besideEdge(
  fence: Fence,
  corners: readonly Position[],
  share: number,
): readonly [Position, Position] {
  const along = Math.min(share, 1 - 1e-12) * corners.length;
  const index = Math.floor(along);
  const from = corners[index] as Position;
  const to = corners[(index + 1) % corners.length] as Position;
  const step = to.longitude - from.longitude;
  const east = step > 180 ? step - 360 : step < -180 ? step + 360 : step;
  const north = to.latitude - from.latitude;
  const length = Math.hypot(east, north) || 1;
  const at = (across: number) =>
    onMap(
      from.latitude + north * (along - index) + (across * east) / length,
      from.longitude + east * (along - index) - (across * north) / length,
    );
  const sides = [at(BESIDE_DEGREES), at(-BESIDE_DEGREES)] as const;
  return isInside(fence, sides[0]) ? sides : [sides[1], sides[0]];
}

function isInside(fence: Fence, position: Position): boolean {
  return judgeFence(fence, { ...position, accuracy: 0 }) === 'holds';
}

function onMap(latitude: number, longitude: number): Position {
  const turned = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
  return { latitude: Math.max(-90, Math.min(90, latitude)), longitude: turned };
}
