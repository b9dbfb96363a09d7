/** docs/telemetry.md: its program runs as written and shows what it says. */
import { readFileSync } from 'node:fs';
import * as api from '@opentelemetry/api';
import * as sdk from '@opentelemetry/sdk-trace-base';
import * as hono from 'hono';
import ts from 'typescript';
import { afterEach, expect, test } from 'vitest';
import * as forHono from '../../src/adapters/for-hono.js';
import * as forOtel from '../../src/adapters/for-otel.js';
import * as doorwright from '../../src/index.js';

const MODULES: Readonly<Record<string, object>> = {
  '@opentelemetry/api': api,
  '@opentelemetry/sdk-trace-base': sdk,
  doorwright,
  'doorwright/hono': forHono,
  'doorwright/otel': forOtel,
  hono,
};

afterEach(() => {
  api.trace.disable();
});

test('the program of the page shows what it says', async () => {
  const page = readFileSync(new URL('../../docs/telemetry.md', import.meta.url), 'utf8');
  const [, code = ''] = /^```js\n(.*?)^```$/msu.exec(page) ?? [];
  const [, program = '', last = '', claimed = ''] =
    /^(.*\n)(exporter\..*?;)\n\/\/ => (.*)\n$/su.exec(code) ?? [];
  const module = ts.ModuleKind.CommonJS;
  const { outputText } = ts.transpileModule(`${program}exports.shown = ${last}`, {
    compilerOptions: { module, target: ts.ScriptTarget.ES2022 },
  });
  const exports: { shown?: unknown } = {};
  const require = (name: string) => {
    const known = MODULES[name];
    if (known === undefined) throw new Error(`the page imports \`${name}\``);
    return known;
  };
  const AsyncFunction = (async () => {}).constructor as typeof Function;
  await AsyncFunction('require', 'exports', outputText)(require, exports);
  expect(exports.shown).toEqual(JSON.parse(claimed));
});
