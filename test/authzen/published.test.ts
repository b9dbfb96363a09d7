/** What a decision point publishes of itself: metadata, and an OpenAPI document that says what is so. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { secretMac } from '../../src/adapters/authzen/binding-token.js';
import type { Client } from '../../src/adapters/authzen/client.js';
import type { AuthzenPoint } from '../../src/adapters/authzen/exchange.js';
import type { AuthzenOptions } from '../../src/adapters/authzen/options.js';
import { jwtMetadataSigner } from '../../src/adapters/jwt/jwt-metadata.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';
import { get, NOON, pointOf, post, type Told } from './http.js';

const engine = compilePolicy<unknown>(
  site({
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'back', place: 'hq' },
      { id: 'pin', place: 'hq', restrictions: { secondFactor: true } },
    ],
    groups: [{ id: 'staff', doors: ['front', 'pin'] }],
    users: [{ id: 'ada' }, { id: 'max' }],
    assignments: [right('a', 'ada')],
  }),
);
const client: Partial<Client> = {
  asserts: 'facts',
  explain: true,
  consistency: true,
  accessRequests: true,
};
const options: Partial<AuthzenOptions> = {
  profiles: {
    obligations: {},
    accessRequests: {
      mac: secretMac(new Uint8Array(32)),
      submit: () =>
        Promise.resolve({ id: 't1', status: 'pending', expiresAt: '2026-03-03T12:00:00Z' }),
      status: (id) =>
        Promise.resolve(
          id === 't1'
            ? {
                id,
                status: 'approved',
                approval: { id: 'a1', approvedUntil: '2026-03-03T12:00:00Z' },
              }
            : 'unknown_task',
        ),
    },
  },
};
const WELL_KNOWN = '/.well-known/authzen-configuration';
const question = {
  subject: { type: 'user', id: 'ada' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: 'front' },
};

describe('Policy Decision Point Metadata', () => {
  test('names the point and every endpoint below the configured URL, whatever Host says', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const answer = await get(pointOf(engine), WELL_KNOWN, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['cache-control']).toBe('public, max-age=3600');
    expect(answer.json).toEqual({
      policy_decision_point: 'https://pdp.example',
      access_evaluation_endpoint: 'https://pdp.example/access/v1/evaluation',
      access_evaluations_endpoint: 'https://pdp.example/access/v1/evaluations',
      search_subject_endpoint: 'https://pdp.example/access/v1/search/subject',
      search_resource_endpoint: 'https://pdp.example/access/v1/search/resource',
      search_action_endpoint: 'https://pdp.example/access/v1/search/action',
    });
  });

  test('profiles that are switched on add capabilities and members, and nothing else does', async () => {
    const { json } = await get(pointOf(engine, {}, options), WELL_KNOWN);
    expect(json).toMatchObject({
      access_request_endpoint: 'https://pdp.example/access/v1/requests',
      capabilities: [
        'urn:openid:authzen:capability:obligations',
        'urn:openid:authzen:capability:access-request',
      ],
      supported_obligations: ['step-up'],
    });
    expect(json).not.toHaveProperty('supported_capabilities');
  });

  test('a tenant`s lies below the well-known path, its endpoints below its own', async () => {
    const point = pointOf(engine, {}, { baseUrl: 'https://pdp.example/acme/' });
    const { json } = await get(point, `${WELL_KNOWN}/acme`);
    expect(json).toMatchObject({
      policy_decision_point: 'https://pdp.example/acme',
      access_evaluation_endpoint: 'https://pdp.example/acme/access/v1/evaluation',
    });
    expect((await post(point, '/acme/access/v1/evaluation', question)).status).toBe(200);
    expect((await get(point, WELL_KNOWN)).status).toBe(404);
    expect((await get(point, `${WELL_KNOWN}/other`)).status).toBe(404);
    expect((await post(point, '/access/v1/evaluation', question)).status).toBe(404);
  });

  test('behind a proxy that cuts the path off, it is answered at the path that is left', async () => {
    const point = pointOf(engine, {}, { baseUrl: 'https://pdp.example/acme', basePath: '/' });
    expect((await post(point, '/access/v1/evaluation', question)).status).toBe(200);
    expect((await get(point, `${WELL_KNOWN}/acme`)).json).toMatchObject({
      search_subject_endpoint: 'https://pdp.example/acme/access/v1/search/subject',
    });
  });

  test('signed metadata is a JWT with an issuer and the same claims, and is not among them', async () => {
    const key = new Uint8Array(32).fill(7);
    const metadataSigner = jwtMetadataSigner({ key, algorithm: 'HS256', keyId: 'k1' });
    const { json } = await get(pointOf(engine, {}, { metadataSigner }), WELL_KNOWN);
    const { signed_metadata: signed, ...plain } = json as Record<string, string>;
    const { payload, protectedHeader } = await jwtVerify(signed ?? '', key);
    expect(protectedHeader).toMatchObject({ alg: 'HS256', kid: 'k1' });
    expect(payload).toEqual({ iss: 'https://pdp.example', iat: NOON / 1000, ...plain });
  });

  test('it is signed once; where that fails it is 500, and tried again', async () => {
    let calls = 0;
    const metadataSigner = () => {
      calls++;
      return calls === 1 ? Promise.reject(new Error('no key')) : 'x.y.z';
    };
    const point = pointOf(engine, {}, { metadataSigner });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await get(point, WELL_KNOWN)).status);
    expect(statuses).toEqual([500, 200, 200, 200]);
    expect(calls).toBe(2);
  });
});

/** The OpenAPI document as far as it is looked into here. */
interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly description: string }>
  >;
}
type Content = Readonly<Record<string, { readonly schema: object }>>;

