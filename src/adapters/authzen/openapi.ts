/** The OpenAPI 3.1 document of the endpoints, made from the table that dispatches them and the limits they keep. */
import type { Route, RouteName } from './routes.js';
import { ref, type Schema, schemasOf } from './schemas.js';
import type { Setup } from './setup.js';

/** What an endpoint is asked and answers, by the names of schemas. */
interface Operation {
  readonly summary: string;
  readonly asks?: string;
  readonly answers?: string;
}

const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  evaluation: { summary: 'Access Evaluation', asks: 'EvaluationRequest', answers: 'Decision' },
  evaluations: {
    summary: 'Access Evaluations',
    asks: 'EvaluationsRequest',
    answers: 'Evaluations',
  },
  searchSubject: { summary: 'Subject Search', asks: 'SubjectSearchRequest', answers: 'Entities' },
  searchResource: {
    summary: 'Resource Search',
    asks: 'ResourceSearchRequest',
    answers: 'Entities',
  },
  searchAction: { summary: 'Action Search', asks: 'ActionSearchRequest', answers: 'Actions' },
  metadata: { summary: 'Policy Decision Point Metadata', answers: 'Metadata' },
  openapi: { summary: 'This document' },
  accessRequest: { summary: 'Ask for access', asks: 'AccessRequest', answers: 'Task' },
  accessTask: { summary: 'How a request for access stands', answers: 'Task' },
};

/** The document. */
export function openApiDocument(setup: Setup, routes: readonly Route[]): object {
  return {
    openapi: '3.1.0',
    info: { title: 'AuthZEN Authorization API 1.0', version: '1.0.0' },
    servers: [{ url: setup.baseUrl }],
    paths: Object.fromEntries(routes.map((route) => pathOf(setup, route))),
    components: {
      schemas: schemasOf(setup),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function pathOf(setup: Setup, route: Route): readonly [string, object] {
  const { basePath, baseUrl } = setup;
  const item = { [route.method.toLowerCase()]: operationOf(setup, route) };
  // Metadata lies at the root of the host, whatever the path of the tenant.
  if (route.name === 'metadata') {
    return [route.path, { servers: [{ url: new URL(baseUrl).origin }], ...item }];
  }
  return [route.path.slice(basePath.length), item];
}

function operationOf({ limits }: Setup, route: Route): object {
  const { summary, asks, answers } = OPERATIONS[route.name];
  const schema = answers === undefined ? { type: 'object' } : ref(answers);
  const isTask = route.name === 'accessRequest' || route.name === 'accessTask';
  return {
    operationId: route.name,
    summary,
    ...(route.isPublic ? {} : { security: [{ bearer: [] }] }),
    ...(route.path.endsWith('/{id}')
      ? { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] }
      : {}),
    ...(asks === undefined ? {} : { requestBody: { required: true, content: json(ref(asks)) } }),
    responses: {
      ...(route.name === 'accessRequest'
        ? {
            201: { description: 'Decided at once', content: json(schema) },
            202: { description: 'Taken', content: json(schema) },
          }
        : { 200: { description: 'Answered', content: json(schema) } }),
      ...(route.isPublic ? {} : refusals(limits.bodyBytes)),
      ...(isTask ? problems() : {}),
      500: sentence('A fault of ours'),
      ...(route.isPublic || isTask ? {} : { 503: sentence('No policy that is new enough') }),
    },
  };
}

function refusals(bodyBytes: number): Readonly<Record<number, object>> {
  return {
    400: sentence('Not to be understood'),
    401: sentence('Not known'),
    403: sentence('Known, and not allowed'),
    413: sentence(`A body of more than ${bodyBytes} bytes, or a batch of too many items`),
    429: sentence('Too many requests: see Retry-After'),
  };
}

/** @see AuthZEN Access Request and Approval Profile, "Error Responses" */
function problems(): Readonly<Record<number, object>> {
  const content = { 'application/problem+json': { schema: ref('Problem') } };
  const either = { ...content, 'text/plain': { schema: { type: 'string' } } };
  return {
    400: { description: 'Not to be understood, or not to be asked for', content: either },
    404: { description: 'No such task', content },
    409: { description: 'Asked for otherwise by the same key', content },
    410: { description: 'Too late', content },
  };
}

function json(schema: Schema): object {
  return { 'application/json': { schema } };
}

function sentence(description: string): object {
  return { description, content: { 'text/plain': { schema: { type: 'string' } } } };
}
