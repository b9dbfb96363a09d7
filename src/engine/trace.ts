/** The whole trace of one decision: every clause, every assignment, the nearest miss. */
import { isAssigning } from './assigning.js';
import { isOpening, judge, portalOf } from './decide.js';
import type { Decision, Reason } from './decision.js';
import { type Encounter, encounter, holderOf } from './encounter.js';
import type { AssignmentTrace, Clause, ClauseTrace, Explanation } from './explain.js';
import { answer, compareText, Findings, inOrder } from './findings.js';
import { type Holding, holdingsOf, includesScope } from './holding.js';
import { containersOf } from './location.js';
import { holdingManages } from './manage.js';
import { nearestMiss } from './nearest-miss.js';
import { lockedDown, needsPresence, restricted, standsUnlocked, subjectRefused } from './opening.js';
import type { HolderRecord } from './records.js';
import type { ScopeCode } from './scope-code.js';
import type { AccessRequest } from './request.js';
import { admitted, holdingCounts, mayPass } from './rights.js';
import type { Snapshot } from './snapshot.js';
import { at } from './table.js';

/** Explains a request whose time has been read. */
export function trace(s: Snapshot, request: AccessRequest, time: number): Explanation {
  const findings = new Findings();
  const decision = answer(judge(s, request, time, findings), findings, s.revision);
  const clauses = isOpening(request)
    ? openingClauses(s, request, time, decision)
    : otherClauses(request, decision);
  const explanation = { decision, clauses, assignments: traceAssignments(s, request, time) };
  if (decision.decision) return explanation;
  return { ...explanation, nearestMiss: nearestMiss(s, request, time) };
}

type Step = (findings: Findings) => 'passed' | 'permitted' | 'refused';

/** Clauses of an opening in their order; those after the deciding one were not reached. */
function openingClauses(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  decision: Decision,
): ClauseTrace[] {
  const portal = portalOf(s, request);
  const roles = request.resource.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  if (portal === undefined || roles === undefined) {
    return run(OPENING, [['D1', refuseWith(decision.context.reasons)]]);
  }
  const e = encounter(s, portal, request, time);
  const refusedIf = (refused: boolean) => (refused ? 'refused' : 'passed');
  return run(OPENING, [
    ['D1', () => 'passed'],
    ['D2', (findings) => refusedIf(lockedDown(s, e, findings))],
    [
      'D3',
      (findings) => {
        if (!standsUnlocked(s, e)) return 'passed';
        findings.add('door_unlocked', portal);
        return 'permitted';
      },
    ],
    ['D4', (findings) => refusedIf(subjectRefused(s, e, findings))],
    ['D5', (findings) => refusedIf(needsPresence(e, findings))],
    ['D6', (findings) => refusedIf(restricted(s, e, findings))],
    ...rightsSteps(s, e, roles),
  ]);
}

/** D7 to D10 are one question; the clause whose reasons it gives is the one that decided. */
function rightsSteps(s: Snapshot, e: Encounter, roles: Uint8Array): [Clause, Step][] {
  const findings = new Findings();
  const permits = mayPass(s, e, roles, findings);
  const deciding: Clause = permits
    ? 'D9'
    : findings.reasons.some(({ code }) => code === 'no_access_right')
      ? 'D7'
      : findings.reasons.some(({ code }) => code === 'tenancy')
        ? 'D10'
        : 'D8';
  if (permits) findings.add('granted', e.portal);
  return (['D7', 'D8', 'D10', 'D9'] as const).map((clause) => [
    clause,
    (own) => {
      if (clause !== deciding) return 'passed';
      own.reasons.push(...findings.reasons);
      return permits ? 'permitted' : 'refused';
    },
  ]);
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
  return run(['D1', 'D4', last], [
    ['D1', deciding === 'D1' ? refuseWith(reasons) : () => 'passed'],
    ['D4', deciding === 'D4' ? refuseWith(reasons) : () => 'passed'],
    [
      last,
      (findings) => {
        findings.reasons.push(...reasons);
        return decision.decision ? 'permitted' : 'refused';
      },
    ],
  ]);
}

const OPENING: readonly Clause[] = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D10', 'D9'];

function run(order: readonly Clause[], steps: readonly [Clause, Step][]): ClauseTrace[] {
  const traces: ClauseTrace[] = [];
  for (const [clause, step] of steps) {
    const findings = new Findings();
    const outcome = step(findings);
    traces.push({ clause, outcome, reasons: inOrder(findings.reasons) });
    if (outcome !== 'passed') break;
  }
  for (const clause of order.slice(traces.length)) {
    traces.push({ clause, outcome: 'not_reached', reasons: [] });
  }
  return traces;
}

function refuseWith(reasons: readonly Reason[]): Step {
  return (findings) => {
    findings.reasons.push(...reasons);
    return 'refused';
  };
}

/** Every assignment of the subject, own and by team, and what became of it. */
function traceAssignments(s: Snapshot, request: AccessRequest, time: number): AssignmentTrace[] {
  const holder = holderOf(s, request.subject);
  const roles = s.permissions.get(request.resource.type, request.action.name);
  if (holder === undefined || roles === undefined) return [];
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  const e = portal && encounter(s, portal, request, time);
  const containers = portal?.containers ?? containersOf(s, request) ?? [];
  const traces: AssignmentTrace[] = [];
  for (const holding of holdingsOf(s, holder)) {
    const document = at(s.tables.assignments, holding.assignment);
    if (document === undefined) continue;
    const findings = new Findings();
    const outcome =
      e === undefined
        ? outcomeElsewhere(s, roles, containers, holding, time, findings)
        : outcomeAtDoor(s, e, roles, holder, holding, findings);
    traces.push({
      assignment: document.id,
      role: document.role,
      scope: document.scope,
      ...(holding.via === undefined ? {} : { via: holding.via.id }),
      outcome,
      reasons: inOrder(findings.reasons),
    });
  }
  return traces.sort((a, b) => compareText(a.assignment, b.assignment));
}

function outcomeAtDoor(
  s: Snapshot,
  e: Encounter,
  roles: Uint8Array,
  holder: HolderRecord,
  holding: Holding,
  findings: Findings,
): AssignmentTrace['outcome'] {
  if (!includesScope(e.portal.containers, holding.scope)) return 'elsewhere';
  if (roles[holding.role] !== 1) return 'no_permission';
  const counts = holdingCounts(s, e, holding, findings);
  const tenanted = e.portal.tenant >= 0 && e.time >= e.portal.tenantSince;
  if (tenanted && !admitted(s, e, roles, holder, holding)) return 'excluded';
  return counts ? 'counts' : 'fails';
}

function outcomeElsewhere(
  s: Snapshot,
  roles: Uint8Array,
  containers: readonly ScopeCode[],
  holding: Holding,
  time: number,
  findings: Findings,
): AssignmentTrace['outcome'] {
  if (!includesScope(containers, holding.scope)) return 'elsewhere';
  if (roles[holding.role] !== 1) return 'no_permission';
  return holdingManages(s, holding, time, findings) ? 'counts' : 'fails';
}
