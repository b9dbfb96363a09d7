import { expect, test } from 'vitest';
import { run } from './tarball.js';

test('the types that the build prints are those that the schemas infer', () => {
  const flags = '--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck --target ES2022';
  const resolution = '--module NodeNext --moduleResolution NodeNext --types node';
  const args = [...flags.split(' '), ...resolution.split(' '), 'test/smoke/equal-types.ts'];
  expect(run('node', ['node_modules/typescript/bin/tsc', ...args], '.')).toBe('');
});
