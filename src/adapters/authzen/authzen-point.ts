/** The AuthZEN endpoints of one decision point: which exchange is whose, in which order it is looked at, and what it comes to. */
import { answerAccessRequest, answerAccessTask } from './access-request.js';
import { after, fault, isLater, type Later, published, refused, stamped } from './answers.js';
import { readBody, type Sent } from './body.js';
import type { Client } from './client.js';
import { answerEvaluation, answerEvaluations } from './evaluation.js';
import type { Answer, AuthzenPoint, Exchange } from './exchange.js';
import { openGate } from './gate.js';
import { metadataText } from './metadata.js';
import { openApiDocument } from './openapi.js';
import type { AuthzenOptions } from './options.js';
import { isEchoable } from './request-id.js';
import { type Route, routeFinder, routesOf } from './routes.js';
import { answerSearch } from './search.js';
import { type Setup, setUp } from './setup.js';
import { handleRequest } from './web.js';

/** One exchange on its way: found, not answered yet. */
type Serve = (exchange: Exchange, route: Route, id: string) => Later<Answer>;

/**
 * The AuthZEN 1.0 endpoints of a decision point.
 * @throws TypeError or RangeError for options that cannot be meant.
 * @see docs/authzen.md
 */
export function authzenPoint(options: AuthzenOptions): AuthzenPoint {
  const setup = setUp(options);
  const routes = routesOf(setup);
  const find = routeFinder(routes);
  const serve = servingOf(setup, routes);
  const answer = (exchange: Exchange): Later<Answer> => {
    const started = setup.watcher?.exchanged === undefined ? 0 : performance.now();
    let route: Route | undefined;
    let requestId: string | undefined;
    const finish = (answered: Answer): Answer => {
      tell(setup, route, answered, started);
      return stamped(answered, requestId);
    };
    const fail = (error: unknown): Answer => {
      complain(setup, route, error);
      return finish(fault());
    };
    try {
      requestId = exchange.header('x-request-id') || undefined;
      if (requestId !== undefined && !isEchoable(requestId)) {
        requestId = undefined;
        return finish(refused(400, 'X-Request-ID is longer than 256 characters or no header text'));
      }
      const here = find(exchange.path);
      if (here === undefined) return finish(refused(404, 'there is nothing here'));
      route = here.route;
      const answered = serve(exchange, here.route, here.id);
      return isLater(answered) ? answered.then(finish, fail) : finish(answered);
    } catch (error) {
      return fail(error);
    }
  };
  return {
    owns: (path) => find(path) !== undefined,
    paths: routes.map(({ path }) => path),
    bodyBytesMax: setup.limits.bodyBytes,
    answer,
    handle: (request, remoteAddress) =>
      handleRequest(request, setup.limits.bodyBytes, answer, remoteAddress),
  };
}

/** What every route does, in this order: method, caller, rate, kind of content, size, JSON, question. */
function servingOf(setup: Setup, routes: readonly Route[]): Serve {
  const gate = openGate(setup);
  const metadata = metadataText(setup, routes);
  const openapi = JSON.stringify(openApiDocument(setup, routes));
  return (exchange, route, id) => {
    const { method } = exchange;
    if (method !== route.method && !(method === 'HEAD' && route.method === 'GET')) {
      const allow = route.method === 'GET' ? 'GET, HEAD' : 'POST';
      return refused(405, `${allow} alone`, { allow });
    }
    if (route.name === 'metadata') return after(metadata(), published);
    if (route.name === 'openapi') return published(openapi);
    return after(gate(exchange), (admitted) => {
      if (!admitted.ok) return admitted.answer;
      const { client } = admitted;
      if (route.name === 'accessTask') return answerAccessTask(setup, client, id);
      if (!isJson(exchange.header('content-type'))) {
        return refused(400, 'Content-Type is application/json');
      }
      const body = readBody(exchange.body, setup.limits);
      if (!body.ok) return refused(body.status, body.message);
      return answerPost(setup, route, client, body.value, exchange);
    });
  };
}

function answerPost(
  setup: Setup,
  { name }: Route,
  client: Client,
  body: Sent,
  exchange: Exchange,
): Later<Answer> {
  switch (name) {
    case 'evaluation':
      return answerEvaluation(setup, client, body, exchange);
    case 'evaluations':
      return answerEvaluations(setup, client, body, exchange);
    case 'searchSubject':
      return answerSearch('subject', setup, client, body, exchange);
    case 'searchResource':
      return answerSearch('resource', setup, client, body, exchange);
    case 'searchAction':
      return answerSearch('action', setup, client, body, exchange);
    case 'accessRequest':
      return answerAccessRequest(setup, client, body, exchange);
    default:
      throw new Error(`no endpoint \`${name}\``);
  }
}

/** Parameters of the type, such as `charset`, change nothing: JSON is UTF-8. @see RFC 8259 §8.1 */
function isJson(type: string | undefined): boolean {
  return type === 'application/json' || /^application\/json[\t ]*(?:;|$)/iu.test(type ?? '');
}

function tell(
  { watcher }: Setup,
  route: Route | undefined,
  { status }: Answer,
  started: number,
): void {
  if (watcher?.exchanged === undefined || route === undefined) return;
  const milliseconds = performance.now() - started;
  try {
    watcher.exchanged({ route: route.path, method: route.method, status, milliseconds });
  } catch {
    // Watching never breaks a door.
  }
}

/** Tells of a fault by its name alone: a message may quote the request. */
function complain({ logger }: Setup, route: Route | undefined, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  try {
    logger?.error({ route: route?.path, error: name }, 'an AuthZEN exchange failed');
  } catch {
    // Nor does writing it down.
  }
}
