/** What holds of every exchange: paths, methods, content, sizes, I-JSON, request ids, faults, and web requests. */
import { describe, expect, test } from 'vitest';
import { authzenPoint } from '../../src/adapters/authzen/authzen-point.js';
import type { AuthzenOptions } from '../../src/adapters/authzen/options.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { ExchangeTold, Watcher } from '../../src/adapters/pdp/telling.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { exchangeOf, get, pointOf, post, told } from './http.js';

const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));
const EVALUATION = '/access/v1/evaluation';
const POSTED = [
  EVALUATION,
  '/access/v1/evaluations',
  '/access/v1/search/subject',
  '/access/v1/search/resource',
  '/access/v1/search/action',
];
const question = {
  subject: { type: 'user', id: 'ada' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: 'front' },
};
const TEXT = JSON.stringify(question);
const point = pointOf(engine);

async function send(body: string | Uint8Array, headers = {}, path = EVALUATION) {
  return post(point, path, body, headers);
}

describe('paths and methods', () => {
  test('what is not ours is 404 and not owned', async () => {
    for (const path of [
      '/',
      '/access/v1',
      `${EVALUATION}/`,
      '/ACCESS/v1/evaluation',
      '/access/v1/requests',
      '/access/v1/requests/x',
      '/access/v1/evaluation/../evaluation',
    ]) {
      expect(point.owns(path)).toBe(false);
      expect((await post(point, path, question)).status).toBe(404);
    }
    for (const path of POSTED) expect(point.owns(path)).toBe(true);
  });

  test('another method is 405 and says which is meant', async () => {
    for (const path of POSTED) {
      for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'post']) {
        const answer = told(await point.answer(exchangeOf(path, question, {}, { method })));
        expect(answer.status).toBe(405);
        expect(answer.headers['allow']).toBe('POST');
      }
    }
    const answer = await post(point, '/openapi.json', question);
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});

describe('Error Responses', () => {
  test.each([
    undefined,
    '',
    'text/plain',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'text/json; application/json',
  ])('a Content-Type of %s is 400', async (type) => {
    for (const path of POSTED) {
      expect((await send(TEXT, { 'content-type': type }, path)).status).toBe(400);
    }
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/json ;x=y',
  ])('a Content-Type of %s is JSON', async (type) => {
    expect((await send(TEXT, { 'content-type': type })).status).toBe(200);
  });

  test.each([
    '',
    ' ',
    '{',
    'null',
    '[]',
    '"x"',
    '5',
    'true',
    `${TEXT}x`,
    `${TEXT}${TEXT}`,
    `\ufeff${TEXT}`,
    "{'a':1}",
    '{"a":NaN}',
    '{"a":1,}',
  ])('a body of %j is 400', async (body) => {
    for (const path of POSTED) {
      expect((await send(body, {}, path)).status).toBe(400);
      expect((await send(new TextEncoder().encode(body), {}, path)).status).toBe(400);
    }
  });

  test('a fault of ours is 500, says nothing, and is told without anything of the request', async () => {
    const lines: unknown[] = [];
    const log = (...words: unknown[]) => void lines.push(words);
    const logger = { debug: log, info: log, warn: log, error: log };
    const secret = () => {
      throw new Error('postgres://ada:secret@db');
    };
    const rejecting = () => Promise.reject(new TypeError('ada@acme.example'));
    const inner = enginePdp({ engine });
    const broken: Partial<AuthzenOptions>[] = [
      { authenticate: secret },
      { authenticate: rejecting },
      { now: secret },
      { pdp: { ...inner, local: secret } },
    ];
    for (const options of broken) {
      const answer = await post(pointOf(engine, {}, { ...options, logger }), EVALUATION, question);
      expect(answer).toMatchObject({ status: 500, text: 'something went wrong here' });
    }
    expect(lines).toHaveLength(4);
    expect(JSON.stringify(lines)).not.toMatch(/ada|secret/u);
  });

  test('a logger or watcher that throws breaks no door', async () => {
    const bad = () => {
      throw new Error('full disk');
    };
    const logger = { debug: bad, info: bad, warn: bad, error: bad };
    const watcher: Watcher = { decided: bad, exchanged: bad, within: bad };
    const watched = pointOf(engine, {}, { logger, watcher });
    expect((await post(watched, EVALUATION, question)).text).toBe('{"decision":true}');
    const faulty = pointOf(engine, {}, { logger, watcher, now: bad });
    expect((await post(faulty, EVALUATION, question)).status).toBe(500);
  });
});

