/** Every endpoint, once: what dispatches, what is published and what the OpenAPI document says come from here. */
import { ACCESS_REQUEST_PATH } from './access-denial.js';
import type { Setup } from './setup.js';

/** The endpoints by name. */
export type RouteName =
  | 'evaluation'
  | 'evaluations'
  | 'searchSubject'
  | 'searchResource'
  | 'searchAction'
  | 'metadata'
  | 'openapi'
  | 'accessRequest'
  | 'accessTask';

/** One endpoint. */
export interface Route {
  readonly name: RouteName;
  readonly method: 'GET' | 'POST';
  /** As this process sees it; `{id}` stands for one segment. */
  readonly path: string;
  /** Whether anybody may read it. */
  readonly isPublic: boolean;
  /** The member of the metadata that publishes it. */
  readonly publishedAs?: string;
}

/** Where metadata lies: between the host and the path of the tenant. @see RFC 8615; AuthZEN 1.0, "Obtaining … Metadata" */
const WELL_KNOWN = '/.well-known/authzen-configuration';

/** The endpoints of this decision point. */
export function routesOf(setup: Setup): readonly Route[] {
  const { basePath, baseUrl, profiles } = setup;
  const tenant = basePathOf(baseUrl);
  const post = (name: RouteName, path: string, publishedAs: string): Route => {
    return { name, method: 'POST', path: `${basePath}${path}`, isPublic: false, publishedAs };
  };
  const routes: Route[] = [
    post('evaluation', '/access/v1/evaluation', 'access_evaluation_endpoint'),
    post('evaluations', '/access/v1/evaluations', 'access_evaluations_endpoint'),
    post('searchSubject', '/access/v1/search/subject', 'search_subject_endpoint'),
    post('searchResource', '/access/v1/search/resource', 'search_resource_endpoint'),
    post('searchAction', '/access/v1/search/action', 'search_action_endpoint'),
    { name: 'metadata', method: 'GET', path: `${WELL_KNOWN}${tenant}`, isPublic: true },
    { name: 'openapi', method: 'GET', path: `${basePath}/openapi.json`, isPublic: true },
  ];
  if (profiles?.accessRequests === undefined) return routes;
  const status = `${basePath}${ACCESS_REQUEST_PATH}/{id}`;
  return [
    ...routes,
    post('accessRequest', ACCESS_REQUEST_PATH, 'access_request_endpoint'),
    { name: 'accessTask', method: 'GET', path: status, isPublic: false },
  ];
}

/** Finds the route of a path, and what stands for `{id}`. */
export function routeFinder(
  routes: readonly Route[],
): (path: string) => { readonly route: Route; readonly id: string } | undefined {
  const whole = new Map(routes.map((route) => [route.path, { route, id: '' }]));
  const below = routes.filter(({ path }) => path.endsWith('/{id}'));
  return (path) => {
    const found = whole.get(path);
    if (found !== undefined) return found.route.path.endsWith('{id}') ? undefined : found;
    for (const route of below) {
      const stem = route.path.slice(0, -'{id}'.length);
      const id = path.startsWith(stem) ? path.slice(stem.length) : '';
      if (/^[A-Za-z0-9._-]{1,128}$/u.test(id)) return { route, id };
    }
    return undefined;
  };
}

/** A route's URL as it is published. */
export function urlOf({ baseUrl, basePath }: Setup, path: string): string {
  return `${baseUrl}${path.slice(basePath.length)}`;
}

function basePathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/u, '');
}
