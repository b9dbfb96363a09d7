/** Assignments as their holders have them: finding those whose scope contains something, and whether one counts. */
import type { Zone } from '../checks/time/zone.js';
import type { Encounter } from './encounter.js';
import type { Findings } from './findings.js';
import {
  HAS_VALIDITY,
  HOLDING_WIDTH,
  type HolderRecord,
  type Holdings,
  SWITCHED_OFF,
  type ValidityRecord,
} from './records.js';
import { DOOR, GROUP, type ScopeCode, scopeCode } from './scope-code.js';
import { compiledFor, type Snapshot } from './snapshot.js';
import { at } from './table.js';

/** One assignment in a holder's list. */
export interface Holding {
  readonly scope: ScopeCode;
  readonly role: number;
  readonly flags: number;
  /** The assignment's number. */
  readonly assignment: number;
  /** The team that holds it, if the holder has it by a team. */
  readonly via: HolderRecord | undefined;
}

/** Everything somebody holds: own assignments, then those of each team, nested ones included; each once. */
export function holdingsOf(s: Snapshot, holder: HolderRecord): Holding[] {
  const found: Holding[] = [];
  addHoldings(found, holder.holdings, undefined);
  if (holder.teams.length === 0) return found;
  for (const team of teamsOf(s, holder)) addHoldings(found, team.holdings, team);
  return found;
}

function addHoldings(found: Holding[], holdings: Holdings, via: HolderRecord | undefined): void {
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const packed = holdings[index + 1] as number;
    found.push({
      scope: holdings[index] as number,
      role: packed >> 2,
      flags: packed & 3,
      assignment: holdings[index + 2] as number,
      via,
    });
  }
}

/**
 * What somebody holds, himself or by a team, whose role has a permission and whose scope contains
 * something (D7). Looks before it allocates: most of what is held lies elsewhere.
 */
export function candidatesOf(
  s: Snapshot,
  holder: HolderRecord,
  roles: Uint8Array,
  containers: readonly ScopeCode[],
): Holding[] {
  const found: Holding[] = [];
  addCandidates(found, holder.holdings, undefined, roles, containers);
  if (holder.teams.length === 0) return found;
  for (const team of teamsOf(s, holder)) {
    addCandidates(found, team.holdings, team, roles, containers);
  }
  return found;
}

function addCandidates(
  found: Holding[],
  holdings: Holdings,
  via: HolderRecord | undefined,
  roles: Uint8Array,
  containers: readonly ScopeCode[],
): void {
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const scope = holdings[index] as number;
    const packed = holdings[index + 1] as number;
    if (roles[packed >> 2] !== 1 || !includesScope(containers, scope)) continue;
    const assignment = holdings[index + 2] as number;
    found.push({ scope, role: packed >> 2, flags: packed & 3, assignment, via });
  }
}

/** The teams somebody belongs to, directly or nested, each once. A team does not belong to itself. */
export function teamsOf(s: Snapshot, holder: HolderRecord): HolderRecord[] {
  const teams: HolderRecord[] = [];
  const seen = new Set<number>(holder.teams);
  for (const number of seen) {
    const team = at(s.tables.teams, number);
    if (team === undefined) continue;
    teams.push(team);
    // A set grows while it is walked: teams above come in their turn.
    for (const above of team.teams) seen.add(above);
  }
  return teams;
}

/** Whether a sorted list of scopes has one. */
export function includesScope(containers: readonly ScopeCode[], scope: ScopeCode): boolean {
  let low = 0;
  let high = containers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((containers[middle] as number) < scope) low = middle + 1;
    else high = middle;
  }
  return containers[low] === scope;
}

/**
 * Whether an assignment is enabled and valid at an instant, with every failing part as a reason (R10).
 * @param zone - the zone of a schedule that names none.
 * @param lenient - D11: `expired` and `inactive_hours` do not refuse.
 */
export function assignmentValid(
  s: Snapshot,
  holding: Holding,
  time: number,
  zone: Zone | undefined,
  lenient: boolean,
  findings: Findings | undefined,
): boolean {
  if (holding.flags === 0) return true;
  const before = findings?.reasons.length ?? 0;
  const place = {
    type: 'access_right',
    id: at(s.tables.assignments, holding.assignment)?.id ?? '',
  };
  if ((holding.flags & SWITCHED_OFF) !== 0) {
    if (findings === undefined) return false;
    findings.add('disabled', place);
  }
  if ((holding.flags & HAS_VALIDITY) !== 0) {
    const validity = at(s.tables.validities, holding.assignment);
    // In no snapshot is it missing. A right that lost what bounds it would never begin.
    const failing =
      validity === undefined ? (['pending'] as const) : failingParts(s, validity, time, zone);
    for (const code of failing) {
      if (lenient && code !== 'pending') continue;
      if (findings === undefined) return false;
      findings.add(code, place);
    }
  }
  return findings === undefined || findings.reasons.length === before;
}

/** The parts of a validity that do not hold at an instant, in the order of the KIWI statuses. */
export function failingParts(
  s: Snapshot,
  validity: ValidityRecord,
  time: number,
  zone: Zone | undefined,
): ('pending' | 'expired' | 'inactive_hours')[] {
  const failing: ('pending' | 'expired' | 'inactive_hours')[] = [];
  if (time < validity.from) failing.push('pending');
  if (time >= validity.until) failing.push('expired');
  const schedule =
    validity.inline ??
    (validity.schedule >= 0 ? at(s.tables.schedules, validity.schedule) : undefined);
  if (schedule === undefined) {
    // In no snapshot is a schedule missing that a right names.
    if (validity.schedule >= 0) failing.push('inactive_hours');
  } else if (schedule.enabled && !(compiledFor(s, schedule, zone)?.isOpen(time) ?? false)) {
    failing.push('inactive_hours');
  }
  return failing;
}

/**
 * Whether somebody holds one of these roles, by the role's own id, at a scope or above it, by an
 * enabled and currently valid assignment of an enabled group (D2, R5).
 */
export function holdsNow(
  s: Snapshot,
  e: Encounter,
  holder: HolderRecord,
  scope: ScopeCode,
  roles: ReadonlySet<number>,
): boolean {
  const door = e.portal.type === 'door' && scope === scopeCode(DOOR, e.portal.number);
  for (const holding of holdingsOf(s, holder)) {
    if (!roles.has(holding.role)) continue;
    const above = door
      ? includesScope(e.portal.containers, holding.scope)
      : holding.scope === scope || holding.scope === 0;
    if (!above || !groupEnabled(s, holding.scope)) continue;
    if (assignmentValid(s, holding, e.time, e.zone, false, undefined)) return true;
  }
  return false;
}

/** False only for a group that is switched off. */
export function groupEnabled(s: Snapshot, scope: ScopeCode): boolean {
  return (scope & 3) !== GROUP || (at(s.tables.groups, scope >> 2)?.enabled ?? false);
}
