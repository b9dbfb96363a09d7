/** Assignments that add nothing to a broader one of the same holder. */
import type { HolderRecord, Holdings } from '../../engine/records.js';
import { HOLDING_WIDTH, SWITCHED_OFF } from '../../engine/records.js';
import { DOOR, GROUP, type ScopeCode, scopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';
import type { Role } from '../../policy/role-model.js';
import { type Ground, holders } from './ground.js';
import { scopeName } from './words.js';

/**
 * The code `assignment_shadowed`: a broader or equal assignment of the same user, team or link is always in force,
 * asks for nothing more, and gives at least as much.
 */
export function lintShadowed(ground: Ground): void {
  const { s } = ground;
  const exempt = exemptRoles(ground);
  for (const holder of holders(ground)) {
    const { holdings } = holder;
    if (!mayShadow(holdings)) continue;
    const plain = plainOf(s, holdings);
    for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
      const packed = holdings[index + 1] as number;
      // What is switched off adds nothing anyway, and is told as such.
      if ((packed & SWITCHED_OFF) !== 0) continue;
      const above = shadowOf(ground, holder, index, plain, exempt);
      if (above === undefined) continue;
      const number = holdings[index + 2] as number;
      const id = quote(at(s.tables.assignments, number)?.id);
      const other = quote(at(s.tables.assignments, above.number)?.id);
      const scope = scopeName(s, above.scope);
      const message = `assignment ${id} adds nothing to ${other} at ${scope}`;
      const related = [ground.assignmentPath(above.number)];
      ground.report('assignment_shadowed', ground.assignmentPath(number), message, related);
    }
  }
}

/** Whether one scope may contain another: most people hold a few groups, each once, of which none does. */
function mayShadow(holdings: Holdings): boolean {
  let before = -1;
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const scope = holdings[index] as number;
    if (scope === before || (scope & 3) !== GROUP) return holdings.length > HOLDING_WIDTH;
    before = scope;
  }
  return false;
}

/** An assignment that covers the one at an index of a holder's list, and its scope. */
function shadowOf(
  ground: Ground,
  holder: HolderRecord,
  index: number,
  plain: Plain,
  exempt: ReadonlySet<number>,
): { readonly number: number; readonly scope: ScopeCode } | undefined {
  const { s } = ground;
  const { holdings } = holder;
  const scope = holdings[index] as number;
  const role = (holdings[index + 1] as number) >> 2;
  const number = holdings[index + 2] as number;
  for (const above of scopesAround(s, scope)) {
    for (const [more, candidate] of plain.get(plainKey(s, above, number)) ?? []) {
      if (candidate === number || !gives(s, more, role, exempt)) continue;
      // Of two that give the same, the one with the later id adds nothing.
      const always = ((holdings[index + 1] as number) & 3) === 0;
      const mutual = above === scope && always && gives(s, role, more, exempt);
      if (mutual && idAt(s, candidate) >= idAt(s, number)) continue;
      if (isPlainScope(s, above, scope) && isAlikeInTenancy(s, scope)) {
        return { number: candidate, scope: above };
      }
    }
  }
  return undefined;
}

/** A scope and the ones that contain it, widest first. */
function scopesAround(s: Snapshot, scope: ScopeCode): readonly ScopeCode[] {
  const kind = scope & 3;
  if (kind === DOOR) return at(s.tables.doors, scope >> 2)?.containers ?? [];
  const place = kind === GROUP ? (at(s.tables.groups, scope >> 2)?.place ?? -1) : -1;
  const around = place < 0 ? [scope] : [scopeCode(1, place), scope];
  return scope === 0 ? around : [0, ...around];
}

/** By scope and granter, for each role the assignment with the first id that is switched on and always valid. */
type Plain = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Of many assignments of one role at one scope a single one is enough to look at. */
function plainOf(s: Snapshot, holdings: Holdings): Plain {
  const plain = new Map<string, Map<number, number>>();
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const packed = holdings[index + 1] as number;
    const number = holdings[index + 2] as number;
    if (packed & 3) continue;
    const key = plainKey(s, holdings[index] as number, number);
    const byRole = plain.get(key) ?? new Map<number, number>();
    plain.set(key, byRole);
    const known = byRole.get(packed >> 2);
    if (known === undefined || idAt(s, number) < idAt(s, known)) byRole.set(packed >> 2, number);
  }
  return plain;
}

/** During a tenancy it counts who granted what (D10): only what the same granted may take its place. */
function plainKey(s: Snapshot, scope: ScopeCode, number: number): string {
  return `${scope} ${at(s.tables.assignments, number)?.grantedBy ?? ''}`;
}

/** Whether a role gives all that another does: permissions, roles to hand out, rank, and passing of lockdowns. */
function gives(s: Snapshot, more: number, less: number, exempt: ReadonlySet<number>): boolean {
  if (more === less) return true;
  const above = s.model.roles[more];
  const below = s.model.roles[less];
  if (above === undefined || below === undefined || below.unique || exempt.has(less)) return false;
  return above.rank >= below.rank && permits(above, below) && assigns(above, below);
}

function permits(above: Role, below: Role): boolean {
  for (const [type, actions] of below.permissions) {
    for (const action of actions) {
      if (above.permissions.get(type)?.has(action) !== true) return false;
    }
  }
  return true;
}

function assigns(above: Role, below: Role): boolean {
  if (above.assigns === 'up_to_own_rank') return true;
  const { assigns } = above;
  if (below.assigns === 'up_to_own_rank') return false;
  return [...below.assigns].every((id) => assigns.has(id));
}

/** Whether what is held at a scope counts without more: a group may be switched off or ask for something. */
function isPlainScope(s: Snapshot, above: ScopeCode, scope: ScopeCode): boolean {
  if ((above & 3) !== GROUP || above === scope) return true;
  const group = at(s.tables.groups, above >> 2);
  return group?.enabled === true && group.restrictions === undefined;
}

/** During a tenancy it counts whether an assignment lies at the very door (D10). */
function isAlikeInTenancy(s: Snapshot, scope: ScopeCode): boolean {
  return (scope & 3) !== DOOR || (at(s.tables.doors, scope >> 2)?.tenant ?? -1) < 0;
}

/** Roles that some lockdown lets pass: only that very role does. */
function exemptRoles({ s, policy }: Ground): ReadonlySet<number> {
  const roles = policy.lockdowns?.flatMap(({ exempt }) => exempt ?? []) ?? [];
  return new Set(roles.map((id) => s.model.byId.get(id)?.index ?? -1));
}

function idAt(s: Snapshot, number: number): string {
  return at(s.tables.assignments, number)?.id ?? '';
}
