/** Access Evaluation over HTTP: decisions, whose word counts, and what is shown of them. Titles name sections of AuthZEN 1.0. */
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/adapters/authzen/client.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import type { Watcher } from '../../src/adapters/pdp/telling.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { NOON, pointOf, post } from './http.js';

const engine = compilePolicy<unknown>(
  site({
    revision: 7,
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'pin', place: 'hq', restrictions: { secondFactor: true } },
      { id: 'near', place: 'hq', restrictions: { geofence: {} } },
      { id: 'read', place: 'hq', restrictions: { reader: true }, readers: [{ id: 'r1' }] },
      { id: 'day', place: 'hq', restrictions: { schedule: 'hours' } },
    ],
    places: [{ id: 'hq', location: { latitude: 52.5, longitude: 13.4 } }],
    groups: [{ id: 'staff', doors: ['front', 'pin', 'near', 'read', 'day'] }],
    users: [{ id: 'ada' }, { id: 'eva' }, { id: 'max' }],
    credentials: [{ id: 'lost', kind: 'phone', user: 'ada', state: 'lost' }],
    schedules: [{ id: 'hours', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }] }],
    assignments: [
      right('a', 'ada'),
      right('e', 'eva', { role: 'place_administrator', scope: { type: 'place', id: 'hq' } }),
    ],
  }),
);
const EVALUATION = '/access/v1/evaluation';

function ask(door: string, more: object = {}) {
  return {
    subject: { type: 'user', id: 'ada' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    ...more,
  };
}

function evaluate(body: unknown, client: Partial<Client> = {}) {
  return post(pointOf(engine, client), EVALUATION, body);
}

describe('The Access Evaluation API Response', () => {
  test('a permit and a denial are bare decisions with status 200', async () => {
    const permit = await evaluate(ask('front'));
    expect(permit).toMatchObject({ status: 200, text: '{"decision":true}' });
    expect(permit.headers['content-type']).toBe('application/json');
    expect(permit.headers['cache-control']).toBe('no-store');
    const denial = await evaluate(ask('front', { subject: { type: 'user', id: 'max' } }));
    expect(denial).toMatchObject({ status: 200, text: '{"decision":false}' });
  });

  test('the same question gets the same answer again', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => evaluate(ask('front'))));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['{"decision":true}']));
  });

  test('an unknown subject, resource, action or type is a denial, not an error', async () => {
    for (const more of [
      { subject: { type: 'user', id: 'nobody' } },
      { subject: { type: 'spaceship', id: 'ada' } },
      { resource: { type: 'door', id: 'none' } },
      { resource: { type: 'spaceship', id: 'front' } },
      { action: { name: 'fly' } },
    ]) {
      expect(await evaluate(ask('front', more))).toMatchObject({
        status: 200,
        text: '{"decision":false}',
      });
    }
  });
});

describe('The Access Evaluation API Request', () => {
  test('members nobody knows are ignored, and properties too', async () => {
    const more = {
      foo: 'bar',
      futureField: { nested: true },
      subject: { type: 'user', id: 'ada', properties: { department: 'Sales' }, more: 1 },
      action: { name: 'unlock', properties: { method: 'GET' } },
      context: { ip: '192.168.1.1' },
    };
    expect((await evaluate(ask('front', more))).text).toBe('{"decision":true}');
  });

  test.each([
    ['/subject', { subject: undefined }],
    ['/action', { action: undefined }],
    ['/resource', { resource: undefined }],
    ['/subject', { subject: 'alice' }],
    ['/subject', { subject: null }],
    ['/subject', { subject: [{ type: 'user', id: 'ada' }] }],
    ['/subject/type', { subject: { id: 'ada' } }],
    ['/subject/id', { subject: { type: 'user' } }],
    ['/subject/id', { subject: { type: 'user', id: 5 } }],
    ['/subject/properties', { subject: { type: 'user', id: 'ada', properties: 'x' } }],
    ['/action/name', { action: {} }],
    ['/action/name', { action: { name: 123 } }],
    ['/action/properties', { action: { name: 'unlock', properties: [] } }],
    ['/resource/type', { resource: { id: 'front' } }],
    ['/resource/id', { resource: { type: 'door' } }],
    ['/context', { context: 'now' }],
    ['/context', { context: [] }],
    ['/options', { options: 'all' }],
    ['/options/reasons', { options: { reasons: 'yes' } }],
  ])('a missing or ill-typed part is 400 and named: %s', async (pointer, more) => {
    const answer = await evaluate(ask('front', more));
    expect(answer.status).toBe(400);
    expect(answer.text.startsWith(`${pointer}: `), answer.text).toBe(true);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/u);
  });
});

