import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Answer, AuthzenPoint, Exchange } from '../../src/adapters/authzen/exchange.js';
import type { PdpStatus } from '../../src/adapters/pdp/pdp.js';
import type { ExchangeTold } from '../../src/adapters/pdp/telling.js';
import type { ServerOptions } from '../../src/adapters/server/server-options.js';
import { type RunningServer, startServer } from '../../src/adapters/server/start-server.js';
import { post, rawClient } from './raw-client.js';

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(0.05);
});

const GOOD: PdpStatus = { ready: true, revision: 3, behindSeconds: 0.2, faults: [] };
const ok = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body,
});
const text = ({ body }: Exchange) =>
  typeof body === 'string' ? body : Buffer.from(body).toString();

/** A point of one path that answers as told, and keeps what it was asked. */
function fakePoint(answer: (exchange: Exchange) => Answer | Promise<Answer>) {
  const asked: Exchange[] = [];
  const point: AuthzenPoint = {
    owns: (path) => path === '/ask',
    paths: ['/ask'],
    bodyBytesMax: 1000,
    answer(exchange) {
      asked.push(exchange);
      return answer(exchange);
    },
    handle: () => Promise.reject(new Error('not asked here')),
  };
  return { point, asked };
}
const echo = fakePoint((exchange) => ok(`<${text(exchange)}>`)).point;

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ point: echo, probes: { status: () => GOOD }, ...options });
  servers.push(server);
  return server;
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: pdp\r\n${more}\r\n`;

describe('an exchange', () => {
  test('goes to the point with its path, headers, body and address', async () => {
    const { point, asked } = fakePoint(() => ok('yes'));
    const { port, url, host } = await start({ point });
    expect({ url, host }).toEqual({ url: `http://127.0.0.1:${port}`, host: '127.0.0.1' });
    const client = await rawClient(port);
    client.say(post('/ask?query=1', 'body', ['X-One: a', 'x-ONE: b', 'Authorization: Bearer x']));
    expect(await client.until(/yes$/u)).toMatch(/^HTTP\/1\.1 200 OK\r\n/u);
    const [exchange] = asked;
    expect(exchange).toMatchObject({ method: 'POST', path: '/ask', remoteAddress: '127.0.0.1' });
    expect([exchange && text(exchange), exchange?.header('x-one')]).toEqual(['body', 'a, b']);
    expect(exchange?.header('authorization')).toBe('Bearer x');
    expect(exchange?.header('x-none')).toBeUndefined();
    client.destroy();
  });

  test('with two Authorization headers shows both, so that none hides behind the other', async () => {
    const { point, asked } = fakePoint(() => ok('yes'));
    const client = await rawClient((await start({ point })).port);
    client.say(post('/ask', '', ['Authorization: Bearer x', 'Authorization: Bearer y']));
    await client.until(/yes$/u);
    expect(asked[0]?.header('authorization')).toBe('Bearer x, Bearer y');
    client.destroy();
  });

  test('answers in order what is pipelined, also where the first answer comes last', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { point } = fakePoint(async (exchange) => {
      if (text(exchange) === '1') await held;
      return ok(`<${text(exchange)}>`);
    });
    const client = await rawClient((await start({ point })).port);
    client.say(post('/ask', '1') + post('/ask', '2') + get('/health/live') + post('/ask', '3'));
    await pause(20);
    expect(client.heard()).toBe('');
    release();
    const heard = await client.until(/<3>$/u);
    expect(heard.match(/<\d>|"live"/gu)).toEqual(['<1>', '<2>', '"live"', '<3>']);
    client.destroy();
  });

  test('of HTTP/1.0 is answered and closed; with keep-alive it stays', async () => {
    const { port } = await start();
    const plain = await rawClient(port);
    plain.say('POST /ask HTTP/1.0\r\nContent-Length: 1\r\n\r\n7');
    expect(await plain.ended()).toMatch(/<7>$/u);
    const kept = await rawClient(port);
    const again = 'POST /ask HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n7';
    kept.say(again);
    await kept.until(/<7>$/u);
    kept.say(again);
    await kept.until(/<7>.*<7>$/su);
    kept.destroy();
  });

  test('of a client that closed its side is answered', async () => {
    const client = await rawClient((await start()).port);
    client.say(post('/ask', 'half'));
    client.finish();
    expect(await client.ended()).toMatch(/<half>$/u);
  });

  test('in pieces, and with a chunked body, is the same', async () => {
    const { port } = await start();
    const slow = await rawClient(port);
    for (const letter of post('/ask', 'slow')) {
      slow.say(letter);
      await pause(0);
    }
    await slow.until(/<slow>$/u);
    slow.destroy();
    const chunked = await rawClient(port);
    chunked.say('POST /ask HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n');
    chunked.say('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    await chunked.until(/<abcde>$/u);
    chunked.destroy();
  });

  test('with `Expect: 100-continue` is told to go on, or that it is too long', async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.say(
      'POST /ask HTTP/1.1\r\nHost: p\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n',
    );
    await client.until(/100 Continue\r\n\r\n$/u);
    client.say('hi');
    await client.until(/<hi>$/u);
    client.destroy();
    const long = await rawClient(port);
    long.say(
      'POST /ask HTTP/1.1\r\nHost: p\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n',
    );
    expect(await long.until(/bytes$/u)).toMatch(/^HTTP\/1\.1 413 /u);
    long.destroy();
  });

  test('whose client has gone is told so, and harms nobody', async () => {
    let signal: AbortSignal | undefined;
    const { point } = fakePoint((exchange) => {
      signal = exchange.signal;
      return new Promise(() => undefined);
    });
    const { port } = await start({ point });
    const client = await rawClient(port);
    client.say(post('/ask', ''));
    while (signal === undefined) await pause(1);
    expect(signal.aborted).toBe(false);
    client.destroy();
    while (!signal.aborted) await pause(1);
    const leaver = await rawClient(port);
    leaver.say('POST /ask HTTP/1.1\r\nHost: p\r\nContent-Length: 10\r\n\r\nabc');
    await pause(10);
    leaver.destroy();
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  });

  test.each(['/nothing', '/health', '/metrics', '/ask/', '//ask', '*', 'http://pdp/other'])(
    'at `%s` finds nothing',
    async (path) => {
      const client = await rawClient((await start()).port);
      client.say(`OPTIONS ${path} HTTP/1.1\r\nHost: pdp\r\n\r\n`);
      expect(await client.until(/here$/u)).toMatch(/^HTTP\/1\.1 404 /u);
      client.destroy();
    },
  );

  test('with an absolute URL is the same as with its path', async () => {
    const client = await rawClient((await start()).port);
    client.say(post('http://pdp.example/ask?x', 'abs'));
    await client.until(/<abs>$/u);
    client.destroy();
  });
});

