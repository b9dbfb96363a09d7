/** Building the engine of the largest world, from JSON text to answers, and what it weighs. */
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { liveBytes } from '../memory.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { buildWorld, type WorldName } from '../worlds.js';

/** Names of the rows, for the targets. */
export const BUILD_ROWS = {
  read: 'JSON.parse of the document',
  validate: 'parsePolicy',
  compile: 'compilePolicy of the parsed policy',
} as const;

/** Measures one world `repeats` times; the first time is a cold one, as a server's start is. */
export function buildTables(name: WorldName, repeats: number): Table[] {
  const text = JSON.stringify(buildWorld(name, 1).policy);
  const assignments = (JSON.parse(text) as { assignments: unknown[] }).assignments.length;
  const times: Record<keyof typeof BUILD_ROWS, number[]> = { read: [], validate: [], compile: [] };
  const weights: { policy: number; engine: number; alone: number }[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) weights.push(measureOnce(text, times));
  const first = weights[0]!;
  return [
    {
      id: `build-${name}`,
      title: `World ${name}: from the document to an engine`,
      columns: [
        { key: 'name', title: 'step', unit: 'text' },
        { key: 'first', title: 'first time', unit: 'milliseconds' },
        { key: 'median', title: 'median', unit: 'milliseconds' },
        { key: 'count', title: 'times', unit: 'count' },
      ],
      rows: (Object.keys(BUILD_ROWS) as (keyof typeof BUILD_ROWS)[]).map((key): Row => {
        const summary = summarise(times[key]);
        return {
          name: BUILD_ROWS[key],
          first: times[key][0]!,
          median: summary.median,
          count: summary.count,
        };
      }),
      notes: [`${assignments} assignments; the JSON text is ${Math.round(text.length / 1e6)} MB`],
    },
    {
      id: `memory-${name}`,
      title: `World ${name}: live memory after collection`,
      columns: [
        { key: 'name', title: 'what', unit: 'text' },
        { key: 'total', title: 'total', unit: 'bytes' },
        { key: 'each', title: 'per assignment', unit: 'bytes' },
      ],
      rows: [
        { name: 'the parsed policy alone', total: first.policy, each: first.policy / assignments },
        { name: 'the engine beyond it', total: first.engine, each: first.engine / assignments },
        {
          name: 'the engine, all references to the policy dropped',
          total: first.alone,
          each: first.alone / assignments,
        },
      ],
      notes: ['heap and array buffers; the last row holds whatever the engine keeps of the policy'],
    },
  ];
}

/** One build, step by step, with a weighing between. */
function measureOnce(
  text: string,
  times: Record<keyof typeof BUILD_ROWS, number[]>,
): { policy: number; engine: number; alone: number } {
  const empty = liveBytes();
  let begin = performance.now();
  let document: unknown = JSON.parse(text);
  times.read.push(performance.now() - begin);
  begin = performance.now();
  let parsed: ReturnType<typeof parsePolicy> | undefined = parsePolicy(document);
  times.validate.push(performance.now() - begin);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  document = undefined;
  const withPolicy = liveBytes();
  begin = performance.now();
  const engine = compilePolicy(parsed.value);
  times.compile.push(performance.now() - begin);
  const withEngine = liveBytes();
  parsed = undefined;
  const alone = liveBytes();
  // Asked last, so that the engine lives until here; asking for `policy` would build what is weighed.
  if (engine.revision < 0) throw new Error('a revision below nothing');
  return { policy: withPolicy - empty, engine: withEngine - withPolicy, alone: alone - empty };
}
