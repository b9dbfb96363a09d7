/** Callers whose tokens are JWTs: what is believed, and everything that is not. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type JwtAuthenticationOptions,
  jwtAuthentication,
} from '../../src/adapters/jwt/jwt-authentication.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { exchangeOf, NOON, pointOf, post } from './http.js';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://pdp.example';
const SECONDS = NOON / 1000;
let privateKey: CryptoKey;
let publicKey: CryptoKey;
let foreignKey: CryptoKey;

beforeAll(async () => {
  ({ privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true }));
  ({ privateKey: foreignKey } = await generateKeyPair('ES256'));
});

/** A token like a good one, with parts replaced. */
function token(
  claims: JWTPayload = {},
  header: object = {},
  key: CryptoKey | Uint8Array = privateKey,
) {
  const good = { iss: ISSUER, aud: AUDIENCE, sub: 'bridge-1', iat: SECONDS, exp: SECONDS + 300 };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
    .sign(key);
}

function authentication(more: Partial<JwtAuthenticationOptions> = {}) {
  return jwtAuthentication({
    issuer: ISSUER,
    audience: AUDIENCE,
    key: publicKey,
    algorithms: ['ES256'],
    clients: ({ sub }) => (sub === undefined ? undefined : { id: sub, asserts: 'facts' }),
    now: () => NOON,
    ...more,
  });
}

const with_ = (text: string | undefined) =>
  exchangeOf('/', '', { authorization: text === undefined ? undefined : `Bearer ${text}` });

describe('a token', () => {
  test('of the issuer, for this audience, before its end, is its bearer', async () => {
    const authenticate = authentication();
    expect(await authenticate(with_(await token()))).toEqual({ id: 'bridge-1', asserts: 'facts' });
    const many = await token({ aud: ['other', AUDIENCE] });
    expect(await authenticate(with_(many))).toBeDefined();
    expect(await authenticate(with_(await token({ exp: SECONDS - 4 })))).toBeDefined();
  });

  test.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://issuer.example.evil' }],
    ['of no issuer', { iss: undefined } as unknown as JWTPayload],
    ['for another audience', { aud: 'https://other.example' }],
    ['for nobody', { aud: undefined } as unknown as JWTPayload],
    ['past its end', { exp: SECONDS - 6 }],
    ['without an end', { exp: undefined } as unknown as JWTPayload],
    ['before its beginning', { nbf: SECONDS + 60 }],
  ])('%s is not believed', async (_what, claims) => {
    expect(await authentication()(with_(await token(claims)))).toBeUndefined();
  });

  test('signed by another key, or changed afterwards, is not believed', async () => {
    const authenticate = authentication();
    expect(await authenticate(with_(await token({}, {}, foreignKey)))).toBeUndefined();
    const [header, , signature] = (await token()).split('.');
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'admin', exp: SECONDS + 300 };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(await authenticate(with_(`${header}.${payload}.${signature}`))).toBeUndefined();
  });

  test('without a signature is not believed, however `none` is written', async () => {
    const unsigned = new UnsecuredJWT({ sub: 'admin' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime(SECONDS + 300)
      .encode();
    const authenticate = authentication();
    expect(await authenticate(with_(unsigned))).toBeUndefined();
    const payload = unsigned.split('.')[1];
    for (const alg of ['None', 'NONE', 'nOnE', '']) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      expect(await authenticate(with_(`${header}.${payload}.`))).toBeUndefined();
    }
  });

  test('with the public key as the secret of an HMAC is not believed', async () => {
    const raw = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
    const confused = await token({}, { alg: 'HS256' }, raw);
    expect(await authentication()(with_(confused))).toBeUndefined();
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] };
    const { key: _, ...rest } = { key: undefined, jwks, algorithms: ['ES256', 'HS256'] };
    const { key: __, ...base } = {
      key: publicKey,
      issuer: ISSUER,
      audience: AUDIENCE,
      now: () => NOON,
    };
    const lax = jwtAuthentication({ ...base, ...rest, clients: () => ({ id: 'x' }) });
    expect(await lax(with_(confused))).toBeUndefined();
    expect(await lax(with_(await token()))).toBeDefined();
  });

  test('by an algorithm that is not expected is not believed', async () => {
    const secret = new Uint8Array(32).fill(1);
    const signed = await token({}, { alg: 'HS256' }, secret);
    const by = (algorithms: string[]) => authentication({ key: secret, algorithms });
    expect(await by(['HS256'])(with_(signed))).toBeDefined();
    expect(await by(['HS512'])(with_(signed))).toBeUndefined();
  });

  test('that is none, or whose bearer the host does not know, is nobody`s', async () => {
    const authenticate = authentication();
    for (const text of [undefined, 'x', 'a.b.c', '..', 'e30.e30.e30']) {
      expect(await authenticate(with_(text))).toBeUndefined();
    }
    expect(
      await authentication({ clients: () => undefined })(with_(await token())),
    ).toBeUndefined();
  });
});

