/** Who may ask, and how often. */
import { describe, expect, test } from 'vitest';
import { bearerTokens } from '../../src/adapters/authzen/bearer-tokens.js';
import { openBuckets } from '../../src/adapters/authzen/buckets.js';
import type { Client } from '../../src/adapters/authzen/client.js';
import type { AuthzenPoint } from '../../src/adapters/authzen/exchange.js';
import type { AuthzenOptions } from '../../src/adapters/authzen/options.js';
import { siteApiKeys } from '../../src/adapters/authzen/site-api-keys.js';
import { bearerToken } from '../../src/adapters/bearer-token.js';
import { createApiKey, memoryStore, openSite, revokeApiKey } from '../../src/adapters/for-site.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { toHex } from '../../src/values/hex.js';
import { right, site } from '../helpers/builders.js';
import { exchangeOf, get, NOON, pointOf, post, type Told, told } from './http.js';

const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));
const EVALUATION = '/access/v1/evaluation';
const question = {
  subject: { type: 'user', id: 'ada' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: 'front' },
};
const hashOf = (token: string) => toHex(nodeCrypto().sha256(new TextEncoder().encode(token)));
const bearing = (token: string) => ({
  header: (name: string) => (name === 'authorization' ? token : undefined),
});

/** Asks as a client from an address. */
async function from(
  point: AuthzenPoint,
  remoteAddress: string | undefined,
  authorization: string | undefined,
): Promise<Told> {
  const more = remoteAddress === undefined ? {} : { remoteAddress };
  return told(await point.answer(exchangeOf(EVALUATION, question, { authorization }, more)));
}

describe('Policy Confidentiality and Sender Authentication', () => {
  test('whoever is not known gets 401, a challenge, and no decision', async () => {
    const point = pointOf(engine);
    const none = await post(point, EVALUATION, question, { authorization: undefined });
    expect(none.status).toBe(401);
    expect(none.headers['www-authenticate']).toBe('Bearer realm="authzen"');
    expect(none.text).not.toContain('decision');
    const wrong = await post(point, EVALUATION, question, { authorization: 'Bearer other' });
    expect(wrong.headers['www-authenticate']).toBe('Bearer realm="authzen", error="invalid_token"');
    for (const path of ['/access/v1/evaluations', '/access/v1/search/subject']) {
      expect((await post(point, path, '{', { authorization: undefined })).status).toBe(401);
    }
  });

  test('what is published is for everybody', async () => {
    const point = pointOf(engine);
    expect((await get(point, '/.well-known/authzen-configuration')).status).toBe(200);
    expect((await get(point, '/openapi.json')).status).toBe(200);
  });

  test('an authentication that answers later is waited for', async () => {
    const later: Partial<AuthzenOptions> = {
      authenticate: (exchange) =>
        Promise.resolve(exchange.header('authorization') === 'Bearer x' ? { id: 'x' } : undefined),
    };
    const point = pointOf(engine, {}, later);
    expect((await from(point, undefined, 'Bearer x')).status).toBe(200);
    expect((await from(point, undefined, 'Bearer y')).status).toBe(401);
  });
});

describe('bearer tokens', () => {
  const door: Client = { id: 'door' };
  const authenticate = bearerTokens([
    { sha256: hashOf('token-1'), client: door },
    { sha256: hashOf('token-2'), client: { id: 'gate' } },
  ]);
  const of = (authorization: string) => authenticate(exchangeOf('/', '', { authorization }));

  test('are known by their hashes, and by nothing near them', () => {
    expect(of('Bearer token-1')).toBe(door);
    expect(of('bearer token-2')).toEqual({ id: 'gate' });
    for (const other of [
      'Bearer token-',
      'Bearer token-11',
      'Bearer Token-1',
      `Bearer ${hashOf('token-1')}`,
      'token-1',
      'Basic token-1',
      'Bearer',
      'Bearer  ',
      'Bearer token-1, Bearer token-2',
      `Bearer ${'x'.repeat(5000)}`,
    ]) {
      expect(of(other), other).toBeUndefined();
    }
    expect(authenticate(exchangeOf('/', '', { authorization: undefined }))).toBeUndefined();
  });

  test('hashes that are none, or one for two, throw', () => {
    for (const sha256 of ['', 'token-1', hashOf('x').toUpperCase(), hashOf('x').slice(1)]) {
      expect(() => bearerTokens([{ sha256, client: door }])).toThrow(TypeError);
    }
    const twice = { sha256: hashOf('x'), client: door };
    expect(() => bearerTokens([twice, { ...twice }])).toThrow(TypeError);
    const many = Array.from({ length: 1001 }, (_, i) => ({
      sha256: hashOf(`t${i}`),
      client: door,
    }));
    expect(() => bearerTokens(many)).toThrow(RangeError);
  });

  test('a token is read from the header alone as RFC 6750 writes it', () => {
    expect(bearerToken(bearing('Bearer abc.DEF-_~+/=='))).toBe('abc.DEF-_~+/==');
    expect(bearerToken(bearing('Bearer a=b'))).toBeUndefined();
    expect(bearerToken(bearing('Bearer a\u00e9'))).toBeUndefined();
  });
});

