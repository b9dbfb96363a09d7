import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recent } from '../../../protocol/crypto/recent.js';
import { runs } from '../../helpers/runs.js';

test('a memory keeps what was used last, and never more than its size', () => {
  const use = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), use, (size, names) => {
      const memory = recent<string>(size);
      const kept: string[] = [];
      for (const name of names) {
        let made = false;
        const value = memory.take(name, () => {
          made = true;
          return `of ${name}`;
        });
        expect(value).toBe(`of ${name}`);
        expect(made).toBe(!kept.includes(name));
        if (kept.includes(name)) kept.splice(kept.indexOf(name), 1);
        kept.push(name);
        if (kept.length > size) kept.shift();
      }
    }),
    { numRuns: runs(300), seed: 20261122 },
  );
});

test('a memory does not remember that there was nothing', () => {
  const memory = recent<number>(2);
  memory.take('kept', () => 1);
  for (let index = 0; index < 10; index++) {
    expect(memory.take(`${index}`, () => undefined)).toBeUndefined();
  }
  expect(memory.take('kept', () => 2)).toBe(1);
  expect(memory.take('0', () => 3)).toBe(3);
});
