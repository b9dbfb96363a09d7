/**
 * The second independent oracle: random policies exported to Cedar and asked of `@cedar-policy/cedar-wasm`. Scopes, teams,
 * roles, clauses and their combination are Cedar's to evaluate; time zones, geometry, companions and the chain of a tenancy
 * come to it as facts (docs/interchange.md). DOORWRIGHT_RUNS=100 makes the run a hundred times longer.
 */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/engine/decision.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import { toCedar } from '../../src/interchange/cedar/export.js';
import { runs } from '../helpers/runs.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';
import { askerOf, type Told } from './cedar-asker.js';

const POLICIES = 160;
const QUESTIONS = 40;
/** Checking a policy set against the schema takes as long as fifty decisions: one in so many is checked. */
const VALIDATED_EVERY = 4;
/** Clauses whose refusals are policies of their own in Cedar, first one first. */
const REFUSING = ['D2', 'D4', 'D5', 'D6'];

describe('Cedar and the engine', () => {
  test('give the same decision, grants and refusing clause to random requests about random policies', {
    // Twenty seconds on a quiet machine.
    timeout: 240_000 * Math.max(1, runs(1)),
  }, () => {
    const seen = {
      asked: 0,
      permits: 0,
      refusals: 0,
      standing: 0,
      elsewhere: 0,
      clauses: new Set<string>(),
    };
    let worlds = 0;
    overWorlds(POLICIES, QUESTIONS, ({ policy, anchor, requests }) => {
      const engine = compilePolicy(policy);
      const asker = askerOf(toCedar(engine, anchor), worlds++ % VALIDATED_EVERY === 0);
      for (const request of requests) {
        const expected = answerOf(() => engine.decide(request));
        if (expected === 'malformed' || isAboutAssigning(request)) continue;
        const told = asker(request);
        agree(expected, told, request);
        seen.asked += 1;
        if (expected.decision) seen.permits += 1;
        else seen.refusals += 1;
        if (told.clauses.includes('D3')) seen.standing += 1;
        if (told.clauses.includes('A1')) seen.elsewhere += 1;
        for (const clause of told.clauses) seen.clauses.add(clause);
      }
    });
    expect(seen.asked).toBeGreaterThanOrEqual(runs(5000));
    expect(seen.permits / seen.asked).toBeGreaterThan(0.25);
    expect(seen.refusals / seen.asked).toBeGreaterThan(0.25);
    expect(seen.standing / seen.asked).toBeGreaterThan(0.01);
    expect(seen.elsewhere / seen.asked).toBeGreaterThan(0.05);
    expect([...seen.clauses].sort()).toEqual(['A1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D9']);
  });
});

/** Fails unless Cedar decided as the engine did, for the same assignments or by the same clause. */
function agree(expected: Decision, told: Told, request: AccessRequest): void {
  const where = `${JSON.stringify(request)} ${JSON.stringify(expected)} ${JSON.stringify(told)}`;
  expect(told.decision, where).toBe(expected.decision);
  const { reason, reasons, grants } = expected.context;
  if (expected.decision) {
    const isStanding = told.clauses.includes('D3');
    expect(isStanding, where).toBe(reason === 'door_unlocked');
    const rights = told.ids.flatMap((id) => /^right (.*)\/(?:open|act|see)$/u.exec(id)?.[1] ?? []);
    if (!isStanding) expect([...new Set(rights)].sort(), where).toEqual([...grants].sort());
    return;
  }
  if (reason === 'action_unknown' || reason === 'resource_unknown') return;
  const first = REFUSING.find((clause) => told.clauses.includes(clause));
  const refusing = told.ids.filter((_, index) => told.clauses[index] === first);
  if (first === undefined) {
    const isElsewhere = told.clauses.includes('A1');
    const later =
      /^(?:geofence|reader|schedule|primary_device|second_factor|app_access|occupancy_limit|anti_passback|two_person|disabled|pending|expired|inactive_hours|no_access_right|tenancy)$/u;
    expect(isElsewhere ? /^subject_/u.test(reason) : later.test(reason), where).toBe(true);
    return;
  }
  const codes = refusing.map((id) => codeOf(first, id));
  const named = reasons.map(({ code, at }) =>
    first === 'D2' ? `${at.type} ${at.id}` : first === 'D6' ? `${at.type} ${at.id}/${code}` : code,
  );
  expect([...new Set(codes)].sort(), where).toEqual([...new Set(named)].sort());
}

/** What a refusing policy says, in the words of a reason. */
function codeOf(clause: string, id: string): string {
  if (clause === 'D4') return id.slice('subject '.length);
  return clause === 'D5' ? 'offline_door' : id;
}

/** A3, which the export leaves out and `requestOf` refuses. */
function isAboutAssigning({ resource }: AccessRequest): boolean {
  const { properties } = resource;
  return (
    resource.type === 'access_right' &&
    typeof properties === 'object' &&
    properties !== null &&
    ('role' in properties || 'subject' in properties)
  );
}
