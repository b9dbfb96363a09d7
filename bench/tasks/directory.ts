/** A directory of 100 000 members held against a policy by 1 000 rules: the pure part of a run. */
import { directoryCurrent } from '../../src/admin/directory/current.js';
import { directoryChanges } from '../../src/admin/directory/directory-changes.js';
import { planDirectory } from '../../src/admin/directory/plan-directory.js';
import { type DirectoryRow, parseDirectoryRules } from '../../src/admin/directory/rules.js';
import { parseDirectorySnapshot } from '../../src/admin/directory/snapshot.js';
import type { Engine } from '../../src/engine/engine.js';
import { compilePolicy } from '../../src/index.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';

/** Names of the rows, for the targets. */
export const DIRECTORY_ROWS = {
  parse: 'the snapshot read strictly',
  first: 'planned, nobody has anything yet',
  idle: 'planned, nothing to do',
} as const;

const NOW = Date.parse('2026-03-02T12:00:00Z');
const PLANS = 500;
const FLOORS = 500;
const GROUPS = 1000;

/** Measures each part `times` times over. */
export function directoryTable(members: number, times: number): Table {
  const input = crm(members);
  const rules = parsedRules();
  const parse = timed(times, () => parsedSnapshot(input));
  const snapshot = parse.value;
  const empty = site();
  const planAll = (engine: Engine, links: ReadonlyMap<string, string>) =>
    planDirectory(directoryCurrent(engine, rules, links, NOW), snapshot, rules);
  const first = timed(times, () => planAll(empty, new Map()));
  let next = 0;
  const hand = { actor: 'owner', time: NOW, newId: () => `n${next++}` };
  const drafted = directoryChanges(empty, first.value, hand, Number.POSITIVE_INFINITY);
  const full = empty.apply(drafted.changes ?? {});
  const links = new Map(drafted.links.map(({ member, user }) => [member, user]));
  const idle = timed(times, () => planAll(full, links));
  const { add, keep, remove, change } = idle.value;
  if (add.length + remove.length + change.length > 0) throw new Error('not idle');
  const row = (name: string, samples: readonly number[], lines: number): Row => {
    const { min, median, max } = summarise(samples);
    return { name, min, median, worst: max, lines };
  };
  return {
    id: 'directory',
    title: `A directory of ${members} members, ${PLANS + FLOORS} rules`,
    columns: [
      { key: 'name', title: 'work', unit: 'text' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'worst', title: 'worst', unit: 'milliseconds' },
      { key: 'lines', title: 'lines', unit: 'count' },
    ],
    rows: [
      row(DIRECTORY_ROWS.parse, parse.samples, members),
      row(DIRECTORY_ROWS.first, first.samples, first.value.add.length),
      row(DIRECTORY_ROWS.idle, idle.samples, keep.length),
    ],
    notes: ['each member has a plan of two groups and a desk on a floor of one more'],
  };
}

function timed<T>(times: number, work: () => T): { value: T; samples: number[] } {
  const samples: number[] = [];
  let value = work();
  for (let turn = 0; turn < times; turn++) {
    const begin = performance.now();
    value = work();
    samples.push(performance.now() - begin);
  }
  return { value, samples };
}

function list<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function crm(members: number) {
  const desks = Math.ceil(members / 10);
  return {
    members: list(members, (index) => ({
      ...{ id: `m${index}`, email: `m${index}@example.org`, team: `t${index % 5000}` },
    })),
    teams: list(5000, (index) => ({ id: `t${index}` })),
    plans: list(PLANS, (index) => ({ id: `p${index}` })),
    locations: [{ id: 'l' }],
    floors: list(FLOORS, (index) => ({ id: `f${index}`, location: 'l' })),
    resources: list(desks, (index) => ({
      id: `d${index}`,
      kind: 'desk',
      floor: `f${index % FLOORS}`,
    })),
    memberships: list(members, (index) => ({
      ...{ id: `s${index}`, member: `m${index}`, from: '2026-01-01T00:00:00Z' },
      ...{ plan: `p${index % PLANS}`, resource: `d${index % desks}` },
    })),
  };
}

function parsedSnapshot(input: unknown) {
  const parsed = parseDirectorySnapshot(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
  return parsed.value;
}

function parsedRules() {
  const rows: DirectoryRow[] = [
    ...list(PLANS, (index) => ({
      ...{ kind: 'plan' as const, id: `p${index}` },
      groups: [`g${index}`, `g${index + 1}`],
    })),
    ...list(FLOORS, (index) => ({
      ...{ kind: 'floor' as const, id: `f${index}` },
      groups: [`g${PLANS + index}`],
    })),
  ];
  const parsed = parseDirectoryRules({ id: 'crm', rows });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
  return parsed.value;
}

function site(): Engine {
  return compilePolicy({
    version: 1,
    organization: { id: 'o', timeZone: 'UTC', roles: 'kisi' },
    groups: list(GROUPS, (index) => ({ id: `g${index}` })),
    users: [{ id: 'owner' }],
    assignments: [
      {
        ...{ id: 'o', subject: { type: 'user', id: 'owner' }, role: 'organization_owner' },
        scope: { type: 'organization', id: 'o' },
      },
    ],
  } as unknown) as Engine;
}
