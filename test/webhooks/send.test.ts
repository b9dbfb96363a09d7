import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Judge } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { isAllowedAddress, parseWebhookUrl } from '../../src/adapters/webhooks/address.js';
import { webhookSender } from '../../src/adapters/webhooks/send.js';
import {
  isWebhookSecret,
  kisiHeader,
  newWebhookSecret,
  signatureHeaders,
} from '../../src/adapters/webhooks/signature.js';
import { outcomeOf } from '../../src/adapters/webhooks/webhook.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A receiver on this machine; answers its port and everything it was sent. */
async function receiver(answer: Parameters<typeof createServer>[1] & object) {
  let hits = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    hits++;
    answer(request, response);
  });
  server.on('connection', () => connections++);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    hits: () => hits,
    connections: () => connections,
  };
}

const message = (url: string, more: object = {}) => ({
  url,
  headers: { 'content-type': 'text/plain' },
  body: 'Grüße',
  timeoutMs: 5000,
  ...more,
});

describe('a signature', () => {
  const now = Date.now();
  const body = JSON.stringify({ a: 'ü' });
  const sign = (secrets: string[]) => signatureHeaders({ id: 'msg-1', time: now, body }, secrets);

  test('passes the library of Standard Webhooks, with any of two secrets', () => {
    const [one, two, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
    const headers = sign([one, two]);
    expect(new Judge(one).verify(body, headers)).toEqual({ a: 'ü' });
    expect(new Judge(two).verify(body, headers)).toEqual({ a: 'ü' });
    expect(() => new Judge(other).verify(body, headers)).toThrow('No matching signature');
    expect(() => new Judge(one).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Judge(one).verify(body, { ...headers, 'webhook-id': 'msg-2' })).toThrow();
    const old = signatureHeaders({ id: 'msg-1', time: now - 600_000, body }, [one]);
    expect(() => new Judge(one).verify(body, old)).toThrow('too old');
  });

  test('for receivers of Kisi is the HMAC of the body', () => {
    const expected = createHmac('sha256', 'whsec_x').update(body).digest('hex');
    expect(kisiHeader(body, 'whsec_x')).toEqual({ 'x-signature': expected });
  });

  test('secrets are 32 random bytes and never the same', () => {
    expect(newWebhookSecret()).not.toBe(newWebhookSecret());
    expect(isWebhookSecret(newWebhookSecret())).toBe(true);
    for (const text of ['', 'whsec_', 'whsec_AAAA', newWebhookSecret().slice(6)])
      expect(isWebhookSecret(text)).toBe(false);
  });
});

describe('an address', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('%s is public', (address) => expect(isAllowedAddress(address)).toBe(true));

  test.each([
    '0.0.0.0',
    '127.0.0.1',
    '127.255.255.254',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::a00:1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '100::1',
    'localhost',
    '',
    '1.2.3',
    '0x7f.1',
  ])('%s is not', (address) => expect(isAllowedAddress(address)).toBe(false));

  test('of this machine or a private network only where that is allowed', () => {
    expect(isAllowedAddress('127.0.0.1', { allowLoopback: true })).toBe(true);
    expect(isAllowedAddress('::1', { allowLoopback: true })).toBe(true);
    expect(isAllowedAddress('10.0.0.1', { allowLoopback: true })).toBe(false);
    expect(isAllowedAddress('10.0.0.1', { allowPrivate: true })).toBe(true);
    expect(isAllowedAddress('fd00::1', { allowPrivate: true })).toBe(true);
    expect(isAllowedAddress('127.0.0.1', { allowPrivate: true })).toBe(false);
    const all = { allowLoopback: true, allowPrivate: true };
    for (const address of ['169.254.169.254', '0.0.0.0', 'fe80::1', '::ffff:10.0.0.1'])
      expect(isAllowedAddress(address, all)).toBe(false);
  });
});

describe('the URL of a webhook', () => {
  test.each(['https://example.com/hook?a=1', 'https://8.8.8.8/', 'https://example.com:8443/'])(
    '%s is taken',
    (url) => expect(parseWebhookUrl(url).ok).toBe(true),
  );

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'example.com',
    'https://user:pass@example.com/',
    'https://example.com/#part',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/',
    'http://localhost:8080/',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('%s is refused', (url) => {
    expect(parseWebhookUrl(url)).toMatchObject({ ok: false, code: 'url' });
  });

  test('http goes to this machine alone, where that is allowed', () => {
    const rules = { allowLoopback: true };
    expect(parseWebhookUrl('http://localhost:8080/', rules).ok).toBe(true);
    expect(parseWebhookUrl('http://127.0.0.1:8080/', rules).ok).toBe(true);
    expect(parseWebhookUrl('http://example.com/', rules).ok).toBe(false);
    expect(parseWebhookUrl('http://10.0.0.1/', { ...rules, allowPrivate: true }).ok).toBe(false);
  });
});

