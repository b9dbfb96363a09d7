/** Who holds what, read off an engine: direct assignments of a subject, and those at one scope. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { HOLDING_WIDTH } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';

/** The assignments a user, team or link holds itself; none for a subject nobody knows. */
export function assignmentsOf(engine: Engine, subject: Assignment['subject']): Assignment[] {
  const s = snapshotOf(engine);
  const holdings = find(s.tables[`${subject.type}s`], subject.id)?.holdings ?? [];
  const found: Assignment[] = [];
  for (let index = 2; index < holdings.length; index += HOLDING_WIDTH) {
    const assignment = at(s.tables.assignments, holdings[index] as number);
    if (assignment !== undefined) found.push(assignment);
  }
  return found;
}

/** The assignments held at exactly this scope, not above or below it. */
export function assignmentsAt(engine: Engine, scope: Assignment['scope']): Assignment[] {
  const s = snapshotOf(engine);
  return numbersAt(s, scope).flatMap((number) => at(s.tables.assignments, number) ?? []);
}

/** Whether something of this name is a scope of the policy. */
export function isScope(engine: Engine, scope: Assignment['scope']): boolean {
  const { organization, tables } = snapshotOf(engine);
  switch (scope.type) {
    case 'organization':
      return scope.id === organization.id;
    case 'place':
      return find(tables.places, scope.id) !== undefined;
    case 'group':
      return find(tables.groups, scope.id) !== undefined;
    case 'door':
      return find(tables.doors, scope.id) !== undefined;
    default: {
      const never: never = scope.type;
      return never;
    }
  }
}

function numbersAt(s: Snapshot, scope: Assignment['scope']): readonly number[] {
  switch (scope.type) {
    case 'organization':
      return scope.id === s.organization.id ? s.holdings : [];
    case 'place':
      return find(s.tables.places, scope.id)?.holdings ?? [];
    case 'group':
      return find(s.tables.groups, scope.id)?.holdings ?? [];
    case 'door':
      return find(s.tables.doors, scope.id)?.holdings ?? [];
    default: {
      const never: never = scope.type;
      return never;
    }
  }
}
