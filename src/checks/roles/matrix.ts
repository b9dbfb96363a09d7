/** A role model as a table: what people print, compare and sign off. */
import type { Level } from '../../policy/document.js';
import type { RoleModel } from '../../policy/role-model.js';
import { mayHandOut } from './delegation.js';

/** One column: a role, and what is not in its cells. */
export interface RoleColumn {
  readonly id: string;
  /** Language tag → label. */
  readonly name: Readonly<Record<string, string>>;
  /** Where it may be held, widest first. */
  readonly levels: readonly Level[];
  readonly rank: number;
  /** Ids of the roles it has all permissions of, its own left out. */
  readonly inherits: readonly string[];
  /** Ids of the roles its holder may hand out, in the model's order. */
  readonly assigns: readonly string[];
  readonly unique: boolean;
  readonly assignable: boolean;
  readonly deprecated: boolean;
}

/** One row: a resource type and each role's actions on it, inherited ones included. */
export interface RoleRow {
  readonly resource: string;
  /** One cell per role, in the order of the columns; empty for none. */
  readonly cells: readonly (readonly string[])[];
}

/** A role model laid out as a table. */
export interface RoleMatrix {
  readonly model: string;
  readonly onePerScope: boolean;
  readonly roles: readonly RoleColumn[];
  /** Sorted by resource type. */
  readonly rows: readonly RoleRow[];
}

const LEVELS: readonly Level[] = ['organization', 'place', 'group', 'door'];
/** The usual actions come first in a cell and in this order, others after them by name. */
const USUAL_ACTIONS = ['view', 'create', 'update', 'delete'];

/** Lays a role model out as a table of resource types and roles. Plain data, ready for JSON. */
export function roleMatrix(model: RoleModel): RoleMatrix {
  return {
    model: model.id,
    onePerScope: model.onePerScope,
    roles: model.roles.map((role) => ({
      id: role.id,
      name: role.name,
      levels: LEVELS.filter((level) => role.levels.has(level)),
      rank: role.rank,
      inherits: model.roles
        .filter((junior) => junior !== role && role.juniors.has(junior.id))
        .map((junior) => junior.id),
      assigns: model.roles.filter((other) => mayHandOut(role, other)).map((other) => other.id),
      unique: role.unique,
      assignable: role.assignable,
      deprecated: role.deprecated,
    })),
    rows: [...model.actions.keys()].sort().map((resource) => ({
      resource,
      cells: model.roles.map((role) => sortActions(role.permissions.get(resource) ?? [])),
    })),
  };
}

function sortActions(actions: Iterable<string>): string[] {
  const all = [...actions].sort();
  return [
    ...USUAL_ACTIONS.filter((action) => all.includes(action)),
    ...all.filter((action) => !USUAL_ACTIONS.includes(action)),
  ];
}
