/** The two draft profiles: obligations that a refusal carries, and asking for access after one. */
import { describe, expect, test } from 'vitest';
import { secretMac } from '../../src/adapters/authzen/binding-token.js';
import type { Client } from '../../src/adapters/authzen/client.js';
import type { AuthzenPoint } from '../../src/adapters/authzen/exchange.js';
import type { AuthzenOptions } from '../../src/adapters/authzen/options.js';
import type {
  AccessAsked,
  AccessRefusal,
  AccessRequestOptions,
  AccessTask,
} from '../../src/adapters/authzen/profiles.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp, PdpView } from '../../src/adapters/pdp/pdp.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { exchangeOf, get, NOON, pointOf, post, told } from './http.js';

const reader = [{ id: 'r1' }];
const engine = compilePolicy<unknown>(
  site({
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'pin', place: 'hq', restrictions: { secondFactor: true } },
      { id: 'read', place: 'hq', restrictions: { reader: true }, readers: reader },
      {
        id: 'both',
        place: 'hq',
        restrictions: { reader: true, secondFactor: true },
        readers: [{ id: 'r2' }],
      },
      { id: 'late', place: 'hq', restrictions: { secondFactor: true, schedule: 'hours' } },
      { id: 'other', place: 'hq' },
    ],
    groups: [{ id: 'staff', doors: ['front', 'pin', 'read', 'both', 'late'] }],
    users: [{ id: 'ada' }, { id: 'max' }],
    schedules: [{ id: 'hours', windows: [{ days: ['su'], from: '08:00', until: '18:00' }] }],
    assignments: [
      right('a', 'ada'),
      right('m', 'max', { validity: { until: '2026-01-01T00:00:00Z' } }),
    ],
  }),
);
const EVALUATION = '/access/v1/evaluation';
const question = (door: string, context?: object) => ({
  subject: { type: 'user', id: 'ada' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: door },
  ...(context && { context }),
});

