/** What every framework's mount of the AuthZEN endpoints promises, asked of a real server on loopback, byte by byte. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { authzenPoint } from '../../src/adapters/authzen/authzen-point.js';
import type { AuthzenOptions } from '../../src/adapters/authzen/options.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import { ask, askRaw, dial } from './client.js';
import type { Start } from './contract.js';
import { contractPdp, NOON, type Running, serviceOf } from './service.js';

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';
const METADATA = '/.well-known/authzen-configuration';
const BODY_BYTES = 2048;
const HEADERS = { authorization: 'Bearer gate', 'content-type': 'application/json' };
const BY_ADA = question('ada');
const BY_BOB = question('bob');

/** Runs the contract of mounts. */
export function authzenContractOf(name: string, start: Start): void {
  const running: Running[] = [];
  const serve = async (options: Partial<AuthzenOptions> = {}) => {
    const point = authzenPoint({
      pdp: contractPdp(),
      baseUrl: 'https://pdp.example',
      authenticate: (exchange) =>
        exchange.header('authorization') === 'Bearer gate'
          ? { id: 'gate', consistency: true }
          : undefined,
      now: () => NOON,
      limits: { bodyBytes: BODY_BYTES },
      ...options,
    });
    const one = await start(serviceOf({ point }));
    running.push(one);
    return one.server;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ close }) => close()));
  });
  describe(`${name}: the AuthZEN endpoints`, () => {
    answers(serve);
    bodies(serve);
    strays(serve);
    trouble(serve);
    gone(serve);
  });
}

type Serve = (options?: Partial<AuthzenOptions>) => Promise<Server>;

function question(user: string): string {
  return JSON.stringify({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
  });
}

function answers(serve: Serve): void {
  test('decide, one by one and in a batch', async () => {
    const server = await serve();
    const permit = await ask(server, 'POST', EVALUATION, HEADERS, BY_ADA);
    expect([permit.status, JSON.parse(permit.text)]).toEqual([200, { decision: true }]);
    expect(permit.headers.get('content-type')).toMatch(/^application\/json/u);
    expect(permit.headers.get('cache-control')).toBe('no-store');
    const refusal = await ask(server, 'POST', `${EVALUATION}?x=1`, HEADERS, BY_BOB);
    expect([refusal.status, JSON.parse(refusal.text).decision]).toEqual([200, false]);
    const batch = `{"evaluations":[${BY_ADA},${BY_BOB}]}`;
    const both = await ask(server, 'POST', EVALUATIONS, HEADERS, batch);
    const { evaluations } = JSON.parse(both.text) as { evaluations: { decision: boolean }[] };
    expect(evaluations.map(({ decision }) => decision)).toEqual([true, false]);
  });

  test('publish themselves, to HEAD as to GET', async () => {
    const server = await serve();
    const metadata = await ask(server, 'GET', METADATA);
    expect([metadata.status, JSON.parse(metadata.text).access_evaluation_endpoint]).toEqual([
      200,
      'https://pdp.example/access/v1/evaluation',
    ]);
    const head = await ask(server, 'HEAD', METADATA);
    expect([head.status, head.text]).toEqual([200, '']);
    expect(JSON.parse((await ask(server, 'GET', '/openapi.json')).text).openapi).toMatch(/^3\.1/u);
  });

  test('echo the identifier of a request, on refusals too', async () => {
    const server = await serve();
    const id = { 'x-request-id': 'r-17' };
    const told = await ask(server, 'POST', EVALUATION, { ...HEADERS, ...id }, BY_ADA);
    expect(told.headers.get('x-request-id')).toBe('r-17');
    expect((await ask(server, 'POST', EVALUATION, id)).headers.get('x-request-id')).toBe('r-17');
  });

  test.each([
    ['nobody', {}],
    ['a stranger', { authorization: 'Bearer other' }],
  ])('know no caller who is %s', async (_, who) => {
    const server = await serve();
    const sent = { 'content-type': 'application/json', ...who };
    const told = await ask(server, 'POST', EVALUATION, sent, BY_ADA);
    expect(told.status).toBe(401);
    expect(told.headers.get('www-authenticate')).toContain('Bearer');
    expect(told.text).not.toContain('decision');
  });

  test('do not overlook a second Authorization, whichever comes first', async () => {
    const server = await serve();
    for (const tokens of [
      ['gate', 'other'],
      ['other', 'gate'],
    ]) {
      const lines = tokens.map((token) => `authorization: Bearer ${token}\r\n`).join('');
      const head = `POST ${EVALUATION} HTTP/1.1\r\nhost: x\r\n${lines}content-type: application/json\r\n`;
      const rest = `connection: close\r\ncontent-length: ${BY_ADA.length}\r\n\r\n${BY_ADA}`;
      expect((await askRaw(server, head + rest)).slice(9, 12)).toBe('401');
    }
  });

  test('lie below the path of their tenant', async () => {
    const server = await serve({ baseUrl: 'https://pdp.example/acme:1' });
    expect((await ask(server, 'POST', `/acme:1${EVALUATION}`, HEADERS, BY_ADA)).status).toBe(200);
    expect((await ask(server, 'GET', `${METADATA}/acme:1`)).status).toBe(200);
    expect((await ask(server, 'POST', `/acme:2${EVALUATION}`, HEADERS, BY_ADA)).status).toBe(404);
    expect((await ask(server, 'POST', EVALUATION, HEADERS, BY_ADA)).status).toBe(404);
  });
}

