/** The portal as `doorwright serve --portal` serves it: the policy that decides, to this machine alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXECUTABLE } from './portal-page.js';

const PROGRAM = join(import.meta.dirname, '../../dist/cli.js');
const POLICY = {
  version: 1,
  revision: 7,
  organization: { id: 'shed', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'yard' }],
  doors: [{ id: 'shed', place: 'yard', name: 'The shed' }],
  users: [{ id: 'kim', name: 'Kim' }],
};

const folder = mkdtempSync(join(tmpdir(), 'doorwright-portal-'));
let server: ReturnType<typeof spawn>;
let url = '';
beforeAll(async () => {
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(POLICY));
  server = spawn(process.execPath, [PROGRAM, 'serve', file, '--portal', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(server.stdout ?? process.stdin);
  const [line] = await Promise.race([once(lines, 'line'), once(server, 'exit')]);
  url = (JSON.parse(String(line)) as { portal: string }).portal;
});
afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('shows the policy that decides, and asks nobody else for anything', async () => {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ locale: 'en-GB' });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) complaints.push(request.url());
    });
    await page.goto(url);
    await page.waitForSelector('h1');
    const site = page.locator('header select');
    expect(await site.locator('option:checked').textContent()).toBe('The policy that decides here');
    expect(await page.locator('form select').first().textContent()).toBe('Kim (kim)');
    expect(await page.textContent('.answer li')).toContain('no access right opens door “shed”');
    expect(complaints).toEqual([]);
    await page.click('header a[href$="/phone/"]');
    await page.waitForSelector('h1');
    expect(new URL(page.url()).pathname).toBe('/phone/');
    expect(await page.title()).toBe('Door keys');
  } finally {
    await browser.close();
  }
});

/** A request under any name. */
function ask(
  path: string,
  host: string,
  method = 'GET',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(new URL(path, url), { headers: { host }, method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

test('a page elsewhere whose name was made to point here reads nothing', async () => {
  const { host } = new URL(url);
  const port = host.split(':')[1] ?? '';
  const shown = await ask('policy.json', host);
  expect([shown.status, JSON.parse(shown.text).revision]).toEqual([200, 7]);
  for (const name of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
    expect((await ask('policy.json', name)).status).toBe(200);
  }
  for (const name of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example']) {
    expect(await ask('policy.json', name)).toMatchObject({ status: 421 });
    expect((await ask('.', name)).status).toBe(421);
  }
});

test('nothing outside the folder of the page is served', async () => {
  const { host } = new URL(url);
  for (const path of [
    '/portal/../package.json',
    '/portal/%2e%2e/cli.js',
    '/portal/none.js',
    '/portals/',
  ])
    expect((await ask(path, host)).status).toBe(404);
  expect((await ask('/portal', host)).status).toBe(307);
  expect((await ask('policy.json', host, 'POST')).status).toBe(404);
});

test.each([
  ['--tokens', 'clients.json'],
  ['--host', '0.0.0.0'],
])('is refused where others than this machine may ask: %s', async (...more) => {
  const child = spawn(process.execPath, [PROGRAM, 'serve', 'policy.json', '--portal', ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (part) => {
    said += String(part);
  });
  expect((await once(child, 'exit'))[0]).toBe(2);
  expect(said).toContain(
    '`--portal` shows the policy, and of a store who was where, to whoever can connect',
  );
});

test('what `npm start` runs tells the story, then shows a site and a phone until Ctrl-C', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'demo', '--portal', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const said: Record<string, unknown>[] = [];
    for await (const line of createInterface(child.stdout ?? process.stdin)) {
      said.push(JSON.parse(line) as Record<string, unknown>);
      if ('portal' in (said.at(-1) ?? {})) break;
    }
    expect(said.slice(0, -1).every(({ asExpected }) => asExpected === true)).toBe(true);
    const { portal, organization } = said.at(-1) as { portal: string; organization: string };
    expect(organization).toBe('lindenhof');
    for (const path of [portal, new URL('/phone/', portal).href]) {
      expect((await fetch(path)).status).toBe(200);
    }
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
});