test('options under which nothing, or anything, would be believed throw', () => {
  for (const wrong of [
    { algorithms: [] },
    { algorithms: ['ES256', 'none'] },
    { algorithms: ['NONE'] },
    { issuer: '' },
    { audience: '' },
    { jwks: { keys: [] } },
  ]) {
    expect(() => authentication(wrong)).toThrow(TypeError);
  }
  const { key: _, ...rest } = { key: 1, issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] };
  expect(() => jwtAuthentication({ ...rest, clients: () => undefined })).toThrow(TypeError);
});

test.each([
  ['https://login.example/jwks', true],
  ['http://localhost:8080/jwks', true],
  ['http://[::1]:8080/jwks', true],
  ['http://login.example/jwks', false],
  ['http://127.0.0.1.example/jwks', false],
  ['ftp://localhost/jwks', false],
])('keys at %s may be believed: %j', (address, isFit) => {
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: new URL(address),
    algorithms: ['ES256'],
    clients: () => undefined,
  };
  if (isFit) expect(jwtAuthentication(options)).toBeTypeOf('function');
  else expect(() => jwtAuthentication(options)).toThrow(TypeError);
});

describe('keys that the issuer publishes', () => {
  let fetched = 0;
  let status = 200;
  const server = createServer((_request, response) => {
    fetched++;
    void exportJWK(publicKey).then((jwk) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'k1', alg: 'ES256', use: 'sig' }] }));
    });
  });
  let jwks: URL;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwks = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  });
  afterAll(() => void server.close());

  const published = (now = () => NOON) =>
    jwtAuthentication({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks,
      algorithms: ['ES256'],
      clients: ({ sub }) => ({ id: String(sub) }),
      now,
    });

  test('are fetched once for many tokens, and a key nobody published is not believed', async () => {
    fetched = 0;
    status = 200;
    const authenticate = published();
    for (let i = 0; i < 5; i++) expect(await authenticate(with_(await token()))).toBeDefined();
    expect(fetched).toBe(1);
    expect(await authenticate(with_(await token({}, { kid: 'k2' })))).toBeUndefined();
  });

  test('where they cannot be had, are asked for once a second and not once a token', async () => {
    fetched = 0;
    status = 503;
    let now = NOON;
    const authenticate = published(() => now);
    const right = with_(await token());
    for (let i = 0; i < 5; i++) await expect(authenticate(right)).rejects.toThrow();
    expect(fetched).toBe(1);
    status = 200;
    now += 1000;
    expect(await authenticate(right)).toBeDefined();
    // A key nobody knows, while the issuer is away, keeps out no other.
    status = 503;
    await authenticate(with_(await token({}, { kid: 'k2' }))).catch(() => undefined);
    expect(await authenticate(right)).toBeDefined();
  });

  test('where they cannot be had, the question is answered with a fault and not with a decision', async () => {
    status = 503;
    const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));
    const point = pointOf(engine, {}, { authenticate: published() });
    const question = {
      subject: { type: 'user', id: 'ada' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: 'front' },
    };
    const headers = { authorization: `Bearer ${await token()}` };
    const answer = await post(point, '/access/v1/evaluation', question, headers);
    expect(answer).toMatchObject({ status: 500, text: 'something went wrong here' });
  });
});
