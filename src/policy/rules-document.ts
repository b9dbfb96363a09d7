/** Rules about a whole document: ids used twice, cycles of teams, roles held once too often. */
import { type AssignmentNumbers, SUBJECT_KINDS } from './assignment-numbers.js';
import { edgesOnCycles } from './cycles.js';
import {
  type Assignment,
  COLLECTIONS,
  type CollectionName,
  type Elevator,
  type Policy,
} from './document.js';
import { CANNOT_TELL, unlessUnreadable } from './guarded.js';
import type { Report } from './issue-list.js';
import { type Numbering, orderedNumbering } from './numbering.js';
import { quote } from './pointer.js';
import type { Role } from './role-model.js';
import { reportTeamCycle } from './rules.js';
import type { IdNumbers, PolicyIndex, PolicyView, StopPlace } from './view.js';

/**
 * The elements by id, and every id used twice: per collection, stop ids over all elevators, reader ids over
 * all doors and elevators. The first of two counts for the index.
 */
export function indexDocument(policy: Policy, report: Report): PolicyIndex {
  const unsure = new Set<CollectionName | 'stops'>();
  const numbers: Record<string, Numbering> = {};
  for (const name of COLLECTIONS) {
    // Of the others a question at a door looks some up, which a map finds sooner than halving does.
    const ordered = name === 'assignments' ? orderedIds(policy, name) : undefined;
    numbers[name] = ordered ?? mappedIds(policy, name, unsure, report);
  }
  const stops = indexStops(policy, unsure, report);
  checkReaders(policy, report);
  return { numbers: numbers as IdNumbers, stops, unsure };
}

/** Reports every team that contains itself, by one walk over all teams. */
export function checkTeamCycles(policy: Policy, report: Report): void {
  unlessUnreadable(() => {
    const edges = edgesOnCycles(policy.teams ?? [], (team) => team.teams ?? []);
    for (const { from, edge, to } of edges) reportTeamCycle(to, edge, `/teams/${from}`, report);
  });
}

/** The rules about all assignments together: they are shown each, and asked at the end. */
export interface TogetherRules {
  see(assignment: Assignment, index: number): void;
  tell(): void;
}

/** The rules about all assignments together: unique roles, `onePerScope`. None where the model cannot be read. */
export function assignmentRules(
  view: PolicyView,
  policy: Policy,
  numbers: AssignmentNumbers,
  report: Report,
): TogetherRules | undefined {
  let rules: TogetherRules | undefined;
  unlessUnreadable(() => {
    const { roles, onePerScope } = view.model;
    const tell = () => {
      if (onePerScope) reportSecondRoles(policy, numbers, report);
    };
    rules = { see: uniqueRoles(roles, report), tell };
  });
  return rules;
}

/**
 * Visits the readable elements of a collection in order.
 * @returns false when some could not be read, so that the collection may hold more than was seen.
 */
export function eachElement<K extends CollectionName>(
  policy: Policy,
  name: K,
  visit: (element: NonNullable<Policy[K]>[number], index: number) => void,
): boolean {
  let whole = false;
  unlessUnreadable(() => {
    const elements = policy[name];
    whole = true;
    if (elements === undefined) return;
    for (let index = 0; index < elements.length; index++) {
      try {
        const element = elements[index];
        if (element !== undefined) visit(element, index);
      } catch (error) {
        if (error !== CANNOT_TELL) throw error;
        whole = false;
      }
    }
  });
  return whole;
}

/** The numbers of ids that can all be read and stand in order, as a publisher of snapshots writes them: none is used twice. */
function orderedIds(policy: Policy, name: CollectionName): Numbering | undefined {
  const ids: string[] = [];
  let last = '';
  let isOrdered = true;
  const whole = eachElement(policy, name, ({ id }, index) => {
    if (id > last && ids.length === index) ids.push(id);
    else isOrdered = false;
    last = id;
  });
  return whole && isOrdered ? orderedNumbering(ids) : undefined;
}

/** The numbers of ids in whatever order. */
function mappedIds(
  policy: Policy,
  name: CollectionName,
  unsure: Set<CollectionName | 'stops'>,
  report: Report,
): Numbering {
  const found = new Map<string, number>();
  let seen = 0;
  const whole = eachElement(policy, name, ({ id }, index) => {
    found.set(id, index);
    seen += 1;
  });
  if (!whole) unsure.add(name);
  // Looking for each id before it is entered would cost a million look-ups, nearly always for nothing.
  return found.size < seen ? firstOfEach(policy, name, report) : found;
}

