/** Subject, Resource and Action Search over HTTP. Titles name sections of AuthZEN 1.0. */
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/adapters/authzen/client.js';
import type { AuthzenPoint } from '../../src/adapters/authzen/exchange.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import type { Engine } from '../../src/engine/engine.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { idsOf } from '../helpers/openings.js';
import { overWorlds } from '../helpers/worlds.js';
import { exchangeOf, pointOf, post } from './http.js';

const USERS = ['ada', 'ben', 'cem', 'dot', 'eve'];
const engine: Engine = compilePolicy<unknown>(
  site({
    revision: 3,
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'back', place: 'hq' },
      { id: 'pin', place: 'hq', restrictions: { secondFactor: true } },
      { id: 'none', place: 'hq' },
    ],
    groups: [{ id: 'staff', doors: ['front', 'back', 'pin'] }],
    users: [...USERS, 'max'].map((id) => ({ id })),
    teams: [{ id: 'crew', users: ['eve'] }],
    assignments: [
      ...USERS.slice(0, 4).map((id) => right(`a-${id}`, id)),
      right('a-crew', 'crew', { subject: { type: 'team', id: 'crew' } }),
    ],
  }),
);
const SUBJECT = '/access/v1/search/subject';
const RESOURCE = '/access/v1/search/resource';
const ACTION = '/access/v1/search/action';
const who = {
  subject: { type: 'user' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: 'front' },
};
const what = {
  subject: { type: 'user', id: 'ada' },
  action: { name: 'unlock' },
  resource: { type: 'door' },
};
const how = { subject: { type: 'user', id: 'ada' }, resource: { type: 'door', id: 'front' } };

interface Page {
  readonly results: readonly {
    readonly type?: string;
    readonly id?: string;
    readonly name?: string;
  }[];
  readonly page: { readonly next_token: string; readonly count: number; readonly total: number };
}

async function search(path: string, body: unknown, client: Partial<Client> = {}) {
  const answer = await post(pointOf(engine, client), path, body);
  return { status: answer.status, text: answer.text, page: answer.json as Page };
}

const ids = ({ results }: Page) => results.map(({ id, name }) => id ?? name);

describe('Subject Search', () => {
  test('answers everybody who may, by his own right or a team`s, each with type and id', async () => {
    const { status, page } = await search(SUBJECT, who);
    expect(status).toBe(200);
    expect(page).toEqual({
      results: USERS.map((id) => ({ type: 'user', id })),
      page: { next_token: '', count: 5, total: 5 },
    });
  });

  test('an id of the subject is ignored, whatever it is', async () => {
    for (const id of ['max', 'nobody', 5, null, {}]) {
      const { status, page } = await search(SUBJECT, { ...who, subject: { type: 'user', id } });
      expect(status).toBe(200);
      expect(ids(page)).toEqual(USERS);
    }
  });
});

describe('Resource Search', () => {
  test('answers the doors somebody may open with the facts that count', async () => {
    expect(ids((await search(RESOURCE, what)).page)).toEqual(['back', 'front']);
    const context = { secondFactor: true };
    expect(ids((await search(RESOURCE, { ...what, context })).page)).toEqual(['back', 'front']);
    const asserted = await search(RESOURCE, { ...what, context }, { asserts: 'facts' });
    expect(ids(asserted.page)).toEqual(['back', 'front', 'pin']);
  });

  test('an id of the resource is ignored', async () => {
    const body = { ...what, resource: { type: 'door', id: 'none' } };
    expect(ids((await search(RESOURCE, body)).page)).toEqual(['back', 'front']);
  });
});

describe('Action Search', () => {
  test('answers names of actions, and ignores an action that is sent', async () => {
    const { page } = await search(ACTION, how);
    expect(page.results).toContainEqual({ name: 'unlock' });
    const sent = await search(ACTION, { ...how, action: { name: 5 } });
    expect(sent.page).toEqual(page);
  });
});

