import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bare, loadBare } from '../../quickjs/runtime.js';
import { bareWork } from './bare-entry.js';

let bare: Bare;
beforeAll(async () => {
  bare = await loadBare('test/protocol/crypto/bare-entry.ts');
});
afterAll(() => bare?.dispose());

test.each(['TextEncoder', 'TextDecoder', 'crypto', 'Intl', 'Buffer', 'process'])(
  'the bare engine has no %s',
  (name) => {
    expect(bare.evaluate(`typeof ${name}`)).toBe('undefined');
  },
);

test('noble, Noise and CBOR answer in a bare engine as they do under Node', () => {
  const seed = Array.from({ length: 32 }, (_, index) => index + 1);
  const answers = bareWork(seed);
  expect(answers).toMatchObject({ edHolds: true, esHolds: true, otherHolds: false, zero: true });
  expect(bare.call('bareWork', seed)).toEqual(answers);
});