describe('whose word counts', () => {
  test('the time is our clock`s, whatever a body says', async () => {
    const sunday = { time: '2026-03-01T12:00:00Z' };
    expect((await evaluate(ask('day', { context: sunday }))).text).toBe('{"decision":true}');
    const late = pointOf(engine, {}, { now: () => NOON + 12 * 3_600_000 });
    const noon = { time: '2026-03-02T12:00:00Z' };
    expect((await post(late, EVALUATION, ask('day', { context: noon }))).text).toBe(
      '{"decision":false}',
    );
  });

  test('a body`s time that is none is not even looked at, unless the client may say it', async () => {
    const context = { time: '2025-06-27T18:03-07:00' };
    expect((await evaluate(ask('front', { context }))).status).toBe(200);
    const historian: Partial<Client> = { asserts: ['time'] };
    const refused = await evaluate(ask('front', { context }), historian);
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.text).toMatch(/^\/context\/time: /u);
    expect(refused.text).not.toContain('2025');
    const sunday = { time: '2026-03-01T12:00:00Z' };
    expect((await evaluate(ask('day', { context: sunday }), historian)).text).toBe(
      '{"decision":false}',
    );
    expect((await evaluate(ask('day'), historian)).text).toBe('{"decision":true}');
  });

  test('location and device count from everybody', async () => {
    const location = { latitude: 52.5, longitude: 13.4, accuracy: 5 };
    expect((await evaluate(ask('near', { context: { location } }))).text).toBe('{"decision":true}');
    expect((await evaluate(ask('near'))).text).toBe('{"decision":false}');
    expect((await evaluate(ask('front', { context: { device: 'lost' } }))).text).toBe(
      '{"decision":false}',
    );
  });

  test.each([
    ['pin', { secondFactor: true }],
    ['read', { method: 'tap', reader: 'r1' }],
  ])('at %s the other facts count only from clients that assert them', async (door, context) => {
    expect((await evaluate(ask(door, { context }))).text).toBe('{"decision":false}');
    expect((await evaluate(ask(door, { context }), { asserts: [] })).text).toBe(
      '{"decision":false}',
    );
    expect((await evaluate(ask(door, { context }), { asserts: 'facts' })).text).toBe(
      '{"decision":true}',
    );
  });

  test('facts that are asserted do not include the time', async () => {
    const context = { time: '2026-03-01T12:00:00Z' };
    expect((await evaluate(ask('day', { context }), { asserts: 'facts' })).text).toBe(
      '{"decision":true}',
    );
  });

  test('null stands for an absent fact, and a null context for none', async () => {
    const client: Partial<Client> = { asserts: ['time', 'device'] };
    const context = { time: null, device: null };
    expect((await evaluate(ask('front', { context }), client)).text).toBe('{"decision":true}');
    expect((await evaluate(ask('front', { context: null }), client)).text).toBe(
      '{"decision":true}',
    );
  });

  test('a client that may not say where a resource lies is refused when it does', async () => {
    const camera = (properties: object) => ({
      subject: { type: 'user', id: 'eva' },
      action: { name: 'view' },
      resource: { type: 'camera', id: 'c7', properties },
    });
    const scope = { type: 'place', id: 'hq' };
    expect((await evaluate(camera({ scope }))).status).toBe(403);
    expect((await evaluate(camera({ scope }), { asserts: 'facts' })).status).toBe(403);
    expect((await evaluate(camera({ scope: false }))).status).toBe(403);
    // Without a scope it lies at the organisation, where this administrator of a place has no say.
    expect((await evaluate(camera({}))).text).toBe('{"decision":false}');
    expect((await evaluate(camera({ scope }), { asserts: ['scope'] })).text).toBe(
      '{"decision":true}',
    );
  });

  test('the question whether somebody may assign a role keeps the role', async () => {
    const assigning = (role?: string) => ({
      subject: { type: 'user', id: 'eva' },
      action: { name: 'create' },
      resource: {
        type: 'access_right',
        id: '*',
        properties: {
          scope: { type: 'place', id: 'hq' },
          ...(role === undefined ? {} : { role, subject: { type: 'user', id: 'max' } }),
        },
      },
    });
    const client: Partial<Client> = { asserts: ['scope'] };
    expect((await evaluate(assigning(), client)).text).toBe('{"decision":true}');
    expect((await evaluate(assigning('organization_owner'), client)).text).toBe(
      '{"decision":false}',
    );
  });
});

