/** Access Evaluations: many questions at once. Titles name sections of AuthZEN 1.0. */
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/adapters/authzen/client.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { overWorlds } from '../helpers/worlds.js';
import { exchangeOf, NOON, pointOf, post } from './http.js';

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
const EVALUATIONS = '/access/v1/evaluations';
const ADA = { type: 'user', id: 'ada' };
const UNLOCK = { name: 'unlock' };
const door = (id: string) => ({ type: 'door', id });

function evaluate(body: unknown, client: Partial<Client> = {}) {
  return post(pointOf(engine, client), EVALUATIONS, body);
}

async function decisions(body: unknown): Promise<boolean[]> {
  const { json } = await evaluate(body);
  return (json as { evaluations: { decision: boolean }[] }).evaluations.map(
    ({ decision }) => decision,
  );
}

describe('The Access Evaluations API Request', () => {
  test('without items, or with none in the list, it is the single question', async () => {
    const single = { subject: ADA, action: UNLOCK, resource: door('front') };
    for (const evaluations of [undefined, null, []]) {
      const answer = await evaluate({ ...single, evaluations });
      expect(answer).toMatchObject({ status: 200, text: '{"decision":true}' });
    }
    expect((await evaluate({ evaluations: [] })).status).toBe(400);
    expect((await evaluate({})).status).toBe(400);
  });

  test('items that say everything need no defaults, and are answered in order', async () => {
    const items = ['back', 'front', 'back'].map((id) => ({
      subject: ADA,
      action: UNLOCK,
      resource: door(id),
    }));
    const answer = await evaluate({ evaluations: items });
    expect(answer.text).toBe(
      '{"evaluations":[{"decision":false},{"decision":true},{"decision":false}]}',
    );
  });

  test('a list that is none, or too long, is refused whole', async () => {
    for (const evaluations of [{}, 'all', 5]) {
      expect((await evaluate({ evaluations })).status).toBe(400);
    }
    const items = Array.from({ length: 4 }, () => ({ resource: door('front') }));
    const point = pointOf(engine, {}, { limits: { batchItems: 3 } });
    const body = { subject: ADA, action: UNLOCK, evaluations: items };
    expect((await post(point, EVALUATIONS, body)).status).toBe(413);
    const fewer = { ...body, evaluations: items.slice(1) };
    expect((await post(point, EVALUATIONS, fewer)).status).toBe(200);
  });
});

describe('Default values', () => {
  test('an item`s part takes the place of the default, and the rest is as at the top', async () => {
    const body = {
      subject: ADA,
      action: UNLOCK,
      resource: door('back'),
      evaluations: [
        {},
        { resource: door('front') },
        { resource: door('front'), subject: { type: 'user', id: 'max' } },
        { resource: door('front'), action: { name: 'fly' } },
      ],
    };
    expect(await decisions(body)).toEqual([false, true, false, false]);
  });

  test('parts are replaced whole and never merged: an item lends no member from the default', async () => {
    const body = {
      subject: ADA,
      action: UNLOCK,
      resource: { type: 'door', id: 'front' },
      evaluations: [{ resource: { id: 'front' } }, { resource: { type: 'door' } }],
    };
    expect(await decisions(body)).toEqual([false, false]);
    const context = { secondFactor: true };
    const merged = await post(pointOf(engine, { asserts: 'facts' }), EVALUATIONS, {
      subject: ADA,
      action: UNLOCK,
      resource: door('pin'),
      context,
      evaluations: [{}, { context: { device: null } }],
    });
    expect(merged.text).toBe('{"evaluations":[{"decision":true},{"decision":false}]}');
  });

  test('defaults are judged only where an item uses them', async () => {
    const body = {
      subject: ADA,
      action: UNLOCK,
      resource: {},
      evaluations: [{ resource: door('front') }, {}],
    };
    expect(await decisions(body)).toEqual([true, false]);
  });

  test('null is no way to fall back to the default', async () => {
    const body = {
      subject: ADA,
      action: UNLOCK,
      resource: door('front'),
      evaluations: [{ resource: null }],
    };
    expect(await decisions(body)).toEqual([false]);
  });
});

describe('Errors', () => {
  test('a bad item in a good batch is denied in its place and says why', async () => {
    const scope = { type: 'place', id: 'hq' };
    const answer = await evaluate({
      subject: ADA,
      action: UNLOCK,
      evaluations: [
        { resource: door('front') },
        {},
        null,
        'x',
        { resource: { type: 'camera', id: 'c', properties: { scope } } },
        { resource: door('front') },
      ],
    });
    expect(answer.status).toBe(200);
    const error = (status: number, message: string) => {
      return { decision: false, context: { error: { status, message } } };
    };
    expect(answer.json).toEqual({
      evaluations: [
        { decision: true },
        error(400, '/resource: missing'),
        error(400, '/subject: not an object'),
        error(400, '/subject: not an object'),
        error(403, 'this client may not say where a resource lies'),
        { decision: true },
      ],
    });
  });
});