describe('API keys of a site', () => {
  const owned = site({
    organization: { id: 'org', timeZone: 'UTC', roles: 'kisi' },
    assignments: [
      right('a', 'ada'),
      {
        ...right('o', 'eva'),
        role: 'organization_owner',
        scope: { type: 'organization', id: 'org' },
      },
    ],
    users: [{ id: 'ada' }, { id: 'eva' }],
  });

  test('a key with the scope is a client until it ends; others are not', async () => {
    const parsed = parsePolicy(owned);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const store = memoryStore();
    await store.create(parsed.value);
    const own = await openSite({ store, organization: 'org' });
    const eva = { type: 'user', id: 'eva' } as const;
    const keyWith = async (...scopes: string[]) => {
      const made = await createApiKey(own, eva, { name: 'k', scopes });
      if (!made.ok) throw new Error(made.detail);
      return made.value;
    };
    const key = await keyWith('authzen.evaluate');
    const other = await keyWith('scim.*');
    const authenticate = siteApiKeys(own, (id) => (id === key.id ? { asserts: 'facts' } : {}));
    const as = (text: string) =>
      authenticate(exchangeOf('/', '', { authorization: `Bearer ${text}` }));
    expect(await as(key.text)).toEqual({ id: `api_key:${key.id}`, asserts: 'facts' });
    expect(await as((await keyWith('authzen.*')).text)).toEqual({
      id: expect.stringMatching(/^api_key:/u),
    });
    expect(await as(other.text)).toBeUndefined();
    expect(await as(`${key.text}x`)).toBeUndefined();
    expect(await as('x')).toBeUndefined();
    expect(
      await siteApiKeys(
        own,
        () => undefined,
      )(exchangeOf('/', '', { authorization: `Bearer ${key.text}` })),
    ).toBeUndefined();
    await revokeApiKey(own, eva, key.id);
    expect(await as(key.text)).toBeUndefined();
  });
});

