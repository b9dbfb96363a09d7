/** The desk over HTTP: for this machine alone, not too much, not too often, and with the page. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { serveDesk, TRIES } from '../../examples/phone/desk/serve.mjs';
import { Lindenhof } from './lindenhof.js';
import { NodePhone } from './node-phone.js';
import { ask } from './raw-request.js';
import { servedFolder } from './served-folder.js';

const served = servedFolder();
const { ends } = served;

describe('served in this process', () => {
  let address: string;
  let site: Lindenhof;
  let nowMs = 0;

  beforeEach(async () => {
    site = await new Lindenhof(['l4-f07']).start();
    const { desk } = site.building;
    const server = await serveDesk({ desk, page: join(served.path, 'page'), nowMs: () => nowMs });
    address = server.address;
    ends.push(
      () => site.building.stop(),
      () => server.close(),
    );
  });

  const json = { 'content-type': 'application/json' };

  function phone(): NodePhone {
    const { crypto, now, random } = site;
    const transport = site.building.phone();
    return new NodePhone({
      ...{ crypto, transport, now, random, fetch },
      address: `${address}api/`,
    });
  }

  test('a phone enrols, fetches and carries by it', async () => {
    const one = phone();
    await one.enrol(await site.building.desk.makeCode('johanna'));
    await one.meet();
    expect(one.outbox).toEqual([]);
    expect(one.keys.some(({ carriedUntil }) => carriedUntil !== null)).toBe(true);
  });

  test('the page is sent with the link to its desk and a policy that lets nothing else in', async () => {
    for (const path of ['/', '/index.html']) {
      const { status, headers, text } = await ask(address, path);
      expect(status).toBe(200);
      expect(text).toContain('<link rel="desk" href="./api/"></head>');
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toMatch(/unsafe|\*|data:|http/u);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await ask(address, '/assets/a.js')).headers['content-type']).toMatch(/javascript/u);
    expect((await ask(address, '/', { method: 'HEAD' })).text).toBe('');
  });

  test('what is no page is not there, whatever way is tried', async () => {
    const paths = [
      '/secret.txt',
      '/x',
      '/assets/../secret.txt',
      '/..%2f..%2fetc/passwd',
      '//etc/passwd',
    ];
    for (const path of paths) expect((await ask(address, path)).status).toBe(404);
    expect((await ask(address, '/', { method: 'POST' })).status).toBe(405);
  });

  test('a request under another name, or from a page elsewhere, is refused before the desk hears of it', async () => {
    const refused = async (headers: object, path = '/api/demo') => {
      const { status, text } = await ask(address, path, { headers });
      return `${status} ${JSON.parse(text).error?.code ?? ''}`;
    };
    const { host } = new URL(address);
    expect(await refused({ host })).toBe('200 ');
    expect(await refused({ host: `localhost:${new URL(address).port}` })).toBe('200 ');
    expect(await refused({ host: 'desk.example' })).toBe('403 host');
    expect(await refused({ host: `127.0.0.1.example:${new URL(address).port}` })).toBe('403 host');
    expect(await refused({ host, 'x-forwarded-for': '192.0.2.1' })).toBe('403 host');
    expect(await refused({ host, origin: 'https://elsewhere.example' })).toBe('403 origin');
    expect(await refused({ host, origin: 'null' })).toBe('403 origin');
    expect(await refused({ host, origin: `http://${host}` })).toBe('200 ');
    expect(await refused({ host, 'sec-fetch-site': 'cross-site' })).toBe('403 origin');
    const link = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(await refused(link)).toBe('403 origin');
    expect((await ask(address, '/', { headers: link })).status).toBe(200);
    expect((await ask(address, '/', { headers: { host: 'desk.example' } })).status).toBe(403);
  });

  test('a body that is too large is refused while it comes', async () => {
    const headers = { ...json, 'content-length': String(1 << 24) };
    const { port } = new URL(address);
    const socket = connect(Number(port), '127.0.0.1');
    ends.push(() => socket.destroy());
    const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`POST /api/bundle HTTP/1.1\r\n${head}\r\n${' '.repeat(5000)}`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 /u);
    expect(first.toString().toLowerCase()).toContain('connection: close');
  });

  test('codes can be tried a few times, and then slowly', async () => {
    const enrolled = () =>
      ask(address, '/api/enrol', { method: 'POST', headers: json, body: '{}' });
    for (let one = 0; one < TRIES; one += 1) expect((await enrolled()).status).toBe(401);
    const refused = await enrolled();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '6']);
    nowMs += 5999;
    expect((await enrolled()).status).toBe(429);
    nowMs += 2;
    expect((await enrolled()).status).toBe(401);
    expect((await enrolled()).status).toBe(429);
    // Whoever is enrolled does not wait.
    expect((await ask(address, '/api/demo')).status).toBe(200);
  });
});