describe('sending', () => {
  const send = webhookSender({ allowLoopback: true });

  test('posts the body and the headers, and answers the status', async () => {
    const seen: { method?: string | undefined; headers?: object; body?: string } = {};
    const { port } = await receiver((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        Object.assign(seen, { method: request.method, headers: request.headers, body });
        response.writeHead(202).end('thanks');
      });
    });
    const url = `http://127.0.0.1:${port}/hook?x=1`;
    expect(await send(message(url))).toEqual({ ok: true, value: { status: 202 } });
    expect(seen).toMatchObject({
      method: 'POST',
      body: 'Grüße',
      headers: { 'content-type': 'text/plain', 'content-length': '7' },
    });
  });

  test('does not follow a redirect', async () => {
    const target = await receiver((_, response) => response.end());
    const { port } = await receiver((_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    const reply = await send(message(`http://127.0.0.1:${port}/`));
    expect(reply).toMatchObject({ ok: true, value: { status: 307 } });
    expect(target.hits()).toBe(0);
  });

  test('reads no answer that never ends', async () => {
    let written = 0;
    const { port } = await receiver((request, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        written += chunk.length;
        if (!response.destroyed) response.once('drain', more);
      };
      request.resume().on('end', more);
    });
    expect(await send(message(`http://127.0.0.1:${port}/`))).toMatchObject({
      ok: true,
      value: { status: 200 },
    });
    // Buffers of the two kernels and what was under way, no more.
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test('ends when nobody answers, and when it is told to', async () => {
    const { port } = await receiver(() => undefined);
    const url = `http://127.0.0.1:${port}/`;
    expect(await send(message(url, { timeoutMs: 60 }))).toMatchObject({ code: 'timeout' });
    const ending = new AbortController();
    const sent = send(message(url, { signal: ending.signal }));
    ending.abort();
    expect(await sent).toMatchObject({ ok: false, code: 'aborted' });
  });

  test('says when nobody is there, or nobody who speaks TLS', async () => {
    const { port } = await receiver((_, response) => response.end());
    expect(await send(message(`https://127.0.0.1:${port}/`))).toMatchObject({
      code: 'unreachable',
    });
    expect(await send(message('http://127.0.0.1:1/'))).toMatchObject({ code: 'unreachable' });
  });

  test('a name is looked up, and never leads where it may not', async () => {
    const { port, hits } = await receiver((_, response) => response.end());
    const resolving = (...addresses: string[]) =>
      webhookSender({ resolve: async () => addresses.map((address) => ({ address })) });
    const url = `https://hook.example:${port}/`;
    for (const bad of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1']) {
      expect(await resolving(bad)(message(url))).toMatchObject({ ok: false, code: 'forbidden' });
      const mixed = resolving('93.184.216.34', bad);
      expect(await mixed(message(url))).toMatchObject({ ok: false, code: 'forbidden' });
    }
    expect(await resolving()(message(url))).toMatchObject({ ok: false, code: 'unreachable' });
    const lost = webhookSender({ resolve: () => Promise.reject(new Error('no')) });
    expect(await lost(message(url))).toMatchObject({ ok: false, code: 'unreachable' });
    const hanging = webhookSender({ resolve: () => new Promise(() => undefined) });
    expect(await hanging(message(url, { timeoutMs: 30 }))).toMatchObject({ code: 'timeout' });
    expect(hits()).toBe(0);
  });

  test('the connection goes to the address that was checked, not to a second look-up', async () => {
    const { port, connections } = await receiver((_, response) => response.end());
    const pinned = webhookSender({
      allowLoopback: true,
      resolve: async () => [{ address: '127.0.0.1' }],
    });
    // Nobody else knows this name, and who listens there speaks no TLS.
    const reply = await pinned(message(`https://hook.invalid:${port}/`));
    expect(reply).toMatchObject({ ok: false, code: 'unreachable' });
    expect(connections()).toBe(1);
  });

  test('checks the URL again, whoever wrote it', async () => {
    for (const url of ['http://example.com/', 'https://127.0.0.1/', 'nonsense'])
      expect(await webhookSender()(message(url))).toMatchObject({ ok: false, code: 'forbidden' });
  });
});

describe('an answer', () => {
  const now = Date.UTC(2026, 0, 1);

  test.each([
    [{ status: 200 }, { kind: 'delivered' }],
    [{ status: 204 }, { kind: 'delivered' }],
    [{ status: 410 }, { kind: 'gone' }],
    [{ status: 302 }, { kind: 'failed', detail: 'status 302' }],
    [{ status: 404 }, { kind: 'failed', detail: 'status 404' }],
    [
      { status: 429, retryAfter: '120' },
      { kind: 'failed', detail: 'status 429', retryAfterMs: 120_000 },
    ],
    [
      { status: 503, retryAfter: 'Thu, 01 Jan 2026 00:01:00 GMT' },
      { kind: 'failed', detail: 'status 503', retryAfterMs: 60_000 },
    ],
    [
      { status: 503, retryAfter: 'soon' },
      { kind: 'failed', detail: 'status 503' },
    ],
  ])('%j is %j', (reply, outcome) => expect(outcomeOf(reply, now)).toEqual(outcome));
});
