/** A decision for people to look at: what is shown of it, and how everything that goes wrong becomes a refusal. */
import type { ReasonCode } from '../../engine/decision.js';
import { type AccessRequest, RequestError } from '../../engine/request.js';
import { parseInstant } from '../../values/instant.js';
import type { PdpRefusalCode, ServedDecision } from '../pdp/pdp.js';
import type { Deciding } from './source.js';

/** Why nothing could be decided. `request_invalid`: the question itself is malformed. `fault`: something threw. */
export type ShownFault = 'request_invalid' | 'fault';

/** A decision to show. It opens nothing: who opens asks a decision point or a lock, and obeys that. */
export interface ShownDecision {
  readonly decision: boolean;
  /** The code of the first of `reasons`; where there is none, what went wrong. */
  readonly reason: ReasonCode | PdpRefusalCode | ShownFault;
  /** As in the decision; empty where nothing could be decided. */
  readonly reasons: ServedDecision['context']['reasons'];
  /** Ids of the assignments that permit. */
  readonly grants: readonly string[];
  /** When this is looked at again by itself (RFC 3339); null: not before policy, question or clock change. */
  readonly validUntil: string | null;
  /** Of the policy that decided; null where none did. */
  readonly revision: number | null;
}

/** A question without its time, which comes from the clock. */
export interface Question {
  readonly subject: AccessRequest['subject'];
  readonly action: AccessRequest['action'];
  readonly resource: AccessRequest['resource'];
  readonly facts?: QuestionFacts;
}

/** What the app claims to know, as JSON: `location`, `method`, `device`, … A `time` in it is not heeded. */
export interface QuestionFacts {
  readonly time?: never;
  readonly [fact: string]: unknown;
}

/**
 * A question as text, equal for equal literals; undefined for what is no JSON. What is decided is this text read
 * again, so two questions of one text cannot have two answers.
 */
export function questionText(question: unknown): string | undefined {
  try {
    return JSON.stringify(question);
  } catch {
    return undefined;
  }
}

/** The refusal that is shown where nothing could be decided. */
export function shownRefusal(reason: PdpRefusalCode | ShownFault): ShownDecision {
  return { decision: false, reason, reasons: [], grants: [], validUntil: null, revision: null };
}

/** The decision on a question's text at an instant, epoch milliseconds. Never throws: whatever fails is refused. */
export function showDecision(
  deciding: Deciding,
  text: string | undefined,
  time: number,
): ShownDecision {
  if (!deciding.ok) return shownRefusal(deciding.code);
  if (text === undefined) return shownRefusal('request_invalid');
  try {
    const { facts, ...asked } = JSON.parse(text) as Question;
    const request: AccessRequest = { ...asked, context: { ...facts, time } };
    return shownOf(deciding.view.decide(request, { validUntil: true }), time);
  } catch (error) {
    return shownRefusal(error instanceof RequestError ? 'request_invalid' : 'fault');
  }
}

/** The instant until which something may be shown, epoch milliseconds; infinity for ever. */
export function endOf(validUntil: string | null): number {
  return validUntil === null ? Number.POSITIVE_INFINITY : parseInstant(validUntil);
}

function shownOf({ decision, context }: ServedDecision, time: number): ShownDecision {
  const { reason, reasons, grants, validUntil = null, revision } = context;
  // An end that nobody can read, or that is over when it is told, is no end to rely on.
  if (!(endOf(validUntil) > time)) return shownRefusal('fault');
  // Only true is a permit: a decision point in plain JavaScript may answer with anything.
  return { decision: decision === true, reason, reasons, grants, validUntil, revision };
}
