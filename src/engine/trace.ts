/** The whole trace of one decision: every clause, every assignment, the nearest miss. */
import { isAssigning } from './assigning.js';
import { accompanied } from './companions.js';
import { decidingClause, isOpening, judge, portalOf } from './decide.js';
import type { Decision, Reason } from './decision.js';
import { type Encounter, encounter, holderOf } from './encounter.js';
import type { AssignmentTrace, Clause, ClauseTrace, Explanation } from './explain.js';
import { answer, compareText, Findings, inOrder } from './findings.js';
import { type Holding, holdingsOf, includesScope } from './holding.js';
import { containersOf } from './location.js';
import { holdingManages } from './manage.js';
import { nearestMiss } from './nearest-miss.js';
import type { HolderRecord } from './records.js';
import type { AccessRequest } from './request.js';
import { admitted, holdingCounts } from './rights.js';
import type { Snapshot } from './snapshot.js';
import { at } from './table.js';

/** Explains a request whose time has been read. */
export function trace(s: Snapshot, request: AccessRequest, time: number): Explanation {
  const roles = request.resource.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  const e =
    portal === undefined || roles === undefined
      ? undefined
      : accompanied(s, encounter(s, portal, request, time), roles);
  const findings = new Findings();
  let decision: Decision;
  let clauses: ClauseTrace[];
  if (e === undefined || roles === undefined) {
    decision = answer(judge(s, request, time, findings), findings, s.revision);
    clauses = isOpening(request)
      ? clausesUpTo(OPENING, 'D1', 'refused', decision.context.reasons)
      : otherClauses(request, decision);
  } else {
    const deciding = decidingClause(s, e, roles, findings);
    const permits = deciding === 'D3' || deciding === 'D9';
    decision = answer(permits, findings, s.revision);
    const { reasons } = decision.context;
    clauses = clausesUpTo(OPENING, deciding, permits ? 'permitted' : 'refused', reasons);
  }
  const carriers = isAssigning(request) ? decision.context.grants : undefined;
  const assignments = traceAssignments(s, request, time, e, carriers);
  if (decision.decision) return { decision, clauses, assignments };
  return { decision, clauses, assignments, nearestMiss: nearestMiss(s, request, time) };
}

/** Clauses in their order: passed before the deciding one, not reached after it. */
function clausesUpTo(
  order: readonly Clause[],
  deciding: Clause,
  outcome: 'permitted' | 'refused',
  reasons: readonly Reason[],
): ClauseTrace[] {
  const index = order.indexOf(deciding);
  const traces = order === OPENING ? (OPENING_TRACES[index] ?? []).slice() : settled(order, index);
  traces[index] = { clause: deciding, outcome, reasons };
  return traces;
}

/** Clauses of everything else. */
function otherClauses(request: AccessRequest, decision: Decision): ClauseTrace[] {
  const { reasons } = decision.context;
  const last: Clause = isAssigning(request) ? 'A3' : 'A1';
  const code = reasons[0]?.code;
  const deciding: Clause =
    code === 'action_unknown' || code === 'resource_unknown'
      ? 'D1'
      : code === 'subject_unknown' || code === 'subject_inactive'
        ? 'D4'
        : last;
  const outcome = decision.decision ? 'permitted' : 'refused';
  return clausesUpTo(['D1', 'D4', last], deciding, outcome, reasons);
}

const OPENING: readonly Clause[] = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D10', 'D9'];

/** No reasons: shared, because most of a trace has none. */
const NONE: readonly Reason[] = Object.freeze([]);

/** The traces of an opening by the index of the clause that decides it, whose own place is filled in. */
const OPENING_TRACES: readonly (readonly ClauseTrace[])[] = OPENING.map((_, index) =>
  settled(OPENING, index),
);

/** Traces of clauses that give no reasons: those before `index` passed, those after were not reached. */
function settled(order: readonly Clause[], index: number): ClauseTrace[] {
  return order.map((clause, at) =>
    Object.freeze({ clause, outcome: at < index ? 'passed' : 'not_reached', reasons: NONE }),
  );
}

/**
 * Every assignment of the subject, own and by team, and what became of it.
 * @param e - the encounter, for an opening of something that exists.
 * @param carriers - under A3, the assignments that carry the change: no other counts.
 */
function traceAssignments(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  e: Encounter | undefined,
  carriers: readonly string[] | undefined,
): AssignmentTrace[] {
  const holder = e === undefined ? holderOf(s, request.subject) : e.holder;
  const roles = s.permissions.get(request.resource.type, request.action.name);
  if (holder === undefined || roles === undefined) return [];
  const containers = e?.portal.containers ?? containersOf(s, request) ?? [];
  const findings = new Findings();
  const traces: AssignmentTrace[] = [];
  for (const holding of holdingsOf(s, holder)) {
    const document = at(s.tables.assignments, holding.assignment);
    if (document === undefined) continue;
    let outcome: AssignmentTrace['outcome'] = 'elsewhere';
    let reasons = NONE;
    if (includesScope(containers, holding.scope)) {
      outcome =
        e === undefined
          ? outcomeElsewhere(s, roles, holding, time, findings)
          : outcomeAtDoor(s, e, roles, holder, holding, findings);
      if (carriers !== undefined && outcome === 'counts' && !carriers.includes(document.id)) {
        outcome = 'fails';
      }
      if (findings.reasons.length > 0) {
        reasons = inOrder(findings.reasons);
        findings.clear();
      }
    }
    const { id: assignment, role, scope } = document;
    const { via } = holding;
    traces.push(
      via === undefined
        ? { assignment, role, scope, outcome, reasons }
        : { assignment, role, scope, via: via.id, outcome, reasons },
    );
  }
  return traces.sort(byAssignment);
}

function byAssignment(a: AssignmentTrace, b: AssignmentTrace): number {
  return compareText(a.assignment, b.assignment);
}

function outcomeAtDoor(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  holder: HolderRecord,
  holding: Holding,
  findings: Findings,
): AssignmentTrace['outcome'] {
  if (roles[holding.role] !== 1) return 'no_permission';
  const counts = holdingCounts(s, e, holding, findings);
  const tenanted = e.portal.tenant >= 0 && e.time >= e.portal.tenantSince;
  if (tenanted && !admitted(s, e, roles, holder, holding)) return 'excluded';
  return counts ? 'counts' : 'fails';
}

function outcomeElsewhere(
  s: Snapshot,
  roles: Uint8Array,
  holding: Holding,
  time: number,
  findings: Findings,
): AssignmentTrace['outcome'] {
  if (roles[holding.role] !== 1) return 'no_permission';
  return holdingManages(s, holding, time, findings) ? 'counts' : 'fails';
}
