import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, linesOf } from '../../src/cli/lines.js';
import { runs } from '../helpers/runs.js';

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const at = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  for (let index = 1; index < at.length; index++) yield bytes.subarray(at[index - 1], at[index]);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Line[]> {
  const all: Line[] = [];
  for await (const lines of linesOf(pieces)) all.push(...lines);
  return all;
}

test('lines are the same however the stream is cut into pieces, and every line has its number', async () => {
  const text = fc.array(
    fc.constantFrom('{"a":1}', 'ü€😀', '', ' ', '\r', '\n', '\r\n', 'x'.repeat(50)),
    {
      maxLength: 30,
    },
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(2000), { maxLength: 8 }), async (parts, cuts) => {
      const whole = parts.join('');
      const lines = await collect(inPieces(Buffer.from(whole), cuts));
      const expected = whole.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines.map((line) => line.number)).toEqual(expected.map((_, index) => index + 1));
      for (const [index, line] of lines.entries()) {
        const content = expected[index]?.replace(/\r$/u, '') ?? '';
        if (content.trim() === '') expect(line).toMatchObject({ kind: 'bad', code: 'empty_line' });
        else expect(line).toMatchObject({ kind: 'text', text: content });
      }
    }),
    { seed: 20261122, numRuns: runs(300) },
  );
});

test('a line that never ends is held at no more than its cap', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    const piece = Buffer.alloc(65_536, 0x61);
    for (let index = 0; index < 2000; index++) yield piece;
    yield Buffer.from('\nx');
  }
  const before = process.memoryUsage().arrayBuffers;
  expect(await collect(endless())).toMatchObject([
    { kind: 'bad', number: 1, code: 'too_large' },
    { kind: 'text', number: 2, text: 'x' },
  ]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32_000_000);
});