describe('step-up obligations', () => {
  const DECLARED = {
    supported_mandatory_extensions: ['obligations'],
    supported_obligations: ['step-up'],
  };
  const obligations: Partial<AuthzenOptions> = { profiles: { obligations: {} } };
  const evaluate = async (
    body: object,
    client: Partial<Client> = { asserts: 'facts' },
    options = obligations,
  ) => (await post(pointOf(engine, client, options), EVALUATION, body)).json;
  const factor = {
    type: 'step-up',
    id: 'second-factor',
    properties: { acr_value: 'urn:doorwright:acr:second-factor', amr_values: ['mfa'] },
  };
  const tap = {
    type: 'step-up',
    id: 'at-reader',
    properties: { acr_value: 'urn:doorwright:acr:at-reader' },
  };

  test.each([
    ['pin', [factor]],
    ['read', [tap]],
    ['both', [tap, factor]],
  ])('a refusal at %s that authentication would turn says which', async (door, expected) => {
    expect(await evaluate(question(door, DECLARED))).toEqual({
      decision: false,
      context: { obligations: expected },
    });
  });

  test('having done them permits', async () => {
    const done = { ...DECLARED, secondFactor: true, reader: 'r2', method: 'tap' };
    expect(await evaluate(question('both', done))).toEqual({ decision: true });
  });

  test('a refusal that authentication alone would not turn, and a permit, carry none', async () => {
    for (const door of ['front', 'late', 'other', 'nowhere']) {
      const answer = (await evaluate(question(door, DECLARED))) as object;
      expect(Object.keys(answer)).toEqual(['decision']);
    }
  });

  test('an enforcement point that does not declare what is needed gets the plain refusal', async () => {
    for (const context of [
      undefined,
      { supported_obligations: ['step-up'] },
      { supported_mandatory_extensions: ['obligations'] },
      { ...DECLARED, supported_obligations: ['notification'] },
      { ...DECLARED, supported_obligations: 'step-up' },
      { ...DECLARED, supported_mandatory_extensions: { 0: 'obligations' } },
    ]) {
      expect(await evaluate(question('pin', context))).toEqual({ decision: false });
    }
  });

  test('a list of declarations that nobody could mean is none: each item of a batch would look it through', async () => {
    const others = Array.from({ length: 1000 }, (_, index) => `urn:other:${index}`);
    const context = { ...DECLARED, supported_obligations: [...others, 'step-up'] };
    expect(await evaluate(question('pin', context))).toEqual({ decision: false });
    const most = { ...DECLARED, supported_obligations: [...others.slice(1), 'step-up'] };
    expect(await evaluate(question('pin', most))).toMatchObject({
      context: { obligations: [factor] },
    });
  });

  test('a caller that could not say it was done is not asked to', async () => {
    expect(await evaluate(question('pin', DECLARED), {})).toEqual({ decision: false });
    expect(await evaluate(question('pin', DECLARED), { asserts: ['secondFactor'] })).toMatchObject({
      context: { obligations: [factor] },
    });
    expect(await evaluate(question('both', DECLARED), { asserts: ['secondFactor'] })).toEqual({
      decision: false,
    });
  });

  test('without the option there are none, and the values are the host`s', async () => {
    expect(await evaluate(question('pin', DECLARED), { asserts: 'facts' }, {})).toEqual({
      decision: false,
    });
    const own = { profiles: { obligations: { secondFactor: 'urn:x', atReader: 'urn:y' } } };
    expect(await evaluate(question('both', DECLARED), { asserts: 'facts' }, own)).toMatchObject({
      context: {
        obligations: [
          { properties: { acr_value: 'urn:y' } },
          { properties: { acr_value: 'urn:x' } },
        ],
      },
    });
  });

  test('a refusal for stale knowledge carries none, whatever the old policy would say', async () => {
    const inner = enginePdp({ engine });
    const view = inner.local();
    if (!view.ok) throw new Error('no view');
    const decide: PdpView['decide'] = (request) => {
      const { context } = engine.decide(request);
      const reasons = [{ code: 'stale' as const, at: request.resource }];
      return { decision: false, context: { ...context, reason: 'stale', reasons } };
    };
    const value = { ...view.value, stale: true, check: () => false, decide };
    const pdp: Pdp = { ...inner, local: () => ({ ok: true, value }) };
    expect(
      await evaluate(question('pin', DECLARED), { asserts: 'facts' }, { ...obligations, pdp }),
    ).toEqual({ decision: false });
  });

  test('each item of a batch carries its own', async () => {
    const point = pointOf(engine, { asserts: 'facts' }, obligations);
    const body = {
      ...question('pin', DECLARED),
      evaluations: [{}, { resource: { type: 'door', id: 'front' } }, { context: {} }],
    };
    expect((await post(point, '/access/v1/evaluations', body)).json).toEqual({
      evaluations: [
        { decision: false, context: { obligations: [factor] } },
        { decision: true },
        { decision: false },
      ],
    });
  });
});

const asked: AccessAsked[] = [];
const TASK: AccessTask = { id: 'task-1', status: 'pending', expiresAt: '2026-03-03T12:00:00Z' };
let answer: AccessTask | AccessRefusal = TASK;
let now = NOON;

function asking(
  more: Partial<AccessRequestOptions> = {},
  client: Partial<Client> = {},
): AuthzenPoint {
  asked.length = 0;
  answer = TASK;
  now = NOON;
  const accessRequests: AccessRequestOptions = {
    mac: secretMac(new Uint8Array(32).fill(1)),
    submit: (each) => {
      asked.push(each);
      return Promise.resolve(answer);
    },
    status: () => Promise.resolve(answer),
    ...more,
  };
  return pointOf(
    engine,
    { accessRequests: true, ...client },
    {
      profiles: { accessRequests },
      now: () => now,
      random: (bytes) => new Uint8Array(bytes).fill(9),
    },
  );
}

interface Denial {
  readonly endpoint: string;
  readonly template?: string;
  readonly expires_at: string;
  readonly binding_token: string;
}

async function refusalOf(point: AuthzenPoint, body: object = question('other')) {
  const { json } = await post(point, EVALUATION, body);
  return json as {
    decision: boolean;
    context?: { reason: string; evaluation_id: string; access_request: Denial };
  };
}

