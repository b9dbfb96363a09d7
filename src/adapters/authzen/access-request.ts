/**
 * The draft Access Request profile, second half: asking for access after a refusal, and how that stands.
 * @see AuthZEN Access Request and Approval Profile, "Submitting the Access Request" and "Checking the Task"
 */
import { accessRequestUrl } from './access-denial.js';
import { type Later, refused } from './answers.js';
import { type BoundDenial, openDenial, sameJson } from './binding-token.js';
import { isSent, type Sent } from './body.js';
import type { Client } from './client.js';
import type { Answer, Exchange } from './exchange.js';
import type { AccessAsked, AccessRefusal, AccessRequestOptions, AccessTask } from './profiles.js';
import { readQuestion } from './question.js';
import type { Setup } from './setup.js';

/** Statuses of the problems the profile names. */
const PROBLEMS = {
  not_requestable: 400,
  invalid_denial_binding: 400,
  expired_denial: 410,
  duplicate_request: 409,
  unknown_task: 404,
  task_expired: 410,
} as const;
const IDEMPOTENCY_KEY_LENGTH_MAX = 256;
/** A task's id is part of its URL. */
const TASK_ID = /^[A-Za-z0-9._-]{1,128}$/u;

/** Takes a request for access, if it belongs to a refusal of ours that this client got. */
export function answerAccessRequest(
  setup: Setup,
  client: Client,
  body: Sent,
  exchange: Exchange,
): Later<Answer> {
  const options = optionsFor(setup, client);
  if (options === undefined) return mayNot();
  const { denial, requested_access: requested = {}, context = {} } = body;
  const question = readQuestion(body, client, setup.now());
  if (!question.ok) return refused(question.status, question.message);
  if (!isSent(denial)) return refused(400, '/denial: missing or not an object');
  if (!isSent(requested)) return refused(400, '/requested_access: not an object');
  const key = exchange.header('idempotency-key');
  if (key !== undefined && key.length > IDEMPOTENCY_KEY_LENGTH_MAX) {
    return refused(400, `Idempotency-Key has at most ${IDEMPOTENCY_KEY_LENGTH_MAX} characters`);
  }
  return openDenial(options.mac, denial['binding_token']).then(async (bound) => {
    const fault = faultOf(setup, client, body, denial, bound);
    if (bound === undefined || fault !== undefined)
      return problem(fault ?? 'invalid_denial_binding');
    const { subject, action, resource } = question.request;
    const asked: AccessAsked = {
      client,
      subject,
      action,
      resource,
      context: (context ?? {}) as Sent,
      requestedAccess: requested,
      reason: bound.reason,
      template: options.template,
      denialId: bound.jti,
      expiresAt: bound.exp * 1000,
      idempotencyKey: key,
    };
    return answered(setup, await options.submit(asked), true);
  });
}

/** Tells how a task stands. */
export function answerAccessTask(setup: Setup, client: Client, id: string): Later<Answer> {
  const options = optionsFor(setup, client);
  if (options === undefined) return mayNot();
  return options.status(id, client).then((task) => answered(setup, task, false));
}

function optionsFor({ profiles }: Setup, client: Client): AccessRequestOptions | undefined {
  return client.accessRequests === true ? profiles?.accessRequests : undefined;
}

function mayNot(): Answer {
  return refused(403, 'this client may not ask for access');
}

/** What does not fit between a request and the refusal it claims. @see "Verifying the Denial Binding" */
function faultOf(
  setup: Setup,
  client: Client,
  body: Sent,
  denial: Sent,
  bound: BoundDenial | undefined,
): keyof typeof PROBLEMS | undefined {
  const isOurs =
    bound !== undefined &&
    bound.iss === setup.baseUrl &&
    bound.aud === accessRequestUrl(setup) &&
    bound.azp === client.id &&
    denial['expires_at'] === bound.denial_expires_at &&
    sameJson(body['subject'], bound.subject) &&
    sameJson(body['action'], bound.action) &&
    sameJson(body['resource'], bound.resource);
  if (!isOurs) return 'invalid_denial_binding';
  return setup.now() >= bound.exp * 1000 ? 'expired_denial' : undefined;
}

function answered(setup: Setup, task: AccessTask | AccessRefusal, isNew: boolean): Answer {
  if (typeof task === 'string') return problem(task);
  if (!TASK_ID.test(task.id)) throw new TypeError('an id of a task that is none');
  const { approval, display, expiresAt } = task;
  // Approval without anything to ask again with could not be enforced.
  const status = task.status === 'approved' && approval === undefined ? 'failed' : task.status;
  const endpoint = `${accessRequestUrl(setup)}/${task.id}`;
  const result = {
    mode: 'reevaluate',
    approval: { id: approval?.id, approved_until: approval?.approvedUntil },
  };
  const body = {
    task: { id: task.id, status, status_endpoint: endpoint, expires_at: expiresAt, display },
    ...(status === 'approved' ? { result } : {}),
  };
  const created = status === 'pending' ? 202 : 201;
  return {
    status: isNew ? created : 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(isNew ? { location: endpoint } : {}),
    },
    body: JSON.stringify(body),
  };
}

/** @see RFC 9457; "Error Responses" */
function problem(code: keyof typeof PROBLEMS): Answer {
  const status = PROBLEMS[code];
  const type = `urn:openid:authzen:access-request:error:${code}`;
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify({ type, title: code.replaceAll('_', ' '), status }),
  };
}