describe('results', () => {
  test.each([
    [SUBJECT, { ...who, subject: { type: 'spaceship' } }],
    [SUBJECT, { ...who, resource: { type: 'door', id: 'nowhere' } }],
    [SUBJECT, { ...who, resource: { type: 'spaceship', id: 'x' } }],
    [SUBJECT, { ...who, action: { name: 'fly' } }],
    [RESOURCE, { ...what, subject: { type: 'user', id: 'nobody' } }],
    [RESOURCE, { ...what, resource: { type: 'spaceship' } }],
    [ACTION, { ...how, subject: { type: 'user', id: 'nobody' } }],
    [ACTION, { ...how, resource: { type: 'door', id: 'nowhere' } }],
  ])('what is unknown has no results and is no error: %s', async (path, body) => {
    const { status, page } = await search(path, body);
    expect(status).toBe(200);
    expect(page.results).toEqual([]);
    expect(page.page.next_token).toBe('');
  });

  test.each([
    [SUBJECT, { ...who, action: undefined }],
    [SUBJECT, { ...who, subject: {} }],
    [SUBJECT, { ...who, resource: { type: 'door' } }],
    [RESOURCE, { ...what, subject: undefined }],
    [RESOURCE, { ...what, subject: { type: 'user' } }],
    [RESOURCE, { ...what, resource: {} }],
    [ACTION, { subject: { type: 'user', id: 'ada' } }],
    [ACTION, { ...how, resource: { type: 'door' } }],
    [ACTION, { ...how, subject: { type: 'user' } }],
    [SUBJECT, { ...who, context: 'now' }],
    [SUBJECT, { ...who, page: 'first' }],
    [SUBJECT, { ...who, options: { reasons: true } }],
  ])('a missing or ill-typed part is 400: %s %j', async (path, body) => {
    expect((await search(path, body, { explain: true })).status).toBe(400);
  });

  test('a client that may not search is refused', async () => {
    for (const [path, body] of [
      [SUBJECT, who],
      [RESOURCE, what],
      [ACTION, how],
    ] as const) {
      expect((await search(path, body, { search: false })).status).toBe(403);
    }
  });

  test('a list of a stale policy, or of none, is 503 and not served as current', async () => {
    const inner = enginePdp({ engine });
    const view = inner.local();
    if (!view.ok) throw new Error('no view');
    const stale: Pdp = {
      ...inner,
      local: () => ({ ok: true, value: { ...view.value, stale: true } }),
    };
    const unready: Pdp = { ...inner, local: () => ({ ok: false, code: 'not_ready', detail: '' }) };
    for (const pdp of [stale, unready]) {
      const answer = await post(pointOf(engine, {}, { pdp }), SUBJECT, who);
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.text).not.toMatch(/\bada\b/u);
    }
  });

  test('a state that is not there yet is 503, a token that is none 400', async () => {
    const at = async (token: string) =>
      (
        await search(
          SUBJECT,
          { ...who, options: { consistency: { kind: 'atLeast', token } } },
          { consistency: true },
        )
      ).status;
    expect(await at('dw1.0.3.org')).toBe(200);
    expect(await at('dw1.0.4.org')).toBe(503);
    expect(await at('x')).toBe(400);
  });

  test('the state a list is of is told on request', async () => {
    const options = { state: true };
    const { page } = await search(SUBJECT, { ...who, options }, { consistency: true });
    expect(page).toMatchObject({ context: { revision: 3, token: 'dw1.0.3.org' } });
  });
});

