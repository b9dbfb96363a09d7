/**
 * Edges of fences as arcs: straight in longitude and latitude, or round a centre. Where arcs meet is computed, not sought
 * step by step, so that no crossing is too thin to be found.
 */
import { chordSquared, type Ecef, ecefOf } from '../../values/position.js';

/** A position in degrees; of an edge over the antimeridian the longitude may lie beyond ±180. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** A straight edge from one corner to the next. */
export interface StraightArc {
  readonly kind: 'straight';
  readonly from: Position;
  readonly to: Position;
}

/** All the way round a centre. */
export interface RoundArc {
  readonly kind: 'round';
  readonly middle: Position;
  readonly centre: Ecef;
  readonly metres: number;
}

/** An edge of a fence, walked by shares from 0 to 1. */
export type Arc = StraightArc | RoundArc;

const RADIANS = Math.PI / 180;
const EARTH_METRES = 6_371_000;
/** A tenth of a millimetre, in degrees and in metres: far above what floating point loses. */
const BESIDE_DEGREES = 1e-9;
const BESIDE_METRES = 1e-4;
/** Pieces of an arc in each of which the distance to a centre turns at most once: edges of fences are short beside the earth. */
const PIECES = 32;
/** Halvings, and cuts by a third, after which a double can be told no closer. */
const HALVINGS = 60;
const NARROWINGS = 90;

/** A straight edge, the short way round. */
export function straightArc(from: Position, to: Position): Arc {
  const step = to.longitude - from.longitude;
  const longitude = to.longitude + (step > 180 ? -360 : step < -180 ? 360 : 0);
  return { kind: 'straight', from, to: { latitude: to.latitude, longitude } };
}

/** A circle. */
export function roundArc(middle: Position, metres: number): Arc {
  const centre = ecefOf(middle.latitude, middle.longitude);
  return { kind: 'round', middle, centre, metres };
}

/** The point of an arc at a share of it. */
export function pointOf(arc: Arc, share: number): Position {
  return arc.kind === 'straight' ? between(arc, share) : onCircle(arc, share, arc.metres);
}

/** The positions on either side of an arc. */
export function besideArc(arc: Arc, share: number): readonly [Position, Position] {
  if (arc.kind === 'round') {
    const step = Math.min(BESIDE_METRES, arc.metres / 1000);
    return [onCircle(arc, share, arc.metres - step), onCircle(arc, share, arc.metres + step)];
  }
  const { latitude, longitude } = between(arc, share);
  const [north, east] = directionOf(arc);
  const length = Math.hypot(north, east) || 1;
  const at = (across: number): Position => ({
    latitude: latitude + (across * east) / length,
    longitude: longitude - (across * north) / length,
  });
  return [at(BESIDE_DEGREES), at(-BESIDE_DEGREES)];
}

/** Shares of an arc at which another crosses it, touches it, comes nearest or begins to run along it; perhaps more. */
export function meetings(arc: Arc, other: Arc): number[] {
  if (arc.kind === 'straight') {
    if (other.kind === 'straight') return ofStraight(arc, other);
    return zerosAndTurns((share) => height(other, between(arc, share)));
  }
  if (other.kind === 'round') {
    const same = ['x', 'y', 'z'].every(
      (axis) => arc.centre[axis as keyof Ecef] === other.centre[axis as keyof Ecef],
    );
    if (same) return [];
    return zerosAndTurns((share) => height(other, onCircle(arc, share, arc.metres)));
  }
  const shares = zerosAndTurns((share) => height(arc, between(other, share)));
  return shares.map((share) => bearing(arc.middle, between(other, share)) / 360);
}

/** Square metres by which a position lies beyond a circle. */
function height({ centre, metres }: RoundArc, { latitude, longitude }: Position): number {
  return chordSquared(centre, latitude, longitude) - metres * metres;
}

function ofStraight(arc: StraightArc, other: StraightArc): number[] {
  const found: number[] = [];
  const [north, east] = directionOf(arc);
  const [otherNorth, otherEast] = directionOf(other);
  const turning = east * otherNorth - north * otherEast;
  const square = north * north + east * east;
  for (const turn of [-360, 0, 360]) {
    const [dx, dy] = [
      other.from.longitude + turn - arc.from.longitude,
      other.from.latitude - arc.from.latitude,
    ];
    if (isApart(arc, other, turn)) continue;
    if (turning !== 0) {
      const along = (dx * otherNorth - dy * otherEast) / turning;
      const across = (dx * north - dy * east) / turning;
      if (isShare(along) && isShare(across)) found.push(along);
    }
    // One edge may run along the other for a while: then it begins and ends to do so at corners.
    for (const [x, y] of [
      [dx, dy],
      [dx + otherEast, dy + otherNorth],
    ] as const) {
      const along = (x * east + y * north) / square;
      const away = Math.hypot(x - along * east, y - along * north);
      if (isShare(along) && away <= BESIDE_DEGREES) found.push(along);
    }
  }
  return found;
}