describe('I-JSON (RFC 7493)', () => {
  test.each([
    '{"subject":{"type":"user","id":"max"},"subject":{"type":"user","id":"ada"},"action":{"name":"unlock"},"resource":{"type":"door","id":"front"}}',
    TEXT.replace('"id":"ada"', '"id":"max","id":"ada"'),
    TEXT.replace('"id":"ada"', '"id":"max","\\u0069d":"ada"'),
    TEXT.replace('"id":"ada"', '"id":"ada", "x" : {"a\\"b":1,\t"a\\"b" \n:2}'),
    TEXT.replace('"id":"ada"', '"__proto__":1,"id":"ada","__proto__":2'),
    TEXT.replace('"id":"ada"', '"":1,"id":"ada","":2'),
    TEXT.replace('"id":"ada"', '"id":"ada","x":[[{"a":1},{"a":1,"a":1}]]'),
  ])('a member that is written twice is 400: %s', async (body) => {
    expect(JSON.parse(body)).toMatchObject(question);
    expect(await send(body)).toMatchObject({ status: 400, text: 'a member is written twice' });
  });

  test.each([
    TEXT.replace('"id":"ada"', '"id":"ada","x":"\\"id\\":1,\\\\\\"id\\":2"'),
    TEXT.replace('"id":"ada"', '"id":"ada","x":["id","id","a: b","\\\\"]'),
    TEXT.replace('"id":"ada"', '"id":"ada","x":{"id":{"id":{"id":"id"}}}'),
    TEXT.replace('"id":"ada"', '"id" :\n"ada" ,"Id":1,"iD":2'),
    ` \t\r\n${TEXT} \n`,
  ])('strings that look like members are none: %s', async (body) => {
    expect(await send(body)).toMatchObject({ status: 200, text: '{"decision":true}' });
  });

  test('bytes that are no UTF-8 are 400', async () => {
    const bytes = new TextEncoder().encode(TEXT.replace('ada', 'ad?'));
    const at = bytes.indexOf('?'.charCodeAt(0));
    for (const wrong of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xc3],
      [0xf4, 0x90, 0x80, 0x80],
    ]) {
      const body = new Uint8Array([...bytes.subarray(0, at), ...wrong, ...bytes.subarray(at + 1)]);
      expect((await send(body)).status).toBe(400);
    }
  });

  test('half a surrogate pair is 400, escaped or not, in a name or a value; a whole one is text', async () => {
    for (const half of ['\\ud800', '\\uDC00', '\ud800', '\\udc00\\ud800']) {
      for (const body of [
        TEXT.replace('"id":"ada"', `"id":"ada","x":"${half}"`),
        TEXT.replace('"id":"ada"', `"id":"ada","${half}":1`),
      ]) {
        expect((await send(body)).status, body).toBe(400);
      }
    }
    const whole = TEXT.replace('"id":"ada"', '"id":"ada","x":"\\ud83d\\ude00 😀 \\\\ud800"');
    expect((await send(whole)).status).toBe(200);
  });

  test('names that every object has lead nowhere', async () => {
    const before = Object.keys(Object.prototype);
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const poison = `"${name}":{"subject":{"type":"user","id":"ada"},"isAdmin":true,"scope":1}`;
      const bare = `{${poison},"action":{"name":"unlock"},"resource":{"type":"door","id":"front"}}`;
      expect((await send(bare)).status).toBe(400);
      const inside = TEXT.replace('"id":"ada"', `${poison},"id":"ada"`);
      expect((await send(inside)).text).toBe('{"decision":true}');
      const properties = TEXT.replace('"id":"front"', `"id":"front","properties":{${poison}}`);
      expect((await send(properties)).status).toBe(200);
    }
    expect(Object.keys(Object.prototype)).toEqual(before);
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });
});