describe('a fault of ours', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('secret');
      },
      500,
    ],
    ['rejects', () => Promise.reject(new Error('secret')), 500],
  ] as const)('a point that %s is 500 and says nothing', async (_what, answer, status) => {
    const { point } = fakePoint(answer);
    const { port } = await start({ point });
    const answered = await fetch(`http://127.0.0.1:${port}/ask`, { method: 'POST', body: 'x' });
    expect(answered.status).toBe(status);
    expect(await answered.text()).not.toContain('secret');
  });

  test('an answer that never comes is 503', async () => {
    const { point, asked } = fakePoint(() => new Promise(() => undefined));
    const { port } = await start({ point, limits: { answerSeconds: 0.05 } });
    const answered = await fetch(`http://127.0.0.1:${port}/ask`, { method: 'POST', body: 'x' });
    expect(answered.status).toBe(503);
    expect(asked[0]?.signal?.aborted).toBe(true);
  });

  test('headers that cannot be sent end the connection, not the process', async () => {
    const { point } = fakePoint(() => ({ status: 200, headers: { 'x-bad': 'a\r\nb' }, body: '' }));
    const { port } = await start({ point });
    const client = await rawClient(port);
    client.say(post('/ask', ''));
    expect(await client.ended()).toBe('');
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  });

  test('a watcher and probes that throw break nothing', async () => {
    const fail = () => {
      throw new Error('secret');
    };
    const { port } = await start({ watcher: { exchanged: fail }, probes: { status: fail } });
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(500);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(500);
  });

  test('a point that cannot be made leaves nothing listening', async () => {
    let url = '';
    const made = startServer({
      probes: { status: () => GOOD },
      point: (at) => {
        url = at;
        throw new TypeError('no');
      },
    });
    await expect(made).rejects.toThrow('no');
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });
});

