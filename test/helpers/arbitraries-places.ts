/** Zones, the instants at which their clocks change, and positions where geometry is hard. */
import type { Location } from '../../src/policy/document.js';
import type { Draw } from './arbitraries-draw.js';

/**
 * Instants at which a zone's clock jumps (or, for Kathmandu and UTC, does not): hours skipped and
 * repeated, half an hour at Lord Howe, two hours at Troll, midnight itself in Cairo and Santiago,
 * a whole day in Apia, Ramadan in Casablanca.
 */
export const anchors: readonly { readonly ms: number; readonly zone: string }[] = [
  { zone: 'Europe/Berlin', ms: Date.parse('2026-03-29T01:00:00Z') },
  { zone: 'Europe/Berlin', ms: Date.parse('2026-10-25T01:00:00Z') },
  { zone: 'America/New_York', ms: Date.parse('2026-03-08T07:00:00Z') },
  { zone: 'America/New_York', ms: Date.parse('2026-11-01T06:00:00Z') },
  { zone: 'Australia/Lord_Howe', ms: Date.parse('2026-04-04T15:00:00Z') },
  { zone: 'Australia/Lord_Howe', ms: Date.parse('2026-10-03T15:30:00Z') },
  { zone: 'Africa/Cairo', ms: Date.parse('2026-04-23T22:00:00Z') },
  { zone: 'Africa/Cairo', ms: Date.parse('2026-10-29T21:00:00Z') },
  { zone: 'America/Santiago', ms: Date.parse('2026-04-05T03:00:00Z') },
  { zone: 'America/Santiago', ms: Date.parse('2026-09-06T04:00:00Z') },
  { zone: 'Antarctica/Troll', ms: Date.parse('2026-03-29T01:00:00Z') },
  { zone: 'Antarctica/Troll', ms: Date.parse('2026-10-25T01:00:00Z') },
  { zone: 'Pacific/Apia', ms: Date.parse('2011-12-30T10:00:00Z') },
  { zone: 'Africa/Casablanca', ms: Date.parse('2026-02-15T02:00:00Z') },
  { zone: 'Africa/Casablanca', ms: Date.parse('2026-03-22T02:00:00Z') },
  { zone: 'Asia/Kathmandu', ms: Date.parse('2026-12-31T18:15:00Z') },
  { zone: 'UTC', ms: Date.parse('2028-02-29T00:00:00Z') },
];

/** Their zones. */
export const zones: readonly string[] = [...new Set(anchors.map(({ zone }) => zone))];

const CENTRES: readonly Location[] = [
  { latitude: 52.5, longitude: 13.5 },
  { latitude: 0, longitude: 0 },
  { latitude: -14, longitude: 179.998046875 },
  { latitude: 89.9990234375, longitude: 10 },
];

/** A place of a short list: a city, the origin, the antimeridian, near the pole; or close to `near`. */
export function somewhere(draw: Draw, near?: Location, away = false): Location {
  if (near !== undefined) return shift(near, draw.pick([0, 20, 200]), draw.int(0, 7) * 45);
  return draw.pick(away ? CENTRES.slice(0, 3) : CENTRES);
}

/** The point about `metres` away in a direction; good to a percent, and to 10 km. */
export function shift(
  { latitude, longitude }: Location,
  metres: number,
  bearing: number,
): Location {
  const angle = (bearing / 180) * Math.PI;
  const north = latitude + (metres * Math.cos(angle)) / 111_320;
  const east =
    longitude + (metres * Math.sin(angle)) / (111_320 * Math.cos((latitude / 180) * Math.PI));
  const turned = east > 180 ? east - 360 : east < -180 ? east + 360 : east;
  return {
    latitude: Math.min(90, Math.max(-90, north)),
    longitude: Math.min(180, Math.max(-180, turned)),
  };
}