describe('Evaluations semantics', () => {
  const order = ['front', 'back', 'front', 'back'].map((id) => ({ resource: door(id) }));
  const body = (semantic: unknown, evaluations: readonly unknown[] = order) => ({
    subject: ADA,
    action: UNLOCK,
    options: { evaluations_semantic: semantic },
    evaluations,
  });

  test('execute_all answers every item, and is the default', async () => {
    expect(await decisions(body('execute_all'))).toEqual([true, false, true, false]);
    expect(await decisions(body(undefined))).toEqual([true, false, true, false]);
    expect(await decisions({ ...body(undefined), options: {} })).toHaveLength(4);
  });

  test('deny_on_first_deny ends with the first denial', async () => {
    expect(await decisions(body('deny_on_first_deny'))).toEqual([true, false]);
  });

  test('deny_on_first_deny ends with the first failure', async () => {
    expect(await decisions(body('deny_on_first_deny', [order[0], {}, order[0]]))).toEqual([
      true,
      false,
    ]);
  });

  test('permit_on_first_permit ends with the first permit', async () => {
    expect(await decisions(body('permit_on_first_permit'))).toEqual([true]);
    expect(await decisions(body('permit_on_first_permit', order.slice(1)))).toEqual([false, true]);
  });

  test.each(['deny_on_first_deny', 'permit_on_first_permit'])(
    '%s goes to the end where nothing ends it',
    async (semantic) => {
      const all = semantic === 'deny_on_first_deny' ? order[0] : order[1];
      expect(await decisions(body(semantic, [all, all]))).toHaveLength(2);
    },
  );

  test('another semantic is 400: a list that is read otherwise than meant opens doors', async () => {
    for (const semantic of ['permit_overrides', 'EXECUTE_ALL', 1, {}]) {
      expect((await evaluate(body(semantic))).status).toBe(400);
    }
  });
});

test('a batch is decided by one state of the policy, taken once, and at one time', async () => {
  let views = 0;
  let times = 0;
  const inner = enginePdp({ engine });
  const pdp: Pdp = {
    ...inner,
    local: () => {
      views++;
      return inner.local();
    },
  };
  const now = () => {
    times++;
    return NOON + times;
  };
  const point = pointOf(engine, {}, { pdp, now });
  const evaluations = Array.from({ length: 20 }, () => ({ resource: door('front') }));
  await post(point, EVALUATIONS, { subject: ADA, action: UNLOCK, evaluations });
  expect(views).toBe(1);
  expect(times).toBe(1);
});

test('what is asked for beside the decision is told of every item', async () => {
  const answer = await post(pointOf(engine, { explain: true }), EVALUATIONS, {
    subject: ADA,
    action: UNLOCK,
    options: { reasons: true },
    evaluations: [{ resource: door('front') }, { resource: door('back') }, {}],
  });
  expect(answer.json).toMatchObject({
    evaluations: [
      { decision: true, context: { reason: 'granted' } },
      { decision: false, context: { reason: 'no_access_right' } },
      { decision: false, context: { error: { status: 400 } } },
    ],
  });
});

test('a batch is the map of the single question, with the same ids and other properties on purpose', () => {
  let permits = 0;
  overWorlds(60, 12, ({ policy, requests, draw, anchor }) => {
    const own = compilePolicy(policy);
    const asserts = [
      'method',
      'location',
      'reader',
      'device',
      'secondFactor',
      'arrivals',
      'scope',
    ] as const;
    const point = pointOf(own, { asserts }, { now: () => anchor });
    // The same subject and resource again and again, each time with the facts and properties of another request.
    const items = requests.flatMap((request) => {
      const other = draw.pick(requests);
      const properties = other.resource?.properties;
      return [
        request,
        { ...request, context: other.context },
        { ...request, resource: { ...request.resource, properties } },
      ];
    });
    const sent = JSON.parse(JSON.stringify(items)) as object[];
    const batch = point.answer(exchangeOf(EVALUATIONS, { evaluations: sent }));
    if ('then' in batch) throw new Error('nothing is to be waited for');
    const { evaluations } = JSON.parse(batch.body) as { evaluations: { decision: boolean }[] };
    expect(evaluations).toHaveLength(sent.length);
    for (const [index, item] of sent.entries()) {
      const single = point.answer(exchangeOf('/access/v1/evaluation', item));
      if ('then' in single) throw new Error('nothing is to be waited for');
      const expected =
        single.status === 200
          ? JSON.parse(single.body)
          : {
              decision: false,
              context: { error: { status: single.status, message: single.body } },
            };
      expect(evaluations[index], JSON.stringify(item)).toEqual(expected);
      if (evaluations[index]?.decision === true) permits++;
    }
  });
  expect(permits).toBeGreaterThan(100);
});
