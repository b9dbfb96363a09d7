/** One question decided and answered as JSON text. */
import type { AccessRequest } from '../../engine/request.js';
import { RequestError } from '../../engine/request.js';
import { tellDecision, withinSpan } from '../guard/telling.js';
import type { PdpView, ServedDecision } from '../pdp/pdp.js';
import { bindRefusal } from './access-denial.js';
import type { Later } from './answers.js';
import { after } from './answers.js';
import type { Asked } from './asked.js';
import type { Asking } from './asking.js';
import { stepUp } from './obligations.js';
import { type Question, readQuestion, type SentParts } from './question.js';
import { malformed, type Refusal } from './refusal.js';

/** A decision as the text of its JSON object. */
export interface Decided {
  readonly ok: true;
  readonly decision: boolean;
  readonly text: string;
}

const PERMITTED: Decided = { ok: true, decision: true, text: '{"decision":true}' };
const DENIED: Decided = { ok: true, decision: false, text: '{"decision":false}' };

/** Decides one question. @returns 400 or 403 for one that cannot be decided. */
export function decideItem(asking: Asking, parts: SentParts): Later<Decided | Refusal> {
  const { setup, client, asked, view } = asking;
  const question = readQuestion(parts, client, asking.now);
  if (!question.ok) return question;
  const started = performance.now();
  try {
    if (!view.ok) {
      const served = noView(view.code, question.request);
      return answered(asking, question, served, undefined, started);
    }
    const { value } = view;
    // Nobody wants to know more than yes or no.
    if (asked.plain && setup.watcher === undefined && setup.profiles === undefined) {
      return value.check(question.request) ? PERMITTED : DENIED;
    }
    const served = withinSpan(setup.watcher, () =>
      value.decide(question.request, { validUntil: asked.validUntil }),
    );
    return answered(asking, question, served, value, started);
  } catch (error) {
    return refusalOf(error);
  }
}

/** A question that is an opening, decided and remembered. */
export function openItem(
  asking: Asking,
  parts: SentParts,
  open: (request: AccessRequest) => Promise<ServedDecision>,
): Later<Decided | Refusal> {
  const question = readQuestion(parts, asking.client, asking.now);
  if (!question.ok) return question;
  const { view } = asking;
  const started = performance.now();
  return open(question.request).then(
    (served) => answered(asking, question, served, view.ok ? view.value : undefined, started),
    refusalOf,
  );
}

/** What a time that cannot be read comes to. @throws whatever else went wrong. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof RequestError)) throw error;
  return malformed(error.pointer, 'missing or ill-typed');
}

/** Without a policy nobody opens anything. */
function noView(code: string, { resource }: AccessRequest): ServedDecision {
  const reason = code === 'stale' ? 'stale' : 'not_ready';
  const at = { type: resource.type, id: resource.id };
  return {
    decision: false,
    context: { reason, reasons: [{ code: reason, at }], grants: [], revision: 0 },
  };
}

/** What is answered of a decision: itself, what was asked for, and what the profiles add to a refusal. */
function answered(
  asking: Asking,
  question: Extract<Question, { ok: true }>,
  served: ServedDecision,
  view: PdpView | undefined,
  started: number,
): Later<Decided> {
  const { type, id } = question.request.resource;
  tellDecision(asking.setup.watcher, {
    action: question.request.action.name,
    resource: { type, id },
    decided: served,
    milliseconds: performance.now() - started,
    via: 'authzen',
  });
  const context: Record<string, unknown> = {};
  if (!asking.asked.plain) show(context, asking.asked, question.request, served, view);
  const obligations = stepUp(asking, question, served, view);
  if (obligations !== undefined) context['obligations'] = obligations;
  return after(bindRefusal(asking, question.request, served), (bound) => {
    if (bound !== undefined) Object.assign(context, bound);
    const { decision } = served;
    const isBare = Object.keys(context).length === 0;
    if (isBare) return decision ? PERMITTED : DENIED;
    return { ok: true, decision, text: JSON.stringify({ decision, context }) };
  });
}

function show(
  context: Record<string, unknown>,
  asked: Asked,
  request: AccessRequest,
  served: ServedDecision,
  view: PdpView | undefined,
): void {
  const { reason, reasons, grants, validUntil } = served.context;
  if (asked.reasons) {
    context['reason'] = reason;
    context['reasons'] = reasons;
  }
  if (asked.grants) context['grants'] = grants;
  if (asked.validUntil && validUntil !== undefined) context['validUntil'] = validUntil;
  if (view === undefined) return;
  if (asked.state) {
    const { revision } = served.context;
    context['revision'] = revision;
    // What was opened may have been decided by a newer state than this one.
    if (revision === view.engine.revision) context['token'] = view.token;
  }
  if (!asked.explain) return;
  const { decision, ...explanation } = view.engine.explain(request);
  // What a decision point refuses of its own is not the policy's doing, and is not explained by it.
  if (decision.context.reason === reason) context['explanation'] = explanation;
}