async function documentOf(point: AuthzenPoint, path = '/openapi.json'): Promise<Document> {
  return (await get(point, path)).json as Document;
}

/** Judges a value by a schema of the document. */
function judgeOf(document: Document): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'doc:', components: document.components });
  return (schema) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"doc:#/')) as object);
}

const point = pointOf(engine, client, options);
const document = await documentOf(point);
const judge = judgeOf(document);

/** Checks an answer against what the document says of its status. */
function expectDocumented(path: string, method: string, answer: Told): void {
  const operation = document.paths[path]?.[method];
  const response = operation?.responses[answer.status];
  const about = `${method} ${path} ${answer.status} ${answer.text}`;
  expect(response, about).toBeDefined();
  const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  const schema = response?.content?.[type]?.schema;
  expect(schema, `${about} ${type}`).toBeDefined();
  const validate = judge(schema ?? {});
  const value = answer.json ?? answer.text;
  expect(validate(value), `${about} ${JSON.stringify(validate.errors)}`).toBe(true);
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1, with the profiles and without, at a tenant too', async () => {
    for (const each of [
      document,
      await documentOf(pointOf(engine)),
      await documentOf(
        pointOf(engine, {}, { baseUrl: 'https://pdp.example/acme' }),
        '/acme/openapi.json',
      ),
    ]) {
      const result = await new Validator().validate(JSON.parse(JSON.stringify(each)));
      expect(result).toMatchObject({ valid: true });
    }
  });

  test('every endpoint of it is real, and every endpoint is in it', async () => {
    expect(document.servers).toEqual([{ url: 'https://pdp.example' }]);
    for (const [path, operations] of Object.entries(document.paths)) {
      expect(point.owns(path.replace('{id}', 't1')), path).toBe(true);
      for (const method of Object.keys(operations))
        expect(['get', 'post', 'servers']).toContain(method);
    }
    const metadata = (await get(point, WELL_KNOWN)).json as Record<string, unknown>;
    const published = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint'));
    expect(published).toHaveLength(6);
    for (const [, url] of published) {
      expect(document.paths).toHaveProperty([String(url).replace('https://pdp.example', '')]);
    }
    expect(Object.keys(document.paths)).toHaveLength(9);
    expect(Object.keys((await documentOf(pointOf(engine))).paths)).toHaveLength(7);
  });

  test('every limit in it is kept', async () => {
    const limits = { bodyBytes: 4000, batchItems: 5 };
    const small = pointOf(engine, {}, { limits });
    const said = JSON.stringify(await documentOf(small));
    expect(said).toContain('"maxItems":5');
    expect(said).toContain('more than 4000 bytes');
    const batch = (count: number) => ({
      ...question,
      evaluations: Array.from({ length: count }, () => ({})),
    });
    expect((await post(small, '/access/v1/evaluations', batch(5))).status).toBe(200);
    expect((await post(small, '/access/v1/evaluations', batch(6))).status).toBe(413);
    const text = JSON.stringify(question);
    expect((await post(small, '/access/v1/evaluation', text.padEnd(4000))).status).toBe(200);
    expect((await post(small, '/access/v1/evaluation', text.padEnd(4001))).status).toBe(413);
  });

  test('real answers are what it says: of every endpoint, good and bad', async () => {
    const everything = {
      reasons: true,
      grants: true,
      validUntil: true,
      state: true,
      explain: true,
    };
    const context = {
      supported_mandatory_extensions: ['obligations'],
      supported_obligations: ['step-up'],
    };
    const max = { type: 'user', id: 'max' };
    const pin = { type: 'door', id: 'pin' };
    const asked: [string, unknown][] = [
      ['/access/v1/evaluation', question],
      ['/access/v1/evaluation', { ...question, options: everything }],
      ['/access/v1/evaluation', { ...question, subject: max, options: everything }],
      ['/access/v1/evaluation', { ...question, resource: pin, context }],
      ['/access/v1/evaluation', {}],
      [
        '/access/v1/evaluation',
        { ...question, resource: { type: 'x', id: 'y', properties: { scope: 1 } } },
      ],
      [
        '/access/v1/evaluations',
        { ...question, context, evaluations: [{}, { resource: pin }, 5, { subject: max }] },
      ],
      ['/access/v1/evaluations', question],
      ['/access/v1/search/subject', { ...question, options: { state: true } }],
      ['/access/v1/search/resource', { ...question, page: { limit: 1 } }],
      ['/access/v1/search/action', question],
      ['/access/v1/search/action', { page: 1 }],
    ];
    for (const [path, body] of asked) {
      expectDocumented(path, 'post', await post(point, path, body));
      expectDocumented(path, 'post', await post(point, path, body, { authorization: undefined }));
    }
    const refused = (await post(point, '/access/v1/evaluation', { ...question, subject: max }))
      .json as {
      context: { access_request: { expires_at: string; binding_token: string } };
    };
    const { expires_at, binding_token } = refused.context.access_request;
    const request = { ...question, subject: max, denial: { expires_at, binding_token } };
    const path = '/access/v1/requests';
    expectDocumented(path, 'post', await post(point, path, request));
    expectDocumented(
      path,
      'post',
      await post(point, path, { ...request, subject: question.subject }),
    );
    expectDocumented(path, 'post', await post(point, path, {}));
    const headers = { authorization: 'Bearer door' };
    expectDocumented(`${path}/{id}`, 'get', await get(point, `${path}/t1`, headers));
    expectDocumented(`${path}/{id}`, 'get', await get(point, `${path}/t2`, headers));
    expectDocumented(`${path}/{id}`, 'get', await get(point, `${path}/t1`));
    expectDocumented(WELL_KNOWN, 'get', await get(point, WELL_KNOWN));
    expectDocumented('/openapi.json', 'get', await get(point, '/openapi.json'));
  });

  test('a member that one endpoint needs and another does not is required by its schema alone', async () => {
    const { subject, action, resource } = question;
    const { type: _door, ...untyped } = resource;
    const variants = [
      question,
      { action, resource },
      { subject, resource },
      { subject, action },
      { ...question, subject: { type: 'user' } },
      { ...question, subject: { id: 'ada' } },
      { ...question, action: {} },
      { ...question, resource: { type: 'door' } },
      { ...question, resource: untyped },
    ];
    const refusedBy: Record<string, number> = {};
    for (const path of Object.keys(document.paths)) {
      const content = document.paths[path]?.['post']?.requestBody?.content['application/json'];
      if (content === undefined || path.endsWith('requests')) continue;
      const validate = judge(content.schema);
      for (const body of variants) {
        const { status } = await post(point, path, body);
        expect(status === 400, `${path} ${JSON.stringify(body)}`).toBe(!validate(body));
        refusedBy[path] = (refusedBy[path] ?? 0) + (status === 400 ? 1 : 0);
      }
    }
    expect(Object.values(refusedBy)).toEqual([8, 8, 7, 7, 6]);
  });

  test('what its schemas refuse is 400, and what they accept is not', async () => {
    const cases = bodies();
    let refusedOnes = 0;
    let acceptedOnes = 0;
    for (const path of Object.keys(document.paths)) {
      const schema =
        document.paths[path]?.['post']?.requestBody?.content['application/json']?.schema;
      if (schema === undefined || path.endsWith('requests')) continue;
      const validate = judge(schema);
      await fc.assert(
        fc.asyncProperty(cases, async (body) => {
          const { status, text } = await post(point, path, body);
          const isValid = validate(JSON.parse(JSON.stringify(body)));
          if (isValid) acceptedOnes++;
          else refusedOnes++;
          // A list has no reasons, and a token that has the form of one may still name nothing.
          const isElse = /has no reasons|token: (?!missing|not a)/u.test(text) && isValid;
          expect(status === 400 && !isElse, `${path} ${JSON.stringify(body)} ${text}`).toBe(
            !isValid,
          );
        }),
        { seed: SEED, numRuns: runs(300) },
      );
    }
    expect(refusedOnes).toBeGreaterThan(200);
    expect(acceptedOnes).toBeGreaterThan(200);
  });
});

