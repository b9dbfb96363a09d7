/** The AuthZEN endpoints where there is no Node: no module of it is loaded, and a question is answered by web standards alone. */
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { type BuildOptions, build } from 'esbuild';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OPTIONS = {
  bundle: true,
  write: false,
  platform: 'neutral',
  mainFields: ['module', 'main'],
  logLevel: 'silent',
  absWorkingDir: ROOT,
} as const satisfies BuildOptions;

/** What Bun, Deno, workers and browsers have beside the language. */
const WEB = {
  AbortController,
  atob,
  crypto,
  Headers,
  performance,
  ReadableStream,
  Request,
  Response,
  setTimeout,
  clearTimeout,
  TextDecoder,
  TextEncoder,
  URL,
};

test.each([
  ['src/adapters/for-authzen.ts', []],
  ['src/adapters/for-jwt.ts', ['jose']],
])('%s loads no module of Node', async (entry, expected) => {
  const external = ['node:*', 'luxon', 'jose'];
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [entry],
    external,
    metafile: true,
    format: 'esm',
  });
  const imports = Object.values(metafile.inputs).flatMap(({ imports: each }) => each);
  const outside = imports
    .filter(({ external: isOutside }) => isOutside === true)
    .map(({ path }) => path);
  expect([...new Set(outside)]).toEqual(expected);
});

test('a question is answered where there are web standards and nothing else', async () => {
  const contents = `
    import { compilePolicy } from './src/index.js';
    import { enginePdp } from './src/adapters/pdp/engine-pdp.js';
    import { authzenPoint, bearerTokens, secretMac } from './src/adapters/for-authzen.js';
    const scope = { type: 'group', id: 'g' };
    const engine = compilePolicy({ version: 1, organization: { id: 'o', timeZone: 'Europe/Berlin' }, places: [{ id: 'p' }],
      doors: [{ id: 'd', place: 'p' }], groups: [{ id: 'g', doors: ['d'] }], users: [{ id: 'u' }],
      assignments: [{ id: 'a', subject: { type: 'user', id: 'u' }, role: 'door_access', scope }] });
    const task = async () => ({ id: 't', status: 'pending' });
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    const point = authzenPoint({ pdp: enginePdp({ engine }), baseUrl: 'https://x.example',
      authenticate: bearerTokens([{ sha256, client: { id: 'c', accessRequests: true } }]),
      profiles: { accessRequests: { mac: secretMac(new Uint8Array(32)), submit: task, status: task } } });
    const ask = async (user) => {
      const body = JSON.stringify({ subject: { type: 'user', id: user }, action: { name: 'unlock' }, resource: { type: 'door', id: 'd' } });
      const headers = { authorization: 'Bearer abc', 'content-type': 'application/json' };
      const response = await point.handle(new Request('https://x.example/access/v1/evaluation', { method: 'POST', body, headers }));
      return response.text();
    };
    globalThis.answers = Promise.all([ask('u'), ask('nobody'), ask('u')]);
  `;
  const { outputFiles } = await build({
    ...OPTIONS,
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    format: 'iife',
  });
  const context = createContext({ ...WEB }) as { answers?: Promise<string[]> };
  runInContext(outputFiles[0]?.text ?? '', context);
  const [permit, denial] = (await context.answers) ?? [];
  expect([permit, denial]).toEqual(['{"decision":true}', '{"decision":false}']);
});
