/** A site with a SCIM server on it, asked as a client would. */

import { type ScimOptions, scimHandler } from '../../src/adapters/for-scim.js';
import { type Actor, memoryStore, openSite, type Site } from '../../src/adapters/for-site.js';
import { parsePolicy } from '../../src/index.js';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely
  readonly body: any;
  readonly headers: Headers;
}

/** A server under test. */
export interface ScimSite {
  readonly site: Site;
  readonly handler: (request: Request) => Promise<Response>;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

export const TOKEN = 'token-of-owner';
export const ADMIN_TOKEN = 'token-of-admin';
export const GUEST_TOKEN = 'token-of-nobody';

/** `owner` owns the site, `admin` administrates it, `eve` holds nothing; a door in the group `Staff`. */
export function scimPolicy(parts: object = {}) {
  return {
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'staff', name: 'Staff', doors: ['front'] }],
    users: [{ id: 'owner', email: 'owner@acme.example' }, { id: 'admin' }, { id: 'eve' }],
    assignments: [
      {
        id: 'o',
        subject: { type: 'user', id: 'owner' },
        role: 'organization_owner',
        scope: { type: 'organization', id: 'acme' },
      },
      {
        id: 'a',
        subject: { type: 'user', id: 'admin' },
        role: 'organization_administrator',
        scope: { type: 'organization', id: 'acme' },
      },
    ],
    ...parts,
  };
}

/** Opens a site in memory and puts a server on it. */
export async function scimSite(
  options: Partial<ScimOptions> = {},
  policy: object = scimPolicy(),
): Promise<ScimSite> {
  const parsed = parsePolicy(policy);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const store = memoryStore();
  await store.create(parsed.value);
  const site = await openSite({ store, organization: 'acme' });
  const actors: Record<string, Actor> = {
    [TOKEN]: { type: 'user', id: 'owner' },
    [ADMIN_TOKEN]: { type: 'user', id: 'admin' },
    [GUEST_TOKEN]: { type: 'user', id: 'eve' },
  };
  const handler = scimHandler({
    authenticate: (token) => {
      const actor = Object.hasOwn(actors, token) ? actors[token] : undefined;
      return actor && { site, actor };
    },
    // A fault that no test meant fails the run: what a hook throws by itself is dropped.
    onError: (error) => {
      setImmediate(() => {
        throw error;
      });
    },
    ...options,
  });
  return { site, handler, ask: asker(handler) };
}

/** Asks a handler as the owner's client. */
export function asker(handler: ScimSite['handler']): ScimSite['ask'] {
  return async (method, path, body, headers = {}) => {
    const request = new Request(`https://doors.example/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const response = await handler(request);
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : JSON.parse(text),
      headers: response.headers,
    };
  };
}

/** A PATCH body. */
export function patchOf(...Operations: readonly object[]) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
}

/** A User body. */
export function userBody(userName: string, parts: object = {}) {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, ...parts };
}

/** A Group body. */
export function groupBody(
  displayName: string,
  members: readonly string[] = [],
  parts: object = {},
) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName,
    members: members.map((value) => ({ value })),
    ...parts,
  };
}