/** The request that follows a refusal. */
async function requestOf(point: AuthzenPoint) {
  const { context } = await refusalOf(point);
  const { expires_at, binding_token } = context?.access_request ?? ({} as Denial);
  return { ...question('other'), denial: { expires_at, binding_token } };
}

const REQUESTS = '/access/v1/requests';
const problem = (code: string) => `urn:openid:authzen:access-request:error:${code}`;

describe('a refusal after which access may be asked for', () => {
  test('says so, where, until when, and carries what binds it', async () => {
    const { decision, context } = await refusalOf(asking({ template: 'manager' }));
    expect(decision).toBe(false);
    expect(context).toEqual({
      evaluation_id: 'CQkJCQkJCQkJCQkJCQkJCQ',
      reason: 'no_access_right',
      access_request: {
        endpoint: 'https://pdp.example/access/v1/requests',
        template: 'manager',
        expires_at: '2026-03-02T12:10:00.000Z',
        binding_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/u),
      },
    });
  });

  test('a permit, another reason, a client that may not ask, or no profile: nothing', async () => {
    const point = asking();
    for (const door of ['front', 'pin', 'nowhere']) {
      expect((await refusalOf(point, question(door))).context).toBeUndefined();
    }
    expect(await refusalOf(asking({}, { accessRequests: false }))).toEqual({ decision: false });
    expect(await refusalOf(pointOf(engine, { accessRequests: true }))).toEqual({ decision: false });
  });

  test('which reasons these are is the host`s choice', async () => {
    const expired = { ...question('front'), subject: { type: 'user', id: 'max' } };
    expect((await refusalOf(asking(), expired)).context).toBeUndefined();
    const point = asking({ reasons: ['expired', 'no_access_right'] });
    expect((await refusalOf(point, expired)).context?.reason).toBe('expired');
  });

  test('a batch carries it at its items, and waits for a MAC that takes its time', async () => {
    const inner = secretMac(new Uint8Array(32));
    const slow = asking({ mac: async (message) => inner(message) });
    const doors = ['front', 'other', 'pin', 'other'].map((id) => ({
      resource: { type: 'door', id },
    }));
    const { json } = await post(slow, '/access/v1/evaluations', {
      ...question('front'),
      evaluations: doors,
    });
    const { evaluations } = json as { evaluations: { decision: boolean; context?: object }[] };
    expect(evaluations.map(({ decision, context }) => [decision, context !== undefined])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, true],
    ]);
    const first = {
      ...question('front'),
      options: { evaluations_semantic: 'deny_on_first_deny' },
      evaluations: doors,
    };
    const ended = (await post(slow, '/access/v1/evaluations', first)).json as {
      evaluations: object[];
    };
    expect(ended.evaluations).toHaveLength(2);
  });

  test('a question too long to be bound is refused plainly', async () => {
    const properties = { x: 'x'.repeat(20_000) };
    const long = { ...question('other'), subject: { type: 'user', id: 'ada', properties } };
    expect(await refusalOf(asking(), long)).toEqual({ decision: false });
  });

  test('a part that all items of a batch share is not sealed a thousand times to find it too long', async () => {
    let sealed = 0;
    const inner = secretMac(new Uint8Array(32));
    const counting = asking({
      mac: (message) => {
        sealed += message.length;
        return inner(message);
      },
    });
    const properties = { x: 'x'.repeat(200_000) };
    const { text } = await post(counting, '/access/v1/evaluations', {
      ...question('other'),
      subject: { type: 'user', id: 'ada', properties },
      evaluations: Array.from({ length: 50 }, () => ({})),
    });
    expect(text).toBe(`{"evaluations":[${Array(50).fill('{"decision":false}').join(',')}]}`);
    expect(sealed).toBe(0);
  });

  test('a secret of fewer octets than the hash is none', () => {
    expect(() => secretMac(new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('Submitting the Access Request', () => {
  test('a context that is null is told as an empty one', async () => {
    const point = asking();
    const request = { ...(await requestOf(point)), context: null };
    expect((await post(point, REQUESTS, request)).status).toBe(202);
    expect(asked[0]?.context).toEqual({});
  });

  test('the host is told what is asked for, and a task comes back', async () => {
    const point = asking();
    const request = {
      ...(await requestOf(point)),
      context: { business_justification: 'visit' },
      requested_access: { requested_until: '2026-03-05T00:00:00Z' },
    };
    const taken = await post(point, REQUESTS, request, { 'idempotency-key': 'k1' });
    expect(taken.status).toBe(202);
    expect(taken.headers['location']).toBe('https://pdp.example/access/v1/requests/task-1');
    expect(taken.json).toEqual({
      task: {
        id: 'task-1',
        status: 'pending',
        status_endpoint: 'https://pdp.example/access/v1/requests/task-1',
        expires_at: '2026-03-03T12:00:00Z',
      },
    });
    expect(asked).toEqual([
      {
        client: { id: 'door', accessRequests: true },
        subject: { type: 'user', id: 'ada' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: 'other' },
        context: { business_justification: 'visit' },
        requestedAccess: { requested_until: '2026-03-05T00:00:00Z' },
        reason: 'no_access_right',
        template: undefined,
        denialId: 'CQkJCQkJCQkJCQkJCQkJCQ',
        expiresAt: NOON + 600_000,
        idempotencyKey: 'k1',
      },
    ]);
  });

  test('the order of members binds nothing, everything else does', async () => {
    const point = asking();
    const request = await requestOf(point);
    const turned = { ...request, subject: { id: 'ada', type: 'user' } };
    expect((await post(point, REQUESTS, turned)).status).toBe(202);
    const other = await requestOf(asking({ mac: secretMac(new Uint8Array(32).fill(2)) }));
    const [header, payload, mac] = request.denial.binding_token.split('.');
    const said = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as {
      resource: object;
    };
    const forged = Buffer.from(
      JSON.stringify({ ...said, resource: { type: 'door', id: 'front' } }),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const withToken = (binding_token: unknown) => ({
      ...request,
      denial: { ...request.denial, binding_token },
    });
    asked.length = 0;
    for (const wrong of [
      { ...request, resource: { type: 'door', id: 'front' } },
      { ...request, resource: { type: 'door', id: 'other', properties: { x: 1 } } },
      { ...request, subject: { type: 'user', id: 'max' } },
      { ...request, action: { name: 'view' } },
      { ...request, denial: { ...request.denial, expires_at: '2027-01-01T00:00:00.000Z' } },
      { ...request, denial: { binding_token: request.denial.binding_token } },
      withToken(other.denial.binding_token),
      withToken(undefined),
      withToken(5),
      withToken('x'),
      withToken(`${header}.${forged}.${mac}`),
      withToken(`${none}.${payload}.`),
      withToken(`${header}.${payload}.${mac}x`),
      withToken(`${header}.${payload}.`),
      withToken(`${request.denial.binding_token}.`),
      withToken('x'.repeat(20_000)),
    ]) {
      const refused = await post(point, REQUESTS, wrong);
      expect(refused.status, JSON.stringify(wrong)).toBe(400);
      expect(refused.headers['content-type']).toBe('application/problem+json');
      expect(refused.json).toMatchObject({ type: problem('invalid_denial_binding'), status: 400 });
    }
    expect(asked).toHaveLength(0);
  });

  test('a refusal of another client, or of another decision point with the same secret, binds nothing', async () => {
    const request = await requestOf(asking());
    expect((await post(asking({}, { id: 'gate' }), REQUESTS, request)).status).toBe(400);
    const accessRequests: AccessRequestOptions = {
      mac: secretMac(new Uint8Array(32).fill(1)),
      submit: () => Promise.resolve(TASK),
      status: () => Promise.resolve(TASK),
    };
    const elsewhere = { baseUrl: 'https://other.example', profiles: { accessRequests } };
    const other = pointOf(engine, { accessRequests: true }, elsewhere);
    expect((await post(other, REQUESTS, request)).status).toBe(400);
  });

  test('too late is 410', async () => {
    const point = asking({ secondsMax: 60 });
    const request = await requestOf(point);
    now = NOON + 59_999;
    expect((await post(point, REQUESTS, request)).status).toBe(202);
    now = NOON + 60_000;
    const late = await post(point, REQUESTS, request);
    expect(late.status).toBe(410);
    expect(late.json).toMatchObject({ type: problem('expired_denial') });
  });

  test.each([
    ['not_requestable', 400],
    ['duplicate_request', 409],
  ] as const)('a host that answers %s is heard', async (code, status) => {
    const point = asking();
    const request = await requestOf(point);
    answer = code;
    const refused = await post(point, REQUESTS, request);
    expect(refused.status).toBe(status);
    expect(refused.json).toMatchObject({ type: problem(code), status });
  });

  test('malformed requests are 400, a client that may not ask gets 403, a fault of the host 500', async () => {
    const point = asking();
    const request = await requestOf(point);
    for (const wrong of [
      { ...request, denial: undefined },
      { ...request, denial: 'x' },
      { ...request, subject: 'ada' },
      { ...request, requested_access: 5 },
      { ...request, context: 'x' },
    ]) {
      expect((await post(point, REQUESTS, wrong)).status).toBe(400);
    }
    expect(
      (await post(point, REQUESTS, request, { 'idempotency-key': 'x'.repeat(257) })).status,
    ).toBe(400);
    expect((await post(asking({}, { accessRequests: false }), REQUESTS, request)).status).toBe(403);
    const failing = asking({ submit: () => Promise.reject(new Error('db')) });
    expect((await post(failing, REQUESTS, request)).status).toBe(500);
    const odd = asking();
    answer = { id: '../x', status: 'pending' };
    expect((await post(odd, REQUESTS, request)).status).toBe(500);
  });
});

describe('Checking the Task', () => {
  const status = async (point: AuthzenPoint, id = 'task-1', authorization = 'Bearer door') =>
    get(point, `${REQUESTS}/${id}`, { authorization });

  test('an approved task tells what to ask again with, any other does not', async () => {
    const point = asking();
    answer = {
      id: 'task-1',
      status: 'approved',
      approval: { id: 'a1', approvedUntil: '2026-03-05T00:00:00Z' },
    };
    const approved = await status(point);
    expect(approved.status).toBe(200);
    expect(approved.json).toMatchObject({
      task: { id: 'task-1', status: 'approved' },
      result: {
        mode: 'reevaluate',
        approval: { id: 'a1', approved_until: '2026-03-05T00:00:00Z' },
      },
    });
    for (const other of ['pending', 'denied', 'expired', 'cancelled', 'failed'] as const) {
      answer = { id: 'task-1', status: other, approval: { id: 'a1', approvedUntil: '' } };
      expect((await status(point)).json).not.toHaveProperty('result');
    }
    answer = { id: 'task-1', status: 'approved' };
    expect((await status(point)).json).toMatchObject({ task: { status: 'failed' } });
  });

  test('a synchronous answer of the host is 201', async () => {
    const point = asking();
    const request = await requestOf(point);
    answer = { id: 'task-1', status: 'denied' };
    expect((await post(point, REQUESTS, request)).status).toBe(201);
  });

  test('unknown and expired tasks are problems; who is not known or may not ask learns nothing', async () => {
    const point = asking();
    answer = 'unknown_task';
    expect(await status(point)).toMatchObject({
      status: 404,
      json: { type: problem('unknown_task') },
    });
    answer = 'task_expired';
    expect(await status(point)).toMatchObject({
      status: 410,
      json: { type: problem('task_expired') },
    });
    expect((await status(point, 'task-1', 'Bearer x')).status).toBe(401);
    expect((await status(asking({}, { accessRequests: false }))).status).toBe(403);
    for (const id of ['', 'a/b', '..%2f', 'x'.repeat(129)])
      expect((await status(asking(), id)).status).toBe(404);
    const posted = told(await asking().answer(exchangeOf(`${REQUESTS}/task-1`, {})));
    expect(posted.status).toBe(405);
  });

  test('asking again without any change in the policy is refused again: a task is no right', async () => {
    const point = asking();
    const approval = { id: 'a1', approved_until: '2026-03-05T00:00:00Z' };
    expect((await refusalOf(point, question('other', { approval }))).decision).toBe(false);
  });
});
