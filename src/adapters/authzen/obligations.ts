/**
 * The draft Obligations profile: a refusal that another authentication would turn says which. Only to enforcement points
 * that declare, in the request, that they carry such obligations out; everybody else gets the plain refusal.
 * @see AuthZEN Obligations Profile, draft of 2026-10-06, "step-up" and "Conformance"
 */
import type { AccessRequest } from '../../engine/request.js';
import type { PdpView, ServedDecision } from '../pdp/pdp.js';
import type { Asking } from './asking.js';
import type { FactName } from './client.js';
import { asserts, type Question } from './question.js';

/** What this decision point may ask an enforcement point to do. */
export const SUPPORTED_OBLIGATIONS = ['step-up'] as const;

/** One thing to do. */
export interface Obligation {
  readonly type: 'step-up';
  /** Unique within one answer. */
  readonly id: string;
  readonly properties: { readonly acr_value: string; readonly amr_values?: readonly string[] };
}

/** Entries of a declaration that is read. */
const DECLARED_MAX = 1000;
const SECOND_FACTOR = 'urn:doorwright:acr:second-factor';
const AT_READER = 'urn:doorwright:acr:at-reader';

/**
 * What would turn a refusal, where authenticating differently is all of it: a second factor, or a tap or card at a reader of
 * the door. Undefined where anything else is missing too, or the caller could not say afterwards that it was done.
 */
export function stepUp(
  { setup, client }: Asking,
  { request, context }: Extract<Question, { ok: true }>,
  served: ServedDecision,
  view: PdpView | undefined,
): readonly Obligation[] | undefined {
  const options = setup.profiles?.obligations;
  if (options === undefined || served.decision || view === undefined) return undefined;
  if (!names(context['supported_mandatory_extensions'], 'obligations')) return undefined;
  if (!names(context['supported_obligations'], 'step-up')) return undefined;
  const missing = remedy(view, request, served);
  const isTellable = missing?.every((fact) => asserts(client, fact)) ?? false;
  if (missing === undefined || !isTellable) return undefined;
  const obligations: Obligation[] = [];
  if (missing.includes('reader') || missing.includes('method')) {
    const properties = { acr_value: options.atReader ?? AT_READER };
    obligations.push({ type: 'step-up', id: 'at-reader', properties });
  }
  if (missing.includes('secondFactor')) {
    const properties = { acr_value: options.secondFactor ?? SECOND_FACTOR, amr_values: ['mfa'] };
    obligations.push({ type: 'step-up', id: 'second-factor', properties });
  }
  return obligations;
}

/** The facts whose change permits, if they are all about how somebody authenticates. */
function remedy(
  view: PdpView,
  request: AccessRequest,
  served: ServedDecision,
): readonly FactName[] | undefined {
  const { decision, nearestMiss } = view.engine.explain(request);
  // A refusal of the decision point's own is not the engine's to mend.
  if (decision.context.reason !== served.context.reason) return undefined;
  const facts = Object.keys(nearestMiss?.change ?? {});
  const isAuthentication = (fact: string): fact is FactName =>
    fact === 'secondFactor' || fact === 'reader' || fact === 'method';
  return facts.length > 0 && facts.every(isAuthentication) ? facts : undefined;
}

function names(list: unknown, name: string): boolean {
  return Array.isArray(list) && list.length <= DECLARED_MAX && list.includes(name);
}