/** Each is refused with 400, though a lax reader would find ada's permit in it. */
const MALFORMED: readonly (readonly [string, string | Uint8Array])[] = [
  ['a member twice', BY_ADA.replace('{', '{"subject":{"type":"user","id":"bob"},')],
  ['a member twice, escaped', BY_ADA.replace('{', '{"sub\\u006aect":{"type":"user","id":"bob"},')],
  [
    'bytes that are no UTF-8',
    new Uint8Array([
      ...Buffer.from(BY_ADA.slice(0, -1)),
      ...[0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d],
    ]),
  ],
  ['a byte-order mark', new Uint8Array([0xef, 0xbb, 0xbf, ...Buffer.from(BY_ADA)])],
  ['UTF-16', Buffer.from(BY_ADA, 'utf16le')],
  ['nothing', ''],
  ['a list', `[${BY_ADA}]`],
  ['more after its end', `${BY_ADA}${BY_ADA}`],
];

function bodies(serve: Serve): void {
  test.each(MALFORMED)('refuse a body with %s', async (_, body) => {
    const told = await ask(await serve(), 'POST', EVALUATION, HEADERS, body);
    expect(told.status).toBe(400);
  });

  test.each([
    ['none', undefined],
    ['text', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['something near JSON', 'application/jsonp'],
    ['no media type', ';;'],
  ])('refuse a body that calls itself %s', async (_, type) => {
    const headers = { authorization: 'Bearer gate', ...(type && { 'content-type': type }) };
    const body = new TextEncoder().encode(BY_ADA);
    expect((await ask(await serve(), 'POST', EVALUATION, headers, body)).status).toBe(400);
  });

  test('take JSON with a parameter, in pieces, and to the last byte of the limit', async () => {
    const server = await serve();
    const sent = { ...HEADERS, 'content-type': 'Application/JSON; charset=utf-8' };
    const full = BY_ADA.padEnd(BODY_BYTES, ' ');
    const pieces = (text: string) =>
      new ReadableStream({
        start(stream) {
          for (const part of text.match(/.{1,100}/gsu) ?? []) {
            stream.enqueue(new TextEncoder().encode(part));
          }
          stream.close();
        },
      });
    for (const body of [BY_ADA, full, pieces(BY_ADA), pieces(full)]) {
      const told = await ask(server, 'POST', EVALUATION, sent, body);
      expect([told.status, told.text]).toEqual([200, '{"decision":true}']);
    }
  });

  test('refuse a longer body: unread where it says so, and as soon as it turns out', async () => {
    const server = await serve();
    const head = `POST ${EVALUATION} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer gate\r\ncontent-type: application/json\r\n`;
    const said = await askRaw(server, `${head}content-length: ${BODY_BYTES + 1}\r\n\r\n`);
    expect(said.slice(9, 12)).toBe('413');
    // It never ends: nobody waits for the rest.
    const long = (BODY_BYTES + 1).toString(16);
    const body = `${long}\r\n${BY_ADA.padEnd(BODY_BYTES + 1, ' ')}\r\n`;
    const found = await askRaw(server, `${head}transfer-encoding: chunked\r\n\r\n`, body);
    expect(found.slice(9, 12)).toBe('413');
    const whole = await askRaw(server, `${head}transfer-encoding: chunked\r\n\r\n${body}0\r\n\r\n`);
    expect(whole.slice(9, 12)).toBe('413');
    expect(`${said}${found}${whole}`).not.toContain('decision');
  });

  test('leave the next request on a connection alone', async () => {
    const server = await serve();
    const request = (body: string, more: string) =>
      `POST ${EVALUATION} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer gate\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
    const told = await askRaw(
      server,
      request(BY_BOB, '') + request(BY_ADA, 'connection: close\r\n'),
    );
    expect(told.match(/"decision":\w+/gu)).toEqual(['"decision":false', '"decision":true']);
  });

  test("leave the host's own reading of bodies as it is", async () => {
    const server = await serve();
    const sent = { 'content-type': 'application/json' };
    const told = await ask(server, 'POST', '/echo', sent, '{"word":"hello"}');
    expect([told.status, told.text]).toEqual([200, 'hello']);
  });
}

function strays(serve: Serve): void {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'])(
    'decide nothing for %s',
    async (method) => {
      const body = method === 'GET' || method === 'HEAD' ? undefined : BY_ADA;
      const told = await ask(await serve(), method, EVALUATION, HEADERS, body);
      expect([404, 405]).toContain(told.status);
      if (told.status === 405) expect(told.headers.get('allow')).toBe('POST');
      expect(told.text).not.toContain('decision');
    },
  );

  test.each([
    '/access/v1/evaluation/',
    '//access/v1/evaluation',
    '/access/v1/evalu%61tion',
    '/access/v1/evaluation%2F',
    '/access/v1/evaluation;x',
    '/ACCESS/v1/evaluation',
    '/access/v1/__proto__',
  ])('lie nowhere else: %s', async (path) => {
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer gate\r\ncontent-type: application/json\r\n`;
    const rest = `connection: close\r\ncontent-length: ${BY_ADA.length}\r\n\r\n${BY_ADA}`;
    const told = await askRaw(await serve(), `${head}${rest}`);
    expect(told.slice(9, 12)).toBe('404');
    expect(told).not.toContain('decision');
  });
}

function trouble(serve: Serve): void {
  const fail = () => {
    throw new Error('secret of the host');
  };
  test.each([
    ['a throw of who asks', { authenticate: fail }, 500],
    ['a refusal to say who asks', { authenticate: () => Promise.reject(undefined) }, 500],
    ['a throw of the decision point', { pdp: { ...contractPdp(), local: fail } }, 500],
    ['a throw of the clock', { now: fail }, 500],
    ['a policy that is not here yet', { pdp: notReady() }, 200],
  ])('permit nothing because of %s', async (_, options, status) => {
    const server = await serve(options as Partial<AuthzenOptions>);
    const told = await ask(server, 'POST', EVALUATION, HEADERS, BY_ADA);
    expect(told.status).toBe(status);
    expect(told.text).not.toMatch(/secret|true/u);
    expect((await ask(server, 'GET', '/open')).text).toBe('open');
  });
}

function gone(serve: Serve): void {
  test('decide nothing about half a body', async () => {
    let asked = 0;
    const pdp = contractPdp();
    const local: Pdp['local'] = () => {
      asked++;
      return pdp.local();
    };
    const server = await serve({ pdp: { ...pdp, local } });
    await hangUp(server, BY_ADA, BY_ADA.length + 10);
    expect((await ask(server, 'GET', '/open')).text).toBe('open');
    expect(asked).toBe(0);
  });

  test('stop waiting for a caller who hung up', async () => {
    let stopped: Promise<unknown> = Promise.resolve();
    let begun = () => {};
    const waiting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const at: Pdp['at'] = async (_, signal) => {
      if (signal === undefined) throw new Error('no signal');
      stopped = once(signal, 'abort');
      begun();
      await stopped;
      return { ok: false, code: 'stale', detail: 'gone' };
    };
    // So long that the test would not end by it.
    const limits = { waitMilliseconds: 3_600_000 };
    const server = await serve({ pdp: { ...contractPdp(), at }, limits });
    const body = BY_ADA.replace('{', '{"options":{"consistency":{"kind":"latest"}},');
    await hangUp(server, body, body.length, waiting);
    await stopped;
  });
}

/** Sends a request and hangs up when `when` is there, then waits until the server has seen it. */
async function hangUp(
  server: Server,
  body: string,
  length: number,
  when: Promise<void> = Promise.resolve(),
): Promise<void> {
  const theirs = once(server, 'connection') as Promise<[Socket]>;
  const socket = await dial(server);
  const head = `POST ${EVALUATION} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer gate\r\ncontent-type: application/json\r\n`;
  socket.write(`${head}content-length: ${length}\r\n\r\n${body}`);
  const [seen] = await theirs;
  await when;
  seen.on('error', () => {});
  const closed = new Promise((resolve) => seen.once('close', resolve));
  socket.destroy();
  await closed;
}

function notReady(): Pdp {
  const none = { ok: false, code: 'not_ready', detail: 'no policy' } as const;
  return { ...contractPdp(), local: () => none, at: async () => none };
}
