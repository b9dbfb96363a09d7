/** examples/nestjs: starts as its README says, answers what its README shows, and its controller in TypeScript does the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as nest from '@nestjs/common';
import ts from 'typescript';
import { afterEach, expect, test } from 'vitest';
import * as access from '../../src/adapters/for-nestjs.js';
import { ask } from '../frameworks/client.js';
import { contractPdp, NOON } from '../frameworks/service.js';
import { listening } from './application.js';

const ROOT = new URL('../../', import.meta.url);
const README = read('examples/nestjs/README.md');
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill();
    await ended;
  }
});

test('the program answers what its README shows', async () => {
  const origin = await started();
  const shown = shownIn(README);
  expect(shown.length).toBe(6);
  for (const { path, init, answer } of shown) {
    const response = await fetch(`${origin}${path}`, init);
    const text = await response.text();
    expect([init, `${response.status} ${text}`]).toEqual([init, answer ?? `200 ${text}`]);
  }
});

test('the controller in TypeScript, as README and docs show it, is guarded as the program', async () => {
  const [, code = ''] = /^```ts\n(.*?)^```$/msu.exec(README) ?? [];
  expect(read('docs/nestjs.md')).toContain(`\`\`\`typescript\n${code}\`\`\``);
  const { outputText } = ts.transpileModule(`${code}return DoorsController;`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, experimentalDecorators: true },
  });
  const names = { ...nest, ...access };
  const DoorsController = new Function(...Object.keys(names), outputText)(...Object.values(names));
  const module = access.AccessModule.forRoot({
    pdp: contractPdp(),
    now: () => NOON,
    subject: ({ headers }) => String(headers['x-user'] ?? ''),
  });
  const { server, close } = await listening({ imports: [module], controllers: [DoorsController] });
  const told = await ask(server, 'POST', '/doors/front/unlock', { 'x-user': 'ada' });
  expect([told.status, told.text]).toEqual([200, '{"opened":"front","by":"ada"}']);
  expect((await ask(server, 'POST', '/doors/front/unlock', { 'x-user': 'bob' })).status).toBe(403);
  await close();
});

test('docs/nestjs.md shows parts of the example as they are', () => {
  const fences = [...read('docs/nestjs.md').matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```$/gmsu)];
  expect(fences.length).toBe(2);
  for (const [, file = '', code = ''] of fences) expect(read(file)).toContain(code);
});

/** Starts the example on a free port. @returns its origin, once it says that it listens. */
async function started(): Promise<string> {
  const hook = new URL('test/frameworks/by-name.mjs', ROOT).href;
  const child = spawn(process.execPath, ['--import', hook, 'examples/nestjs/server.mjs'], {
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

/** The `curl` commands of a README, and the `# status body` beneath each. */
function shownIn(readme: string) {
  const text = readme.replaceAll(/\\\n\s*/gu, '');
  const commands = text.matchAll(/^curl (?:-X (\w+) )?localhost:3000(\S+)(.*)\n(?:# (.+))?/gmu);
  return [...commands].map(([, method, path = '', rest = '', answer]) => {
    const headers = [...rest.matchAll(/-H '([^:']+): ([^']+)'/gu)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    );
    const body = /-d '([^']+)'/u.exec(rest)?.[1];
    const asked = method ?? (body === undefined ? 'GET' : 'POST');
    const init: RequestInit = { method: asked, headers, ...(body !== undefined && { body }) };
    return { path, init, answer };
  });
}

function read(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}
