/** Asking the decision point for a door, and whether a permit still stands a moment later. */
import type { ReasonCode } from '../../engine/decision.js';
import { type AccessRequest, RequestError } from '../../engine/request.js';
import type { Pdp, PdpRefusalCode, ServedDecision } from '../pdp/pdp.js';

/** Reasons that rest on what a site remembers: without it they refuse, which says nothing. */
const REMEMBERED: ReadonlySet<ReasonCode | PdpRefusalCode> = new Set([
  'occupancy_limit',
  'anti_passback',
  'two_person',
] as const);
/** Reasons that end what a door standing open permits to everybody. */
const SHUT: ReadonlySet<ReasonCode | PdpRefusalCode> = new Set([
  'action_unknown',
  'resource_unknown',
  'lockdown',
  'stale',
  'not_ready',
] as const);

/**
 * Decides, and remembers an opening where the decision point does.
 * @throws what the decision point throws: nothing was decided then.
 */
export async function decideDoor(
  pdp: Pdp,
  request: AccessRequest,
  operation: 'unlock' | 'lock',
  signal: AbortSignal,
): Promise<ServedDecision> {
  // Nobody comes in by a door being locked: that is no opening to remember.
  if (operation === 'unlock' && pdp.open !== undefined) return pdp.open(request);
  const view = await pdp.at({ kind: 'local' }, signal);
  if (view.ok) return view.value.decide(request);
  return refusal(pdp, request, view.code === 'stale' ? 'stale' : 'not_ready');
}

/**
 * What refuses now what was permitted; undefined while nothing does. What only the site knows (who is inside, who came
 * along, who arrived) is not asked again.
 */
export function withdrawal(
  pdp: Pdp,
  request: AccessRequest,
  permit: ServedDecision,
): ServedDecision | undefined {
  const view = pdp.local();
  if (!view.ok) return refusal(pdp, request, view.code === 'stale' ? 'stale' : 'not_ready');
  const now = view.value.decide(request);
  if (now.decision) return undefined;
  const { reason } = now.context;
  if (pdp.open === undefined || SHUT.has(reason)) return now;
  return permit.context.reason === 'door_unlocked' || REMEMBERED.has(reason) ? undefined : now;
}

/** A mistake of the caller, as opposed to a decision point that fails. */
export function isCallersMistake(error: unknown): boolean {
  return error instanceof RequestError;
}

function refusal(pdp: Pdp, { resource }: AccessRequest, code: PdpRefusalCode): ServedDecision {
  const at = { type: resource.type, id: resource.id };
  return {
    decision: false,
    context: {
      reason: code,
      reasons: [{ code, at }],
      grants: [],
      revision: pdp.status().revision ?? 0,
    },
  };
}