describe('Additional Context in a Response', () => {
  const everything = { reasons: true, grants: true, validUntil: true, state: true, explain: true };

  test('who may ask gets what he asks for, and nothing else', async () => {
    const client = { explain: true, consistency: true };
    const reasons = await evaluate(ask('pin', { options: { reasons: true } }), client);
    expect(reasons.json).toEqual({
      decision: false,
      context: {
        reason: 'second_factor',
        reasons: [{ code: 'second_factor', at: { type: 'door', id: 'pin' } }],
      },
    });
    const grants = await evaluate(ask('day', { options: { grants: true } }), client);
    expect(grants.json).toEqual({ decision: true, context: { grants: ['a'] } });
    const until = await evaluate(ask('day', { options: { validUntil: true } }), client);
    expect(until.json).toEqual({
      decision: true,
      context: { validUntil: '2026-03-02T18:00:00Z' },
    });
    const state = await evaluate(ask('day', { options: { state: true } }), client);
    expect(state.json).toEqual({
      decision: true,
      context: { revision: 7, token: 'dw1.0.7.org' },
    });
    const all = await evaluate(ask('day', { options: everything }), client);
    const context = (all.json as { context: Record<string, unknown> }).context;
    expect(Object.keys(context).sort()).toEqual([
      'explanation',
      'grants',
      'reason',
      'reasons',
      'revision',
      'token',
      'validUntil',
    ]);
    expect(Object.keys(context['explanation'] as object).sort()).toEqual([
      'assignments',
      'clauses',
    ]);
  });

  test.each(['reasons', 'grants', 'validUntil', 'explain'])(
    'whoever may not ask for %s gets 403 and no decision',
    async (name) => {
      const answer = await evaluate(ask('front', { options: { [name]: true } }), {
        consistency: true,
      });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('decision');
      const no = await evaluate(ask('front', { options: { [name]: false, other: 1 } }));
      expect(no.text).toBe('{"decision":true}');
    },
  );

  test('whoever may not ask for a state or a level of consistency gets 403', async () => {
    const client = { explain: true };
    for (const options of [{ state: true }, { consistency: { kind: 'latest' } }]) {
      expect((await evaluate(ask('front', { options }), client)).status).toBe(403);
    }
  });
});

describe('consistency', () => {
  const client: Partial<Client> = { consistency: true, explain: true };
  const at = (consistency: unknown) => evaluate(ask('front', { options: { consistency } }), client);

  test('local, latest, and a state that is there, decide', async () => {
    for (const consistency of [
      { kind: 'local' },
      { kind: 'latest' },
      { kind: 'atLeast', token: 'dw1.0.6.org' },
      { kind: 'exact', token: 'dw1.0.7.org' },
      null,
    ]) {
      expect((await at(consistency)).text).toBe('{"decision":true}');
    }
  });

  test('a state that is not there yet denies', async () => {
    expect((await at({ kind: 'atLeast', token: 'dw1.0.8.org' })).text).toBe('{"decision":false}');
    const why = await evaluate(
      ask('front', {
        options: { consistency: { kind: 'atLeast', token: 'dw1.0.8.org' }, reasons: true },
      }),
      client,
    );
    expect(why.json).toMatchObject({ context: { reason: 'stale' } });
  });

  test('a token that is none, is of another organisation, or names what is gone, is 400', async () => {
    for (const consistency of [
      { kind: 'atLeast', token: 'x' },
      { kind: 'atLeast', token: 'dw1.0.7.other' },
      { kind: 'exact', token: 'dw1.0.6.org' },
      { kind: 'atLeast' },
      { kind: 'atLeast', token: 'x'.repeat(300) },
      { kind: 'soon' },
      'latest',
    ]) {
      expect((await at(consistency)).status, JSON.stringify(consistency)).toBe(400);
    }
  });

  test('a wait ends with the caller, and with the limit', async () => {
    const waits: Pdp = {
      ...enginePdp({ engine }),
      at: (_level, signal) =>
        new Promise((resolve) => {
          const end = () => resolve({ ok: false, code: 'stale', detail: 'aborted' });
          if (signal?.aborted === true) end();
          signal?.addEventListener('abort', end);
        }),
    };
    const point = pointOf(engine, client, { pdp: waits, limits: { waitMilliseconds: 5 } });
    const body = ask('front', { options: { consistency: { kind: 'latest' } } });
    expect((await post(point, EVALUATION, body)).text).toBe('{"decision":false}');
  });
});