describe('a hostile client', () => {
  const limits = { headersSeconds: 0.3, requestSeconds: 0.6, headerBytes: 2000, headers: 20 };

  test.each([
    ['sends a body that says it is too long', post('/ask', 'x'.repeat(1001)), 413],
    [
      'sends a body in chunks without end',
      `POST /ask HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n${'64\r\n'.concat('x'.repeat(100), '\r\n').repeat(12)}`,
      413,
    ],
    ['sends headers that are too long', get('/ask', `X: ${'y'.repeat(3000)}\r\n`), 431],
    ['sends too many headers', get('/ask', 'X: y\r\n'.repeat(30)), 431],
    ['sends what is no HTTP', '\x16\x03\x01\x00\xa5hello\r\n\r\n', 400],
    ['names no host', 'GET /ask HTTP/1.1\r\n\r\n', 400],
    [
      'sends two lengths',
      'POST /ask HTTP/1.1\r\nHost: p\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'sends a length and chunks',
      'POST /ask HTTP/1.1\r\nHost: p\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'sends a bad chunk',
      'POST /ask HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
    ['folds a header', 'GET /ask HTTP/1.1\r\nHost: p\r\nX: a\r\n b\r\n\r\n', 400],
    ['ends lines by LF alone', 'POST /ask HTTP/1.1\nHost: p\nContent-Length: 0\n\n', 400],
  ])('%s', async (_what, words, status) => {
    const told: ExchangeTold[] = [];
    const { point, asked } = fakePoint(() => ok('asked'));
    const { port } = await start({
      point,
      limits,
      watcher: { exchanged: (one) => told.push(one) },
    });
    const client = await rawClient(port);
    client.say(words);
    expect(await client.until(/\r\n\r\n/u)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
    client.destroy();
    expect(asked).toEqual([]);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    if (status !== 400 || !/no host/u.test(_what)) {
      expect(told).toContainEqual(expect.objectContaining({ route: '*', status }));
    }
  });

  test.each([
    ['says nothing', '', 408],
    ['never ends its headers', 'GET /ask HTTP/1.1\r\nHost: p\r\nX: ', 408],
    ['never ends its body', 'POST /ask HTTP/1.1\r\nHost: p\r\nContent-Length: 9\r\n\r\nabc', 408],
  ])('%s, and is cut off in time', async (_what, words, status) => {
    const client = await rawClient((await start({ limits })).port);
    client.say(words);
    expect(await client.ended()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
  });

  test('that breaks off in the second of two requests never gets words instead of the first answer', async () => {
    const { point } = fakePoint(() => new Promise(() => undefined));
    const client = await rawClient((await start({ point, limits })).port);
    client.say(`${post('/ask', 'a')}garbage\r\n\r\n`);
    expect(await client.ended()).toBe('');
  });

  test('that reads nothing is cut off, and does not fill the memory', async () => {
    const { point, asked } = fakePoint(() => ok('x'.repeat(100_000)));
    const { port } = await start({ point, limits: { silentSeconds: 0.3 } });
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.pause();
    const flood = post('/ask', 'x').repeat(2000);
    socket.write(flood);
    await pause(150);
    const soon = asked.length;
    expect(soon).toBeLessThan(2000);
    await pause(900);
    expect(asked.length).toBeLessThan(2000);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    socket.destroy();
  });

  test('who all send long bodies at once and never end them fill no memory, and keep out no short one', async () => {
    const point = { ...echo, bodyBytesMax: 100_000 };
    const { port } = await start({ point, limits: { waitingBytes: 50_000 } });
    const begun = post('/ask', 'x'.repeat(50_000)).slice(0, -1);
    const first = await rawClient(port);
    first.say(begun);
    await pause(50);
    const second = await rawClient(port);
    second.say(begun);
    expect(await second.until(/\r\n\r\n/u)).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1/su);
    const short = await rawClient(port);
    short.say(post('/ask', 'short'));
    await short.until(/<short>$/u);
    first.say('x');
    await first.until(/x>$/u);
    const third = await rawClient(port);
    third.say(`${begun}x`);
    expect(await third.until(/x>$/u)).toMatch(/^HTTP\/1\.1 200 /u);
    for (const client of [first, second, short, third]) client.destroy();
  });

  test('more connections than may be are closed, and room is made again', async () => {
    const { port } = await start({ limits: { connections: 5 } });
    const held = await Promise.all(Array.from({ length: 5 }, () => rawClient(port)));
    await pause(20);
    const more = await rawClient(port);
    expect(await more.ended()).toBe('');
    for (const client of held) client.destroy();
    await pause(20);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  });

  test('a thousand that come and go at once leave the server as it was', async () => {
    const { port } = await start();
    const one = async (number: number) => {
      const client = await rawClient(port);
      client.say(post('/ask', 'x'.repeat(100)).slice(0, number % 250));
      client.destroy();
    };
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => one(round * 100 + index)));
    }
    const answered = await fetch(`http://127.0.0.1:${port}/ask`, { method: 'POST', body: 'x' });
    expect(await answered.text()).toBe('<x>');
  });
});

