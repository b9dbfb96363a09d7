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
    for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
      const packed = holdings[index + 1] as number;
      // What is switched off adds nothing anyway, and is told as such.
      if ((packed & SWITCHED_OFF) !== 0) continue;
      const above = shadowOf(ground, holder, index, exempt);
      if (above < 0) continue;
      const number = holdings[index + 2] as number;
      const id = quote(at(s.tables.assignments, number)?.id);
      const other = quote(at(s.tables.assignments, above)?.id);
      const scope = scopeName(s, holdingScope(holdings, above));
      const message = `assignment ${id} adds nothing to ${other} at ${scope}`;
      const related = [ground.assignmentPath(above)];
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

/** The number of an assignment that covers the one at an index of a holder's list, or -1. */
function shadowOf(
  ground: Ground,
  holder: HolderRecord,
  index: number,
  exempt: ReadonlySet<number>,
): number {
  const { s } = ground;
  const { holdings } = holder;
  const scope = holdings[index] as number;
  const role = (holdings[index + 1] as number) >> 2;
  const number = holdings[index + 2] as number;
  for (const above of scopesAround(s, scope)) {
    for (let other = firstAt(holdings, above); holdings[other] === above; other += HOLDING_WIDTH) {
      const packed = holdings[other + 1] as number;
      const candidate = holdings[other + 2] as number;
      if (packed & 3 || candidate === number || !gives(s, packed >> 2, role, exempt)) continue;
      // Of two that give the same, the one with the later id adds nothing.
      const always = ((holdings[index + 1] as number) & 3) === 0;
      const mutual = above === scope && always && gives(s, role, packed >> 2, exempt);
      if (mutual && idAt(s, candidate) >= idAt(s, number)) continue;
      if (isPlainScope(s, above, scope) && grantedAlike(s, candidate, number, scope)) {
        return candidate;
      }
    }
  }
  return -1;
}

/** A scope and the ones that contain it, widest first. */
function scopesAround(s: Snapshot, scope: ScopeCode): readonly ScopeCode[] {
  const kind = scope & 3;
  if (kind === DOOR) return at(s.tables.doors, scope >> 2)?.containers ?? [];
  const place = kind === GROUP ? (at(s.tables.groups, scope >> 2)?.place ?? -1) : -1;
  const around = place < 0 ? [scope] : [scopeCode(1, place), scope];
  return scope === 0 ? around : [0, ...around];
}

/** Where the assignments at a scope begin in a holder's list, which is sorted by scope. */
function firstAt(holdings: Holdings, scope: ScopeCode): number {
  let low = 0;
  let high = holdings.length / HOLDING_WIDTH;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holdings[middle * HOLDING_WIDTH] as number) < scope) low = middle + 1;
    else high = middle;
  }
  return low * HOLDING_WIDTH;
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

/** During a tenancy it counts who granted what, and whether it lies at the very door (D10). */
function grantedAlike(s: Snapshot, above: number, below: number, scope: ScopeCode): boolean {
  const by = (number: number) => at(s.tables.assignments, number)?.grantedBy;
  if (by(above) !== by(below)) return false;
  return (scope & 3) !== DOOR || (at(s.tables.doors, scope >> 2)?.tenant ?? -1) < 0;
}

/** Roles that some lockdown lets pass: only that very role does. */
function exemptRoles({ s, policy }: Ground): ReadonlySet<number> {
  const roles = policy.lockdowns?.flatMap(({ exempt }) => exempt ?? []) ?? [];
  return new Set(roles.map((id) => s.model.byId.get(id)?.index ?? -1));
}

function holdingScope(holdings: Holdings, assignment: number): ScopeCode {
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    if (holdings[index + 2] === assignment) return holdings[index] as number;
  }
  return 0;
}

function idAt(s: Snapshot, number: number): string {
  return at(s.tables.assignments, number)?.id ?? '';
}
