/** Whether a door stands locked, unlocked or in lockdown, why, and until when: from the policy and what happened. */
import type { Engine } from '../../engine/engine.js';
import { Findings, inOrder } from '../../engine/findings.js';
import { lockedDown } from '../../engine/opening.js';
import { nextInstant } from '../../engine/valid-until.js';
import { DAY_MS, formatInstant, INSTANT_END } from '../../values/instant.js';
import type { EntityName } from '../events/event.js';
import { type DoorRecord, NOTHING_REMEMBERED } from './door-record.js';
import { type Stranger, strangerAt } from './stranger.js';
import { nextUnlockChange, unlockStandings } from './unlock-standing.js';
import { type DoorZone, nextZoneChange, zoneHold } from './zone-hold.js';

/**
 * Why a door stands as it does. A locked door without a cause is simply locked. `lockdown`: by its id. The others name
 * the unlock schedule: it is open, or would be had somebody arrived, or was until the last one left. `tenancy`: the
 * door is handed over, and no schedule unlocks it. `zone`: the intrusion zone is away, by its id, and does not let the
 * schedules count, or refuses everybody. `unreadable`: what was remembered of the door cannot be read.
 */
export interface DoorCause {
  readonly kind:
    | 'lockdown'
    | 'unlock_schedule'
    | 'waiting_for_arrival'
    | 'ended_early'
    | 'tenancy'
    | 'zone'
    | 'unreadable';
  readonly id: string;
}

/** How a door stands for a stranger who knocks. */
export interface DoorState {
  readonly state: 'locked' | 'unlocked' | 'lockdown';
  readonly because: readonly DoorCause[];
  /** RFC 3339: the first instant at which that could change by the clock; null: never. */
  readonly until: string | null;
}

/** A change to come. */
export interface DoorChange extends Omit<DoorState, 'until'> {
  /** RFC 3339. */
  readonly at: string;
}

/** What the state of a door rests on beside the policy. */
export interface DoorFacts {
  /** Epoch milliseconds. */
  readonly time: number;
  /** What the site remembers of the door; absent: nothing. */
  readonly remembered?: DoorRecord;
  /** The intrusion zone the door is in. */
  readonly zone?: DoorZone | undefined;
}

/** Changes that leave a state as it is and are looked past, and how far; as for `validUntil` of decisions. */
const LOOKS_MAX = 1000;
const AHEAD_MAX = 28 * 366 * DAY_MS;

/**
 * How a door or stop stands. It is `unlocked` exactly when the engine permits anybody with `door_unlocked`, apart
 * from what the last to leave has ended and the zone does not let count. Undefined for a door that does not exist.
 */
export function doorState(
  engine: Engine,
  door: EntityName,
  facts: DoorFacts,
): DoorState | undefined {
  const now = stateAt(engine, door, facts);
  if (now === undefined) return undefined;
  const until = changeAfter(engine, door, facts, now);
  return {
    ...now,
    until: until === undefined || until >= INSTANT_END ? null : formatInstant(until),
  };
}

/**
 * The changes of a door's state that the clock will bring before `until`, at most `limit`. What people will do is
 * not foreseen: a schedule that waits for an arrival waits. Empty for a door that does not exist.
 * @param until - epoch milliseconds.
 */
export function doorChanges(
  engine: Engine,
  door: EntityName,
  facts: DoorFacts,
  until: number,
  limit: number = 100,
): DoorChange[] {
  const changes: DoorChange[] = [];
  let time = facts.time;
  let now = stateAt(engine, door, facts);
  while (now !== undefined && changes.length < limit) {
    const next = changeAfter(engine, door, { ...facts, time }, now);
    if (next === undefined || next >= until) break;
    time = next;
    const then = stateAt(engine, door, { ...facts, time });
    if (then === undefined) break;
    if (!isSame(then, now)) changes.push({ at: formatInstant(next), ...then });
    now = then;
  }
  return changes;
}

type Standing = Omit<DoorState, 'until'>;

function stateAt(
  engine: Engine,
  door: EntityName,
  { time, remembered = NOTHING_REMEMBERED, zone }: DoorFacts,
): Standing | undefined {
  const stranger = strangerAt(engine, door, time, remembered.arrivals);
  if (stranger === undefined) return undefined;
  const findings = new Findings();
  if (lockedDown(stranger.s, stranger.e, findings)) {
    const because = inOrder(findings.reasons).map(
      ({ at }) => ({ kind: 'lockdown', id: at.id }) as const,
    );
    return { state: 'lockdown', because };
  }
  const standing = unlockedOrLocked(stranger, door, remembered);
  const held = zoneHold(engine, zone, time);
  if (held === 'none' || zone === undefined) return standing;
  const because = [{ kind: 'zone', id: zone.zone.id } as const];
  if (held === 'refuse') return { state: 'lockdown', because };
  return standing.state === 'unlocked' ? { state: 'locked', because } : standing;
}

function unlockedOrLocked(stranger: Stranger, door: EntityName, remembered: DoorRecord): Standing {
  const { portal, e } = stranger;
  if (portal.tenant >= 0 && e.time >= portal.tenantSince) {
    return { state: 'locked', because: [{ kind: 'tenancy', id: door.id }] };
  }
  const standings = unlockStandings(stranger, remembered);
  const named = (which: 'open' | 'waiting' | 'ended', kind: DoorCause['kind']) =>
    standings
      .filter(({ standing }) => standing === which)
      .map(({ schedule: id }): DoorCause => ({ kind, id }));
  const open = named('open', 'unlock_schedule');
  if (open.length > 0) return { state: 'unlocked', because: open };
  const ended = named('ended', remembered.damaged ? 'unreadable' : 'ended_early');
  return { state: 'locked', because: [...named('waiting', 'waiting_for_arrival'), ...ended] };
}

/** The first instant after the facts' at which the state could be another; undefined if it never is. */
function changeAfter(
  engine: Engine,
  door: EntityName,
  facts: DoorFacts,
  now: Standing,
): number | undefined {
  const arrivals = facts.remembered?.arrivals ?? [];
  let instant = facts.time;
  for (let look = 0; look < LOOKS_MAX; look++) {
    const stranger = strangerAt(engine, door, instant, arrivals);
    if (stranger === undefined) return undefined;
    const { s, request } = stranger;
    const next = Math.min(
      nextInstant(s, request, instant) ?? Number.POSITIVE_INFINITY,
      nextUnlockChange(stranger),
      nextZoneChange(engine, facts.zone, instant),
    );
    if (next === Number.POSITIVE_INFINITY) return undefined;
    if (next >= s.zones.until) return s.zones.until;
    instant = Math.ceil(next);
    if (instant - facts.time > AHEAD_MAX) return instant;
    const then = stateAt(engine, door, { ...facts, time: instant });
    if (then === undefined || !isSame(then, now)) return instant;
  }
  return instant;
}

function isSame(a: Standing, b: Standing): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