/** The numbers of ids of which some are used twice: the first counts, the others are reported. */
function firstOfEach(policy: Policy, name: CollectionName, report: Report): Map<string, number> {
  const found = new Map<string, number>();
  eachElement(policy, name, ({ id }, index) => {
    if (!found.has(id)) found.set(id, index);
    else reportDuplicate('id', id, `/${name}/${index}`, report);
  });
  return found;
}

function indexStops(
  policy: Policy,
  unsure: Set<CollectionName | 'stops'>,
  report: Report,
): Map<string, StopPlace> {
  const stops = new Map<string, StopPlace>();
  const whole = eachElement(policy, 'elevators', (elevator: Elevator, at) => {
    elevator.stops.forEach((stop, index) => {
      if (!stops.has(stop.id)) stops.set(stop.id, { stop, elevator });
      else reportDuplicate('stop id', stop.id, `/elevators/${at}/stops/${index}`, report);
    });
  });
  if (!whole) unsure.add('stops');
  return stops;
}

function checkReaders(policy: Policy, report: Report): void {
  const seen = new Set<string>();
  for (const name of ['doors', 'elevators'] as const) {
    eachElement(policy, name, (element, at) => {
      element.readers?.forEach((reader, index) => {
        if (!seen.has(reader.id)) seen.add(reader.id);
        else reportDuplicate('reader id', reader.id, `/${name}/${at}/readers/${index}`, report);
      });
    });
  }
}

/** A unique role has at most one holder, whatever the status of the assignments. */
function uniqueRoles(roles: readonly Role[], report: Report): TogetherRules['see'] {
  const unique = new Set(roles.filter((role) => role.unique).map((role) => role.id));
  const holders = new Map<string, Assignment['subject']>();
  return ({ role, subject }, index) => {
    if (!unique.has(role)) return;
    const holder = holders.get(role);
    if (holder === undefined) holders.set(role, subject);
    else if (holder.type !== subject.type || holder.id !== subject.id) {
      const message = `a second holder of the unique role ${quote(role)}`;
      report({ pointer: `/assignments/${index}/role`, code: 'role_unique', message });
    }
  };
}

/**
 * A4: in models that say so, one subject holds one role at one scope. Assignments of teams do not count.
 * Bucketed by scope, then each subject is marked with the last scope it was seen at: no set for every scope.
 */
function reportSecondRoles(policy: Policy, numbers: AssignmentNumbers, report: Report): void {
  const { subjects } = numbers;
  const scopes = numbers.scopes.map((scope, at) => (isOfTeam(subjects[at] ?? -1) ? -1 : scope));
  const seenAt = new Int32Array(countOf(subjects)).fill(-1);
  const found: { readonly index: number; readonly first: number }[] = [];
  let first = -1;
  for (const index of bucketed(scopes, countOf(scopes))) {
    const subject = subjects[index] ?? 0;
    const scope = scopes[index] ?? -1;
    if (scope !== scopes[first]) first = index;
    if (seenAt[subject] === scope) found.push({ index, first });
    else seenAt[subject] = scope;
  }
  // Scopes in the order in which they are first named: which issues are listed is not to depend on other collections.
  found.sort((one, other) => one.first - other.first);
  for (const { index } of found) reportSecondRole(policy, index, report);
}

function isOfTeam(subject: number): boolean {
  return subject === -1 || (subject & 3) === TEAM;
}

const TEAM = SUBJECT_KINDS.indexOf('team');

/** How many numbers there may be up to the highest of these. */
function countOf(numbers: Int32Array): number {
  return numbers.reduce((most, number) => Math.max(most, number), -1) + 1;
}

function reportSecondRole(policy: Policy, index: number, report: Report): void {
  const assignment = policy.assignments?.[index];
  if (assignment === undefined) return;
  const { subject, scope } = assignment;
  const message = `a second role at ${scope.type} ${quote(scope.id)} for ${subject.type} ${quote(subject.id)}`;
  report({ pointer: `/assignments/${index}`, code: 'one_per_scope', message });
}

/** Indices of `keys` grouped by key, in order within a key; those with key -1 left out. */
function bucketed(keys: Int32Array, count: number): Int32Array {
  const starts = new Int32Array(count + 1);
  for (const key of keys) if (key !== -1) starts[key + 1] = (starts[key + 1] ?? 0) + 1;
  for (let key = 0; key < count; key++)
    starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const indices = new Int32Array(starts[count] ?? 0);
  keys.forEach((key, index) => {
    if (key === -1) return;
    const at = starts[key] ?? 0;
    indices[at] = index;
    starts[key] = at + 1;
  });
  return indices;
}

function reportDuplicate(what: string, id: string, pointer: string, report: Report): void {
  report({
    pointer: `${pointer}/id`,
    code: 'duplicate',
    message: `${what} used twice ${quote(id)}`,
  });
}
