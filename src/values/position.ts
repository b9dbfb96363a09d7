/**
 * Positions on the WGS 84 ellipsoid and the straight line between them. All at height 0: a fence asks
 * where somebody stands on the map, and phones report heights too badly to help.
 */

/** Semi-major axis in metres and flattening of the ellipsoid. @see NIMA TR8350.2, table 3.1 */
const SEMI_MAJOR_METRES = 6_378_137;
const FLATTENING = 1 / 298.257_223_563;
const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);
const RADIANS = Math.PI / 180;

/** An earth-centred, earth-fixed position in metres: x through 0° N 0° E, z through the north pole. */
export interface Ecef {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Whether both are numbers and name a point: latitude within ±90, longitude within ±180 degrees. */
export function isPosition(latitude: unknown, longitude: unknown): boolean {
  return (
    typeof latitude === 'number' &&
    typeof longitude === 'number' &&
    latitude >= -90 &&
    latitude <= 90 &&
    longitude >= -180 &&
    longitude <= 180
  );
}

/** The ECEF position of a latitude and longitude in degrees, on the ellipsoid. NaN in, NaN out. */
export function ecefOf(latitude: number, longitude: number): Ecef {
  const sine = Math.sin(latitude * RADIANS);
  const normal = SEMI_MAJOR_METRES / Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine);
  const fromAxis = normal * Math.cos(latitude * RADIANS);
  return {
    x: fromAxis * Math.cos(longitude * RADIANS),
    y: fromAxis * Math.sin(longitude * RADIANS),
    z: normal * (1 - ECCENTRICITY_SQUARED) * sine,
  };
}

/**
 * The square of the chord from `from` to a latitude and longitude in degrees, in square metres;
 * allocates nothing. The chord is shorter than the way along the ground by s³/24R²: a millimetre at
 * 10 km, 28 nanometres at 300 m. It has no trouble at poles, at the antimeridian or at no distance.
 */
export function chordSquared(from: Ecef, latitude: number, longitude: number): number {
  // ecefOf written out again: this runs in every decision behind a circle and must not allocate.
  const sine = Math.sin(latitude * RADIANS);
  const normal = SEMI_MAJOR_METRES / Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine);
  const fromAxis = normal * Math.cos(latitude * RADIANS);
  const x = from.x - fromAxis * Math.cos(longitude * RADIANS);
  const y = from.y - fromAxis * Math.sin(longitude * RADIANS);
  const z = from.z - normal * (1 - ECCENTRICITY_SQUARED) * sine;
  return x * x + y * y + z * z;
}