/** Bodies near the border between good and bad: each member is mostly right. */
function bodies() {
  const mostly = <T>(good: fc.Arbitrary<T>, ...bad: unknown[]): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 12, arbitrary: good as fc.Arbitrary<unknown> },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, 5, 'x', [], {}, ...bad) },
    );
  const properties = fc.constantFrom<unknown>(
    undefined,
    undefined,
    undefined,
    null,
    {},
    { a: 1 },
    [],
    'x',
  );
  const entity = fc.record({
    type: mostly(fc.constantFrom('user', 'door')),
    id: mostly(fc.constantFrom('ada', 'front')),
    properties,
  });
  const action = fc.record({ name: mostly(fc.constantFrom('unlock', 'view')), properties });
  const flag = mostly(fc.boolean());
  const consistency = fc.constantFrom<unknown>(
    undefined,
    undefined,
    null,
    { kind: 'local' },
    { kind: 'latest' },
    { kind: 'exact' },
    { kind: 'atLeast', token: 'dw1.0.0.org' },
    { kind: 'x' },
    'x',
  );
  const semantic = fc.constantFrom<unknown>(
    undefined,
    null,
    'execute_all',
    'deny_on_first_deny',
    'x',
    1,
  );
  const some = fc.record(
    { reasons: flag, grants: flag, state: flag, consistency, evaluations_semantic: semantic },
    { requiredKeys: [] },
  );
  const page = fc.constantFrom<unknown>(
    undefined,
    undefined,
    null,
    {},
    { limit: 3 },
    { limit: 0 },
    { limit: '3' },
    { token: '' },
    { token: 5 },
    [],
  );
  return fc.record(
    {
      subject: mostly(entity),
      action: mostly(action),
      resource: mostly(entity),
      context: fc.constantFrom<unknown>(undefined, null, {}, { device: 1 }, 'x', []),
      options: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: some },
        { weight: 1, arbitrary: fc.constantFrom(null, 'x', []) },
      ),
      evaluations: fc.constantFrom<unknown>(undefined, undefined, null, [], [{}], [5], 'x'),
      page,
      other: fc.constantFrom(undefined, 1),
    },
    { requiredKeys: ['subject', 'action', 'resource'] },
  );
}
