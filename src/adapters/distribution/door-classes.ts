/** How old knowledge may be at a door, and what then: a server-room waits for nobody, a lobby may be kinder. */
import { countingReader } from '../../checks/place/reader.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { ServedDecision } from '../pdp/pdp.js';

/** Doors that are treated alike when the source is not heard. */
export interface DoorClass {
  /** Ids of doors and stops; left out in the class for all others, which comes last. */
  readonly doors?: readonly string[];
  /** Until knowledge is so old, nothing changes; seconds, may be Infinity. */
  readonly maxStalenessSeconds: number;
  /**
   * What then. `fail_secure`: nobody comes in. `degrade`: those come in who are permitted and came through this door before, while
   * knowledge was fresh. `egress_open`: nobody comes in, and everybody gets out, save under a lockdown that blocks exits. Whoever leaves by an exit reader is decided as
   * always under each of them: nobody is locked in by a lost connection.
   */
  readonly whenStale: 'fail_secure' | 'degrade' | 'egress_open';
}

/** The class of a door that none names: five minutes, then nobody comes in. */
export const DEFAULT_CLASS: DoorClass = { maxStalenessSeconds: 300, whenStale: 'fail_secure' };

/** Who came through which door while knowledge was fresh: the newest, at most so many pairs. */
const REMEMBERED_MAX = 50_000;

/** Decides by an engine and by how old its knowledge is. */
export interface StalenessGate {
  /** From this age on some door decides otherwise, so that lists and explanations are not current; milliseconds. */
  readonly listAgeMs: number;
  /**
   * @param ageMs - how old knowledge is, milliseconds; Infinity where nobody knows.
   * @param partial - whether newer changes are missing: then nothing but openings is decided.
   * @throws RequestError as the engine does.
   */
  decide(
    engine: Engine,
    request: AccessRequest,
    age: { readonly ageMs: number; readonly partial: boolean },
    decided: () => ServedDecision,
  ): ServedDecision;
}

/**
 * A gate for these classes; a door takes the first class that names it, or the last if that names none.
 * @throws TypeError for a class that names no doors before the last, RangeError for a staleness that is no time.
 */
export function stalenessGate(classes: readonly DoorClass[] = [DEFAULT_CLASS]): StalenessGate {
  const byDoor = new Map<string, DoorClass>();
  let others = DEFAULT_CLASS;
  classes.forEach((one, index) => {
    if (!(one.maxStalenessSeconds >= 0)) {
      throw new RangeError(
        `maxStalenessSeconds must be a time, not \`${one.maxStalenessSeconds}\``,
      );
    }
    if (one.doors === undefined && index < classes.length - 1) {
      throw new TypeError('the class for all other doors comes last');
    }
    if (one.doors === undefined) others = one;
    for (const door of one.doors ?? []) if (!byDoor.has(door)) byDoor.set(door, one);
  });
  const seen = new Set<string>();
  const all = [...classes, others];
  return {
    listAgeMs: 1000 * Math.min(...all.map(({ maxStalenessSeconds }) => maxStalenessSeconds)),
    decide(engine, request, { ageMs, partial }, decided) {
      const answer = decided();
      const isOpening = isOpeningOf(request);
      const own = isOpening ? (byDoor.get(request.resource.id) ?? others) : others;
      const isStale = ageMs > own.maxStalenessSeconds * 1000 || (partial && !isOpening);
      const pair = isOpening ? pairOf(request) : '';
      if (!isStale) {
        if (isOpening && answer.decision && own.whenStale === 'degrade') remember(seen, pair);
        return answer;
      }
      if (isOpening && leaves(engine, request)) {
        const isShut = answer.decision || answer.context.reason === 'lockdown';
        return own.whenStale === 'egress_open' && !isShut ? instead(answer, request, true) : answer;
      }
      const isKnown = own.whenStale === 'degrade' && answer.decision && seen.has(pair);
      return isKnown || !answer.decision ? answer : instead(answer, request, false);
    },
  };
}

/** Whether this is about a body at a door. */
function isOpeningOf({ action, resource }: AccessRequest): boolean {
  return (
    (action.name === 'unlock' && resource.type === 'door') ||
    (action.name === 'get_access' && resource.type === 'elevator_stop')
  );
}

/** Whether the person stands at an exit reader of this door. */
function leaves(engine: Engine, { resource, context }: AccessRequest): boolean {
  if (resource.type !== 'door') return false;
  const readers = findElement(engine, 'doors', resource.id)?.readers ?? [];
  return countingReader(readers, context.method, context.reader)?.direction === 'exit';
}

function pairOf({ subject, resource }: AccessRequest): string {
  return `${subject.type} ${subject.id} ${resource.type} ${resource.id}`;
}

function remember(seen: Set<string>, pair: string): void {
  // Seen again is seen last: the oldest is the first of a set.
  seen.delete(pair);
  seen.add(pair);
  if (seen.size <= REMEMBERED_MAX) return;
  for (const oldest of seen) {
    seen.delete(oldest);
    return;
  }
}

function instead(
  answer: ServedDecision,
  request: AccessRequest,
  decision: boolean,
): ServedDecision {
  const { type, id } = request.resource;
  const reason = { code: 'stale' as const, at: { type, id } };
  const { revision } = answer.context;
  return { decision, context: { reason: 'stale', reasons: [reason], grants: [], revision } };
}
