/**
 * The certification scenario of AuthZEN 1.0, as far as a policy of buildings has its entities: `alice` and `bob`, `read` and
 * `write` on records, which are a type of resource no policy holds. Its decisions by properties (rules 5 to 8) ask for rules over
 * properties, which this engine has not; for them the requests are sent and the form of the answers is looked at.
 */
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { pointOf, post, type Told } from './http.js';

const engine = compilePolicy<unknown>({
  version: 1,
  organization: {
    id: 'acme',
    timeZone: 'UTC',
    roles: {
      id: 'records',
      roles: [
        {
          id: 'reader',
          levels: ['organization', 'place'],
          rank: 1,
          permissions: { record: ['read'], place: ['read'] },
        },
        {
          id: 'writer',
          levels: ['organization', 'place'],
          rank: 2,
          permissions: { record: ['read', 'write', 'delete'], place: ['read', 'write'] },
        },
      ],
    },
  },
  places: [{ id: 'record-1' }, { id: 'record-2' }],
  users: [{ id: 'alice' }, { id: 'bob' }],
  assignments: [
    {
      id: 'a',
      subject: { type: 'user', id: 'alice' },
      role: 'writer',
      scope: { type: 'organization', id: 'acme' },
    },
    {
      id: 'b',
      subject: { type: 'user', id: 'bob' },
      role: 'reader',
      scope: { type: 'organization', id: 'acme' },
    },
  ],
});
const point = pointOf(engine);
const user = (id: string, properties?: object) => ({
  type: 'user',
  id,
  ...(properties && { properties }),
});
const record = (id: string, properties?: object) => ({
  type: 'record',
  id,
  ...(properties && { properties }),
});
const read = { name: 'read' };
const write = { name: 'write' };

function evaluation(body: object, headers: Record<string, string> = {}): Promise<Told> {
  return post(point, '/access/v1/evaluation', body, headers);
}

function evaluations(body: object): Promise<Told> {
  return post(point, '/access/v1/evaluations', body);
}

describe('Basic Core', () => {
  test.each([
    ['2.2.1, rule 1', 'alice', read, true],
    ['rule 2', 'alice', write, true],
    ['rule 3', 'bob', read, true],
    ['2.2.2, rule 4', 'bob', write, false],
  ] as const)('%s: %s', async (_rule, subject, action, decision) => {
    const body = { subject: user(subject), action, resource: record('record-1') };
    const answer = await evaluation(body);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ decision });
    // 2.2.3: a context changes nothing.
    const context = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };
    expect((await evaluation({ ...body, context })).json).toEqual({ decision });
    // 2.2.8 and 2.2.9: nor do properties and members nobody knows.
    const more = {
      subject: user(subject, { department: 'Sales', role: 'manager' }),
      action: { ...action, properties: { method: 'GET' } },
      resource: record('record-1', { status: 'active', owner: 'bob' }),
      foo: 'bar',
      futureField: { nested: true },
    };
    expect((await evaluation(more)).json).toEqual({ decision });
  });

  test('2.4 and 2.5: missing members are 400, and X-Request-ID comes back', async () => {
    const whole = { subject: user('alice'), action: read, resource: record('record-1') };
    for (const name of ['subject', 'action', 'resource'] as const) {
      expect((await evaluation({ ...whole, [name]: undefined })).status).toBe(400);
    }
    const answer = await evaluation(whole, { 'x-request-id': 'r-1' });
    expect(answer.headers['x-request-id']).toBe('r-1');
  });
});

