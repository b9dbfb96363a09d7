/** How long lint looks at a world. */
import { lintPolicy } from '../../src/analysis/lint/lint-policy.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { buildWorld, WORLD_TIME, type WorldName } from '../worlds.js';

/** Measures lint of a compiled engine, and of a parsed policy, which is compiled first. */
export function lintTable(name: WorldName, times: number): Table {
  const world = buildWorld(name, 1);
  const parsed = parsePolicy(world.policy);
  if (!parsed.ok) {
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  }
  const policy = parsed.value;
  const engine = compilePolicy(policy);
  const options = { at: new Date(WORLD_TIME).toISOString() };
  const ways: readonly { name: string; run: () => number }[] = [
    { name: 'lintPolicy of an engine', run: () => lintPolicy(engine, options).length },
    { name: 'lintPolicy of a parsed policy', run: () => lintPolicy(policy, options).length },
  ];
  const rows = ways.map((way): Row => {
    const found = way.run();
    const samples: number[] = [];
    for (let time = 0; time < times; time++) {
      const begin = performance.now();
      if (way.run() !== found) throw new Error(`${way.name} changed its answer while timed`);
      samples.push(performance.now() - begin);
    }
    const { min, median, p99 } = summarise(samples);
    return { name: way.name, found, min, median, p99 };
  });
  return {
    id: `lint-${name}`,
    title: `World ${name}: lint`,
    columns: [
      { key: 'name', title: 'what is linted', unit: 'text' },
      { key: 'found', title: 'findings', unit: 'count' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'p99', title: 'p99', unit: 'milliseconds' },
    ],
    rows,
    notes: [
      `${policy.assignments?.length ?? 0} assignments, ${policy.doors?.length ?? 0} doors, all rules on`,
    ],
  };
}