describe('probes', () => {
  const status = (more: Partial<PdpStatus>) => ({
    probes: { status: () => ({ ...GOOD, ...more }) },
  });
  const statuses = async (port: number) => {
    const paths = ['live', 'ready', 'fresh'];
    const answers = paths.map((path) => fetch(`http://127.0.0.1:${port}/health/${path}`));
    return (await Promise.all(answers)).map((answer) => answer.status);
  };

  test.each([
    [{}, [200, 200, 200]],
    [{ faults: ['policy_invalid'] }, [200, 200, 200]],
    [{ faults: ['stale', 'store_unavailable'] }, [200, 200, 503]],
    [{ ready: false, revision: null }, [200, 503, 503]],
  ])('of %j', async (more, expected) => {
    expect(await statuses((await start(status(more))).port)).toEqual(expected);
  });

  test('say how it stands, are not kept, and take no other method', async () => {
    const { url } = await start();
    const ready = await fetch(`${url}/health/ready`);
    expect(await ready.json()).toEqual({
      ready: true,
      ending: false,
      revision: 3,
      behindSeconds: 0.2,
      faults: [],
    });
    expect(ready.headers.get('cache-control')).toBe('no-store');
    const head = await fetch(`${url}/health/ready`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const refused = await fetch(`${url}/health/ready`, { method: 'POST', body: 'x' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('say 503 once it is leaving, while questions are answered on', async () => {
    const server = await start();
    server.leave();
    expect(await statuses(server.port)).toEqual([200, 503, 503]);
    const answered = await fetch(`${server.url}/ask`, { method: 'POST', body: 'x' });
    expect(await answered.text()).toBe('<x>');
  });
});

describe('the end', () => {
  test('running requests finish, idle and silent connections are closed, new ones refused', async () => {
    let release = (_answer: Answer): void => undefined;
    const { point, asked } = fakePoint(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const server = await start({ point });
    const [running, silent, idle] = [
      await rawClient(server.port),
      await rawClient(server.port),
      await rawClient(server.port),
    ];
    idle.say(get('/health/live'));
    await idle.until(/live/u);
    running.say(post('/ask', ''));
    while (asked.length === 0) await pause(1);
    const closing = server.close(5);
    await Promise.all([idle.ended(), silent.ended()]);
    expect(running.heard()).toBe('');
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
    release(ok('done'));
    const heard = await running.ended();
    expect(heard).toMatch(/done$/u);
    expect(heard).toMatch(/connection: close/iu);
    await closing;
    await server.close();
  });

  test('what is not done by the deadline is cut', async () => {
    const { point, asked } = fakePoint(() => new Promise(() => undefined));
    const server = await start({ point });
    const client = await rawClient(server.port);
    client.say(post('/ask', ''));
    while (asked.length === 0) await pause(1);
    await server.close(0.05);
    expect(await client.ended()).toBe('');
  });

  test('at once cuts everything', async () => {
    const { point, asked } = fakePoint(() => new Promise(() => undefined));
    const server = await start({ point });
    const client = await rawClient(server.port);
    client.say(post('/ask', ''));
    while (asked.length === 0) await pause(1);
    server.destroy();
    expect(await client.ended()).toBe('');
  });
});

test.each([
  { bodyBytes: 0 },
  { headers: 1.5 },
  { headersSeconds: 30 },
  { silentSeconds: Number.NaN },
])('limits %j are none', async (limits) => {
  await expect(startServer({ probes: { status: () => GOOD }, limits })).rejects.toThrow(RangeError);
});

test('a port that is taken is an error', async () => {
  const { port } = await start();
  await expect(startServer({ probes: { status: () => GOOD }, port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-tls-'));
  const make = (name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        ...subject,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  };
  const [one, two] = [make('one'), make('two')];
  rmSync(folder, { recursive: true });

  const ask = (port: number, servername: string, ca: Buffer) =>
    new Promise<string>((resolve, reject) => {
      const sent = httpsRequest(
        { port, host: '127.0.0.1', servername, ca, path: '/ask', method: 'POST', agent: false },
        (answer) => {
          answer.setEncoding('utf8').on('data', resolve);
        },
      );
      sent.on('error', reject).end('tls');
    });

  test('it answers, survives who speaks none, and takes new certificates', async () => {
    const server = await start({ tls: one });
    expect(server.url).toMatch(/^https:/u);
    expect(await ask(server.port, 'one', one.cert)).toBe('<tls>');
    const plain = await rawClient(server.port);
    plain.say(get('/health/live'));
    await plain.ended();
    expect(() => server.setTls({ key: 'none', cert: 'none' })).toThrow();
    expect(await ask(server.port, 'one', one.cert)).toBe('<tls>');
    server.setTls(two);
    expect(await ask(server.port, 'two', two.cert)).toBe('<tls>');
    await expect(ask(server.port, 'one', one.cert)).rejects.toThrow();
    expect(() => servers[0]?.setTls(two)).not.toThrow();
  });
});
