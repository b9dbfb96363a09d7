/** Access Evaluation and Access Evaluations. @see AuthZEN 1.0, "Access Evaluation API", "Access Evaluations API" */
import { isOpening } from '../../engine/decide.js';
import type { AccessRequest } from '../../engine/request.js';
import type { ServedDecision, ViewResult } from '../pdp/pdp.js';
import { after, found, isLater, type Later, refused } from './answers.js';
import { readAsked } from './asked.js';
import type { Asking } from './asking.js';
import { isSent, type Sent } from './body.js';
import type { Client } from './client.js';
import { type Decided, decideItem, openItem } from './decide-item.js';
import type { Answer, Exchange } from './exchange.js';
import type { SentParts } from './question.js';
import { malformed, type Refusal } from './refusal.js';
import type { Setup } from './setup.js';
import { viewFor } from './view-for.js';

/** Answers one question. */
export function answerEvaluation(
  setup: Setup,
  client: Client,
  body: Sent,
  exchange: Exchange,
): Later<Answer> {
  const asked = readAsked(body['options'], client);
  if (!asked.ok) return refusedBy(asked);
  return after(viewFor(setup, asked, exchange), (view) =>
    single({ setup, client, asked, view, now: setup.now() }, body),
  );
}

/** Answers many questions by one state of the policy and at one time. */
export function answerEvaluations(
  setup: Setup,
  client: Client,
  body: Sent,
  exchange: Exchange,
): Later<Answer> {
  const items = body['evaluations'] ?? [];
  if (!Array.isArray(items)) return refusedBy(malformed('/evaluations', 'not a list'));
  // Missing or empty: the single question.
  if (items.length === 0) return answerEvaluation(setup, client, body, exchange);
  const { batchItems } = setup.limits;
  if (items.length > batchItems) return refused(413, `at most ${batchItems} evaluations at once`);
  const asked = readAsked(body['options'], client);
  if (!asked.ok) return refusedBy(asked);
  return after(viewFor(setup, asked, exchange), (view) => {
    if (isCallersFault(view)) return refusedView(view);
    const asking = { setup, client, asked, view, now: setup.now() };
    return after(everyItem(asking, body, items), (texts) =>
      found(`{"evaluations":[${texts.join(',')}]}`),
    );
  });
}

function single(asking: Asking, body: Sent): Later<Answer> {
  const { client, setup, view } = asking;
  if (isCallersFault(view)) return refusedView(view);
  const decided =
    client.records === true && view.ok && maybeOpening(body)
      ? openItem(asking, body, openerOf(setup))
      : decideItem(asking, body);
  return after(decided, (result) => (result.ok ? found(result.text) : refusedBy(result)));
}

/** Whether a question is about a body at a door, before it is known to be one at all. */
function maybeOpening(body: Sent): boolean {
  const { action, resource } = body;
  return isSent(action) && isSent(resource) && isOpening(body as unknown as AccessRequest);
}

/** @throws Error where nothing is remembered: an opening that is not counted must not be permitted. */
function openerOf({ pdp }: Setup): (request: AccessRequest) => Promise<ServedDecision> {
  if (pdp.open === undefined) throw new Error('this decision point remembers no openings');
  return pdp.open.bind(pdp);
}

/** The texts of all items, as far as the semantics go. */
function everyItem(asking: Asking, body: Sent, items: readonly unknown[]): Later<string[]> {
  const texts: string[] = [];
  const { semantic } = asking.asked;
  const ends = (decision: boolean): boolean =>
    (semantic === 'deny_on_first_deny' && !decision) ||
    (semantic === 'permit_on_first_permit' && decision);
  const from = (start: number): Later<string[]> => {
    for (let index = start; index < items.length; index++) {
      const decided = decideItem(asking, partsOf(body, items[index]));
      if (isLater(decided)) {
        return decided.then((later) => (ends(add(texts, later)) ? texts : from(index + 1)));
      }
      if (ends(add(texts, decided))) break;
    }
    return texts;
  };
  return from(0);
}

/** Adds the text of an item; one that cannot be decided is refused, and says why. @returns the decision. */
function add(texts: string[], decided: Decided | Refusal): boolean {
  if (decided.ok) {
    texts.push(decided.text);
    return decided.decision;
  }
  const { status, message } = decided;
  texts.push(JSON.stringify({ decision: false, context: { error: { status, message } } }));
  return false;
}

/** The parts of an item: its own, each whole, or else those of the body. @see AuthZEN 1.0, "Default values" */
function partsOf(body: Sent, item: unknown): SentParts {
  if (!isSent(item)) return { subject: null };
  return {
    subject: item['subject'] === undefined ? body['subject'] : item['subject'],
    action: item['action'] === undefined ? body['action'] : item['action'],
    resource: item['resource'] === undefined ? body['resource'] : item['resource'],
    context: item['context'] === undefined ? body['context'] : item['context'],
  };
}

/** A token that is none, or names what is gone: nothing could be said of the question. */
function isCallersFault(view: ViewResult): view is Extract<ViewResult, { ok: false }> {
  return !view.ok && (view.code === 'token_unknown' || view.code === 'not_retained');
}

function refusedView({ detail }: Extract<ViewResult, { ok: false }>): Answer {
  return refused(400, `/options/consistency/token: ${detail}`);
}

function refusedBy({ status, message }: Refusal): Answer {
  return refused(status, message);
}
