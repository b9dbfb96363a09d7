/** The examples of the frameworks: each starts as its README says, and answers what its README shows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill();
    await ended;
  }
});

describe.each(['fastify', 'express', 'hono'])('examples/%s', (name) => {
  test('answers what its README shows', async () => {
    const origin = await started(name);
    const shown = shownIn(readFileSync(new URL(`examples/${name}/README.md`, ROOT), 'utf8'));
    expect(shown.length).toBe(6);
    for (const { path, init, answer } of shown) {
      const response = await fetch(`${origin}${path}`, init);
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      expect([init, `${response.status} ${text}`]).toEqual([init, answer ?? `200 ${text}`]);
    }
  });

  test('explains a refusal to the controller of a door, and to nobody else', async () => {
    const origin = await started(name);
    const body = JSON.stringify({
      subject: { type: 'user', id: 'ben' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: 'server-room' },
      options: { reasons: true },
    });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer token-of-gate' };
    const post = (sent: Record<string, string>) =>
      fetch(`${origin}/access/v1/evaluation`, { method: 'POST', headers: sent, body });
    expect(JSON.stringify(await (await post(headers)).json())).toContain('second_factor');
    expect((await post({ ...headers, authorization: 'Bearer token-of-ada' })).status).toBe(401);
  });
});

test('docs/frameworks.md shows parts of the examples as they are', () => {
  const text = readFileSync(new URL('docs/frameworks.md', ROOT), 'utf8');
  const fences = [...text.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```$/gmsu)];
  expect(fences.length).toBe(3);
  for (const [, file = '', code = ''] of fences) {
    expect(readFileSync(new URL(file, ROOT), 'utf8')).toContain(code);
  }
});

/** Starts an example on a free port. @returns its origin, once it says that it listens. */
async function started(name: string): Promise<string> {
  const hook = new URL('test/frameworks/by-name.mjs', ROOT).href;
  const child = spawn(process.execPath, ['--import', hook, `examples/${name}/server.mjs`], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += String(text);
  });
  for await (const line of createInterface(child.stdout)) {
    const origin = /^listening on (http:\S+)$/u.exec(line)?.[1];
    if (origin !== undefined) return origin;
  }
  throw new Error(`it ended: ${complaint}`);
}

interface Shown {
  readonly path: string;
  readonly init: RequestInit;
  readonly answer: string | undefined;
}

/** The `curl` commands of a README, and the `# status body` beneath each. */
function shownIn(readme: string): Shown[] {
  const text = readme.replaceAll(/\\\n\s*/gu, '');
  return [...text.matchAll(/^curl (?:-X (\w+) )?localhost:3000(\S+)(.*)\n(?:# (.+))?/gmu)].map(
    ([, method, path = '', rest = '', answer]) => {
      const headers = [...rest.matchAll(/-H '([^:']+): ([^']+)'/gu)].map(
        ([, name = '', value = '']): [string, string] => [name, value],
      );
      const body = /-d '([^']+)'/u.exec(rest)?.[1];
      const init = {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers,
        ...(body === undefined ? {} : { body }),
      };
      return { path, init, answer };
    },
  );
}
