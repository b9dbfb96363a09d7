/** What can happen at doors, and how each is called in the access log. docs/events.md has the table. */
import type { EventOutcome } from './event.js';

/**
 * What an event at a door gives away. `movement`: that somebody came or went, even where nobody is named.
 * `state`: what the door does by itself. `alarm`: what must be known whatever is kept of movements.
 */
export type EventBearing = 'movement' | 'state' | 'alarm';

/** The closed list of access events. */
export const ACCESS_EVENTS = {
  /** Somebody asked and may pass. */
  'doorwright.door.opened': { outcome: 'permitted', bearing: 'movement' },
  /** Somebody asked and may not. */
  'doorwright.door.refused': { outcome: 'refused', bearing: 'movement' },
  /** Somebody may pass, and the lock did not open. */
  'doorwright.door.failed': { outcome: 'failed', bearing: 'movement' },
  'doorwright.stop.opened': { outcome: 'permitted', bearing: 'movement' },
  'doorwright.stop.refused': { outcome: 'refused', bearing: 'movement' },
  'doorwright.stop.failed': { outcome: 'failed', bearing: 'movement' },
  /** Whatever else an enforcement point asked. */
  'doorwright.request.permitted': { outcome: 'permitted', bearing: 'movement' },
  'doorwright.request.refused': { outcome: 'refused', bearing: 'movement' },
  /** A request to exit: the button or handle inside. */
  'doorwright.door.exited': { outcome: 'done', bearing: 'movement' },
  /** The contact of the door opened: somebody pulled it. */
  'doorwright.door.contact_opened': { outcome: 'done', bearing: 'movement' },
  'doorwright.door.closed': { outcome: 'done', bearing: 'movement' },
  'doorwright.door.unlocked': { outcome: 'done', bearing: 'movement' },
  'doorwright.door.locked': { outcome: 'done', bearing: 'movement' },
  'doorwright.door.scheduled_unlock_started': { outcome: 'done', bearing: 'state' },
  'doorwright.door.scheduled_unlock_ended': { outcome: 'done', bearing: 'state' },
  'doorwright.door.lockdown_started': { outcome: 'done', bearing: 'alarm' },
  'doorwright.door.lockdown_ended': { outcome: 'done', bearing: 'alarm' },
  /** Opened without a permit and without a request to exit. */
  'doorwright.door.forced_open': { outcome: 'done', bearing: 'alarm' },
  'doorwright.door.held_open': { outcome: 'done', bearing: 'alarm' },
  'doorwright.door.held_open_ended': { outcome: 'done', bearing: 'alarm' },
  'doorwright.door.tampered': { outcome: 'done', bearing: 'alarm' },
  'doorwright.door.jammed': { outcome: 'failed', bearing: 'alarm' },
  /** Somebody who was inside left the place. */
  'doorwright.presence.left': { outcome: 'done', bearing: 'movement' },
  /** Somebody came in who was inside, or left who was outside. */
  'doorwright.presence.passback_detected': { outcome: 'done', bearing: 'alarm' },
  /** A place filled up to a threshold, or fell below it again. */
  'doorwright.occupancy.reached': { outcome: 'done', bearing: 'state' },
  'doorwright.occupancy.fell': { outcome: 'done', bearing: 'state' },
  /** The first time a member came to a place on a day. */
  'doorwright.member.checked_in': { outcome: 'done', bearing: 'movement' },
  /** Somebody with access made a zone watch less for a while. */
  'doorwright.zone.overridden': { outcome: 'done', bearing: 'movement' },
  /** Something happened at a zone's door that its mode forbids. */
  'doorwright.zone.policy_violated': { outcome: 'done', bearing: 'alarm' },
} as const satisfies {
  readonly [type: string]: { readonly outcome: EventOutcome; readonly bearing: EventBearing };
};

/** The type of an access event. */
export type AccessEventType = keyof typeof ACCESS_EVENTS;

/** What an event gives away; undefined for a type that is not of this list. */
export function bearingOf(type: string): EventBearing | undefined {
  return Object.hasOwn(ACCESS_EVENTS, type)
    ? ACCESS_EVENTS[type as AccessEventType].bearing
    : undefined;
}