/** Whether the boxes round two edges are apart: what most pairs of edges are. */
function isApart(arc: StraightArc, other: StraightArc, turn: number): boolean {
  const isBeyond = (a: number, b: number, c: number, d: number) =>
    Math.max(a, b) + BESIDE_DEGREES < Math.min(c, d) ||
    Math.max(c, d) + BESIDE_DEGREES < Math.min(a, b);
  return (
    isBeyond(arc.from.latitude, arc.to.latitude, other.from.latitude, other.to.latitude) ||
    isBeyond(
      arc.from.longitude,
      arc.to.longitude,
      other.from.longitude + turn,
      other.to.longitude + turn,
    )
  );
}

/** A share, but for rounding. */
function isShare(value: number): boolean {
  return value >= -1e-9 && value <= 1 + 1e-9;
}

/** Where something that changes smoothly along an arc is zero, and where it turns. */
function zerosAndTurns(level: (share: number) => number): number[] {
  const samples = Array.from({ length: PIECES + 3 }, (_, index) => (index - 1) / PIECES);
  const levels = samples.map(level);
  const turns: number[] = [];
  for (let index = 1; index < samples.length - 1; index++) {
    const [left = 0, here = 0, right = 0] = levels.slice(index - 1, index + 2);
    if (here <= left && here <= right) turns.push(lowest(level, samples, index));
    else if (here >= left && here >= right)
      turns.push(lowest((share) => -level(share), samples, index));
  }
  const marks = [...samples, ...turns].sort((a, b) => a - b);
  const zeros: number[] = [];
  for (let index = 1; index < marks.length; index++) {
    const [low, high] = [marks[index - 1] as number, marks[index] as number];
    if (level(low) > 0 !== level(high) > 0) zeros.push(changeBetween(level, low, high));
  }
  return [...turns, ...zeros];
}

function lowest(
  level: (share: number) => number,
  samples: readonly number[],
  index: number,
): number {
  let [low, high] = [samples[index - 1] as number, samples[index + 1] as number];
  for (let step = 0; step < NARROWINGS; step++) {
    const third = (high - low) / 3;
    if (level(low + third) <= level(high - third)) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

function changeBetween(level: (share: number) => number, from: number, until: number): number {
  let [low, high] = [from, until];
  const isHigh = level(low) > 0;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (level(middle) > 0 === isHigh) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function directionOf({ from, to }: StraightArc): readonly [north: number, east: number] {
  return [to.latitude - from.latitude, to.longitude - from.longitude];
}

function between({ from, to }: StraightArc, share: number): Position {
  return {
    latitude: from.latitude + (to.latitude - from.latitude) * share,
    longitude: from.longitude + (to.longitude - from.longitude) * share,
  };
}

/** The position so many metres from the centre in a direction: found on a sphere, and brought onto the ellipsoid. */
function onCircle({ middle, centre }: RoundArc, share: number, metres: number): Position {
  let way = metres;
  let position = towards(middle, share * 360, way);
  for (let step = 0; step < 5; step++) {
    way *= metres / Math.sqrt(chordSquared(centre, position.latitude, position.longitude));
    position = towards(middle, share * 360, way);
  }
  return position;
}

/** The position so many metres away in a direction, on a sphere. */
function towards({ latitude, longitude }: Position, degrees: number, metres: number): Position {
  const [angle, way, from] = [degrees * RADIANS, metres / EARTH_METRES, latitude * RADIANS];
  const sine = Math.sin(from) * Math.cos(way) + Math.cos(from) * Math.sin(way) * Math.cos(angle);
  const to = Math.asin(Math.max(-1, Math.min(1, sine)));
  const turn = Math.atan2(
    Math.sin(angle) * Math.sin(way) * Math.cos(from),
    Math.cos(way) - Math.sin(from) * Math.sin(to),
  );
  return { latitude: to / RADIANS, longitude: longitude + turn / RADIANS };
}

/** The direction in which a position lies, in degrees from 0 to 360, on the same sphere. */
function bearing(from: Position, to: Position): number {
  const [a, b] = [from.latitude * RADIANS, to.latitude * RADIANS];
  const turn = (to.longitude - from.longitude) * RADIANS;
  const angle = Math.atan2(
    Math.sin(turn) * Math.cos(b),
    Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn),
  );
  return (angle / RADIANS + 360) % 360;
}
