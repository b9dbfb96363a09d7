/** What a zone makes of what is seen at its doors. */
import type { Zone } from './zone.js';
import type { ZoneModeNow, ZoneState } from './zone-state.js';

/** Something seen at a door. `forced`: it opened and nobody had unlocked it. */
export interface DoorObservation {
  readonly kind: 'opened' | 'forced' | 'tampered';
  readonly door: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Whether that breaks the mode: in `away` anything at any door, in `stay` force or tampering at an exterior one. */
export function isViolation(
  zone: Zone,
  { mode }: Pick<ZoneModeNow, 'mode'>,
  { kind, door }: DoorObservation,
): boolean {
  if (!zone.doors.includes(door)) return false;
  switch (mode) {
    case 'disarmed':
      return false;
    case 'away':
      return true;
    case 'stay': {
      const { exterior = [] } = zone;
      // People are inside and may go out: a door that opens says nothing.
      return kind !== 'opened' && (exterior.length === 0 || exterior.includes(door));
    }
    default:
      return unreachable(mode);
  }
}

/** The state with the siren sounding; the same one when it sounds already. */
export function withSiren(
  zone: Zone,
  state: ZoneState | undefined,
  { kind, door, time }: DoorObservation,
): ZoneState {
  if (state?.siren !== undefined) return state;
  return { place: zone.place, id: zone.id, ...state, siren: { since: time, door, cause: kind } };
}

function unreachable(mode: never): never {
  throw new TypeError(`unknown mode \`${String(mode)}\``);
}
