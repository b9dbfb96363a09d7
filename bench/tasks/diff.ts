/** Comparing two versions of a policy: one group changed, a door taken from it, and the same as two documents. */
import { diffPolicies } from '../../src/analysis/diff/diff-policies.js';
import { compilePolicy, type Engine, parsePolicy } from '../../src/index.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { buildWorld, WORLD_TIME, type WorldName } from '../worlds.js';

/** Measures whole comparisons over a year; how many people lose something is checked before the clock runs. */
export function diffTable(name: WorldName, times: number): Table {
  const world = buildWorld(name, 1);
  const parsed = parsePolicy(world.policy);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  const before = compilePolicy(parsed.value);
  const group = world.policy.groups?.[7];
  if (group === undefined) throw new Error('a world without groups');
  const restricted = before.apply({
    put: { groups: [{ ...group, restrictions: { secondFactor: true } }] },
  });
  const scheduled = before.apply({
    put: {
      schedules: [
        {
          id: 'hours',
          windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '08:00', until: '18:00' }],
        },
      ],
      groups: [{ ...group, restrictions: { schedule: 'hours' } }],
    },
  });
  const smaller = before.apply({
    put: { groups: [{ ...group, doors: (group.doors ?? []).slice(1) }] },
  });
  const again = compilePolicy(JSON.parse(JSON.stringify(restricted.policy)) as object);
  const kinds: readonly (readonly [name: string, after: Engine])[] = [
    ['a group asks for a second factor', restricted],
    ['a group keeps hours', scheduled],
    ['a group loses a door', smaller],
    ['a second factor, as another document', again],
  ];
  const options = { from: new Date(WORLD_TIME).toISOString() };
  const rows = kinds.map(([title, after]): Row => {
    const losing = new Set<string>();
    for (const { effect, subjects } of diffPolicies(before, after, options).openings) {
      if (effect !== 'loses') throw new Error(`${title}: somebody gains`);
      for (const { id } of subjects.named) losing.add(id);
    }
    if (losing.size === 0) throw new Error(`${title}: nobody loses`);
    const samples: number[] = [];
    for (let time = 0; time < times; time++) {
      const begin = performance.now();
      diffPolicies(before, after, options);
      samples.push(performance.now() - begin);
    }
    const { min, median, p99 } = summarise(samples);
    return { name: title, found: losing.size, min, median, p99 };
  });
  return {
    id: `diff-${name}`,
    title: `World ${name}: comparing policies`,
    columns: [
      { key: 'name', title: 'change', unit: 'text' },
      { key: 'found', title: 'people who lose', unit: 'count' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'p99', title: 'p99', unit: 'milliseconds' },
    ],
    rows,
    notes: [
      'each compares 53 weeks, openings and all other rights; engines are compiled beforehand',
    ],
  };
}
