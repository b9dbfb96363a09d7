/** One change at a time, each upon the engine before it. */

import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy, type Engine, parsePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Group, Policy } from '../../src/policy/document.js';
import { type Random, seededRandom } from '../random.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { buildWorld, WORLD_TIME, type World, type WorldName } from '../worlds.js';

/** One kind of change; `next` makes the changes and a question whose answer they turn or keep. */
interface Kind {
  readonly name: string;
  next(step: number): { changes: Changes; probe: AccessRequest; answer: boolean };
}

/** A change that cost seconds instead of microseconds would otherwise keep the run for an hour. */
const BUDGET_MILLISECONDS = 60_000;

/**
 * Measures `count` changes of each kind, the kinds taking turns.
 * @param count - in the thousands, or chance decides a p99: one change in two hundred meets a collection of garbage.
 */
export function applyTable(name: WorldName, count: number): Table {
  const world = buildWorld(name, 1);
  const parsed = parsePolicy(world.policy);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  let engine: Engine = compilePolicy(parsed.value);
  const kinds = kindsOf(world, seededRandom(7));
  const times = new Map<string, number[]>(kinds.map((kind) => [kind.name, []]));
  const deadline = performance.now() + BUDGET_MILLISECONDS;
  for (let step = 0; step < count && (step < 20 || performance.now() < deadline); step++) {
    for (const kind of kinds) {
      const { changes, probe, answer } = kind.next(step);
      const begin = performance.now();
      engine = engine.apply(changes);
      times.get(kind.name)?.push(performance.now() - begin);
      if (engine.check(probe) !== answer) {
        throw new Error(`${kind.name}: not ${answer} after it \`${JSON.stringify(probe)}\``);
      }
    }
  }
  return {
    id: `apply-${name}`,
    title: `World ${name}: apply of one change`,
    columns: [
      { key: 'name', title: 'change', unit: 'text' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'p99', title: 'p99', unit: 'milliseconds' },
      { key: 'worst', title: 'worst', unit: 'milliseconds' },
      { key: 'count', title: 'times', unit: 'count' },
    ],
    rows: kinds.map((kind): Row => {
      const { min, median, p99, max, count: times_ } = summarise(times.get(kind.name) ?? []);
      return { name: kind.name, min, median, p99, worst: max, count: times_ };
    }),
    notes: [
      'each change upon the engine that the one before gave; a question after each shows that it took effect',
    ],
  };
}

/** The four kinds: a right given, the right of the step before taken, a person added, a group changed. */
function kindsOf(world: World, random: Random): Kind[] {
  const { policy } = world;
  const groups = (policy.groups ?? []).filter((group) => group.place === undefined);
  const doors = policy.doors ?? [];
  const newcomer = (step: number): string => `newcomer-${step}`;
  const groupAt = (step: number): Group => groups[step % groups.length]!;
  const doorOf = (group: Group): string => group.doors?.[1] ?? '';
  return [
    {
      name: 'put a user',
      next: (step) => ({
        changes: { put: { users: [{ id: newcomer(step) }] } },
        probe: question(newcomer(step), doorOf(groupAt(step))),
        answer: false,
      }),
    },
    {
      name: 'put an assignment',
      next: (step) => ({
        changes: {
          put: {
            assignments: [
              {
                id: `new-right-${step}`,
                subject: { type: 'user', id: newcomer(step) },
                role: 'door_access',
                scope: { type: 'group', id: groupAt(step).id },
              },
            ],
          },
        },
        probe: question(newcomer(step), doorOf(groupAt(step))),
        answer: true,
      }),
    },
    {
      name: 'change the doors of a group',
      next: (step) => {
        const group = groupAt(step);
        const kept = (group.doors ?? []).slice(0, 10);
        const added = random.distinct(10, doors.length).map((number) => doors[number]!.id);
        return {
          changes: {
            put: { groups: [{ id: group.id, doors: [...new Set([...kept, ...added])] }] },
          },
          probe: question(newcomer(step), added[0]!),
          answer: true,
        };
      },
    },
    {
      name: 'remove an assignment',
      next: (step) => ({
        changes: { remove: { assignments: [`new-right-${step}`] } },
        probe: question(newcomer(step), doorOf(groupAt(step))),
        answer: false,
      }),
    },
    {
      name: 'remove an assignment of the first document',
      next: (step) => {
        const right = rightAt(policy, step);
        return {
          changes: { remove: { assignments: [right] } },
          probe: question(newcomer(step), doorOf(groupAt(step))),
          answer: false,
        };
      },
    },
  ];
}

function rightAt(policy: Policy, step: number): string {
  return policy.assignments?.[step * 97 + 1]?.id ?? '';
}

function question(user: string, door: string): AccessRequest {
  return {
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: WORLD_TIME },
  };
}
