/** What the issuer decides and the policy does not: how long grants live and what a door asks of phones. */
import type { HolderRecord } from '../engine/records.js';
import { REQUIRE_INTENT, REQUIRE_ISSUER_MAX, type TimePolicy } from './grant.js';

/** Longest life of a grant, 30 days: a forgotten phone dies within a month. */
export const LIFE_SECONDS_MAX = 2_592_000;

const HOUR_SECONDS = 3600;

/** Lives by `segment` of the user: who refreshes at home may be away for a week, staff over a weekend. */
const LIFE_SECONDS: ReadonlyMap<string, number> = new Map([
  ['resident', 168 * HOUR_SECONDS],
  ['owner', 168 * HOUR_SECONDS],
  ['employee', 72 * HOUR_SECONDS],
]);

/** Guests, service providers and whoever has no segment: the shortest life. */
const GUEST_LIFE_SECONDS = 24 * HOUR_SECONDS;

/** One door's own. */
export interface DoorOptions {
  /** Longest life at this door, seconds, whoever holds the grant. */
  readonly lifeSecondsMax?: number;
  /** While the lock's clock cannot tell. Also for grants with windows, which else are 0. */
  readonly timePolicy?: TimePolicy;
  /** Sum of 1 intent, 2 phone unlocked, 4 hardware key, 8 ranging. */
  readonly requirements?: number;
}

/** Choices of the issuer. All are optional; the defaults are the careful ones. */
export interface LoweringOptions {
  /** Longest life in seconds by the user's `segment`. Default: `resident` and `owner` 7 days, `employee` 72 hours. */
  readonly lifeSeconds?: ReadonlyMap<string, number>;
  /** Longest life in seconds of everybody else. Default: 24 hours. */
  readonly guestLifeSeconds?: number;
  /** For grants without windows at doors that do not say. Default: 0, deny. */
  readonly timePolicy?: TimePolicy;
  /** For doors that do not say. Default: 1, intent. */
  readonly requirements?: number;
  /** By door id. */
  readonly doors?: ReadonlyMap<string, DoorOptions>;
  /** Assignments whose openings are counted, by id. What they permit goes into grants of their own. */
  readonly uses?: ReadonlyMap<string, UseShare>;
}

/** How often an assignment may open at one lock, until when. Neither changes while it lives: another share is another assignment. */
export interface UseShare {
  /** All openings it has, 1 to 65 535; never what is left of them, because the lock counts. */
  readonly count: number;
  /** Unix seconds. A lock remembers a use for 30 days after, so no grant of it may be issued more than 30 days before. */
  readonly until: number;
}

/**
 * Looks at every option once.
 * @throws RangeError for a life outside 1 to 30 days' seconds, a requirement that is not the issuer's, an unknown
 *   time policy, a count outside 1 to 65 535, or an end of a share that is no whole second.
 */
export function checkOptions(options: LoweringOptions): void {
  for (const life of options.lifeSeconds?.values() ?? []) whole('a life', life, LIFE_SECONDS_MAX);
  for (const { count, until } of options.uses?.values() ?? []) {
    whole('uses', count, 0xffff);
    whole('the end of a share', until, Number.MAX_SAFE_INTEGER);
  }
  for (const each of [options, ...(options.doors?.values() ?? [])]) {
    const { timePolicy = 0, requirements = 0 } = each;
    if (![0, 1, 2].includes(timePolicy)) throw new RangeError(`no time policy \`${timePolicy}\``);
    whole('requirements', requirements, REQUIRE_ISSUER_MAX, 0);
  }
  const lives = [...(options.doors?.values() ?? [])].map(({ lifeSecondsMax }) => lifeSecondsMax);
  for (const life of [options.guestLifeSeconds, ...lives]) {
    if (life !== undefined) whole('a life', life, LIFE_SECONDS_MAX);
  }
}

/** How long grants of somebody at a door may live, in seconds. */
export function lifeSecondsAt(
  options: LoweringOptions,
  holder: HolderRecord | undefined,
  door: string,
): number {
  const segment =
    holder !== undefined && 'segment' in holder.document ? holder.document.segment : undefined;
  const guest = options.guestLifeSeconds ?? GUEST_LIFE_SECONDS;
  const lives = options.lifeSeconds ?? LIFE_SECONDS;
  const life = segment === undefined ? guest : (lives.get(segment) ?? guest);
  return Math.min(life, options.doors?.get(door)?.lifeSecondsMax ?? LIFE_SECONDS_MAX);
}

/** The time policy of a grant: windows are only as good as the clock, so they ask for a door's own word. */
export function timePolicyAt(
  options: LoweringOptions,
  door: string,
  hasWindows: boolean,
): TimePolicy {
  const own = options.doors?.get(door)?.timePolicy;
  return own ?? (hasWindows ? 0 : (options.timePolicy ?? 0));
}

/** What the issuer wants asserted at a door. */
export function requirementsAt(options: LoweringOptions, door: string): number {
  return options.doors?.get(door)?.requirements ?? options.requirements ?? REQUIRE_INTENT;
}

function whole(what: string, value: number, most: number, least = 1): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${what} must be a whole number from ${least} to ${most}, not \`${value}\``);
}
