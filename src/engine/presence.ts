/** Who is inside, and who comes along: `occupancy_limit`, `anti_passback` and `two_person` of docs/clauses.md. */
import { readInstant } from './ask.js';
import type { Encounter } from './encounter.js';
import type { Findings } from './findings.js';
import type { PresenceRecord } from './records.js';
import type { Entity } from './request.js';

/** Where the fact `presence` says the subject is; `missing` for any state but the three. */
export type Whereabouts = 'inside' | 'outside' | 'unknown' | 'missing';

/**
 * Whether what is asked of presence holds. With findings, everything that fails is a reason at `place`; without, the
 * first failure ends it. Who leaves is refused by none of it, but by `two_person` at a door that says `strictExit` (D11).
 */
export function presenceHolds(
  e: Encounter,
  asked: PresenceRecord,
  place: Pick<Entity, 'type' | 'id'>,
  findings: Findings | undefined,
): boolean {
  let holds = true;
  if (asked.occupancyLimit !== undefined && !e.leaving) {
    const verdict = judgeOccupancy(e, asked.occupancyLimit);
    if (verdict !== 'holds') {
      if (findings === undefined) return false;
      findings.add('occupancy_limit', place, verdict);
      holds = false;
    }
  }
  if (asked.passbackResetMs >= 0 && !e.leaving) {
    const verdict = judgePassback(e, asked);
    if (verdict !== 'holds') {
      if (findings === undefined) return false;
      findings.add('anti_passback', place, verdict);
      holds = false;
    }
  }
  if (asked.twoPerson && !e.lenient && e.company !== 'vouched') {
    findings?.add('two_person', place, e.company);
    holds = false;
  }
  return holds;
}

/**
 * The instant from which anti-passback lets somebody in again who is inside, epoch milliseconds; NaN or Infinity for
 * never.
 */
export function passbackEnd(presence: unknown, { passbackResetMs }: PresenceRecord): number {
  return passbackResetMs < 0 ? Number.NaN : sinceOf(presence) + passbackResetMs;
}

/** Whoever is inside is counted already. A capacity that is not there, which no valid policy has, holds nobody. */
function judgeOccupancy(e: Encounter, asked: number | true): 'holds' | 'missing' | 'full' {
  if (whereaboutsOf(e.facts.presence) === 'inside') return 'holds';
  const { occupancy } = e.facts;
  if (typeof occupancy !== 'number' || !Number.isInteger(occupancy) || occupancy < 0) {
    return 'missing';
  }
  const most = asked === true ? (e.place.document.capacity ?? 0) : asked;
  return occupancy < most ? 'holds' : 'full';
}

function judgePassback(e: Encounter, asked: PresenceRecord): 'holds' | 'missing' | 'inside' {
  const { presence } = e.facts;
  const state = whereaboutsOf(presence);
  if (state !== 'inside') return state === 'missing' ? 'missing' : 'holds';
  return passbackEnd(presence, asked) <= e.time ? 'holds' : 'inside';
}

/** Where a fact `presence` says the subject is. */
export function whereaboutsOf(presence: unknown): Whereabouts {
  if (typeof presence !== 'object' || presence === null) return 'missing';
  try {
    const { state } = presence as Readonly<Record<string, unknown>>;
    return state === 'inside' || state === 'outside' || state === 'unknown' ? state : 'missing';
  } catch {
    // A getter or proxy of the caller's that throws: facts never do.
    return 'missing';
  }
}

/** Epoch milliseconds, NaN for what is no instant. */
function sinceOf(presence: unknown): number {
  if (typeof presence !== 'object' || presence === null) return Number.NaN;
  try {
    return readInstant((presence as Readonly<Record<string, unknown>>)['since']);
  } catch {
    return Number.NaN;
  }
}