describe('Availability & Denial of Service', () => {
  test('a client is limited by its own rate, told when to come again, and let in then', async () => {
    let now = NOON;
    const point = pointOf(
      engine,
      {},
      { now: () => now, rate: { client: { perSecond: 0.5, burst: 2 } } },
    );
    const status = async () => (await from(point, undefined, 'Bearer door')).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    const answer = await from(point, undefined, 'Bearer door');
    expect(answer.headers['retry-after']).toBe('2');
    now += 2000;
    expect([await status(), await status()]).toEqual([200, 429]);
    now += 3_600_000;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    now -= 3_600_000;
    expect(await status()).toBe(429);
  });

  test('one client`s rate is nobody else`s, and its own takes the place of everybody`s', async () => {
    const options: Partial<AuthzenOptions> = {
      rate: { client: { perSecond: 1, burst: 1 } },
      authenticate: (exchange) => {
        const id = exchange.header('authorization') ?? '';
        if (id === 'free') return { id, rate: false };
        return id === 'slow' ? { id, rate: { perSecond: 1, burst: 2 } } : { id };
      },
    };
    const point = pointOf(engine, {}, options);
    const statuses = async (id: string) => {
      const found: number[] = [];
      for (let i = 0; i < 4; i++) found.push((await from(point, undefined, id)).status);
      return found;
    };
    expect(await statuses('a')).toEqual([200, 429, 429, 429]);
    expect(await statuses('b')).toEqual([200, 429, 429, 429]);
    expect(await statuses('slow')).toEqual([200, 200, 429, 429]);
    expect(await statuses('free')).toEqual([200, 200, 200, 200]);
  });

  test('without a rate there is no limit', async () => {
    const point = pointOf(engine);
    for (let i = 0; i < 500; i++) expect((await from(point, 'a', 'Bearer door')).status).toBe(200);
  });

  test('an address that guesses is refused unread, and nobody else with it', async () => {
    let now = NOON;
    let guesses = 0;
    const options: Partial<AuthzenOptions> = {
      now: () => now,
      rate: { failures: { perSecond: 1, burst: 3 } },
      authenticate: (exchange) => {
        guesses++;
        return exchange.header('authorization') === 'Bearer door' ? { id: 'door' } : undefined;
      },
    };
    const point = pointOf(engine, {}, options);
    for (let i = 0; i < 3; i++) expect((await from(point, 'bad', `Bearer ${i}`)).status).toBe(401);
    expect((await from(point, 'bad', 'Bearer 4')).status).toBe(429);
    expect((await from(point, 'bad', 'Bearer door')).status).toBe(429);
    expect(guesses).toBe(3);
    expect((await from(point, 'good', 'Bearer door')).status).toBe(200);
    now += 1000;
    expect((await from(point, 'bad', 'Bearer door')).status).toBe(200);
  });

  test('a new address of the same IPv6 network is no new caller, one of another network is', async () => {
    const options: Partial<AuthzenOptions> = {
      rate: { failures: { perSecond: 0.001, burst: 3 } },
      authenticate: () => undefined,
    };
    const point = pointOf(engine, {}, options);
    const guess = async (address: string) => (await from(point, address, 'Bearer wrong')).status;
    const statuses: number[] = [];
    for (let host = 1; host <= 4; host++) statuses.push(await guess(`2001:db8:0:7::${host}`));
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect(await guess('2001:db8:0:8::1')).toBe(401);
    expect(await guess('::ffff:192.0.2.1')).toBe(401);
  });

  test('behind one address, as of a proxy, whoever was right lately is still listened to', async () => {
    const valid = new Set(['Bearer door']);
    const options: Partial<AuthzenOptions> = {
      rate: { failures: { perSecond: 0.001, burst: 3 } },
      authenticate: (exchange) =>
        valid.has(exchange.header('authorization') ?? '') ? { id: 'door' } : undefined,
    };
    const point = pointOf(engine, {}, options);
    await from(point, 'proxy', 'Bearer wrong');
    expect((await from(point, 'proxy', 'Bearer door')).status).toBe(200);
    for (let i = 0; i < 5; i++) await from(point, 'proxy', 'Bearer wrong');
    expect((await from(point, 'proxy', 'Bearer wrong')).status).toBe(429);
    expect((await from(point, 'proxy', undefined)).status).toBe(429);
    expect((await from(point, 'proxy', 'Bearer door')).status).toBe(200);
    // A token that was taken back is a wrong one from then on.
    valid.clear();
    expect((await from(point, 'proxy', 'Bearer door')).status).toBe(401);
    expect((await from(point, 'proxy', 'Bearer door')).status).toBe(429);
  });

  test('whoever was right before anybody was wrong there is listened to as well', async () => {
    const options: Partial<AuthzenOptions> = {
      rate: { failures: { perSecond: 0.001, burst: 3 } },
      authenticate: (exchange) => {
        const header = exchange.header('authorization');
        return header === 'Bearer door' || header === 'Bearer next' ? { id: 'door' } : undefined;
      },
    };
    let now = NOON;
    const point = pointOf(engine, {}, { ...options, now: () => now });
    expect((await from(point, 'proxy', 'Bearer door')).status).toBe(200);
    now += 1000;
    expect((await from(point, 'proxy', 'Bearer next')).status).toBe(200);
    for (let i = 0; i < 5; i++) await from(point, 'proxy', 'Bearer wrong');
    expect((await from(point, 'proxy', 'Bearer wrong')).status).toBe(429);
    expect((await from(point, 'proxy', 'Bearer door')).status).toBe(200);
    expect((await from(point, 'proxy', 'Bearer next')).status).toBe(200);
  });

  test('an address nobody knows, and a limit that is switched off, refuse nobody', async () => {
    const strict: Partial<AuthzenOptions> = { rate: { failures: { perSecond: 1, burst: 1 } } };
    const point = pointOf(engine, {}, strict);
    for (let i = 0; i < 5; i++) expect((await from(point, undefined, 'x')).status).toBe(401);
    const open = pointOf(engine, {}, { rate: { failures: false } });
    for (let i = 0; i < 100; i++) expect((await from(open, 'a', 'x')).status).toBe(401);
  });

  test('however many callers there are, the memory of them is bounded', () => {
    const buckets = openBuckets(100);
    const rate = { perSecond: 1, burst: 1 };
    for (let i = 0; i < 10_000; i++) buckets.take(`caller-${i}`, rate, NOON);
    expect(buckets.size).toBeLessThanOrEqual(100);
    expect(buckets.take('caller-9999', rate, NOON)).toBe(1);
  });
});
