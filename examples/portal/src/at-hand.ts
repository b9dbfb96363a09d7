/** What somebody at a door has at hand: a position, its readers, his devices. */
import { type Choice, entityOf } from './parts.js';
import type { Site } from './sites.js';

/** Degrees of latitude, about so many metres north of the door. */
const TWO_KILOMETRES = 0.018;

/** A position at a door, or two kilometres north of it. */
export function positionOf({ policy }: Site, id: string, position: string) {
  const door = policy.doors?.find((one) => one.id === id);
  const elevator = policy.elevators?.find(({ stops }) => stops.some((stop) => stop.id === id));
  const place = policy.places?.find((one) => one.id === (door?.place ?? elevator?.place));
  const centre = door?.location ?? place?.location;
  if (centre === undefined) return undefined;
  const north = position === 'away' ? TWO_KILOMETRES : 0;
  return { latitude: centre.latitude + north, longitude: centre.longitude, accuracy: 10 };
}

/** The readers of a door or stop. */
export function readersOf({ policy }: Site, type: string, id: string): Choice[] {
  const readers =
    type === 'door'
      ? policy.doors?.find((door) => door.id === id)?.readers
      : policy.elevators?.find(({ stops }) => stops.some((stop) => stop.id === id))?.readers;
  return (readers ?? []).map((reader) => ({
    value: reader.id,
    text: reader.direction === 'exit' ? `${reader.id} (exit)` : reader.id,
  }));
}

/** The credentials and devices of a person, with their state. */
export function devicesOf({ policy }: Site, subject: string): Choice[] {
  const { type, id } = entityOf(subject);
  if (type !== 'user') return [];
  const own = (policy.credentials ?? []).filter(({ user }) => user === id);
  const primary = policy.users?.find((user) => user.id === id)?.primaryDevice;
  const ids = new Set([
    ...own.map((credential) => credential.id),
    ...(primary === undefined ? [] : [primary]),
  ]);
  return [...ids].map((value) => ({
    value,
    text: [value, own.find((credential) => credential.id === value)?.state]
      .filter(Boolean)
      .join(', '),
  }));
}
