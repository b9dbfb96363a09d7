/** Whether the facts of a request pass a test that a formula names: asked of the engine's own readings wherever it has one. */
import { judgeFence } from '../../checks/place/geofence.js';
import { effectiveMethod } from '../../checks/place/reader.js';
import { accompanied } from '../../engine/companions.js';
import { deviceOf, type Encounter, encounter } from '../../engine/encounter.js';
import { subjectRefused, unlockHolds } from '../../engine/opening.js';
import { passbackEnd, whereaboutsOf } from '../../engine/presence.js';
import type { Entity, Facts } from '../../engine/request.js';
import { type Comparison, openersOf, type Pair, SIDES, type Side } from './comparison.js';
import { arrivalKey } from './fact-words.js';
import type { FencePlan } from './fence-points.js';
import type { FactKind } from './formula.js';
import { strangeTo } from './moved-credentials.js';

/** Facts of somebody at a door or stop. */
export interface Asked {
  /** The subject as the request names it: the pair's own, or a credential of it. */
  readonly subject: Entity;
  readonly facts: Partial<Facts>;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Passes or fails a test of one kind of fact. */
export function passesTest(
  c: Comparison,
  pair: Pair,
  fences: ReadonlyMap<string, FencePlan>,
  fact: FactKind,
  test: string,
  asked: Asked,
): boolean {
  const { facts, time } = asked;
  switch (fact) {
    case 'way':
      return wayPasses(c, pair, test, asked);
    case 'device':
      return devicePasses(c, pair, test, asked);
    case 'second_factor':
      return facts.secondFactor === true;
    case 'location': {
      const plan = fences.get(test);
      return plan !== undefined && judgeFence(plan.fence, facts.location) === 'holds';
    }
    case 'occupancy': {
      const { occupancy } = facts;
      return (
        typeof occupancy === 'number' &&
        Number.isInteger(occupancy) &&
        occupancy >= 0 &&
        occupancy < Number(test)
      );
    }
    case 'presence':
      return presencePasses(test, facts.presence, time);
    case 'company': {
      const side = sideOf(test, pair);
      const [s, e] = [c.snapshots[side], encounterAt(c, pair, side, asked)];
      const roles = openersOf(s, pair.portal);
      return (
        e !== undefined && roles !== undefined && accompanied(s, e, roles).company === 'vouched'
      );
    }
    case 'arrivals':
      return SIDES.some((side) => hasArrived(c, pair, side, test, asked));
    default:
      return fact satisfies never;
  }
}

/** What facts of one kind come to: which of the tests they pass. The same for all that both policies answer alike. */
export function factKey(tests: readonly string[], passes: (test: string) => boolean): string {
  return tests.map((test) => `${test}=${passes(test) ? 1 : 0}`).join(' ');
}

function wayPasses(c: Comparison, pair: Pair, test: string, asked: Asked): boolean {
  const e = encounterAt(c, pair, sideOf(test, pair), asked);
  if (e === undefined) return false;
  const [name] = test.split('@');
  switch (name) {
    case 'reader':
      return e.reader !== undefined;
    case 'leaving':
      return e.leaving;
    case 'lenient':
      return e.lenient;
    case 'near':
      return e.method === 'tap' || e.method === 'card';
    case 'close-user':
      return effectiveMethod(e.portal.readers, e.facts.method, e.facts.reader, false) !== 'remote';
    default:
      return e.method !== 'remote';
  }
}

/** A device that refuses is never looked at further, so that it counts as no primary one. */
function devicePasses(c: Comparison, pair: Pair, test: string, asked: Asked): boolean {
  const side = sideOf(test, pair);
  if (test.startsWith('strange')) return strangeTo(c, pair.subject, asked.facts.device) === side;
  const e = encounterAt(c, pair, side, asked);
  if (e === undefined || subjectRefused(c.snapshots[side], e, undefined)) return false;
  if (!test.startsWith('primary')) return true;
  return e.holder?.primaryDevice !== undefined && deviceOf(e) === e.holder.primaryDevice;
}

function presencePasses(test: string, presence: unknown, time: number): boolean {
  const state = whereaboutsOf(presence);
  if (test === 'away') return state === 'outside' || state === 'unknown';
  if (state !== 'inside' || test === 'inside') return state === 'inside';
  const asked = { occupancyLimit: undefined, passbackResetMs: Number(test), twoPerson: false };
  return passbackEnd(presence, asked) <= time;
}

function hasArrived(c: Comparison, pair: Pair, side: Side, test: string, asked: Asked): boolean {
  const s = c.snapshots[side];
  const e = encounterAt(c, pair, side, asked);
  if (e === undefined) return false;
  return e.portal.unlocks.some(
    (unlock) =>
      unlock.arrival >= 0 &&
      arrivalKey(c, pair.portal, side, unlock) === test &&
      unlockHolds(s, e, unlock),
  );
}

function encounterAt(
  c: Comparison,
  { portal }: Pair,
  side: Side,
  { subject, facts, time }: Asked,
): Encounter | undefined {
  const record = portal.records[side];
  return (
    record && encounter(c.snapshots[side], record, { subject, context: { ...facts, time } }, time)
  );
}

/** A test that both policies share may be asked of either that has the door. */
function sideOf(test: string, { portal }: Pair): Side {
  if (test.endsWith('@1')) return 1;
  return test.endsWith('@0') || portal.records[0] !== undefined ? 0 : 1;
}
