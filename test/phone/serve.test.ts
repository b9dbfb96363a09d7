/** The desk over HTTP: for this machine alone, not too much, not too often, and with the page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderMemory } from '../../examples/phone/desk/folder.mjs';
import { serveDesk, TRIES } from '../../examples/phone/desk/serve.mjs';
import { encodePacket, packetReader } from '../../src/adapters/bridge-packets.js';
import { Lindenhof, POLICY } from './lindenhof.js';
import { NodePhone } from './node-phone.js';

const ROOT = new URL('../../', import.meta.url);
let folder: string;
const ends: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phone-desk-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<html><head><title>p</title></head></html>');
  writeFileSync(join(folder, 'page/assets/a.js'), 'export {};');
  writeFileSync(join(folder, 'page/secret.txt'), 'not a page');
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request as it is written, with headers that `fetch` would not send. */
function ask(
  address: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers }, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        const { statusCode: status = 0, headers: told } = response;
        response.on('end', () => resolve({ status, headers: told, text }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

describe('served in this process', () => {
  let address: string;
  let site: Lindenhof;
  let nowMs = 0;

  beforeEach(async () => {
    site = await new Lindenhof(['l4-f07']).start();
    const { desk } = site.building;
    const server = await serveDesk({ desk, page: join(folder, 'page'), nowMs: () => nowMs });
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

describe('the program', () => {
  /** Starts the server; answers its output by line. */
  function start(...options: string[]) {
    const hook = new URL('test/frameworks/by-name.mjs', ROOT).href;
    const file = new URL('examples/phone/server.mjs', ROOT).pathname;
    const common = [
      '--folder',
      join(folder, 'state'),
      '--page',
      join(folder, 'page'),
      '--port',
      '0',
    ];
    const child = spawn(process.execPath, ['--import', hook, file, ...common, ...options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    ends.push(() => stop(child));
    let told = '';
    const seen: (() => void)[] = [];
    const hear = (piece: Buffer) => {
      told += piece;
      for (const look of seen) look();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    return {
      child,
      /** The first match in all that it ever says. */
      saying: (pattern: RegExp) =>
        new Promise<string>((resolve, reject) => {
          const look = () => {
            const found = pattern.exec(told);
            if (found !== null) resolve(found[1] ?? found[0]);
          };
          seen.push(look);
          child.once('exit', () => reject(new Error(told)));
          look();
        }),
    };
  }

  async function stop(child: ChildProcess): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    return child.exitCode;
  }

  test('enrols who was asked for, stops at a signal, and goes on where it was', async () => {
    const site = new Lindenhof();
    const first = start('--enrol', 'johanna');
    const address = await first.saying(/page: (\S+)/u);
    const code = await first.saying(/Code for johanna: (\S+)/u);
    const ground = {
      ...{
        crypto: site.crypto,
        random: site.random,
        fetch,
        now: () => Math.floor(Date.now() / 1000),
      },
      transport: { listen: () => () => {}, connect: () => ({ send() {}, disconnect() {} }) },
    };
    const phone = new NodePhone({ ...ground, address: `${address}api/` });
    await phone.enrol(code);
    await phone.meet();
    expect((await ask(address, '/api/demo')).status).toBe(404);
    expect(await stop(first.child)).toBe(0);

    for (const name of readdirSync(join(folder, 'state'))) {
      expect(statSync(join(folder, 'state', name)).mode & 0o077).toBe(0);
    }
    const second = start();
    const again = phone.movedTo({
      ...ground,
      address: `${await second.saying(/page: (\S+)/u)}api/`,
    });
    await again.meet();
    expect(again.keys).toEqual(phone.keys.map((key) => ({ ...key, carriedUntil: null })));
  });

  test('lets nobody else use its folder, and says what is wrong with an option', async () => {
    const state = join(folder, 'state');
    mkdirSync(state);
    const memory = folderMemory(state);
    ends.push(() => memory.close());
    const broken = join(folder, 'policy.json');
    writeFileSync(broken, '{');
    const own = (name: string) => ['--folder', join(folder, name)];
    const refused = (why: RegExp, ...options: string[]) =>
      expect(start(...options).saying(/never/u)).rejects.toThrow(why);
    await Promise.all([
      refused(/already uses/u),
      refused(/nobody in the policy is `nobody`/u, ...own('a'), '--enrol', 'nobody'),
      refused(/no port `x`/u, ...own('b'), '--port', 'x'),
      refused(/is no JSON/u, ...own('c'), '--policy', broken),
      refused(/no page was built/u, ...own('d'), '--page', folder),
    ]);
  });

  test('with locks: each offline door has one that is commissioned, and adverts at the socket when touched', async () => {
    const doors = ['l4-f07', 'l4-cellar'];
    const policy = JSON.parse(JSON.stringify(POLICY)) as { doors: { id: string; lock?: string }[] };
    for (const door of policy.doors) if (!doors.includes(door.id)) delete door.lock;
    const file = join(folder, 'policy.json');
    writeFileSync(file, JSON.stringify(policy));
    const server = start('--policy', file, '--locks', '--demo');
    const socket = await server.saying(/locks at (\S+)/u);
    const address = await server.saying(/page: (\S+)/u);
    const { rows } = JSON.parse((await ask(address, '/api/demo/sync')).text);
    expect(new Set(rows.map((row: { door: string }) => row.door))).toEqual(new Set(doors));
    const radio = connect(socket);
    ends.push(() => radio.destroy());
    const locks = readdirSync(join(folder, 'state/locks')).filter((name) =>
      /^[0-9a-f]{16}$/u.test(name),
    );
    expect(locks).toHaveLength(2);
    radio.write(encodePacket({ kind: 'signal', lockId: locks[0] ?? '', signal: 'touched' }));
    const read = packetReader();
    const [piece] = (await once(radio, 'data')) as [Buffer];
    const [advert] = read(new Uint8Array(piece)) ?? [];
    expect(advert).toMatchObject({ kind: 'advert' });
  });
});
