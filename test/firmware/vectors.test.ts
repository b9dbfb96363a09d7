// The firmware example itself is judged by `make` (see examples/firmware/README.md). What needs no compiler is held here:
// that no vector is left out in silence. It fails when a list is added to protocol/vectors and the example does not name it,
// and when a vector is neither written for the C program nor counted as out of scope.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'protocol/vectors');
const script = join(root, 'examples/firmware/test/vectors.mjs');

test('every vector is run by the firmware example or named as out of scope with a reason', () => {
  const lines = execFileSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 1 << 24 })
    .trimEnd()
    .split('\n');
  const skipped = execFileSync(process.execPath, [script, '--out-of-scope'], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  const outOfScope = skipped.map((line) => /^(\d+) [a-z]+\.[A-Za-z]+: .{10,}$/.exec(line)?.[1]);

  expect(outOfScope).not.toContain(undefined);
  expect(lines.at(-1)).toBe(`end ${lines.length - 1}`);
  expect(lines.length - 1 + outOfScope.reduce((sum, count) => sum + Number(count), 0)).toBe(
    vectorsOfAllFiles(),
  );
});

function vectorsOfAllFiles(): number {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const lists = files.flatMap((name) =>
    Object.values(JSON.parse(readFileSync(join(folder, name), 'utf8')) as object),
  );
  return lists.filter((list) => Array.isArray(list)).reduce((sum, list) => sum + list.length, 0);
}