describe('sizes', () => {
  test('a body is read up to its cap, in bytes, and refused above', async () => {
    const small = pointOf(engine, {}, { limits: { bodyBytes: 200 } });
    const pad = (length: number, character = ' ') => {
      const bytes = new TextEncoder().encode(character).length;
      const rest = length - TEXT.length - 8;
      const body = TEXT.replace('{', `{"x":"${character.repeat(Math.floor(rest / bytes))}",`);
      return body + ' '.repeat(length - new TextEncoder().encode(body).length);
    };
    for (const character of [' ', 'é', '€', '😀']) {
      const status = async (length: number) => [
        (await post(small, EVALUATION, pad(length, character))).status,
        (await post(small, EVALUATION, new TextEncoder().encode(pad(length, character)))).status,
      ];
      expect(await status(200)).toEqual([200, 200]);
      expect(await status(201)).toEqual([413, 413]);
    }
  });

  test('a body nests up to its cap, by lists and by objects', async () => {
    const nested = (depth: number, open: string, close: string) =>
      TEXT.replace('{', `{"x":${open.repeat(depth)}1${close.repeat(depth)},`);
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect((await send(nested(31, open, close))).status).toBe(200);
      expect((await send(nested(32, open, close))).status).toBe(400);
      expect((await send(nested(150_000, open, close))).status).toBe(400);
    }
  });

  test('nothing in a body costs more than in proportion to its size', async () => {
    const most = 1 << 20;
    for (const part of ['\\"', '\\\\', '"a":', '"",', '[', '{', '\\u0061']) {
      const times = Math.floor((most - 20) / part.length);
      for (const body of [`{"x":"${part.repeat(times)}"}`, `{"x":[${part.repeat(times)}]}`]) {
        const started = performance.now();
        const answer = await send(body);
        expect([400, 413]).toContain(answer.status);
        expect(performance.now() - started).toBeLessThan(2000);
      }
    }
  });
});

describe('Request Identification in a Response', () => {
  test('an identifier comes back as it came, with whatever is answered', async () => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';
    for (const value of [id, 'x', 'two words; "quoted"', 'ü', 'x'.repeat(256)]) {
      const headers = { 'x-request-id': value };
      for (const answer of [
        await post(point, EVALUATION, question, headers),
        await post(point, EVALUATION, '{', headers),
        await post(point, EVALUATION, question, { ...headers, authorization: undefined }),
        await post(point, '/nowhere', question, headers),
        await get(point, '/openapi.json', headers),
      ]) {
        expect(answer.headers['x-request-id']).toBe(value);
      }
    }
  });

  test('without one, or with an empty one, there is none', async () => {
    for (const value of [undefined, '']) {
      const answer = await post(point, EVALUATION, question, { 'x-request-id': value });
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('x-request-id');
    }
  });

  test.each(['a\r\nset-cookie: x=1', 'a\nb', 'a\u0000', 'x'.repeat(257), 'é\u0100', '\u007f'])(
    'one that could not stand in a header is refused and never sent back: %j',
    async (value) => {
      const answer = await post(point, EVALUATION, question, { 'x-request-id': value });
      expect(answer.status).toBe(400);
      expect(answer.headers).not.toHaveProperty('x-request-id');
      expect(JSON.stringify(answer.headers)).not.toContain('cookie');
    },
  );
});

describe('options that cannot be meant', () => {
  const make = (options: Partial<AuthzenOptions>) => () =>
    authzenPoint({
      pdp: enginePdp({ engine }),
      baseUrl: 'https://pdp.example',
      authenticate: () => undefined,
      ...options,
    });

  test.each([
    'http://pdp.example',
    'pdp.example',
    'https://pdp.example?x=1',
    'https://pdp.example#x',
    'https://a:b@pdp.example',
    '',
  ])('a base URL of %j throws', (baseUrl) => {
    expect(make({ baseUrl })).toThrow(TypeError);
  });

  test('on loopback http is enough', () => {
    for (const baseUrl of ['http://localhost:3000', 'http://127.0.0.1:1', 'http://[::1]:1']) {
      expect(make({ baseUrl })).not.toThrow();
    }
    expect(make({ baseUrl: 'http://127.0.0.1.evil.example' })).toThrow(TypeError);
  });

  test.each([
    { limits: { bodyBytes: 0 } },
    { limits: { batchItems: 1.5 } },
    { limits: { pageResults: 10_001 } },
    { limits: { depth: 257 } },
    { limits: { waitMilliseconds: Number.POSITIVE_INFINITY } },
    { rate: { client: { perSecond: 0, burst: 1 } } },
    { rate: { failures: { perSecond: 1, burst: 0 } } },
    { rate: { client: { perSecond: Number.NaN, burst: 1 } } },
  ])('%j throws a RangeError', (options) => {
    expect(make(options)).toThrow(RangeError);
  });

  test('a base path that is none throws', () => {
    expect(make({ basePath: 'access' })).toThrow(TypeError);
  });
});