describe('Batch Core', () => {
  test('3.2.1: two resources, two decisions', async () => {
    const { status, json } = await evaluations({
      subject: user('alice'),
      action: read,
      evaluations: [{ resource: record('record-1') }, { resource: record('record-2') }],
    });
    expect(status).toBe(200);
    expect(json).toEqual({ evaluations: [{ decision: true }, { decision: true }] });
  });

  test('3.2.2: in the order of the request', async () => {
    const { json } = await evaluations({
      subject: user('bob'),
      resource: record('record-1'),
      evaluations: [{ action: read }, { action: write }],
    });
    expect(json).toEqual({ evaluations: [{ decision: true }, { decision: false }] });
  });

  test('3.2.5, 3.2.6, 3.4.1, 3.4.2 and 3.4.3', async () => {
    const alice = { subject: user('alice'), action: read, resource: record('record-1') };
    const bob = { subject: user('bob'), action: write, resource: record('record-1') };
    expect((await evaluations({ evaluations: [alice, bob] })).json).toEqual({
      evaluations: [{ decision: true }, { decision: false }],
    });
    const context = { time: '2025-06-27T19:00-07:00', source: 'batch-override' };
    const inherited = await evaluations({ ...alice, context, evaluations: [{}, { context }] });
    expect(inherited.json).toEqual({ evaluations: [{ decision: true }, { decision: true }] });
    const failed = await evaluations({
      subject: alice.subject,
      action: read,
      evaluations: [{ resource: alice.resource }, {}],
    });
    expect(failed.status).toBe(200);
    expect(failed.json).toMatchObject({ evaluations: [{ decision: true }, { decision: false }] });
    expect((await evaluations(alice)).json).toEqual({ decision: true });
    expect((await evaluations({ ...alice, evaluations: [] })).json).toEqual({ decision: true });
  });
});

describe('Basic and Batch Properties', () => {
  test('requests with properties of every part are answered in form', async () => {
    const archived = record('record-2', { status: 'archived' });
    const single = await evaluation({
      subject: user('bob', { role: 'admin' }),
      action: { name: 'delete', properties: { soft: true } },
      resource: archived,
    });
    expect(single.json).toEqual({ decision: expect.any(Boolean) });
    const batch = await evaluations({
      action: write,
      resource: archived,
      evaluations: [{ subject: user('alice') }, { subject: user('bob', { role: 'admin' }) }],
    });
    expect(batch.json).toEqual({
      evaluations: [{ decision: expect.any(Boolean) }, { decision: expect.any(Boolean) }],
    });
  });
});

describe('Search Core', () => {
  const search = (kind: string, body: object) => post(point, `/access/v1/search/${kind}`, body);

  test('4.2.1: subjects who may read a record', async () => {
    const { json } = await search('subject', {
      subject: { type: 'user' },
      action: read,
      resource: record('record-1'),
    });
    expect(json).toMatchObject({ results: [user('alice'), user('bob')] });
  });

  test('4.3.1: resources, of a type that the policy holds', async () => {
    const { json } = await search('resource', {
      subject: user('alice'),
      action: read,
      resource: { type: 'place' },
    });
    expect(json).toMatchObject({
      results: [
        { type: 'place', id: 'record-1' },
        { type: 'place', id: 'record-2' },
      ],
    });
  });

  test('4.4.1: actions', async () => {
    const { json } = await search('action', {
      subject: user('alice'),
      resource: record('record-1'),
    });
    expect(json).toMatchObject({
      results: [{ name: 'delete' }, { name: 'read' }, { name: 'write' }],
    });
  });

  test('4.5: a limit, and the next page without it', async () => {
    const body = { subject: { type: 'user' }, action: read, resource: record('record-1') };
    const first = (await search('subject', { ...body, page: { limit: 1 } })).json as {
      results: object[];
      page: { next_token: string };
    };
    expect(first.results).toEqual([user('alice')]);
    const token = first.page.next_token;
    expect((await search('subject', { ...body, page: { token } })).json).toMatchObject({
      results: [user('bob')],
      page: { next_token: '' },
    });
  });

  test('4.6: what is unknown has no results', async () => {
    const unknown = { subject: user('nonexistent-user'), resource: record('record-1') };
    expect((await search('action', unknown)).json).toMatchObject({ results: [] });
    const ship = { subject: { type: 'spaceship' }, action: read, resource: record('record-1') };
    expect((await search('subject', ship)).json).toMatchObject({ results: [] });
  });
});
