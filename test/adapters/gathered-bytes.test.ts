/** Bodies in pieces, however small. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatherBytes } from '../../src/adapters/gathered-bytes.js';

test('pieces of any sizes come out as they came in', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 });
  fc.assert(
    fc.property(pieces, (given) => {
      const gathered = gatherBytes();
      for (const piece of given) gathered.add(piece);
      const all = given.flatMap((piece) => [...piece]);
      expect([...gathered.whole()]).toEqual(all);
      expect(gathered.length).toBe(all.length);
    }),
    { seed: 5 },
  );
});

test('a piece that is the only one is not copied; of many none is kept', () => {
  const gathered = gatherBytes();
  const first = Uint8Array.of(1, 2);
  gathered.add(first);
  expect(gathered.whole()).toBe(first);
  const piece = new Uint8Array(1);
  for (let value = 3; value < 100; value++) {
    piece[0] = value;
    gathered.add(piece);
  }
  expect([...gathered.whole()]).toEqual(Array.from({ length: 99 }, (_, index) => index + 1));
  expect([...first]).toEqual([1, 2]);
  // One stretch, at most twice as long as what it holds.
  expect(gathered.whole().buffer.byteLength).toBeLessThanOrEqual(198);
});