describe('web requests', () => {
  const url = `https://elsewhere.example${EVALUATION}?x=1`;
  const headers = { 'content-type': 'application/json', authorization: 'Bearer door' };

  test('a Request is answered by a Response', async () => {
    const response = await point.handle(new Request(url, { method: 'POST', headers, body: TEXT }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('{"decision":true}');
    const none = await point.handle(new Request('https://elsewhere.example', { method: 'GET' }));
    expect(none.status).toBe(404);
    const head = await point.handle(
      new Request('https://x.example/openapi.json', { method: 'HEAD' }),
    );
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('a body without a length is read to its cap and no further', async () => {
    let given = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given += 1000;
          controller.enqueue(new Uint8Array(1000).fill(0x20));
        },
        cancel() {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const small = pointOf(engine, {}, { limits: { bodyBytes: 10_000 } });
    const request = new Request(url, {
      method: 'POST',
      headers: { ...headers, 'x-request-id': 'r1' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    const response = await small.handle(request);
    expect(response.status).toBe(413);
    expect(response.headers.get('x-request-id')).toBe('r1');
    expect(cancelled).toBe(true);
    expect(given).toBe(11_000);
    const long = { ...headers, 'x-request-id': 'r'.repeat(257) };
    const refused = await small.handle(
      new Request(url, { method: 'POST', headers: long, body: ' '.repeat(20_000) }),
    );
    expect(refused.status).toBe(413);
    expect(refused.headers.has('x-request-id')).toBe(false);
  });

  test('a body in pieces is put together, and one that says it is too long is not begun', async () => {
    const pieces = [...new TextEncoder().encode(TEXT)].map((byte) => Uint8Array.of(byte));
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const response = await point.handle(new Request(url, init));
    expect(await response.text()).toBe('{"decision":true}');
    let pulls = 0;
    const long = new ReadableStream<Uint8Array>({ pull: () => void pulls++ }, { highWaterMark: 0 });
    const claimed = new Request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': '99999999' },
      body: long,
      duplex: 'half',
    } as RequestInit);
    expect((await point.handle(claimed)).status).toBe(413);
    expect(pulls).toBe(0);
  });

  test('a body that breaks off is 400', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('gone')),
    });
    const request = new Request(url, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    expect((await point.handle(request)).status).toBe(400);
  });
});

test('an exchange is told by its route as written, its status and its time', async () => {
  const heard: ExchangeTold[] = [];
  const watcher: Watcher = { exchanged: (each) => void heard.push(each) };
  const watched = pointOf(engine, {}, { watcher });
  await post(watched, EVALUATION, question);
  await post(watched, EVALUATION, '{');
  await post(watched, '/users/ada', question);
  expect(heard.map(({ route, method, status }) => [route, method, status])).toEqual([
    [EVALUATION, 'POST', 200],
    [EVALUATION, 'POST', 400],
  ]);
  expect(heard.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
});

test('a decision is told once for each question, with its reasons, and to nobody else', async () => {
  const heard: unknown[] = [];
  const watcher: Watcher = {
    decided: ({ decided, ...each }) => void heard.push([each.resource.id, decided.context.reason]),
  };
  const answer = await post(pointOf(engine, {}, { watcher }), '/access/v1/evaluations', {
    ...question,
    evaluations: [{}, { resource: { type: 'door', id: 'x' } }, { subject: 5 }],
  });
  expect(answer.text).not.toContain('granted');
  expect(heard).toEqual([
    ['front', 'granted'],
    ['x', 'resource_unknown'],
  ]);
});
