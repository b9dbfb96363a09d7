/** The part of a large change that an actor may make: what he may not is left out piece by piece. */
import type { Decision } from '../engine/decision.js';
import type { Engine } from '../engine/engine.js';
import type { Changes } from '../policy/changes.js';
import { authorizeChange } from './authorize-change.js';

/** A piece that stands or falls as one: a line of a directory, a row of a file. */
export interface Piece {
  /** Names of what it changes, as reasons tell them: `user ada`, `access_right a1`, `credential 4711`. */
  readonly elements: readonly string[];
}

/** Why a piece was left out. */
export type LeftOut = 'not_permitted' | 'tenancy';

/** What may be written, and what was left out. */
export interface WithinRights<P extends Piece> {
  /** Undefined when nothing is left. */
  readonly changes: Changes | undefined;
  readonly kept: readonly P[];
  readonly left: readonly { readonly piece: P; readonly reason: LeftOut }[];
}

/**
 * The largest part of some pieces that the engine permits an actor, found by leaving out whatever a decision refuses
 * and asking again: a change set stands or falls as a whole.
 * @throws PolicyError when the changed policy would be invalid.
 */
export function withinRights<P extends Piece>(
  engine: Engine,
  actor: string,
  time: number,
  pieces: readonly P[],
  changesOf: (pieces: readonly P[]) => Changes,
): WithinRights<P> {
  const left: { piece: P; reason: LeftOut }[] = [];
  let kept = pieces;
  while (kept.length > 0) {
    const changes = changesOf(kept);
    const decision = authorizeChange(engine, { type: 'user', id: actor }, changes, { time });
    if (decision.decision) return { changes, kept, left };
    const verdicts = verdictsOf(decision);
    const rest: P[] = [];
    for (const piece of kept) {
      const element = piece.elements.find((each) => verdicts.has(each));
      if (element === undefined) rest.push(piece);
      else left.push({ piece, reason: verdicts.get(element) ?? 'not_permitted' });
    }
    if (rest.length === kept.length) {
      // Refused for what no piece is about: the actor himself is unknown or switched off.
      left.push(...rest.map((piece) => ({ piece, reason: 'not_permitted' as const })));
      kept = [];
    } else kept = rest;
  }
  return { changes: undefined, kept: [], left };
}

/** What a decision says of each element it refuses. */
function verdictsOf(decision: Decision): Map<string, LeftOut> {
  return new Map(
    decision.context.reasons.map(({ at, code }) => [
      `${at.type} ${at.id}`,
      code === 'tenancy' ? code : 'not_permitted',
    ]),
  );
}
