/** The OpenAPI 3.1 document of the endpoints. */
import type { Route } from './routes.js';
import type { Setup } from './setup.js';

/** The document. */
export function openApiDocument(setup: Setup, routes: readonly Route[]): object {
  return {
    openapi: '3.1.0',
    servers: [{ url: setup.baseUrl }],
    paths: Object.fromEntries(routes.map(({ path }) => [path, {}])),
  };
}
