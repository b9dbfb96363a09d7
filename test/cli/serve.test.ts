import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { post, rawClient } from '../server/raw-client.js';
import { buildProgram, folder, run } from './program.js';
import { evaluate, type ServeProcess, serve } from './serve-program.js';

const files = folder();
const running: ServeProcess[] = [];
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterEach(async () => {
  for (const { child, end } of running.splice(0)) {
    child.kill('SIGKILL');
    await end;
  }
});
afterAll(() => {
  remove();
  files.remove();
});

const started = async (...args: Parameters<typeof serve>): Promise<ServeProcess> => {
  const server = await serve(...args);
  running.push(server);
  return server;
};

/** Ann may pass where the revision is even, Bob where it is odd. */
function policy(revision: number, more: object = {}): string {
  return JSON.stringify({
    version: 1,
    revision,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'staff', doors: ['front'] }],
    users: [{ id: 'ann' }, { id: 'bob' }],
    assignments: [
      {
        id: 'right',
        subject: { type: 'user', id: revision % 2 === 0 ? 'ann' : 'bob' },
        role: 'door_access',
        scope: { type: 'group', id: 'staff' },
      },
    ],
    ...more,
  });
}

/** A file that is renamed into place, as a careful program does it. */
function put(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const clientsFile = (name: string, ...clients: object[]) =>
  files.file(name, JSON.stringify({ clients }));
const decisions = async ({ url }: ServeProcess, token?: string) => {
  const options = token === undefined ? {} : { token };
  const answers = await Promise.all(['ann', 'bob'].map((user) => evaluate(url, user, options)));
  return answers.map(({ body }) => body.decision);
};

describe('a policy file', () => {
  test('is served, and whoever replaces it is obeyed without a restart', async () => {
    const path = files.file('policy.json', policy(4));
    const server = await started([path]);
    expect(server).toMatchObject({ revision: 4, metricsUrl: undefined });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    expect(await decisions(server)).toEqual([true, false]);
    put(path, policy(5));
    await server.untilLogged('policy loaded', 2);
    expect(await decisions(server)).toEqual([false, true]);
    put(path, policy(4));
    const refused = await server.untilLogged(
      'a policy was refused, the one before goes on deciding',
    );
    expect(refused).toMatchObject({ level: 'error', code: 'older', revision: 5 });
    expect(await decisions(server)).toEqual([false, true]);
    const ready = await fetch(`${server.url}/health/ready`);
    expect(await ready.json()).toMatchObject({ ready: true, faults: ['policy_older'] });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    for (const line of [
      'doorwright_policy_reloads_total{result="ok"} 1',
      'doorwright_policy_reloads_total{result="older"} 1',
      'doorwright_policy_revision 5',
      'doorwright_fault{fault="policy_older"} 1',
      'doorwright_decisions_total{result="permit",reason="granted",action="unlock",via="authzen"} 3',
      'doorwright_http_requests_total{route="/access/v1/evaluation",method="POST",status="200"} 6',
    ]) {
      expect(metrics).toContain(`${line}\n`);
    }
  });

  test('looks again at SIGHUP, and says so', async () => {
    const path = files.file('hup.json', policy(4));
    const server = await started([path, '--allow-older']);
    put(path, policy(3));
    server.child.kill('SIGHUP');
    const again = await server.untilLogged('looked at everything again');
    expect(again).toMatchObject({ policy: true, clients: true, revision: 3 });
    expect(await decisions(server)).toEqual([false, true]);
  });

  test('publishes its own address, and takes no other from who asks', async () => {
    const server = await started([files.file('meta.json', policy(4))]);
    const at = `${server.url}/.well-known/authzen-configuration`;
    const metadata = (await (await fetch(at)).json()) as { policy_decision_point: string };
    expect(metadata.policy_decision_point).toBe(server.url);
  });
});

test('with --otel an SDK that was loaded before is told of every decision, and of no person', async () => {
  const { resolve } = createRequire(import.meta.url);
  const [sdk, api] = [resolve('@opentelemetry/sdk-trace-base'), resolve('@opentelemetry/api')];
  const loader = files.file(
    'otel.mjs',
    `import api from '${api}';
     import sdk from '${sdk}';
     const exporter = { export: (spans, done) => { for (const { name, attributes } of spans) console.error(JSON.stringify({ msg: 'span', name, attributes })); done({ code: 0 }); }, shutdown: async () => {} };
     api.trace.setGlobalTracerProvider(new sdk.BasicTracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor(exporter)] }));`,
  );
  const path = files.file('otel.json', policy(4));
  const server = await started([path, '--otel'], { node: ['--import', loader] });
  expect(await decisions(server)).toEqual([true, false]);
  const span = await server.untilLogged('span', 2);
  expect(span).toMatchObject({ name: 'access.decide' });
  expect(JSON.stringify(server.logged())).not.toMatch(/\bann\b|\bbob\b/u);
});

describe('the end', () => {
  test('SIGTERM: ready says 503 while it goes on answering, then it ends with 0', async () => {
    const server = await started([
      files.file('end.json', policy(4)),
      ...['--drain', '1', '--metrics-port', '0'],
    ]);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${server.metricsUrl}/metrics`)).status).toBe(200);
    expect((await fetch(`${server.metricsUrl}/access/v1/evaluation`)).status).toBe(404);
    server.child.kill('SIGTERM');
    await server.untilLogged('ending');
    for (const url of [server.url, server.metricsUrl]) {
      expect((await fetch(`${url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
    }
    expect(await decisions(server)).toEqual([true, false]);
    expect(await server.end).toMatchObject({ code: 0 });
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('SIGINT ends it at once in order, though connections are open', async () => {
    const server = await started([files.file('int.json', policy(4))]);
    const idle = await rawClient(Number(new URL(server.url).port));
    idle.say(post('/access/v1/evaluation', '{}'));
    await idle.until(/401/u);
    server.child.kill('SIGINT');
    expect(await server.end).toMatchObject({ code: 0 });
    await idle.ended();
  });

  test('a second signal ends it at once', async () => {
    const server = await started([files.file('two.json', policy(4)), '--drain', '600']);
    server.child.kill('SIGTERM');
    await server.untilLogged('ending');
    server.child.kill('SIGTERM');
    expect(await server.end).toMatchObject({ code: 130 });
  });

  test('killed and started again it decides as before', async () => {
    const path = files.file('kill.json', policy(4));
    const server = await started([path]);
    server.child.kill('SIGKILL');
    await server.end;
    expect(await decisions(await started([path]))).toEqual([true, false]);
  });
});

describe('callers', () => {
  test('from this machine need no token, but a name that is this machine’s, and no proxy', async () => {
    const server = await started([files.file('name.json', policy(4))]);
    const client = await rawClient(Number(new URL(server.url).port));
    client.say(post('/access/v1/evaluation', '{}').replace('Host: pdp', 'Host: evil.example'));
    expect(await client.until(/\r\n\r\n/u)).toMatch(/^HTTP\/1\.1 401 /u);
    client.destroy();
    for (const [name, status] of [
      ['X-Forwarded-For', 401],
      ['X-Other', 400],
    ] as const) {
      const headers = { 'content-type': 'application/json', [name]: '203.0.113.7' };
      const at = `${server.url}/access/v1/evaluation`;
      expect((await fetch(at, { method: 'POST', headers, body: '{}' })).status).toBe(status);
    }
  });

  test('are known by tokens, and forgotten when these go from the file', async () => {
    const [one, two] = ['a-token-of-the-gate-0123456789', 'a-token-of-the-lift-0123456789'];
    const tokens = clientsFile(
      'clients.json',
      { id: 'gate', sha256: hashOf(one), asserts: 'facts', explain: true },
      { id: 'lift', sha256: hashOf(two), asserts: ['reader', 'time'] },
    );
    const server = await started([files.file('tok.json', policy(4)), '--tokens', tokens]);
    expect((await evaluate(server.url, 'ann')).status).toBe(401);
    expect((await evaluate(server.url, 'ann', { token: 'wrong' })).status).toBe(401);
    expect(await decisions(server, one)).toEqual([true, false]);
    expect(await decisions(server, two)).toEqual([true, false]);
    put(tokens, JSON.stringify({ clients: [{ id: 'lift', sha256: hashOf(two) }] }));
    await server.untilLogged('clients reloaded');
    expect((await evaluate(server.url, 'ann', { token: one })).status).toBe(401);
    expect(await decisions(server, two)).toEqual([true, false]);
    put(tokens, '{"clients":[{"id":"lift","token":"secret-in-the-wrong-place"}]}');
    const told = await server.untilLogged('the file of clients cannot be used, those before stay');
    expect(JSON.stringify(told)).not.toContain('secret-in-the-wrong-place');
    expect(await decisions(server, two)).toEqual([true, false]);
    const { faults } = (await (await fetch(`${server.url}/health/ready`)).json()) as {
      faults: string[];
    };
    expect(faults).toEqual(['clients']);
    expect(JSON.stringify(server.logged())).not.toContain(two);
  });

  test('are known by JWTs of a provider, if the file names their subject', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
    const provider = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => provider.once('listening', resolve));
    const jwks = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
    const server = await started([
      files.file('jwt.json', policy(4)),
      ...['--tokens', clientsFile('jwt-clients.json', { id: 'gate', subject: 'gate@acme' })],
      ...['--jwks', jwks, '--issuer', 'https://id.example', '--audience', 'pdp'],
    ]);
    const jwt = (sub: string, audience: string) =>
      new SignJWT({ sub })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuer('https://id.example')
        .setAudience(audience)
        .setExpirationTime('5m')
        .sign(privateKey);
    expect(await decisions(server, await jwt('gate@acme', 'pdp'))).toEqual([true, false]);
    for (const token of [await jwt('gate@acme', 'other'), await jwt('stranger', 'pdp')]) {
      expect((await evaluate(server.url, 'ann', { token })).status).toBe(401);
    }
    provider.close();
  });
});

test('an address that is taken, and what was not meant so, end it with 2', async () => {
  const path = files.file('taken.json', policy(4));
  const server = await started([path]);
  const ended = await run(['serve', path, '--port', new URL(server.url).port]);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(/cannot listen: .*EADDRINUSE/u);
  const open = await run(['serve', path, '--host', '0.0.0.0']);
  expect(open).toMatchObject({ code: 2, stdout: '' });
  expect(open.stderr).toMatch(/can be reached from outside/u);
});

test('a log in words, and a listening line for people', async () => {
  const path = files.file('words.json', policy(4));
  const { start, ended } = await import('./program.js');
  const child = start(['serve', path, '--port', '0', '--log', 'text']);
  const end = ended(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGTERM');
  const { stdout, stderr, code } = await end;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+, `acme` at revision 4\n$/u);
  expect(stderr).toMatch(/ info {2}ending signal=SIGTERM drainSeconds=0\n/u);
  await pause(0);
});
