/** What Hono's adapter is made of runs wherever Hono does. */
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { metafileOf } from '../helpers/metafile.js';

test('doorwright/hono imports nothing of Node', async () => {
  const metafile = await metafileOf('src/adapters/for-hono.ts');
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  expect(outside).toContain('hono');
  expect(outside.filter((path) => isBuiltin(path))).toEqual([]);
  const inside = Object.keys(metafile.inputs);
  expect(inside.filter((path) => path.includes('node-'))).toEqual([]);
});
