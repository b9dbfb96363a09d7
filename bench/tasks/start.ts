/** How long an import takes in a process that has loaded nothing yet. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { summarise } from '../statistics.js';
import type { Table } from '../table.js';

/** Starts `times` processes for each library, in turns. `front` is doorwright's built front door. */
export function startTable(root: string, front: string, times: number): Table {
  const require = createRequire(join(root, 'bench/package.json'));
  const libraries: readonly (readonly [string, string])[] = [
    ['doorwright', front],
    ['@casl/ability', require.resolve('@casl/ability')],
    ['accesscontrol', require.resolve('accesscontrol')],
    ['easy-rbac', require.resolve('easy-rbac')],
    ['casbin', require.resolve('casbin')],
    ['@cedar-policy/cedar-wasm', require.resolve('@cedar-policy/cedar-wasm/nodejs')],
  ];
  const samples = libraries.map((): number[] => []);
  for (let time = 0; time < times; time++) {
    for (const [index, [, file]] of libraries.entries()) samples[index]!.push(importOnce(file));
  }
  return {
    id: 'start',
    title: 'Import in a fresh process',
    columns: [
      { key: 'name', title: 'library', unit: 'text' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'spread', title: '± MAD', unit: 'milliseconds' },
    ],
    rows: libraries.map(([name], index) => {
      const { min, median, spread } = summarise(samples[index]!);
      return { name, min, median, spread };
    }),
    notes: [`${times} processes each; Node's own start is not counted`],
  };
}

function importOnce(file: string): number {
  const program = `const begin = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    console.log(performance.now() - begin);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return Number(printed);
}
