import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { readCorpus } from '../fuzz/corpus.js';
import { fuzz } from '../fuzz/fuzz.js';
import { lockTargets } from '../fuzz/lock-targets.js';
import { objectTargets } from '../fuzz/object-targets.js';
import { runs } from '../helpers/runs.js';

/** `npm run fuzz` tries millions; here each target gets its share of a hundred thousand. */
const INPUTS = runs(11_000);

describe('no mutated input is believed, throws, or is accepted and written differently:', () => {
  const targets = [...objectTargets(readCorpus('.'), nodeCrypto()), ...lockTargets()];
  test.each(targets)('$name', (target) => {
    const { judged } = fuzz(target, INPUTS, 1);
    // A fuzzer that only ever makes rubbish looks at nothing but the first check.
    expect(judged).toBeGreaterThan(INPUTS / 40);
  });
});

test('a target that breaks is told with what makes it again', () => {
  const broken = {
    name: 'broken',
    attempt: () => {
      throw new Error('false accept');
    },
  };
  expect(() => fuzz(broken, 1, 7)).toThrow('broken, seed 7, input 0: false accept');
});
