/** What the clauses find while they decide: reasons and grants, gathered and put in order. */
import { type Decision, REASON_CODES, type Reason, type ReasonCode } from './decision.js';

const RANK: ReadonlyMap<ReasonCode, number> = new Map(
  REASON_CODES.map((code, index) => [code, index]),
);

/** Collects; a clause asked without one answers only yes or no. */
export class Findings {
  readonly reasons: Reason[] = [];
  readonly grants: string[] = [];

  /** Adds a reason. */
  add(code: ReasonCode, at: Reason['at'], detail?: string): void {
    const place = { type: at.type, id: at.id };
    this.reasons.push(detail === undefined ? { code, at: place } : { code, at: place, detail });
  }

  /** Drops the reasons gathered so far. */
  clear(): void {
    this.reasons.length = 0;
  }
}

/** The answer in AuthZEN's shape. */
export function answer(decision: boolean, findings: Findings, revision: number): Decision {
  const reasons = findings.reasons.length > 1 ? inOrder(findings.reasons) : findings.reasons;
  const reason = reasons[0]?.code ?? 'no_access_right';
  const grants = decision && findings.grants.length > 1 ? unique(findings.grants) : findings.grants;
  return {
    decision,
    context: { reason, reasons, grants: decision ? grants : [], revision },
  };
}

/** Reasons sorted by code (in the order of the clauses), place and detail; each once (R10, R15). */
export function inOrder(reasons: readonly Reason[]): Reason[] {
  const sorted = [...reasons].sort(compareReasons);
  return sorted.filter((reason, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareReasons(before, reason) !== 0;
  });
}

/** Texts sorted by code unit, each once. */
export function unique(texts: readonly string[]): string[] {
  const sorted = [...texts].sort(compareText);
  return sorted.filter((text, index) => text !== sorted[index - 1]);
}

/** Order by code unit, the same on every host. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareReasons(a: Reason, b: Reason): number {
  return (
    (RANK.get(a.code) ?? 0) - (RANK.get(b.code) ?? 0) ||
    compareText(a.at.type, b.at.type) ||
    compareText(a.at.id, b.at.id) ||
    compareText(a.detail ?? '', b.detail ?? '')
  );
}