describe('Paged requests', () => {
  const first = { ...who, page: { limit: 2 } };
  const next = async (body: unknown, page: object, client: Partial<Client> = {}) =>
    search(SUBJECT, { ...(body as object), page }, client);

  test('pages of a limit concatenate to the whole list, with the limit given again or left out', async () => {
    for (const again of [{ limit: 2 }, {}]) {
      const found: unknown[] = [];
      let { page } = await search(SUBJECT, first);
      for (;;) {
        expect(page.page.total).toBe(5);
        expect(page.page.count).toBe(page.results.length);
        found.push(...ids(page));
        const { next_token } = page.page;
        if (next_token === '') break;
        expect(page.results).toHaveLength(2);
        page = (await next(who, { token: next_token, ...again })).page;
      }
      expect(found).toEqual(USERS);
    }
  });

  test('an empty token and none begin the list', async () => {
    for (const page of [{}, null, { token: '' }, { token: null, limit: null }]) {
      expect(ids((await search(SUBJECT, { ...who, page })).page)).toEqual(USERS);
    }
  });

  test('a changed limit is 400', async () => {
    const { page } = await search(SUBJECT, first);
    const token = page.page.next_token;
    expect((await next(who, { token, limit: 3 })).status).toBe(400);
    const small = { limits: { pageResults: 2 } };
    const point = pointOf(engine, {}, small);
    const unlimited = (await post(point, SUBJECT, who)).json as Page;
    const body = { ...who, page: { token: unlimited.page.next_token, limit: 2 } };
    expect((await post(point, SUBJECT, body)).status).toBe(400);
  });

  test.each([0, -1, 1.5, '2', true, Number.POSITIVE_INFINITY, {}])(
    'a limit of %j is 400',
    async (limit) => {
      const body = JSON.stringify({ ...who, page: { limit: '#' } }).replace(
        '"#"',
        typeof limit === 'number'
          ? limit === Number.POSITIVE_INFINITY
            ? '1e400'
            : String(limit)
          : JSON.stringify(limit),
      );
      expect((await search(SUBJECT, body)).status).toBe(400);
    },
  );

  test('a limit above the most is the most, and the list goes on', async () => {
    const point = pointOf(engine, {}, { limits: { pageResults: 3 } });
    const one = (await post(point, SUBJECT, { ...who, page: { limit: 1000 } })).json as Page;
    expect(ids(one)).toEqual(USERS.slice(0, 3));
    const body = { ...who, page: { token: one.page.next_token, limit: 1000 } };
    expect(ids((await post(point, SUBJECT, body)).json as Page)).toEqual(USERS.slice(3));
  });

  test.each([
    ['resource', { resource: { type: 'door', id: 'back' } }],
    ['action', { action: { name: 'view' } }],
    ['subject', { subject: { type: 'link' } }],
    ['facts', { context: { device: 'phone' } }],
    ['properties', { resource: { type: 'door', id: 'front', properties: { x: 1 } } }],
  ])('a token with another %s is 400', async (_what, changed) => {
    const { page } = await search(SUBJECT, first);
    const body = { ...who, ...changed };
    expect((await next(body, { token: page.page.next_token })).status).toBe(400);
  });

  test('a token is of its list alone, of its caller`s facts, and of its policy', async () => {
    const { page } = await search(SUBJECT, {
      ...who,
      page: { limit: 2 },
      context: { secondFactor: true },
    });
    const body = { ...who, context: { secondFactor: true } };
    const token = page.page.next_token;
    expect((await next(body, { token })).status).toBe(200);
    expect((await next(body, { token }, { asserts: 'facts' })).status).toBe(400);
    expect((await search(RESOURCE, { ...what, page: { token } })).status).toBe(400);
    const changed = engine.apply({ put: { users: [{ id: 'new' }] } });
    const answer = await post(pointOf(changed), SUBJECT, { ...body, page: { token } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('begin again');
  });

  test('what the clock does between two pages does not end the list', async () => {
    const { page } = await search(SUBJECT, first);
    const later = pointOf(engine, {}, { now: () => Date.parse('2026-03-02T12:00:09Z') });
    const body = { ...who, page: { token: page.page.next_token } };
    expect(ids((await post(later, SUBJECT, body)).json as Page)).toEqual(['cem', 'dot']);
  });

  test.each(['x', '2', '2..', `2.${'0'.repeat(32)}.YWRh`, 5, {}, '2.zz.YWRh', 'x'.repeat(5000)])(
    'a token that is none is 400: %j',
    async (token) => {
      expect((await next(who, { token })).status).toBe(400);
    },
  );

  test('a token that was changed by hand is 400', async () => {
    const { page } = await search(SUBJECT, first);
    const token = page.page.next_token;
    const [limit, hash, last] = token.split('.');
    for (const changed of [
      `9999999999999999.${hash}.${last}`,
      `0.${hash}.${last}`,
      `${limit}.${hash}.!`,
      `${limit}.${hash}._w`,
      `${token}=`,
    ]) {
      expect((await next(who, { token: changed })).status, changed).toBe(400);
    }
  });
});

/** All pages of a search, three results each. */
function everything(point: AuthzenPoint, path: string, body: object): readonly object[] {
  const results: object[] = [];
  for (let token = ''; ; ) {
    const page = token === '' ? { limit: 3 } : { token };
    const answer = point.answer(exchangeOf(path, { ...body, page }));
    if ('then' in answer || answer.status !== 200) throw new Error('no page');
    const read = JSON.parse(answer.body) as Page;
    results.push(...read.results);
    token = read.page.next_token;
    if (token === '') return results;
  }
}

test('a list is the filter of everything by evaluation: subjects, resources and actions', () => {
  let found = 0;
  overWorlds(40, 5, ({ policy, requests, anchor }) => {
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
    const isPermitted = (body: object): boolean => {
      const answer = point.answer(exchangeOf('/access/v1/evaluation', body));
      return !('then' in answer) && answer.body === '{"decision":true}';
    };
    for (const sent of requests) {
      const request = JSON.parse(JSON.stringify(sent)) as typeof sent;
      const probe = point.answer(exchangeOf('/access/v1/evaluation', request));
      if ('then' in probe || probe.status !== 200) continue;
      const { subject, action, resource, context } = request;
      const types = [...new Set(idsOf(policy, resource.type))].sort();
      const doors = types.map((id) => ({ type: resource.type, id }));
      expect(
        everything(point, RESOURCE, {
          subject,
          action,
          resource: { type: resource.type },
          context,
        }),
      ).toEqual(doors.filter((each) => isPermitted({ subject, action, resource: each, context })));
      const people = [...new Set(idsOf(policy, subject.type))]
        .sort()
        .map((id) => ({ type: subject.type, id }));
      const subjects = everything(point, SUBJECT, {
        subject: { type: subject.type },
        action,
        resource,
        context,
      });
      if (['user', 'link', 'credential'].includes(subject.type)) {
        expect(subjects).toEqual(
          people.filter((each) => isPermitted({ subject: each, action, resource, context })),
        );
      }
      found += subjects.length;
      for (const { name } of everything(point, ACTION, { subject, resource, context }) as {
        name: string;
      }[]) {
        expect(isPermitted({ subject, action: { name }, resource, context })).toBe(true);
      }
    }
  });
  expect(found).toBeGreaterThan(50);
});