describe('a decision point that knows too little', () => {
  const unready: Pdp = {
    ...enginePdp({ engine }),
    local: () => ({ ok: false, code: 'not_ready', detail: 'no policy yet at /var/lib/x' }),
  };

  test('without a policy it denies, and a malformed question is 400 still', async () => {
    const point = pointOf(engine, { explain: true }, { pdp: unready });
    expect((await post(point, EVALUATION, ask('front'))).text).toBe('{"decision":false}');
    expect((await post(point, EVALUATION, {})).status).toBe(400);
    const why = await post(point, EVALUATION, ask('front', { options: { reasons: true } }));
    expect(why.json).toEqual({
      decision: false,
      context: {
        reason: 'not_ready',
        reasons: [{ code: 'not_ready', at: { type: 'door', id: 'front' } }],
      },
    });
  });

  test('a refusal of its own is not explained by the policy that would have permitted', async () => {
    const view = enginePdp({ engine }).local();
    if (!view.ok) throw new Error('no view');
    const stale: Pdp = {
      ...unready,
      local: () => ({
        ok: true,
        value: {
          ...view.value,
          stale: true,
          check: () => false,
          decide: (request) => {
            const { context } = engine.decide(request);
            const reasons = [{ code: 'stale' as const, at: request.resource }];
            return { decision: false, context: { ...context, reason: 'stale', reasons } };
          },
        },
      }),
    };
    const point = pointOf(engine, { explain: true }, { pdp: stale });
    expect((await post(point, EVALUATION, ask('front'))).text).toBe('{"decision":false}');
    const why = await post(point, EVALUATION, ask('front', { options: { explain: true } }));
    expect(why.text).toBe('{"decision":false}');
  });
});

describe('openings that are remembered', () => {
  const asked: AccessRequest[] = [];
  const pdp: Pdp = {
    ...enginePdp({ engine }),
    open: (request) => {
      asked.push(request);
      return Promise.resolve(engine.decide(request));
    },
  };

  test('a client that records opens doors through the port, and asks anything else as everybody', async () => {
    asked.length = 0;
    const point = pointOf(engine, { records: true, explain: true }, { pdp });
    expect((await post(point, EVALUATION, ask('front'))).text).toBe('{"decision":true}');
    const { resource, context } = asked[0] ?? ({} as AccessRequest);
    expect({ resource, context }).toEqual({
      resource: { type: 'door', id: 'front' },
      context: { time: NOON },
    });
    await post(point, EVALUATION, ask('front', { action: { name: 'view' } }));
    await post(point, '/access/v1/evaluations', { evaluations: [ask('front')] });
    expect(asked).toHaveLength(1);
    const why = await post(point, EVALUATION, ask('pin', { options: { reasons: true } }));
    expect(why.json).toMatchObject({ decision: false, context: { reason: 'second_factor' } });
    expect(asked).toHaveLength(2);
  });

  test('others do not', async () => {
    asked.length = 0;
    await post(pointOf(engine, {}, { pdp }), EVALUATION, ask('front'));
    expect(asked).toHaveLength(0);
  });

  test('where nothing is remembered, such a client is not let in uncounted', async () => {
    const answer = await evaluate(ask('front'), { records: true });
    expect(answer).toMatchObject({ status: 500, text: 'something went wrong here' });
  });

  test('what is opened is told as any other decision is', async () => {
    const heard: unknown[] = [];
    const watcher: Watcher = {
      decided: ({ resource, decided }) => void heard.push([resource.id, decided.decision]),
    };
    const point = pointOf(engine, { records: true }, { pdp, watcher });
    await post(point, EVALUATION, ask('front'));
    await post(point, EVALUATION, ask('pin'));
    expect(heard).toEqual([
      ['front', true],
      ['pin', false],
    ]);
  });

  test('where the state that was asked for is not there, nothing is opened', async () => {
    asked.length = 0;
    const consistency = { kind: 'atLeast', token: 'dw1.0.8.org' };
    const point = pointOf(engine, { records: true, consistency: true }, { pdp });
    const answer = await post(point, EVALUATION, ask('front', { options: { consistency } }));
    expect(answer.text).toBe('{"decision":false}');
    expect(asked).toHaveLength(0);
  });

  test('a state is told of an opening only where it decided it', async () => {
    const newer = engine.apply({ put: { users: [{ id: 'new' }] } });
    const ahead: Pdp = { ...pdp, open: (request) => Promise.resolve(newer.decide(request)) };
    const body = ask('front', { options: { state: true } });
    const client = { records: true, consistency: true };
    const same = await post(pointOf(engine, client, { pdp }), EVALUATION, body);
    expect(same.json).toMatchObject({ context: { revision: 7, token: 'dw1.0.7.org' } });
    const other = await post(pointOf(engine, client, { pdp: ahead }), EVALUATION, body);
    expect(other.json).toEqual({ decision: true, context: { revision: 8 } });
  });

  test('a malformed opening is 400 and opens nothing', async () => {
    asked.length = 0;
    const point = pointOf(engine, { records: true }, { pdp });
    const body = ask('front', { subject: { type: 'user' } });
    expect((await post(point, EVALUATION, body)).status).toBe(400);
    expect(asked).toHaveLength(0);
  });
});
